from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    care_hour = fields.Float(related="company_id.care_hour", readonly=False)
    care_leap_day = fields.Selection(related="company_id.care_leap_day", readonly=False, required=True)
    care_lead_days = fields.Integer(related="company_id.care_lead_days", readonly=False)
    care_from_profile = fields.Boolean(related="company_id.care_from_profile", readonly=False)
