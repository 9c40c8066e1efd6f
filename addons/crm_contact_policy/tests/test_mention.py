from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ContactPolicyCase


@tagged("post_install", "-at_install")
class TestMention(ContactPolicyCase):
    def mention(self, **values):
        return self.env["crm.mention"].create(
            {"text": "Dịch vụ chậm quá", "author": "lan_anh", "sentiment": "negative", **values}
        )

    def test_of_a_customer(self):
        """It stands in the timeline, once; a complaint is one there, too."""
        mention = self.mention(partner_id=self.customer.id, is_complaint=True)
        entry = self.customer.interaction_ids
        self.assertEqual(mention.interaction_id, entry)
        self.assertEqual((entry.direction, entry.channel_code, entry.is_complaint), ("in", "social", True))
        mention.write({"source": "web", "is_complaint": False})
        self.assertEqual(self.customer.interaction_ids, mention.interaction_id)
        self.assertEqual((mention.interaction_id.channel_code, mention.interaction_id.is_complaint), ("web", False))
        self.assertEqual(self.customer.mention_count, 1)
        mention.partner_id = False
        self.assertFalse(self.customer.interaction_ids)

    def test_of_nobody(self):
        mention = self.mention(text="x" * 200)
        self.assertFalse(mention.interaction_id)
        self.assertLess(len(mention.name), 80)
        self.assertEqual(mention.score, -1)

    def test_link(self):
        with self.assertRaises(ValidationError):
            self.mention(url="javascript:alert(1)")
        self.mention(url="https://example.com/1")

    def test_merge(self):
        gone = self.make_customers(1)
        mention = self.mention(partner_id=gone.id)
        planned = self.env["crm.interaction"].create({"partner_id": gone.id, "state": "planned"})
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((gone | self.customer).ids, self.customer)
        self.assertEqual((mention.partner_id, mention.commercial_partner_id), (self.customer, self.customer))
        self.assertEqual(mention.interaction_id.partner_id, self.customer)
        self.assertEqual(planned.partner_id, self.customer)
        firm = self.env["res.partner"].create({"name": "Công ty", "is_company": True})
        self.customer.parent_id = firm
        self.assertEqual((mention.commercial_partner_id, planned.commercial_partner_id), (firm, firm))
        self.customer.action_archive()
        self.assertEqual((planned.exists(), mention.exists()), (planned, mention))
