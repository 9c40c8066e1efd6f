from datetime import date, datetime

from odoo.addons.crm_lifecycle.tests.common import TODAY, LifecycleCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestFirstPurchase(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.care_first_purchase = "greeting"
        cls.customer = cls.make_customers(1, email="khach@example.com", lang="en_US", tz="Asia/Ho_Chi_Minh")
        cls.buy(cls.customer, date(2026, 2, 3), date(2026, 5, 20))
        cls.Run._execute(cls.company, TODAY)

    def fill(self, batch=1000):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.occasion"]._cron_first_purchases(batch=batch)
        self.env.invalidate_all()
        return self.env["crm.occasion"].search([("company_id", "=", self.company.id), ("kind", "=", "first_purchase")])

    def test_made_once(self):
        occasion = self.fill()
        self.assertEqual(occasion.partner_id, self.customer)
        self.assertEqual((occasion.day, occasion.month, occasion.year, occasion.action), (3, 2, 2026, "greeting"))
        self.assertEqual(self.fill(), occasion)

    def test_corrected_by_an_older_purchase(self):
        occasion = self.fill()
        self.buy(self.customer, date(2025, 12, 24))
        self.Run._execute(self.company, TODAY)
        self.assertEqual(self.fill(), occasion)
        self.assertEqual((occasion.day, occasion.month, occasion.year), (24, 12, 2025))

    def test_by_hand_is_left(self):
        own = self.env["crm.occasion"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "first_purchase",
                "day": 1,
                "month": 1,
            }
        )
        self.assertEqual(self.fill(), own)
        self.assertEqual((own.day, own.month), (1, 1))
        own.active = False
        self.assertFalse(self.fill())

    def test_not_wanted(self):
        self.company.care_first_purchase = "none"
        self.assertFalse(self.fill())

    def test_who_never_bought(self):
        self.make_customers(1)
        self.assertEqual(self.fill().partner_id, self.customer)

    def test_in_batches(self):
        for partner in self.make_customers(5):
            self.buy(partner, date(2026, 3, 1))
        self.Run._execute(self.company, TODAY)
        self.assertEqual(len(self.fill(batch=2)), 6)

    def test_thanked_on_the_day(self):
        occasion = self.fill()
        occasion._set_next_date(datetime(2027, 2, 2, 3, 0))
        self.env["crm.occasion"]._run(datetime(2027, 2, 3, 3, 0))
        self.assertEqual(occasion.greeting_ids.state, "sent")
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.customer.ids)])
        self.assertIn("Thank you for being with us", mail.subject)

    def test_who_has_ended_is_not_thanked(self):
        occasion = self.fill()
        self.customer._lifecycle_declare("ended", "Moved away")
        occasion._set_next_date(datetime(2027, 2, 2, 3, 0))
        self.env["crm.occasion"]._run(datetime(2027, 2, 3, 3, 0))
        self.assertEqual((occasion.greeting_ids.state, occasion.greeting_ids.reason_code), ("skipped", "ended"))
