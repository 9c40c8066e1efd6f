from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_slot_minutes = fields.Selection(related="company_id.service_slot_minutes", readonly=False)
    service_notice_hours = fields.Float(related="company_id.service_notice_hours", readonly=False)
    service_link_days = fields.Integer(related="company_id.service_link_days", readonly=False)
    service_customers_choose = fields.Boolean(related="company_id.service_customers_choose", readonly=False)
