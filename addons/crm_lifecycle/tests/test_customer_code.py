"""Customer codes with the first purchase, and contacts found without accents."""

from odoo.tests import tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestCustomerCode(LifecycleCase):
    def give(self):
        number = self.env["res.partner"]._give_customer_codes(self.company)
        self.env.invalidate_all()
        return number

    def code(self, ahead=0):
        """Return the code that comes next, or one further ahead."""
        return f"C{self.company.lifecycle_code_sequence_id.number_next_actual + ahead:05d}"

    def test_with_the_first_purchase(self):
        buyer, second, named, looker = self.make_customers(4)
        named.ref = "VIP-1"
        self.buy(second, 10)
        self.buy(buyer, 20)
        self.buy(named, 30)
        self.run_all()
        expected = (self.code(), self.code(1), "VIP-1", False)
        self.assertEqual(self.give(), 2)
        self.assertEqual((buyer.ref, second.ref, named.ref, looker.ref), expected)
        self.assertEqual(self.give(), 0)

    def test_a_code_that_is_taken_is_passed_over(self):
        other, buyer = self.make_customers(2)
        self.buy(buyer, 3)
        self.run_all()
        other.ref, expected = self.code(), self.code(1)
        self.give()
        self.assertEqual(buyer.ref, expected)

    def test_own_sequence_without_gaps(self):
        self.company.lifecycle_code_sequence_id.write({"implementation": "no_gap", "prefix": "KH-"})
        customers = self.make_customers(3)
        for customer in customers:
            self.buy(customer, 3)
        self.run_all()
        self.give()
        self.assertEqual(customers.mapped("ref"), ["KH-00001", "KH-00002", "KH-00003"])

    def test_job(self):
        customer = self.make_customers(1)
        self.buy(customer, 3)
        self.run_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_customer_code").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(customer.ref)

    def test_no_codes_where_none_are_wanted(self):
        self.company.lifecycle_code_sequence_id = False
        customer = self.make_customers(1)
        self.buy(customer, 3)
        self.Run._execute(self.company, TODAY)
        self.assertFalse(customer.ref)


@tagged("post_install", "-at_install")
class TestPlainName(LifecycleCase):
    def test_without_accents(self):
        lan, dan = self.env["res.partner"].create([{"name": "Nguyễn Thị Đào-Lan"}, {"name": "ĐÀ NẴNG MOTOR"}])
        both = lan | dan
        for text, found in (
            ("nguyen thi dao", lan),
            ("Nguyễn", lan),
            ("NGUYEN", lan),
            ("đao lan", lan),
            ("da nang", dan),
            ("Đà Nẵng", dan),
            ("nang motor", dan),
            ("xyz", both.browse()),
            ("--", both.browse()),
        ):
            with self.subTest(text=text):
                named = self.env["res.partner"].browse(
                    [partner_id for partner_id, _name in self.env["res.partner"].name_search(text, limit=None)]
                )
                self.assertEqual(named & both, found if text != "--" else named & both)
                self.assertEqual(
                    self.env["res.partner"].search([("plain_name", "ilike", text), ("id", "in", both.ids)]), found
                )
        self.assertEqual(lan.plain_name, "nguyen thi dao lan")

    def test_by_customer_code_and_through_other_models(self):
        lan = self.env["res.partner"].create({"name": "Nguyễn Thị Lan", "ref": "C04711"})
        self.buy(lan, 3)
        self.run_all()
        self.assertEqual(self.env["res.partner"].name_search("C04711")[0][0], lan.id)
        statuses = self.env["crm.lifecycle.status"]
        self.assertEqual(statuses.search([("partner_id", "ilike", "nguyen thi l")]).partner_id, lan)
        self.assertEqual(statuses.search([("partner_id", "ilike", "C04711")]).partner_id, lan)

    def test_wildcards_are_plain_text(self):
        self.env["res.partner"].create({"name": "Một trăm %"})
        self.assertFalse(self.env["res.partner"].search([("plain_name", "ilike", "%_%"), ("name", "=", "Một trăm %")]))
