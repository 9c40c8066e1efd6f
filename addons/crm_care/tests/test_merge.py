from .common import SUNDAY, CareCase


class TestMerge(CareCase):
    def merge(self, *partners):
        ids = [partner.id for partner in partners]
        self.env["base.partner.merge.automatic.wizard"]._merge(ids, partners[0])

    def test_occasions_survive(self):
        """Both customers' occasions go on with the merged one; what was greeted stays greeted."""
        twin = self.make_customers(1, email=self.customer.email)
        own, son = self.occasion(), self.child(partner=twin)
        double = self.occasion(twin)
        self.run_at(SUNDAY)
        self.merge(self.customer, twin)
        self.env.invalidate_all()
        self.assertEqual(self.customer.occasion_ids, own | son | double)
        self.assertEqual(len((own | son | double).greeting_ids), 3)

    def test_greeted_once_after_a_merge(self):
        """Two cards of one customer become one: from then on one greeting."""
        twin = self.make_customers(1, email=self.customer.email)
        self.occasion()
        double = self.occasion(twin)
        self.merge(self.customer, twin)
        self.env.invalidate_all()
        self.run_at(SUNDAY)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(double.greeting_ids.reason_code, "duplicate")

    def test_greeted_contact_survives(self):
        twin = self.make_customers(1, email="vo@example.com")
        wife = self.make_customers(1, email="vo@example.com")
        occasion = self.child(relation="spouse", consent="own", recipient_id=twin.id, is_child=False)
        self.merge(wife, twin)
        self.env.invalidate_all()
        self.assertEqual(occasion.recipient_id, wife)
