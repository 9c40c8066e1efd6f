from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestMerge(ContactPolicyCase):
    def merge(self, kept, gone):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | gone).ids, kept)

    def consent(self, partner, status, days_ago, **values):
        return self.env["crm.contact.consent"].create(
            {"partner_id": partner.id, "status": status, "date": WORKDAY_MORNING - timedelta(days=days_ago), **values}
        )

    def denied(self, partner, purpose="marketing"):
        """Denied after the merge, whatever the hour."""
        at = fields.Datetime.now() + timedelta(minutes=1)
        return partner._contact_decisions("email", purpose, at)[partner.id].verdict == "deny"

    def test_nothing_is_lost(self):
        gone = self.make_customers(1)
        firm = self.env["res.partner"].create({"name": "Công ty", "is_company": True})
        self.customer.parent_id = firm
        booked = (self.customer | gone)._contact_book("email", "survey", WORKDAY_MORNING)
        words = self.consent(gone, "given", 5, purpose="sale") | self.consent(self.customer, "given", 4, purpose="care")
        self.merge(self.customer, gone)
        self.assertEqual(booked.partner_id, self.customer)
        self.assertEqual(booked.commercial_partner_id, firm)
        self.assertEqual(words.partner_id, self.customer)
        self.assertFalse(gone.exists())
        self.assertEqual(len(self.env["crm.contact.lock"].search([("partner_id", "=", self.customer.id)])), 1)

    def test_strictest_consent_wins(self):
        """One said yes lately, the other said no long ago: no."""
        gone = self.make_customers(1)
        self.consent(gone, "withdrawn", 300, purpose="marketing")
        self.consent(self.customer, "given", 2, purpose="marketing")
        self.assertFalse(self.denied(self.customer))
        self.merge(self.customer, gone)
        self.assertTrue(self.denied(self.customer))
        self.assertEqual(len(self.customer.contact_consent_ids), 3)

    def test_strictest_the_other_way_round(self):
        gone = self.make_customers(1)
        self.consent(gone, "given", 2)
        self.consent(self.customer, "withdrawn", 300)
        self.merge(self.customer, gone)
        self.assertTrue(self.denied(self.customer, "survey"))

    def test_agreement_adds_nothing(self):
        gone = self.make_customers(1)
        self.consent(gone, "given", 2, purpose="marketing")
        self.consent(self.customer, "given", 3, purpose="marketing")
        self.merge(self.customer, gone)
        self.assertEqual(len(self.customer.contact_consent_ids), 2)
        self.assertFalse(self.denied(self.customer))
