from odoo import fields
from odoo.tests import tagged

from .test_answer_back import AnswerBackCase


@tagged("post_install", "-at_install")
class TestBackPerformance(AnswerBackCase):
    """Recording needs as many queries for a hundred customers as for ten, whatever is recorded."""

    def _answered(self, number, survey, program, answers, link=None):
        """Invitations whose customers gave the same kind of answer; lines are written as the web page leaves them."""
        customers = self.make_customers(number)
        customers.user_id = self.manager
        invitations = self.invite(customers, program=program)
        if link:
            link(invitations)
        vals_list = []
        for index, invitation in enumerate(invitations):
            for code, prepare in answers.items():
                question = self.question(survey, code)
                vals_list.append(
                    {
                        "user_input_id": invitation.user_input_id.id,
                        "question_id": question.id,
                        **prepare(question, index),
                    }
                )
        self.env["survey.user_input.line"].create(vals_list)
        invitations.write({"state": "done", "writeback_state": "queued", "done_on": fields.Datetime.now()})
        return invitations

    @staticmethod
    def scale(value):
        return lambda question, index: {"answer_type": "scale", "value_scale": value}

    @staticmethod
    def words(kind, text):
        return lambda question, index: {"answer_type": kind, f"value_{kind}": f"{text} {index}"}

    @staticmethod
    def label(code):
        return lambda question, index: {
            "answer_type": "suggestion",
            "suggested_answer_id": question.suggested_answer_ids.filtered(lambda a: a.code == code).id,
        }

    def _assert_constant(self, survey, program, answers, link=None):
        few = self._answered(10, survey, program, answers, link)
        many = self._answered(100, survey, program, answers, link)
        self.assertSameQueryCount(few._write_back, many._write_back)
        few._write_back()
        self.assertEqual(set(few.mapped("writeback_state")), {"done"}, few.mapped("writeback_error"))

    def test_consents(self):
        self._assert_constant(self.survey, self.back_program, {"offers": self.label("yes")})

    def test_follow_ups(self):
        self._assert_constant(self.survey, self.back_program, {"nps": self.scale(2)})

    def test_complaints(self):
        self._assert_constant(self.survey, self.back_program, {"trouble": self.words("text_box", "Late")})

    def test_churn(self):
        program = self.make_program("ended", self.churn_survey, delay_days=0)
        self._assert_constant(
            self.churn_survey,
            program,
            {"primary_reason": self.label("competition"), "competitor": self.words("char_box", "Rival")},
        )
