from datetime import timedelta

from odoo.tests import tagged

from .common import DAY, ProfileCase


@tagged("post_install", "-at_install")
class TestMerge(ProfileCase):
    def merge(self, kept, gone):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((kept | gone).ids, kept)

    def test_facts_and_assessments_survive(self):
        gone = self.partner.copy()
        competitor = self.env["crm.competitor"].create({"name": "Tiệm góc phố"})
        word = self.env["crm.competitor.assessment"].create({"partner_id": gone.id, "competitor_id": competitor.id})
        gone._profile_record({"occupation": "Giáo viên"}, "survey")
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        self.merge(self.partner, gone)
        self.assertEqual(self.partner._profile_value("occupation"), "Giáo viên")
        self.assertEqual(self.partner._profile_value("vehicle"), "Honda")
        self.assertEqual(word.partner_id, self.partner)

    def test_higher_standing_then_later_counts(self):
        gone = self.partner.copy()
        gone._profile_record({"vehicle": "Honda", "occupation": "Giáo viên"}, "survey", collected_on=DAY)
        self.partner._profile_record({"vehicle": "Yamaha"}, "employee", collected_on=DAY + timedelta(days=9))
        self.partner._profile_record({"occupation": "Kế toán"}, "survey", collected_on=DAY + timedelta(days=9))
        self.merge(self.partner, gone)
        self.assertEqual(self.partner._profile_value("vehicle"), "Honda")
        self.assertEqual(self.partner._profile_value("occupation"), "Kế toán")
        self.assertEqual(len(self.facts("vehicle")), 2)

    def test_two_verified_values(self):
        """One usable value remains whatever comes together."""
        gone = self.partner.copy()
        (gone._profile_record({"vehicle": "Honda"}, "survey", collected_on=DAY)).action_verify()
        (self.partner._profile_record({"vehicle": "Yamaha"}, "survey", collected_on=DAY)).action_verify()
        self.merge(self.partner, gone)
        usable = self.facts("vehicle").filtered(lambda fact: fact.status in ("stated", "verified"))
        self.assertEqual(len(usable), 1)

    def test_same_value(self):
        gone = self.partner.copy()
        (gone | self.partner)._profile_record({"vehicle": "Honda"}, "survey", collected_on=DAY)
        self.merge(self.partner, gone)
        self.assertEqual(sorted(self.facts("vehicle").mapped("status")), ["stated", "superseded"])
