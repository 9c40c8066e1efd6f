from odoo import fields, models
from odoo.fields import Domain


class CrmSurveyProgram(models.Model):
    """A ticket that is solved starts a survey."""

    _inherit = "crm.survey.program"

    trigger = fields.Selection(
        selection_add=[("ticket", "A helpdesk ticket solved"), ("manual",)],
        ondelete={"ticket": lambda programs: programs.write({"trigger": "manual", "state": "paused"})},
    )
    ticket_team_ids = fields.Many2many("helpdesk.ticket.team", string="Only tickets of", help="Empty: of every team.")
    ticket_stage_ids = fields.Many2many(
        "helpdesk.ticket.stage",
        string="Solved means",
        domain=[("closed", "=", True)],
        default=lambda self: self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done", raise_if_not_found=False),
        help="A ticket in another stage that closes it, cancelled say, was not solved. Empty: every closing stage.",
    )

    def _events_ticket(self, since, at):
        """Tickets solved and not opened again; whoever wrote is asked."""
        domain = (
            Domain("company_id", "child_of", self.company_id.id)
            & Domain("stage_id.closed", "=", True)
            & Domain("partner_id", "!=", False)
            & Domain("closed_date", ">=", since)
            & Domain("closed_date", "<=", at)
        )
        if self.ticket_stage_ids:
            domain &= Domain("stage_id", "in", self.ticket_stage_ids.ids)
        if self.ticket_team_ids:
            domain &= Domain("team_id", "in", self.ticket_team_ids.ids)
        tickets = self.env["helpdesk.ticket"].search(domain)
        return [self._person_event(ticket, ticket.partner_id, ticket.closed_date) for ticket in tickets]
