from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestConsent(ContactPolicyCase):
    def consent(self, status, **values):
        return self.env["crm.contact.consent"].create(
            {"partner_id": self.customer.id, "status": status, "date": WORKDAY_MORNING - timedelta(days=1), **values}
        )

    def verdict(self, purpose, channel="email", partner=None):
        partner = partner or self.customer
        return partner._contact_decisions(channel, purpose, WORKDAY_MORNING)[partner.id].verdict

    def test_marketing_needs_consent(self):
        self.assertEqual(self.verdict("marketing"), "deny")
        self.assertEqual(self.verdict("survey"), "allow")
        self.consent("given", purpose="marketing")
        self.assertEqual(self.verdict("marketing"), "allow")

    def test_withdrawn_always_denies(self):
        self.consent("withdrawn")
        for purpose in ("survey", "service", "care", "marketing", "sale", "support"):
            self.assertEqual(self.verdict(purpose), "deny")

    def test_withdrawn_for_a_channel(self):
        self.consent("withdrawn", channel_id=self.env.ref("crm_contact_policy.channel_sms").id)
        self.assertEqual(self.verdict("survey", "sms"), "deny")
        self.assertEqual(self.verdict("survey", "email"), "allow")

    def test_company_withdraws_for_its_people(self):
        """A company's withdrawal binds its contacts; its consent does not speak for them."""
        firm = self.env["res.partner"].create({"name": "Công ty Hải Âu", "is_company": True})
        self.customer.parent_id = firm
        word = self.consent("given", purpose="marketing")
        word.partner_id = firm
        self.assertEqual(self.verdict("marketing"), "deny")
        self.consent("given", purpose="marketing")
        self.assertEqual(self.verdict("marketing"), "allow")
        self.env["crm.contact.consent"].create({"partner_id": firm.id, "status": "withdrawn", "date": WORKDAY_MORNING})
        self.assertEqual(self.verdict("survey"), "deny")

    def test_company_s_last_word(self):
        """A company's no outlasts a later yes of its contact, and ends with the company's own yes."""
        firm = self.env["res.partner"].create({"name": "Công ty Hải Âu", "is_company": True})
        self.customer.parent_id = firm
        said = {"partner_id": firm.id, "purpose": "survey", "source": "phone"}
        words = self.env["crm.contact.consent"]
        words.create({**said, "status": "withdrawn", "date": WORKDAY_MORNING - timedelta(days=9)})
        words.create({**said, "partner_id": self.customer.id, "date": WORKDAY_MORNING - timedelta(days=5)})
        self.assertEqual(self.verdict("survey"), "deny")
        words.create({**said, "date": WORKDAY_MORNING - timedelta(days=2)})
        self.assertEqual(self.verdict("survey"), "allow")

    def test_expiry_after_date(self):
        with self.assertRaises(ValidationError):
            self.consent("given", expiry=WORKDAY_MORNING - timedelta(days=2))
