from odoo import models

from ..domain import validity
from ..domain.names import CUSTOMER_TYPES


class SurveyQuestion(models.Model):
    """What a respondent may send: core takes whatever a request holds."""

    _inherit = "survey.question"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def validate_question(self, answer, comment=None):
        """Beside core's checks: labels of this question, numbers on its scale, texts of a sensible length."""
        answer = validity.as_sent(answer)
        if self.survey_id.survey_type in CUSTOMER_TYPES and not self._is_possible(answer, comment):
            return {self.id: self.validation_error_msg or self.env._("This cannot be an answer to this question.")}
        return super().validate_question(answer, comment)

    def _is_possible(self, answer, comment):
        """Whether the question can be answered so; an empty answer is none and always possible."""
        if comment and not validity.is_text(comment):
            return False
        if not answer:
            return True
        kind = self.question_type
        if kind == "scale":
            return validity.is_on_scale(answer, self.scale_min, self.scale_max)
        if kind == "numerical_box":
            return validity.is_number(answer)
        if kind in ("simple_choice", "multiple_choice", "matrix"):
            # A label archived a minute ago may still be on somebody's screen.
            question = self.with_context(active_test=False)
            labels = set(question.suggested_answer_ids.ids)
            if kind == "matrix":
                return validity.is_table(answer, set(question.matrix_row_ids.ids), labels)
            return validity.are_choices(answer, labels)
        return validity.is_text(answer)
