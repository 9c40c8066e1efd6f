from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_team_id = fields.Many2one(related="company_id.service_team_id", readonly=False)
    service_form = fields.Boolean(related="company_id.service_form", readonly=False)
    service_form_per_visitor = fields.Integer(related="company_id.service_form_per_visitor", readonly=False)
    service_form_per_address = fields.Integer(related="company_id.service_form_per_address", readonly=False)
    service_case_close_days = fields.Integer(related="company_id.service_case_close_days", readonly=False)
