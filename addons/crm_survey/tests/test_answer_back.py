from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CustomerSurveyCase

MIXIN = "odoo.addons.crm_survey.models.crm_survey_answer_mixin"


class AnswerBackCase(CustomerSurveyCase):
    """A survey of our own with one question of each kind of mapping."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "After the visit",
                "survey_type": "lifecycle",
                "question_and_page_ids": [
                    (0, 0, {"title": "Would you recommend us?", "code": "nps", "metric": "nps", "sequence": 1}),
                    (0, 0, {"title": "How satisfied are you?", "code": "csat", "metric": "csat", "sequence": 2}),
                    (0, 0, {"title": "How easy was it?", "code": "ces", "metric": "ces", "sequence": 3}),
                    (0, 0, cls.text("What went wrong?", "trouble", "text_box", target_kind="complaint")),
                    (0, 0, cls.text("Whom may we call?", "friends", "text_box", target_kind="referral")),
                    (
                        0,
                        0,
                        {
                            **cls.text("May we send you offers?", "offers", "simple_choice", target_kind="consent"),
                            "target_consent_purpose": "marketing",
                            "target_consent_channel_id": cls.env.ref("crm_contact_policy.channel_email").id,
                            "suggested_answer_ids": cls.labels("yes", "no", "later"),
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            **cls.text("How may we remind you?", "reminders", "multiple_choice", target_kind="consent"),
                            "target_consent_purpose": "service",
                            "suggested_answer_ids": cls.labels("email", "sms", "phone"),
                        },
                    ),
                ],
            }
        )
        cls.back_program = cls.make_program("quiet", cls.survey, follow_up_days=3)
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Lan",
                "login": "back_manager",
                "lang": "vi_VN",
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, cls.env.ref("sales_team.group_sale_salesman").ids)],
            }
        )
        cls.customer.user_id = cls.manager

    @staticmethod
    def text(title, code, kind, **values):
        return {"title": title, "code": code, "question_type": kind, "sequence": 10, **values}

    @staticmethod
    def labels(*codes):
        return [(0, 0, {"value": code.title(), "code": code}) for code in codes]

    def answered(self, answers, partner=None):
        """An invitation of ``partner`` with these answers, recorded."""
        invitation = self.invite(partner, program=self.back_program)
        self.answer(invitation, answers)
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        return invitation

    def without_cases(self):
        """Complaints as they are where no addon keeps cases."""
        Target = self.env.registry["crm.survey.answer.target.complaint"]
        self.startPatcher(patch.object(Target, "_open_cases", lambda target, complaints: {}))

    def again(self, invitation):
        """Record the answers a second time; returns nothing but what must not happen."""
        invitation.writeback_state = "queued"
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)


@tagged("post_install", "-at_install")
class TestConsent(AnswerBackCase):
    def _words(self):
        return self.env["crm.contact.consent"].search([("partner_id", "=", self.customer.id)])

    def test_given_with_its_evidence(self):
        invitation = self.answered({"offers": "yes"})
        word = self._words()
        self.assertEqual((word.status, word.purpose, word.channel_id.code), ("given", "marketing", "email"))
        self.assertEqual(word.source, "survey")
        self.assertEqual(
            word.evidence, f"survey.user_input,{invitation.user_input_id.id}\nMay we send you offers?\nYes"
        )
        self.again(invitation)
        self.assertEqual(self._words(), word)

    def test_withdrawn(self):
        self.answered({"offers": "no"})
        self.assertEqual(self._words().status, "withdrawn")

    def test_silence_is_no_consent(self):
        self.answered({"offers": "later", "nps": "9"})
        self.assertFalse(self._words())

    def test_channels_ticked(self):
        invitation = self.invite(program=self.back_program)
        question = self.question(self.survey, "reminders")
        ticked = question.suggested_answer_ids.filtered(lambda label: label.code in ("sms", "phone"))
        invitation.user_input_id._mark_in_progress()
        invitation.user_input_id._save_lines(question, ticked.ids)
        invitation.user_input_id._mark_done()
        invitation._write_back()
        given = self._words()
        self.assertEqual(set(given.mapped("channel_id.code")), {"sms", "phone"})
        self.assertEqual(set(given.mapped("purpose")), {"service"})

    def test_a_text_gives_none(self):
        with self.assertRaises(ValidationError):
            self.question(self.survey, "trouble").write(
                {"target_kind": "consent", "target_consent_purpose": "marketing"}
            )
        with self.assertRaises(ValidationError):
            self.question(self.survey, "offers").target_consent_purpose = False


@tagged("post_install", "-at_install")
class TestComplaint(AnswerBackCase):
    def setUp(self):
        super().setUp()
        self.without_cases()

    def _inbound(self):
        return self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("direction", "=", "in"), ("purpose", "=", "survey")]
        )

    def test_follow_up_and_ledger(self):
        invitation = self.answered({"trouble": "Giao trễ <b>2</b> tuần", "nps": "9"})
        contact = self._inbound()
        self.assertEqual(len(contact), 1, "one contact, not two")
        self.assertTrue(contact.is_complaint)
        one = invitation.follow_up_ids
        self.assertEqual((one.reason_code, one.user_id, one.state), ("complaint", self.manager, "open"))
        self.assertEqual(one.complaint, "Giao trễ <b>2</b> tuần")
        self.assertFalse(one.scores)
        self.again(invitation)
        self.assertEqual(len(self._inbound()), 1)
        self.assertEqual(invitation.follow_up_ids, one)
        self.assertEqual(len(one.activity_ids), 1)

    def test_no_is_no_complaint(self):
        invitation = self.answered({"trouble": "Không có"})
        self.assertFalse(invitation.follow_up_ids)
        self.assertFalse(self._inbound().is_complaint)

    def test_an_addon_takes_it(self):
        """Where cases are kept the hook opens one: then neither a follow-up nor a second entry in the ledger."""
        Target = self.env.registry["crm.survey.answer.target.complaint"]
        taken = {}

        def open_cases(target, complaints):
            taken.update({i.id: text for i, text in complaints.items()})
            return {invitation: invitation.partner_id for invitation in complaints}

        with patch.object(Target, "_open_cases", open_cases):
            invitation = self.answered({"trouble": "Late", "nps": "2"})
        self.assertEqual(taken, {invitation.id: "Late"})
        self.assertFalse(self._inbound().is_complaint)
        self.assertEqual(invitation.follow_up_ids.reason_code, "nps", "the detractor is still followed up")
        self.assertFalse(invitation.follow_up_ids.complaint)


@tagged("post_install", "-at_install")
class TestReferral(AnswerBackCase):
    def _leads(self):
        return self.env["crm.lead"].with_context(active_test=False).search(
            [("referred_by_id", "=", self.customer.id)], order="id"
        )

    def test_leads_with_the_referrer(self):
        invitation = self.answered({"friends": "Chị Hoa 0912 345 678\nnam@example.com Anh Nam"})
        hoa, nam = self._leads()
        self.assertEqual((hoa.contact_name, hoa.phone, hoa.user_id), ("Chị Hoa", "0912345678", self.manager))
        self.assertEqual((nam.contact_name, nam.email_from), ("Anh Nam", "nam@example.com"))
        self.assertEqual(hoa.company_id, self.company)
        self.assertEqual(hoa.name, f"Chị Hoa, do {self.customer.display_name} giới thiệu", "in the manager's language")
        self.assertEqual(hoa.tag_ids, self.env.ref("crm_survey.crm_tag_referral"))
        self.assertEqual(hoa.source_id, self.env.ref("crm_survey.utm_source_survey"))
        hoa.action_archive()
        self.again(invitation)
        self.assertEqual(self._leads(), hoa + nam, "not again, not even when one was given up")

    def test_the_referrer_is_credited(self):
        self.answered({"friends": "Chị Hoa 0912 345 678"})
        hoa = self.env["res.partner"].create({"name": "Chị Hoa"})
        self._leads().partner_id = hoa
        referral = self.env["crm.referral"].search([("partner_id", "=", hoa.id)])
        self.assertEqual(referral.referrer_id, self.customer)

    def test_nobody(self):
        self.answered({"friends": "không"})
        self.assertFalse(self._leads())


@tagged("post_install", "-at_install")
class TestFacts(AnswerBackCase):
    def setUp(self):
        super().setUp()
        self.question(self.survey, "csat").write(
            {
                "target_kind": "attribute",
                "target_attribute_id": self.env.ref("crm_profile.attribute_recommend_score").id,
            }
        )

    def _facts(self):
        return self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)], order="id")

    def test_a_verified_fact_stands(self):
        self.customer._profile_record({"recommend_score": 5}, "employee")
        self._facts().write({})
        known = self._facts()
        known._set({"status": "verified", "verified_by_id": self.env.uid})
        self.answered({"csat": "1"})
        self.assertEqual(known.status, "verified")
        self.assertEqual(known.value_integer, 5)
        self.assertEqual(self.customer._profile_value("recommend_score"), 5)
        said = self._facts() - known
        self.assertEqual((said.value_integer, said.source), (1, "survey"))
        self.assertEqual(said.status, "disputed", "what the answer contradicts is decided by a person")
        self.assertTrue(self.env["crm.profile.conflict"].search([("partner_id", "=", self.customer.id)]))

    def test_the_source_is_the_answer(self):
        invitation = self.answered({"csat": "4"})
        fact = self._facts()
        self.assertEqual(fact.source_ref, f"survey.user_input,{invitation.user_input_id.id}")
        self.again(invitation)
        self.assertEqual(self._facts(), fact)

    def test_a_fact_for_companies_goes_to_the_company(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True, "company_id": self.company.id})
        person = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": firm.id, "email": "buyer@example.com"}
        )
        self.question(self.survey, "nps").write(
            {
                "target_kind": "attribute",
                "target_attribute_id": self.env.ref("crm_profile.attribute_employee_count").id,
            }
        )
        self.answered({"nps": "8"}, partner=person)
        self.assertEqual(firm._profile_value("employee_count"), 8)

    def test_why_it_became_quiet(self):
        """A natural cause is told apart from dissatisfaction, once an answer."""
        invitation = self.invite()
        self.answer(invitation, {"reason": "moved"})
        invitation._write_back()
        cause = self.env["crm.lull.cause"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((cause.cause, cause.kind, cause.source), ("natural", "moved", "survey"))
        self.again(invitation)
        self.assertEqual(self.env["crm.lull.cause"].search([("partner_id", "=", self.customer.id)]), cause)


@tagged("post_install", "-at_install")
class TestRecording(AnswerBackCase):
    def _failing(self):
        """Recording that stumbles over one customer's answers."""
        Invitation = self.env.registry["crm.survey.invitation"]
        origin, customer = Invitation._after_recording, self.customer

        def stumble(invitations, answers, questions):
            if customer in invitations.partner_id:
                raise ValueError("the ledger is closed")
            return origin(invitations, answers, questions)

        return patch.object(Invitation, "_after_recording", stumble)

    def test_one_bad_answer_does_not_hold_back_the_others(self):
        other = self.make_customers(1)
        invitations = self.invite(self.customer | other, program=self.back_program)
        for invitation in invitations:
            self.answer(invitation, {"nps": "3", "trouble": "Late"})
        mine = invitations.filtered(lambda i: i.partner_id == self.customer)
        with self._failing(), mute_logger(MIXIN):
            invitations._write_back()
        self.assertEqual((invitations - mine).writeback_state, "done")
        self.assertEqual(len((invitations - mine).follow_up_ids), 1)
        self.assertEqual((mine.writeback_state, mine.writeback_error), ("error", "the ledger is closed"))
        self.assertFalse(mine.follow_up_ids, "nothing is left half done")
        self.assertEqual(mine.writeback_attempts, 1)
        self.assertTrue(mine.writeback_retry_on)
        failed = self.env.ref("crm_survey.crm_survey_invitation_action_failed")
        self.assertIn(mine, self.env["crm.survey.invitation"].search(fields.Domain(eval(failed.domain))))  # noqa: S307

    def test_tried_again_by_itself(self):
        invitation = self.invite(program=self.back_program)
        self.answer(invitation, {"nps": "3"})
        with self._failing(), mute_logger(MIXIN):
            invitation._write_back()
        waiting = self.env["crm.survey.invitation"]._get_recording_domain
        soon = invitation.writeback_retry_on
        self.assertFalse(invitation.filtered_domain(waiting(soon - timedelta(minutes=1))))
        self.assertTrue(invitation.filtered_domain(waiting(soon)))
        invitation.writeback_retry_on = fields.Datetime.now() - timedelta(minutes=1)
        with self.enter_registry_test_mode():
            self.env.ref("crm_survey.ir_cron_write_back").method_direct_trigger()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertEqual(len(invitation.follow_up_ids), 1)

    def test_given_up_until_somebody_asks(self):
        invitation = self.invite(program=self.back_program)
        self.answer(invitation, {"nps": "3"})
        with self._failing(), mute_logger(MIXIN):
            for _number in range(4):
                invitation._write_back()
        self.assertEqual(invitation.writeback_attempts, 4)
        self.assertFalse(invitation.writeback_retry_on)
        invitation.action_retry_write_back()
        self.assertEqual((invitation.writeback_state, invitation.writeback_attempts), ("queued", 0))
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done")
