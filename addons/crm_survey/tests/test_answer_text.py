from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestAnswerText(CustomerSurveyCase):
    """Answers are shown to people in full, in their language; core's name of a line cuts and shows raw figures."""

    def setUp(self):
        super().setUp()
        invitation = self.invite()
        self.answer(invitation, {"reason": "natural"})
        self.user_input = invitation.user_input_id

    def _line(self, kind, **values):
        question = self.question(self.user_input.survey_id, "liked")
        values = {"question_id": question.id, "answer_type": kind, **values}
        return self.env["survey.user_input.line"].create({"user_input_id": self.user_input.id, **values})

    def test_every_word(self):
        words = "Everything, " * 30 + "really"
        self.assertEqual(self._line("text_box", value_text_box=words).answer_text, words)

    def test_numbers_as_written_there(self):
        line = self._line("numerical_box", value_numerical_box=35000000.0)
        self.assertEqual(line.with_context(lang="en_US").answer_text, "35,000,000")
        self.assertEqual(line.with_context(lang="vi_VN").answer_text, "35.000.000")
        line.value_numerical_box = 2.5
        self.assertEqual(line.with_context(lang="en_US").answer_text, "2.50")

    def test_days_as_written_there(self):
        line = self._line("date", value_date="2026-03-02")
        self.assertEqual(line.with_context(lang="vi_VN").answer_text, "02/03/2026")

    def test_rows_of_a_matrix(self):
        survey = self.env.ref("crm_survey.survey_established")
        question = survey.question_ids.filtered(lambda question: question.question_type == "matrix")[:1]
        line = self._line("suggestion", suggested_answer_id=question.suggested_answer_ids[0].id)
        line.write({"question_id": question.id, "matrix_row_id": question.matrix_row_ids[0].id})
        expected = f"{question.matrix_row_ids[0].value}: {question.suggested_answer_ids[0].value}"
        self.assertEqual(line.answer_text, expected)

    def test_skipped(self):
        line = self._line(False, skipped=True)
        self.assertEqual(line.answer_text, line.display_name)
