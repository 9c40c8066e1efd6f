from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    privacy_fact_days = fields.Integer(related="company_id.privacy_fact_days", readonly=False)
    privacy_log_months = fields.Integer(related="company_id.privacy_log_months", readonly=False)
    privacy_note_months = fields.Integer(related="company_id.privacy_note_months", readonly=False)
    privacy_intake_days = fields.Integer(related="company_id.privacy_intake_days", readonly=False)
