from odoo import api, fields, models
from odoo.tools import plaintext2html


class CrmServiceCase(models.Model):
    """A case and its ticket; what the ticket promises is shown on the case."""

    _inherit = "crm.service.case"

    ticket_ids = fields.One2many("helpdesk.ticket", "service_case_id", "Tickets", groups="base.group_user")
    ticket_number = fields.Char("Ticket", compute="_compute_ticket", compute_sudo=True)
    ticket_stage = fields.Char("Stage of the Ticket", compute="_compute_ticket", compute_sudo=True)
    ticket_deadline = fields.Datetime("Ticket Due", compute="_compute_ticket", compute_sudo=True)
    ticket_expired = fields.Boolean("Ticket Late", compute="_compute_ticket", compute_sudo=True)

    @api.depends("ticket_ids.stage_id", "ticket_ids.ticket_sla_ids.state", "ticket_ids.ticket_sla_ids.deadline")
    def _compute_ticket(self):
        for case in self:
            ticket = case.ticket_ids[:1]
            case.ticket_number = ticket.number
            case.ticket_stage = ticket.stage_id.name
            case.ticket_deadline = ticket.sla_deadline
            case.ticket_expired = ticket.sla_expired

    @api.model_create_multi
    def create(self, vals_list):
        """A new case makes its ticket, if the company wants it so."""
        cases = super().create(vals_list)
        if not self.env.context.get("service_from_ticket"):
            for case in cases.sudo():
                if case.company_id.service_ticket_sync in ("case", "both"):
                    case._make_ticket_sudo()
        return cases

    def _move(self, vals):
        """Another status is another stage of the ticket."""
        result = super()._move(vals)
        if "state" in vals:
            self._push_to_ticket_sudo()
        return result

    def action_make_ticket(self):
        """Make a ticket of the case."""
        self.ensure_one()
        self.check_access("write")
        self._make_ticket_sudo()

    def action_open_ticket(self):
        """Open the ticket."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_ids[:1].id,
            "view_mode": "form",
        }

    def _make_ticket_sudo(self):
        """:return: the case's ticket, the one there is or a new one

        Runs as superuser: who works on cases need not have rights on tickets.
        """
        case = self.sudo()
        if case.ticket_ids:
            return case.ticket_ids[:1]
        ticket = case.env["helpdesk.ticket"].with_company(case.company_id).create(case._prepare_ticket_vals())
        case.invalidate_recordset(["ticket_ids"])
        case._push_to_ticket_sudo()
        return ticket

    def _prepare_ticket_vals(self):
        code = self.channel_id.code
        name = code if code in ("web", "email", "phone") else "other"
        channel = self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_channel_{name}", raise_if_not_found=False)
        return {
            "name": self.name,
            "description": plaintext2html(self.description or self.name),
            "partner_id": (self.contact_id or self.partner_id).id,
            "partner_name": self.contact_name,
            "partner_email": self.contact_email,
            "channel_id": channel and channel.id,
            "priority": self.priority,
            "team_id": self.company_id.service_ticket_team_id.id,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
            "service_case_id": self.id,
        }

    def _push_to_ticket_sudo(self):
        """Put the ticket into the first stage of its team that means the case's status; none: it stays.

        Runs as superuser: who works on cases need not have rights on tickets.
        """
        for case in self.sudo():
            ticket = case.ticket_ids[:1]
            meant = ticket.stage_id.service_case_state
            if not ticket or meant == case.state or (case.state == "closed" and meant == "solved"):
                continue
            stages = ticket.team_id._get_applicable_stages()
            stage = stages.filtered(lambda s, state=case.state: s.service_case_state == state)[:1]
            if not stage and case.state == "closed":
                stage = stages.filtered(lambda s: s.service_case_state == "solved")[:1]
            if stage:
                ticket.stage_id = stage

    def _follow_ticket(self, state):
        """The ticket moved: so does the case, with the same clock and stamps as by its buttons.

        :param state: status meant by the ticket's stage
        """
        for case in self:
            if not state or state == case.state or (state == "solved" and case.state == "closed"):
                continue
            if case.state in ("solved", "closed", "cancelled") and state in ("new", "assigned", "waiting"):
                case._move({"solved_on": False, "solved_by_id": False, "closed_on": False})
            if state in ("waiting", "solved", "closed"):
                case._set_responded()
            if state in ("solved", "closed") and not case.solved_on:
                solver = case.ticket_ids[:1].user_id or case.user_id
                case._move({"solved_on": case._service_now(), "solved_by_id": solver.id})
            case._go(state)
