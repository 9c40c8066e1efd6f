from odoo import fields, models


class CrmSurveyCallBypass(models.TransientModel):
    """Call in spite of caps and cool-downs, and say why."""

    _name = "crm.survey.call.bypass"
    _description = "Call in Spite of the Contact Policy"

    invitation_id = fields.Many2one("crm.survey.invitation", required=True, readonly=True, ondelete="cascade")
    gate_reason = fields.Char(string="What the contact policy says", readonly=True)
    reason = fields.Text(string="Why all the same", required=True)

    def action_call(self):
        """Begin the call; the reason is kept with it.

        :raises AccessError: when the user is not in ``crm_contact_policy.group_bypass``
        """
        self.ensure_one()
        self.invitation_id._start_call_sudo(fields.Datetime.now(), bypass_reason=self.reason)
        return self.invitation_id._open_call()
