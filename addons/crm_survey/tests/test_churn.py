from datetime import date, timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestChurn(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.churn_program = cls.make_program("ended", cls.churn_survey, delay_days=0)
        cls.Interview = cls.env["crm.churn.interview"]
        cls.company.crm_survey_churn_until = cls.at

    def test_opened_by_rule_and_by_hand_only(self):
        customers = self.make_customers(4)
        for partner, trigger in zip(customers, ("rule", "user", "import", "rebuild"), strict=True):
            self.move(partner, "ended", trigger=trigger)
        opened = self.Interview._open_for_transitions(self.later(hours=1))
        mine = opened.filtered(lambda i: i.company_id == self.company)
        self.assertEqual(mine.partner_id, customers[:2])
        self.assertEqual(mine.mapped("state"), ["open", "open"])
        self.assertFalse(self.Interview._open_for_transitions(self.later(hours=2)))

    def test_switched_off(self):
        self.company.crm_survey_open_churn = False
        self.move(self.customer, "ended")
        self.Interview._open_for_transitions(self.later(hours=1))
        self.assertFalse(self.Interview.search([("partner_id", "=", self.customer.id)]))

    def test_declared_by_a_user(self):
        self.customer._lifecycle_declare("ended", "moved to another city")
        opened = self.Interview._open_for_transitions(fields.Datetime.now() + timedelta(seconds=1))
        self.assertIn(self.customer, opened.partner_id)

    def _interview(self):
        interview = self.Interview._open(self.move(self.customer, "ended"))
        invitation = self.invite(program=self.churn_program)
        self.assertEqual(invitation.churn_interview_id, interview)
        self.assertEqual(interview.state, "asked")
        return interview, invitation

    def test_one_reason_named_twice(self):
        """An answer that names one reason twice gives one; by hand the form says what to do."""
        interview, invitation = self._interview()
        self.answer(invitation, {"primary_reason": "pricing", "secondary_reason": "pricing", "cause": "yes"})
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertEqual(interview.primary_reason_id.code, "pricing")
        self.assertFalse(interview.secondary_reason_id)
        with self.assertRaisesRegex(ValidationError, "second reason"):
            interview.secondary_reason_id = interview.primary_reason_id

    def test_asked_again_on_the_day_it_was_closed(self):
        """There is one interview about a customer's end on a day, whoever closed it by hand before."""
        today = self.company._lifecycle_today()
        interview = self.Interview.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "ended_on": today,
                "state": "done",
                "primary_reason_id": self.env.ref("crm_survey.churn_reason_pricing").id,
            }
        )
        self.assertEqual(self.invite(program=self.churn_program).churn_interview_id, interview)

    @freeze_time("2026-11-30 18:00:00")
    def test_day_of_the_company(self):
        """At one o'clock in the morning in Vietnam it is tomorrow already."""
        invitation = self.invite(self.make_customers(1), program=self.churn_program)
        self.assertEqual(invitation.churn_interview_id.ended_on, date(2026, 12, 1))
        days = [(0, 0, {"date": "2026-11-30"}), (0, 0, {"date": "2027-01-04"})]
        calendar = self.make_program("quiet", self.quiet_survey, trigger="calendar", stage_ids=False, day_ids=days)
        self.assertEqual(calendar.next_day, date(2027, 1, 4))

    def test_answer_by_link_is_recorded(self):
        interview, invitation = self._interview()
        self.answer(
            invitation,
            {
                "primary_reason": "response_to_failure",
                "secondary_reason": "pricing",
                "cause": "yes",
                "elsewhere": "yes",
                "competitor": "  Phương   Nam ",
                "comparison": {"price": "2", "service": "5"},
                "words": "Gọi mãi không ai nghe",
                "bring_back": "Nghe máy",
            },
        )
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertEqual(interview.state, "done")
        self.assertEqual(interview.primary_reason_id.code, "response_to_failure")
        self.assertEqual(interview.secondary_reason_id.code, "pricing")
        self.assertTrue(interview.controllable and interview.relationship_caused)
        self.assertEqual(interview.competitor_id.name, "Phương Nam")
        self.assertIn("\n", interview.comparison)
        self.assertEqual(interview.customer_note, "Gọi mãi không ai nghe")
        self.assertEqual(interview.channel_id.code, "web")
        assessment = self.env["crm.competitor.assessment"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(assessment.relation, "left_for")
        self.assertEqual((assessment.rating_price, assessment.rating_service, assessment.rating_quality), (2, 5, 0))
        invitation._write_back()
        self.assertEqual(self.env["crm.competitor.assessment"].search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_known_competitor_is_found(self):
        known = self.env["crm.competitor"].create({"name": "Xe 100%_Tốt"})
        interview, invitation = self._interview()
        self.answer(invitation, {"primary_reason": "competition", "elsewhere": "yes", "competitor": "xe 100%_tốt"})
        invitation._write_back()
        self.assertEqual(interview.competitor_id, known)

    def test_agreement(self):
        interview, invitation = self._interview()
        interview.salesperson_reason_id = self.env.ref("crm_survey.churn_reason_pricing")
        self.assertFalse(interview.agreement)
        self.answer(invitation, {"primary_reason": "competition"})
        invitation._write_back()
        self.assertEqual(interview.agreement, "different")

    def test_silent_when_declined(self):
        interview, invitation = self._interview()
        invitation._decline(self.at)
        self.assertEqual(interview.state, "silent")

    def test_value_lost(self):
        days = (400, 200, 10)
        self.env["crm.external.transaction"].create(
            [
                {
                    "external_ref": f"V{index}",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": self.at.date() - timedelta(days=day),
                    "amount": 100.0,
                }
                for index, day in enumerate(days)
            ]
        )
        interview = self.Interview._open(self.move(self.customer, "ended"))
        self.assertEqual(interview.value_lost, 200.0)

    def test_win_back_only_afterwards(self):
        """While the customer is asked nobody sells; afterwards the lead says where it comes from."""
        interview, invitation = self._interview()
        interview.primary_reason_id = self.env.ref("crm_survey.churn_reason_pricing")
        with self.assertRaises(UserError):
            interview.action_win_back()
        self.answer(invitation, {"primary_reason": "pricing", "words": "Too dear, and the boss is rude"})
        invitation._write_back()
        interview.action_win_back()
        lead = interview.lead_id
        self.assertEqual((lead.partner_id, lead.churn_interview_id), (self.customer, interview))
        self.assertEqual(lead.tag_ids, self.env.ref("crm_survey.crm_tag_win_back"))
        self.assertEqual(lead.source_id, self.env.ref("crm_survey.utm_source_churn"))
        self.assertIn("Pricing", lead.description)
        self.assertNotIn("boss", lead.description)
        interview.action_win_back()
        self.assertEqual(interview.lead_id, lead)

    def test_close_by_hand_needs_a_reason(self):
        interview = self.Interview.create({"partner_id": self.customer.id})
        with self.assertRaises(UserError):
            interview.action_close()
        interview.primary_reason_id = self.env.ref("crm_survey.churn_reason_ethics")
        interview.action_close()
        self.assertEqual(interview.state, "done")

    def test_link_dialog(self):
        interview = self.Interview.create({"partner_id": self.customer.id})
        action = interview.action_send_link()
        self.assertEqual(action["context"]["default_program_id"], self.churn_program.id)
