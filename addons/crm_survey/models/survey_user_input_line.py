from odoo import fields, models


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    target_kind = fields.Selection(related="question_id.target_kind")
