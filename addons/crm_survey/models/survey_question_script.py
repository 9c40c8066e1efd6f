from odoo import fields, models


class SurveyQuestion(models.Model):
    """What an interviewer reads beside a question; customers never see it."""

    _inherit = "survey.question"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    interviewer_note = fields.Text(
        string="For the interviewer",
        translate=True,
        groups="crm_survey.group_interviewer",
        help="How to put the question on the phone, and what to ask further. Who answers by link does not see it.",
    )
