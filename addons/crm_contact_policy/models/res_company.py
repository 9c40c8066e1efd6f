from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _contact_tz(self):
        """Name of the time zone in which this company contacts: its partner's, else its working hours', else UTC."""
        self.ensure_one()
        return self.partner_id.tz or self.resource_calendar_id.tz or "UTC"
