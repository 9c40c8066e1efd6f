from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common import CustomerSurveyCase, LinkMixin


@tagged("post_install", "-at_install")
class TestMetrics(LinkMixin, CustomerSurveyCase, HttpCase):
    """NPS, CSAT, CES and the comparison with a competitor, and questions that follow a scale."""

    def setUp(self):
        super().setUp()
        self.survey = self.env["survey.survey"].create(
            {
                "title": "Measures",
                "survey_type": "lifecycle",
                "questions_layout": "page_per_question",
                "question_and_page_ids": [
                    (0, 0, {"title": "Recommend?", "code": "nps", "metric": "nps", "sequence": 1}),
                    (0, 0, {"title": "Why?", "code": "why", "question_type": "text_box", "sequence": 2}),
                    (0, 0, {"title": "Best?", "code": "best", "question_type": "text_box", "sequence": 3}),
                ],
            }
        )
        self.nps = self.question(self.survey, "nps")
        self.why = self.question(self.survey, "why")
        self.best = self.question(self.survey, "best")
        self.why.write({"follow_question_id": self.nps.id, "follow_min": 0, "follow_max": 6})
        self.best.write({"follow_question_id": self.nps.id, "follow_min": 9, "follow_max": 10})

    def _invite(self):
        program = self.make_program("new", self.survey)
        invitation = self.invite(self.make_customers(1), program=program)
        invitation.expires_on = invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.opener.cookies.clear()
        return invitation

    def _lines(self, invitation):
        invitation.user_input_id.invalidate_recordset()
        return {line.question_id.code: line for line in invitation.user_input_id.user_input_line_ids}

    def test_metric_sets_the_scale(self):
        for metric, kind, bounds in (
            ("nps", "scale", (0, 10)),
            ("csat", "scale", (1, 5)),
            ("ces", "scale", (1, 7)),
            ("competitor", "matrix", None),
        ):
            question = self.env["survey.question"].create(
                {"title": metric, "survey_id": self.survey.id, "metric": metric}
            )
            self.assertEqual(question.question_type, kind)
            if bounds:
                self.assertEqual((question.scale_min, question.scale_max), bounds)
                self.assertTrue(question.scale_min_label and question.scale_max_label)

    def test_metric_in_the_form(self):
        form = Form(self.env["survey.question"].with_context(default_survey_id=self.survey.id))
        form.title = "How easy was it?"
        form.question_type = "scale"
        form.metric = "ces"
        question = form.save()
        self.assertEqual((question.scale_min, question.scale_max, question.metric), (1, 7, "ces"))

    def test_metric_keeps_its_scale(self):
        with self.assertRaises(ValidationError):
            self.nps.scale_max = 5
        with self.assertRaises(ValidationError):
            self.env["survey.question"].create(
                {"title": "?", "survey_id": self.survey.id, "metric": "csat", "scale_max": 9}
            )

    def test_answered_scale_stays(self):
        self.answer(self._invite(), {"nps": "4"})
        self.nps.metric = False
        with self.assertRaises(UserError):
            self.nps.scale_max = 9
        self.nps.metric = "nps"
        self.assertEqual((self.nps.metric, self.nps.scale_max), ("nps", 10))

    def test_follow_up_order(self):
        with self.assertRaises(ValidationError):
            self.nps.follow_question_id = self.nps
        with self.assertRaises(ValidationError):
            self.best.follow_question_id = self.why
        with self.assertRaises(ValidationError):
            self.why.write({"follow_min": 7, "follow_max": 6})
        with self.assertRaises(ValidationError):
            self.survey.questions_layout = "one_page"

    def test_zero_is_an_answer_and_is_asked_why(self):
        """A browser sends "0", a program may send 0: both are the worst mark, not a skipped question."""
        for sent in (0, "0"):
            with self.subTest(sent=sent):
                invitation = self._invite()
                self.answer_by_http(invitation, {"nps": sent, "why": "The wait"})
                lines = self._lines(invitation)
                self.assertEqual((lines["nps"].skipped, lines["nps"].value_scale), (False, 0))
                self.assertEqual(lines["nps"].answer_type, "scale")
                self.assertEqual(lines["why"].value_text_box, "The wait")
                self.assertNotIn("best", lines)

    def test_plan_equals_what_was_asked(self):
        for mark, asked in ((3, {"nps", "why"}), (8, {"nps"}), (10, {"nps", "best"})):
            with self.subTest(mark=mark):
                invitation = self._invite()
                self.answer_by_http(invitation, {"nps": str(mark), "why": "x", "best": "x"})
                user_input = invitation.user_input_id
                self.assertEqual(user_input.state, "done")
                self.assertEqual(set(user_input.predefined_question_ids.mapped("code")), asked)
                self.assertEqual(set(self._lines(invitation)), asked)

    def test_skipped_scale_is_not_followed(self):
        invitation = self._invite()
        self.answer_by_http(invitation, {"nps": ""})
        self.assertEqual(invitation.user_input_id.predefined_question_ids, self.nps)

    def test_changed_mind(self):
        """Who goes back and gives another mark is not left with the answer to the wrong follow-up."""
        invitation = self._invite()
        survey_token, answer_token = self.tokens(invitation)
        self.url_open(self.start_url(invitation))
        self.rpc(f"/survey/begin/{survey_token}/{answer_token}", {})
        submit = f"/survey/submit/{survey_token}/{answer_token}"
        page = self.rpc(submit, {"question_id": self.nps.id, str(self.nps.id): "2"})[1]["survey_content"]
        self.assertIn("Why?", page)
        back = {"question_id": self.why.id, str(self.why.id): "The wait", "previous_page_id": self.nps.id}
        page = self.rpc(submit, back)[1]["survey_content"]
        self.assertIn("Recommend?", page)
        page = self.rpc(submit, {"question_id": self.nps.id, str(self.nps.id): "9"})[1]["survey_content"]
        self.assertIn("Best?", page)
        self.assertNotIn("why", self._lines(invitation))

    def test_scale_with_follow_up_continues(self):
        """The button of the last sure question says “Continue”, because a follow-up may come."""
        invitation = self._invite()
        survey_token, answer_token = self.tokens(invitation)
        page = self.rpc(f"/survey/begin/{survey_token}/{answer_token}", {})[1]["survey_content"]
        self.assertIn('value="next"', page)
        self.assertNotIn('value="finish"', page)

    def test_copies_follow_their_own_scale(self):
        copy = self.survey.copy()
        codes = {q.code: q for q in copy.question_ids}
        self.assertEqual(codes["why"].follow_question_id, codes["nps"])
        self.assertEqual((codes["best"].follow_min, codes["best"].follow_max), (9, 10))
        self.assertEqual(codes["nps"].metric, "nps")
        self.assertEqual(self.why.copy().follow_question_id, self.nps)

    def test_comparison_names_the_competitor(self):
        survey = self.env.ref("crm_survey.survey_churn")
        invitation = self.invite(self.make_customers(1), program=self.make_program("ended", survey))
        invitation.expires_on = invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.opener.cookies.clear()
        survey_token, answer_token = self.tokens(invitation)
        self.rpc(f"/survey/begin/{survey_token}/{answer_token}", {})
        submit = f"/survey/submit/{survey_token}/{answer_token}"
        content = ""
        values = {
            "primary_reason": str(self.label(survey, "primary_reason", "competition").id),
            "elsewhere": str(self.label(survey, "elsewhere", "yes").id),
            "competitor": "<b>Bên kia</b>",
        }
        for code in ("primary_reason", "secondary_reason", "cause", "elsewhere", "competitor"):
            question = self.question(survey, code)
            result = self.rpc(submit, {"question_id": question.id, str(question.id): values.get(code, "")})
            content = result[1]["survey_content"]
        self.assertIn("o_crm_survey_named", content)
        self.assertIn("&lt;b&gt;Bên kia&lt;/b&gt;", content)
        self.assertNotIn("<b>Bên kia</b>", content)
