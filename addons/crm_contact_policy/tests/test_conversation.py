from datetime import timedelta

from odoo.tests import tagged

from ..domain import conversation, rules
from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestConversation(ContactPolicyCase):
    """What colleagues do by hand counts against what we want, never against what the customer waits for."""

    def contact(self, days=0, **values):
        return self.env["crm.interaction"].create(
            {
                "partner_id": self.customer.id,
                "channel_id": self.env.ref("crm_contact_policy.channel_email").id,
                "purpose": "sale",
                "date": WORKDAY_MORNING - timedelta(days=days),
                **values,
            }
        )

    def verdict(self, purpose, channel="email"):
        return self.customer._contact_decisions(channel, purpose, WORKDAY_MORNING)[self.customer.id].verdict

    def test_by_hand(self):
        """Three e-mails today: an offer waits, the service reminder and the greeting go."""
        self.policy.cap_ids.filtered(lambda cap: not cap.purpose).unlink()
        self.env["crm.contact.policy.cap"].create({"policy_id": self.policy.id, "limit": 3, "days": 1})
        for _number in range(3):
            self.contact()
        self.assertEqual(self.verdict("sale"), "hold")
        self.assertEqual(self.verdict("survey"), "hold")
        self.assertEqual(self.verdict("service"), "allow")
        self.assertEqual(self.verdict("care"), "allow")

    def test_answers(self):
        """What answers the customer takes no place at all; what comes a week later does."""
        self.env["crm.contact.policy.cap"].create({"policy_id": self.policy.id, "limit": 1, "days": 5})
        self.contact(days=3, direction="in")
        answer = self.contact(days=1)
        self.assertEqual(self.verdict("survey"), "allow")
        answer.sudo().unlink()
        self.contact(days=4)  # before the customer wrote
        self.assertEqual(self.verdict("survey"), "hold")

    def test_answering_a_survey_starts_no_conversation(self):
        self.env["crm.contact.policy.cap"].create({"policy_id": self.policy.id, "limit": 1, "days": 5})
        self.contact(days=3, direction="in", purpose="survey")
        self.contact(days=1)
        self.assertEqual(self.verdict("survey"), "hold")

    def test_booked_counts_for_all(self):
        """What the gate let go counts against every purpose, an answer or not."""
        self.env["crm.contact.policy.cap"].create({"policy_id": self.policy.id, "limit": 1, "days": 5})
        self.contact(days=2, direction="in")
        self.contact(days=1, booked_on=WORKDAY_MORNING)
        self.assertEqual(self.verdict("care"), "hold")

    def test_pure(self):
        past = rules.Past(WORKDAY_MORNING, "email", "sale", by_hand=True)
        self.assertEqual(
            {purpose for purpose in rules.PURPOSES if conversation.taking_place([past], purpose)},
            {"survey", "marketing", "sale"},
        )
        self.assertFalse(conversation.is_answer(WORKDAY_MORNING, [WORKDAY_MORNING + timedelta(minutes=1)]))
