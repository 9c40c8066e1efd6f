from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_horizon_days = fields.Integer(related="company_id.service_horizon_days", readonly=False)
    service_lead_days = fields.Integer(related="company_id.service_lead_days", readonly=False)
    service_day_start = fields.Float(related="company_id.service_day_start", readonly=False)
    service_slot_minutes = fields.Selection(related="company_id.service_slot_minutes", readonly=False)
    service_notice_hours = fields.Float(related="company_id.service_notice_hours", readonly=False)
    service_link_days = fields.Integer(related="company_id.service_link_days", readonly=False)
    service_customers_choose = fields.Boolean(related="company_id.service_customers_choose", readonly=False)
    service_team_id = fields.Many2one(related="company_id.service_team_id", readonly=False)
    service_form = fields.Boolean(related="company_id.service_form", readonly=False)
    service_form_per_visitor = fields.Integer(related="company_id.service_form_per_visitor", readonly=False)
    service_form_per_address = fields.Integer(related="company_id.service_form_per_address", readonly=False)
    service_case_close_days = fields.Integer(related="company_id.service_case_close_days", readonly=False)
