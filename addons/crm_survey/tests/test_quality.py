from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestQuality(CustomerSurveyCase):
    """Doubtful answers are flagged, judged by a person and never deleted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("crm_survey.survey_established").copy()
        cls.stage_program = cls.make_program("established", cls.survey)
        cls.ordinary = {
            "recommend": "8",
            "parts": {"product": "5", "sales": "4", "delivery": "4", "after_sales": "3"},
            "criterion": "price",
            "trend": "More tea",
        }

        cls.straight = {**cls.ordinary, "parts": dict.fromkeys(cls.ordinary["parts"], "4")}

    def _answered(self, answers=None, seconds=120, partners=None):
        invitations = self.invite(partners or self.make_customers(1), program=self.stage_program)
        for invitation in invitations:
            user_input = self.answer(invitation, answers or self.ordinary)
            user_input.start_datetime = user_input.end_datetime - timedelta(seconds=seconds)
        return invitations

    def test_ordinary_answers_pass(self):
        self._answered(partners=self.make_customers(12))._write_back()
        one = self._answered()
        one._write_back()
        self.assertEqual((one.user_input_id.quality_state, one.user_input_id.quality_flags), ("none", False))

    def test_too_fast(self):
        self._answered(partners=self.make_customers(12))._write_back()
        fast = self._answered(seconds=59)
        fast._write_back()
        self.assertEqual((fast.user_input_id.quality_state, fast.user_input_id.quality_flags), ("flagged", "speed"))
        self.assertIn("seconds", fast.user_input_id.quality_text)
        just = self._answered(seconds=61)
        just._write_back()
        self.assertEqual(just.user_input_id.quality_state, "none")

    def test_few_answers_have_no_usual_time(self):
        fast = self._answered(seconds=1)
        fast._write_back()
        self.assertEqual(fast.user_input_id.quality_state, "none")

    def test_always_the_same(self):
        same = self._answered(self.straight)
        same._write_back()
        self.assertEqual(same.user_input_id.quality_flags, "straight")
        self.assertIn("4", same.user_input_id.quality_text)
        # What was said is recorded all the same: a flag is a question, not a verdict.
        self.assertEqual(same.writeback_state, "done")
        self.assertEqual(same.partner_id._profile_value("recommend_score"), 8)

    def _contradict(self, verified):
        partner = self.make_customers(1)
        attribute = self.env.ref("crm_profile.attribute_main_criterion")
        fact = partner._profile_record({"main_criterion": "quality"}, "employee", collected_on=self.at.date())
        if verified:
            fact.evidence = "Said so at the fair"
            fact.action_verify()
        invitation = self._answered(partners=partner)
        invitation._write_back()
        return invitation.user_input_id, attribute

    def test_contradicts_a_verified_fact(self):
        user_input, attribute = self._contradict(verified=True)
        self.assertEqual(user_input.quality_flags, "contradiction")
        self.assertEqual(user_input.quality_detail, {"contradiction": attribute.ids})
        self.assertIn(attribute.name, user_input.quality_text)

    def test_another_opinion_is_no_contradiction(self):
        self.assertEqual(self._contradict(verified=False)[0].quality_state, "none")

    def test_restricted_fact_is_not_named(self):
        user_input, attribute = self._contradict(verified=True)
        attribute.sensitivity = "restricted"
        reader = new_test_user(self.env, "quality_reader", groups="crm_survey.group_manager")
        self.assertNotIn(attribute.name, user_input.with_user(reader).sudo().with_user(reader).quality_text or "")
        # Nor does what the words are made of tell that there is such a fact.
        self.assertNotIn("quality_detail", self.env["survey.user_input"].with_user(reader).fields_get())

    def test_looking_again_changes_nothing(self):
        """Recording is retried after an error: the facts it left must not contradict the answers they came from."""
        invitation = self._answered()
        invitation._write_back()
        invitation.write({"writeback_state": "queued"})
        invitation._write_back()
        self.assertEqual(invitation.user_input_id.quality_state, "none")

    def test_review(self):
        same = self._answered(self.straight)
        same._write_back()
        user_input = same.user_input_id
        lines = user_input.user_input_line_ids
        action = user_input.action_set_aside()
        form = Form(self.env["crm.survey.review"].with_context(**action["context"]))
        self.assertEqual(form.decision, "set_aside")
        form.reason = "Asked: did not read the questions"
        form.save().action_apply()
        self.assertEqual(user_input.quality_state, "set_aside")
        self.assertEqual(user_input.quality_note, "Asked: did not read the questions")
        self.assertEqual(user_input.quality_reviewer_id, self.env.user)
        self.assertEqual(lines.exists(), lines)
        # The facts from it are doubted, and a second look leaves the decision alone.
        self.assertFalse(same.partner_id._profile_value("recommend_score"))
        user_input._flag_quality()
        self.assertEqual(user_input.quality_state, "set_aside")
        user_input._review("accepted", "Spoke to her", self.at)
        self.assertEqual((user_input.quality_state, user_input.quality_flags), ("accepted", "straight"))

    def test_who_reviews(self):
        same = self._answered()
        salesperson = new_test_user(self.env, "quality_sales", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.env["crm.survey.review"].with_user(salesperson).create({"decision": "set_aside", "reason": "no"})
        with self.assertRaises(AccessError):
            same.user_input_id.with_user(salesperson).write({"quality_state": "set_aside"})

    def test_only_complete_answers_are_reviewed(self):
        invitation = self.invite(self.make_customers(1), program=self.stage_program)
        with self.assertRaises(UserError):
            invitation.user_input_id._review("set_aside", "no", self.at)

    def test_set_aside_leaves_the_median(self):
        slow = self._answered(partners=self.make_customers(12), seconds=9999)
        slow.user_input_id.quality_state = "set_aside"
        self._answered(partners=self.make_customers(12))
        medians = self.env["survey.user_input"]._get_medians(self.survey)
        self.assertAlmostEqual(medians[self.survey.id], 120 / len(slow[0].user_input_id.predefined_question_ids), 3)

    def test_queries_do_not_grow(self):
        few = self._answered(partners=self.make_customers(10)).user_input_id
        many = self._answered(partners=self.make_customers(40)).user_input_id
        self.assertSameQueryCount(few._flag_quality, many._flag_quality)
