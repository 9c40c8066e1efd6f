from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import CustomerSurveyCase


class ChurnOutcomeCase(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.churn_program = cls.make_program("ended", cls.churn_survey, delay_days=0)
        cls.salesperson = new_test_user(
            cls.env,
            "churn_sales",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.customer.user_id = cls.salesperson
        cls.pricing = cls.env.ref("crm_survey.churn_reason_pricing")
        cls.circumstances = cls.env.ref("crm_survey.churn_reason_circumstances")

    def make_interview(self, **values):
        return self.env["crm.churn.interview"].create({"partner_id": self.customer.id, **values})

    def buy(self, days_ago, amount=100.0):
        self.env["crm.external.transaction"].create(
            [
                {
                    "external_ref": f"C{self.customer.id}-{day}",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": fields.Date.today() - timedelta(days=day),
                    "amount": amount,
                }
                for day in days_ago
            ]
        )
        self.customer.lifecycle_refresh()


@tagged("post_install", "-at_install")
class TestChurnOutcome(ChurnOutcomeCase):
    def _last_change(self):
        return self.env["crm.lifecycle.transition"].search(
            [("partner_id", "=", self.customer.id), ("company_id", "=", self.company.id)], order="id desc", limit=1
        )

    def test_two_axes(self):
        Reason = self.env["crm.churn.reason"]
        self.assertEqual({reason.cause for reason in Reason.search([])}, {"offer", "service", "competitor", "customer"})
        mine = Reason.create({"name": "Parking", "code": "parking", "cause": "service", "controllable": True})
        self.assertEqual(mine.cause, "service")
        interview = self.make_interview(primary_reason_id=self.env.ref("crm_survey.churn_reason_competition").id)
        self.assertEqual((interview.cause, interview.controllable), ("competitor", False))
        interview.controllable = True
        self.assertEqual((interview.cause, interview.controllable), ("competitor", True), "each axis by itself")

    def test_confirmed(self):
        self.buy([400, 380, 350])
        interview = self.make_interview(primary_reason_id=self.pricing.id).with_user(self.salesperson)
        interview.action_confirm_ended()
        self.assertEqual((interview.outcome, interview.state), ("ended", "done"))
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.lifecycle_stage_id.code, "ended")
        declared = self.env["crm.lifecycle.declaration"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((declared.trigger, declared.stage_id.code, declared.until), ("survey", "ended", False))
        self.assertEqual(declared.reason, "Churn interview: Pricing, says the customer")
        self.assertIn("Pricing", self.customer.lifecycle_reason)
        with self.assertRaises(UserError):
            interview.action_back_to_quiet()

    def test_back_to_quiet(self):
        self.buy([100, 80, 60, 40, 20])
        self.customer._lifecycle_declare("ended", "silence")
        interview = self.make_interview(salesperson_reason_id=self.circumstances.id)
        interview.action_back_to_quiet()
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.lifecycle_stage_id.code, "quiet")
        change = self._last_change()
        self.assertEqual((change.trigger, change.to_stage_id.code), ("survey", "quiet"))
        self.assertIn("as we see it", change.reason)
        self.assertEqual(interview.state, "silent", "nobody heard the customer")

    def test_its_own_decision_opens_no_other_interview(self):
        self.buy([60, 40, 20])
        self.company.crm_survey_churn_until = fields.Datetime.now()
        interview = self.make_interview(primary_reason_id=self.pricing.id, ended_on="2026-01-01")
        interview.action_confirm_ended()
        self.assertEqual(self._last_change().trigger, "survey")
        opened = self.env["crm.churn.interview"]._open_for_transitions(fields.Datetime.now() + timedelta(seconds=1))
        self.assertNotIn(self.customer, opened.partner_id)

    def test_no_reason_no_decision(self):
        with self.assertRaises(UserError):
            self.make_interview().action_confirm_ended()

    def test_suggestion(self):
        interview = self.make_interview(primary_reason_id=self.circumstances.id)
        self.assertEqual(interview.proposed_outcome, "quiet")
        interview.win_back_chance = "none"
        self.assertEqual(interview.proposed_outcome, "ended")

    def test_another_company(self):
        interview = self.make_interview(primary_reason_id=self.pricing.id)
        main = self.env.ref("base.main_company")
        far = new_test_user(
            self.env,
            "churn_far",
            groups="sales_team.group_sale_manager",
            company_id=main.id,
            company_ids=[(6, 0, main.ids)],
        )
        theirs = interview.with_user(far).with_context(allowed_company_ids=main.ids)
        for action in ("action_confirm_ended", "action_interview", "action_win_back", "action_close"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(theirs, action)()


@tagged("post_install", "-at_install")
class TestChurnTwoViews(ChurnOutcomeCase):
    def _interviewed(self, answers):
        interview = self.make_interview()
        interview.with_user(self.salesperson).action_interview()
        invitation = interview.invitation_ids
        self.answer(invitation, answers)
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        return interview

    def test_what_the_customer_answered_stands(self):
        interview = self._interviewed({"primary_reason": "ethics"})
        mine = interview.with_user(self.salesperson)
        self.assertTrue(mine.is_answered)
        for vals in ({"primary_reason_id": self.pricing.id}, {"customer_note": "all fine"}, {"compare_price": "1"}):
            with self.subTest(vals), self.assertRaises(UserError):
                mine.write(vals)
        mine.write({"salesperson_reason_id": self.pricing.id, "salesperson_note": "we were too dear"})
        self.assertEqual(interview.primary_reason_id.code, "ethics")
        self.assertEqual(interview.agreement, "different")

    def test_answers_never_touch_our_side(self):
        interview = self.make_interview(
            salesperson_reason_id=self.pricing.id, salesperson_relationship_caused=False, salesperson_note="ours"
        )
        interview.action_interview()
        self.answer(interview.invitation_ids, {"primary_reason": "ethics", "cause": "yes", "words": "theirs"})
        interview.invitation_ids._write_back()
        self.assertEqual((interview.salesperson_reason_id, interview.salesperson_note), (self.pricing, "ours"))
        self.assertFalse(interview.salesperson_relationship_caused)
        self.assertTrue(interview.relationship_caused)

    def test_point_by_point(self):
        interview = self._interviewed(
            {
                "primary_reason": "competition",
                "elsewhere": "yes",
                "competitor": "Phương Nam",
                "comparison": {"price": "2", "service": "5"},
            }
        )
        self.assertEqual((interview.compare_price, interview.compare_service), ("2", "5"))
        self.assertFalse(interview.compare_quality)

    def test_point_by_point_without_questionnaire(self):
        rival = self.env["crm.competitor"].create({"name": "Rival"})
        interview = self.make_interview(
            primary_reason_id=self.pricing.id, competitor_id=rival.id, compare_price="5", compare_delivery="1"
        )
        interview.with_user(self.salesperson).action_close()
        said = self.env["crm.competitor.assessment"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((said.competitor_id, said.relation, said.source), (rival, "left_for", "employee"))
        self.assertEqual((said.rating_price, said.rating_delivery, said.rating_quality), (5, 1, 0))
        interview._record_assessments()
        self.assertEqual(self.env["crm.competitor.assessment"].search([("partner_id", "=", self.customer.id)]), said)

    def test_by_phone_sends_nothing(self):
        interview = self.make_interview()
        action = interview.with_user(self.salesperson).action_interview()
        invitation = interview.invitation_ids
        self.assertEqual((invitation.state, invitation.user_id), ("to_call", self.salesperson))
        self.assertIn(invitation.user_input_id.access_token, action["url"])
        self.assertFalse(self.mails(invitation))
        interview.with_user(self.salesperson).action_interview()
        self.assertEqual(interview.invitation_ids, invitation, "gone on with, not begun again")
        self.assertEqual(interview.state, "asked")

    def test_natural_causes(self):
        for code, expected in (
            ("circumstances", ("natural", False)),
            ("competition", ("dissatisfied", "competitor")),
            ("pricing", ("dissatisfied", "price")),
        ):
            partner = self.make_customers(1)
            reason = self.env.ref(f"crm_survey.churn_reason_{code}")
            interview = self.env["crm.churn.interview"].create(
                {"partner_id": partner.id, "primary_reason_id": reason.id}
            )
            interview.action_close()
            cause = self.env["crm.lull.cause"].search([("partner_id", "=", partner.id)])
            self.assertEqual((cause.cause, cause.kind), expected)

    def test_value_as_it_was(self):
        self.buy([400, 60, 50, 40, 30, 20, 10])
        expected = self.customer.lifecycle_status_id.expected_amount
        interview = self.make_interview()
        self.assertEqual(interview.value_lost, 600.0)
        self.assertEqual(interview.value_expected, expected)
        self.customer.lifecycle_status_id.sudo().expected_amount = expected + 77
        interview.invalidate_recordset()
        self.assertEqual(interview.value_expected, expected)


@tagged("post_install", "-at_install")
class TestNoSelling(ChurnOutcomeCase):
    """Win-back offers are never mixed into the questionnaire."""

    def test_no_lead_from_an_interview(self):
        field = self.env["ir.model.fields"]._get("crm.lead", "description")
        for code, vals in (
            ("words", {"target_kind": "lead", "target_lead_field_id": field.id}),
            ("words", {"target_kind": "referral"}),
            ("elsewhere", {"target_kind": "consent", "target_consent_purpose": "marketing"}),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, "does not sell"):
                self.question(self.churn_survey, code).write(vals)

    def test_no_offer_in_words(self):
        question = self.question(self.churn_survey, "bring_back")
        with self.assertRaises(ValidationError):
            question.title = "Would 20% off bring you back?"
        with self.assertRaises(ValidationError):
            question.with_context(lang="vi_VN").title = "Anh chị nhận mã giảm giá và quay lại chứ?"
        with self.assertRaises(ValidationError):
            self.churn_survey.description_done = "<p>Here is your voucher</p>"
        self.question(self.quiet_survey, "liked").title = "Did you like our voucher?"
        question.title = "Was the price the reason?"

    def test_a_selling_survey_becomes_no_interview(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Offers",
                "survey_type": "lifecycle",
                "question_and_page_ids": [(0, 0, {"title": "Here is a coupon", "question_type": "char_box"})],
            }
        )
        with self.assertRaises(ValidationError):
            survey.survey_type = "churn"
