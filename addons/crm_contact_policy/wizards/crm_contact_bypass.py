from odoo import fields, models


class CrmContactBypass(models.TransientModel):
    """Let held contacts go in spite of caps and cool-downs, or on a day off, and say why."""

    _name = "crm.contact.bypass"
    _description = "Send in Spite of the Contact Policy"

    interaction_ids = fields.Many2many("crm.interaction", string="Contacts")
    reason = fields.Text(required=True)

    def action_send(self):
        """Let the contacts go; those that must wait for the end of the quiet hours or a day off go then.

        :raise AccessError: when the user is not in ``group_bypass``
        """
        self.ensure_one()
        self.interaction_ids._bypass_sudo(self.reason, fields.Datetime.now())
        return {"type": "ir.actions.act_window_close"}
