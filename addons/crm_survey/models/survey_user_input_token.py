from odoo import fields, models


class SurveyUserInput(models.Model):
    """The token of a participation is the customer's secret: with it anybody could answer as the customer."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    access_token = fields.Char(groups="survey.group_survey_user,crm_survey.group_manager")
