from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    contact_tz = fields.Selection(
        related="company_id.partner_id.tz",
        string="Company's Time Zone",
        readonly=False,
        help="The clock that counts for customers whose own time zone is not known.",
    )
    contact_calendar_id = fields.Many2one(
        related="company_id.resource_calendar_id", string="Public Holidays from", readonly=False
    )
    contact_held_count = fields.Integer("Contacts Waiting", compute="_compute_contact_held_count")

    def _compute_contact_held_count(self):
        for settings in self:
            settings.contact_held_count = self.env["crm.interaction"].search_count(
                [("state", "=", "held"), ("company_id", "=", settings.company_id.id)]
            )

    def action_load_vietnam_holidays(self):
        """Add Vietnam's public holidays to the company's working hours and say how many were new."""
        self.check_access("write")
        number = self.company_id._load_vietnam_holidays_sudo()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(number)s public holidays were added.", number=number),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
