from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.names import CUSTOMER_TYPES
from .survey_question import filter_shipped, make_code


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    active = fields.Boolean(default=True, help="A chosen label is archived, never deleted: the answers stay.")
    code = fields.Char(help="Stable name of the label: answers of different waves and languages are compared by it.")

    _code_unique = models.UniqueIndex(
        "(question_id, code) WHERE code IS NOT NULL AND question_id IS NOT NULL",
        "Two labels of one question cannot have the same code.",
    )
    _row_code_unique = models.UniqueIndex(
        "(matrix_question_id, code) WHERE code IS NOT NULL AND matrix_question_id IS NOT NULL",
        "Two rows of one question cannot have the same code.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        labels = super().create(vals_list)
        labels._fill_codes()
        return labels

    def unlink(self):
        """Delete what was never chosen and archive the rest, and what is shipped (labels of customer surveys)."""
        customer = self._filter_customer()
        kept = customer._filter_chosen() | filter_shipped(customer)
        kept.write({"active": False})
        return super(SurveyQuestionAnswer, self - kept).unlink()

    def _filter_customer(self):
        return self.filtered(
            lambda label: (label.question_id or label.matrix_question_id).survey_id.survey_type in CUSTOMER_TYPES
        )

    def _filter_chosen(self):
        """Return those of ``self`` that are part of an answer."""
        if not self.ids:
            return self.browse()
        Line = self.env["survey.user_input.line"].sudo()
        chosen = Line._read_group(Domain("suggested_answer_id", "in", self.ids), ["suggested_answer_id"])
        rows = Line._read_group(Domain("matrix_row_id", "in", self.ids), ["matrix_row_id"])
        return self.browse({label.id for (label,) in chosen + rows})

    def _fill_codes(self):
        """Give labels of customer surveys a code where none was given."""
        for label in self._filter_customer().filtered(lambda label: not label.code):
            question = (label.question_id or label.matrix_question_id).with_context(active_test=False)
            siblings = question.suggested_answer_ids if label.question_id else question.matrix_row_ids
            label.code = make_code(label.value, set((siblings - label).mapped("code")), "label")
