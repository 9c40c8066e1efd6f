from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, formatLang


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    target_kind = fields.Selection(related="question_id.target_kind")
    answer_text = fields.Text(
        compute="_compute_answer_text",
        string="Answer in full",
        help="As people read it: every word of a text, numbers and days as the reader's language writes them.",
    )

    @api.depends("display_name", "answer_type", "value_text_box", "value_numerical_box", "value_date", "value_datetime")
    @api.depends_context("lang", "tz")
    def _compute_answer_text(self):
        for line in self:
            line.answer_text = line._get_answer_text()

    def _get_answer_text(self):
        """Return the answer for a reader; core's name of the line cuts texts and shows raw numbers and days."""
        self.ensure_one()
        if self.answer_type == "text_box" and self.value_text_box:
            return self.value_text_box
        if self.answer_type == "numerical_box":
            number = self.value_numerical_box
            return formatLang(self.env, number, digits=0 if number == int(number) else 2)
        if self.answer_type == "date" and self.value_date:
            return format_date(self.env, self.value_date)
        if self.answer_type == "datetime" and self.value_datetime:
            return format_datetime(self.env, self.value_datetime)
        if self.answer_type == "suggestion" and self.matrix_row_id:
            return f"{self.matrix_row_id.value}: {self.suggested_answer_id.value}"
        return self.display_name
