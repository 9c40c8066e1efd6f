from odoo import fields, models


class SurveyUserInput(models.Model):
    """A respondent's own plan."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    crm_settled_question_ids = fields.Json(
        string="Asked without condition",
        readonly=True,
        copy=False,
        help="Questions that follow from an answer we know already.",
    )

    def _get_conditional_values(self):
        """A question that follows from a known answer comes up by itself."""
        by_question, by_answer, selected = super()._get_conditional_values()
        if settled := set(self.crm_settled_question_ids or ()):
            by_question = {q: answers for q, answers in by_question.items() if q.id not in settled}
            by_answer = {
                answer: questions.filtered(lambda q: q.id not in settled) for answer, questions in by_answer.items()
            }
        return by_question, by_answer, selected

    def _get_inactive_conditional_questions(self):
        """As above, for follow-ups to a scale whose mark we know."""
        settled = set(self.crm_settled_question_ids or ())
        return super()._get_inactive_conditional_questions().filtered(lambda question: question.id not in settled)
