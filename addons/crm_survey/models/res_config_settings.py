from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_survey_expiry_days = fields.Integer(related="company_id.crm_survey_expiry_days", readonly=False)
    crm_survey_open_churn = fields.Boolean(related="company_id.crm_survey_open_churn", readonly=False)
