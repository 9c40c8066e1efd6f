from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain.names import OPEN_STATES


class CrmSurveyHandover(models.TransientModel):
    """Hand calls over to a colleague, with a note; the planned calls and their activities go along."""

    _name = "crm.survey.handover"
    _description = "Hand over survey calls"

    invitation_ids = fields.Many2many("crm.survey.invitation", string="Calls", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="To",
        required=True,
        ondelete="cascade",
        domain=lambda self: self._get_user_domain(),
    )
    note = fields.Text()

    @api.model
    def _get_user_domain(self):
        """Interviewers of the companies the user works for."""
        return [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("crm_survey.group_interviewer").ids),
            ("company_ids", "in", self.env.companies.ids),
        ]

    @api.model
    def default_get(self, fields_list):
        """Take the calls chosen in the queue along."""
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "crm.survey.invitation" and "invitation_ids" in fields_list:
            values["invitation_ids"] = [fields.Command.set(self.env.context.get("active_ids", []))]
        return values

    def action_handover(self):
        """Assign the calls, plan each for the colleague with its activity, and pass the note on.

        :raises UserError: for a closed call, one under way, or a colleague of another company
        """
        self.ensure_one()
        now = fields.Datetime.now()
        invitations = self.invitation_ids
        invitations.check_access("write")
        if invitations.filtered(lambda i: i.state not in OPEN_STATES or i._is_calling(now)):
            raise UserError(self.env._("A call that is closed or under way is not handed over."))
        known = self.env["res.users"].search(Domain(self._get_user_domain()) & Domain("id", "=", self.user_id.id))
        if not known or invitations.company_id - known.sudo().company_ids:
            raise UserError(self.env._("This colleague does not interview for the company that asks."))
        invitations.write({"user_id": self.user_id.id})
        for invitation in invitations:
            on = invitation.call_back_on or max(invitation.due or now, now)
            invitation._plan_call_sudo(on, self.user_id, self.note)
        return {"type": "ir.actions.act_window_close"}
