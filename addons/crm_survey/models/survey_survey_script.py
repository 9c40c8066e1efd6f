from odoo import fields, models


class SurveySurvey(models.Model):
    """What an interviewer says first; customers never see it."""

    _inherit = "survey.survey"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    interviewer_intro = fields.Text(
        string="Interviewer's introduction",
        translate=True,
        groups="crm_survey.group_interviewer",
        help="What to say when the customer answers the phone. Empty: name, company and subject.",
    )
