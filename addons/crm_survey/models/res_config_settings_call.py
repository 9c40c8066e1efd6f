from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    crm_survey_call_from = fields.Float(related="company_id.crm_survey_call_from", readonly=False)
    crm_survey_call_to = fields.Float(related="company_id.crm_survey_call_to", readonly=False)
    crm_survey_hourly_cost = fields.Monetary(
        related="company_id.crm_survey_hourly_cost", readonly=False, currency_field="crm_survey_currency_id"
    )
    crm_survey_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of interviews")
