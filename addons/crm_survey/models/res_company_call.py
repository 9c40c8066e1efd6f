from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """When interviewers call whom they know nothing of, and what their hour costs."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    crm_survey_call_from = fields.Float(string="Call from", default=9.0)
    crm_survey_call_to = fields.Float(string="Call to", default=11.0)
    crm_survey_hourly_cost = fields.Monetary(
        string="Cost of an interviewer's hour",
        groups="crm_survey.group_manager",
        help="For interviewers who have none of their own.",
    )

    @api.constrains("crm_survey_call_from", "crm_survey_call_to")
    def _check_crm_survey_call(self):
        for company in self:
            if not 0 <= company.crm_survey_call_from < company.crm_survey_call_to <= 24:
                raise ValidationError(self.env._("The usual hours of calls run from an earlier to a later hour."))
