from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_horizon_days = fields.Integer(related="company_id.service_horizon_days", readonly=False)
    service_lead_days = fields.Integer(related="company_id.service_lead_days", readonly=False)
    service_day_start = fields.Float(related="company_id.service_day_start", readonly=False)
