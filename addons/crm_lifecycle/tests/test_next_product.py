"""Holdings and the likely next product, from our own sales."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestNextProduct(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("Xe", "Nhớt", "Lốp")
        cls.categories = cls.env["product.category"].create([{"name": name} for name in names])
        cls.products = cls.env["product.product"].create(
            [{"name": category.name, "categ_id": category.id} for category in cls.categories]
        )
        cls.customers = cls.make_customers(10)
        for index, customer in enumerate(cls.customers):
            cls.bought(customer, 0, 500)
            if index < 6:
                cls.bought(customer, 1, 400)
            if index < 2:
                cls.bought(customer, 2, 300)
        cls.late = cls.make_customers(1)
        cls.bought(cls.late, 0, 100)
        cls.bought(cls.late, 1, 90)

    @classmethod
    def bought(cls, customer, product, days):
        cls.buy(customer, days).product_id = cls.products[product]

    def test_steps_with_the_count_behind_them(self):
        self.assertEqual(self.env["crm.product.step"]._refresh(self.company, TODAY), 1)
        step = self.env["crm.product.step"].search([("company_id", "=", self.company.id)])
        self.assertEqual((step.from_categ_id, step.to_categ_id), (self.categories[0], self.categories[1]))
        self.assertEqual((step.followers, step.owners, step.share), (6, 10, 0.6))
        self.assertIn("6 of 10", step.evidence)
        self.assertEqual(self.env["crm.product.step"]._refresh(self.company, TODAY), 1)

    def test_the_future_is_not_seen(self):
        self.assertEqual(self.env["crm.product.step"]._refresh(self.company, TODAY - timedelta(days=450)), 0)

    def test_suggested_to_those_who_lack_it(self):
        self.env["crm.product.step"]._refresh(self.company, TODAY)
        steps = self.env["crm.product.step"]
        self.assertEqual(len(steps._for_customer_sudo(self.customers[9])), 1)
        self.assertFalse(steps._for_customer_sudo(self.customers[0]))
        action = self.customers[9].action_lifecycle_next_products()
        self.assertEqual(steps.search(action["domain"]).to_categ_id, self.categories[1])

    def test_holdings(self):
        found = self.env["crm.holding"].search([("partner_id", "=", self.customers[0].id)])
        self.assertEqual(found.categ_id, self.categories)
        self.assertEqual(set(found.mapped("purchases")), {1})
        self.assertEqual(found[0].last_date - found[0].first_date, timedelta(0))

    def test_a_return_is_no_purchase_of_the_holding(self):
        customer, product = self.customers[9], self.products[0]
        self.buy(customer, 10, amount=-40.0).product_id = product
        self.env.flush_all()
        found = self.env["crm.holding"].search([("partner_id", "=", customer.id)])
        self.assertEqual((found.purchases, found.amount), (1, 60.0))
        self.assertEqual(found.last_date, TODAY - timedelta(days=500))

    def test_holdings_counted_at_night_are_the_same(self):
        names = [
            "partner_id", "company_id", "categ_id", "state_id", "purchases", "quantity", "amount", "first_date",
            "last_date", "counted_on",
        ]
        holdings, cells = self.env["crm.holding"], self.env["crm.holding.cell"]
        other = self.env["res.company"].create({"name": "Chi nhánh hai"})
        stranger = self.make_customers(1)
        self.buy(stranger, 5, company=other).product_id = self.products[1]
        for company in (self.company, other):
            self.env["crm.lifecycle.run"]._execute(company, TODAY)

        def read(**context):
            self.env.flush_all()
            self.env.invalidate_all()
            wanted = [("company_id", "in", [self.company.id, other.id])]
            rows = holdings.with_context(**context).search_read(wanted, names, order="partner_id, categ_id, company_id")
            return [{name: row[name] for name in names} for row in rows]

        live = read()
        cells._count(self.company, 10)
        cells._count(other, 10)
        self.assertEqual(read(), live)
        kept = cells.search([])
        self.assertEqual(len(kept), len(live) - 1, "the other company is small")
        self.assertEqual(len(holdings.search([])), len(set(holdings.search([]).ids)))

        self.bought(self.customers[9], 2, 1)
        self.assertEqual(read(), live, "as of last night")
        now = read(crm_holding_live=True)
        self.assertEqual(len(now), len(live) + 1)
        action = self.customers[9].action_lifecycle_holdings()
        found = holdings.with_context(**action["context"]).search(action["domain"])
        self.assertEqual(found.categ_id, self.categories[0] + self.categories[2])

        self.products[1].categ_id = self.categories[2]
        cells._count(self.company, 10)
        self.assertEqual(read(), read(crm_holding_live=True))
        unchanged = kept.exists().filtered(lambda cell: cell.categ_id == self.categories[0])
        self.assertEqual(len(unchanged), 11, "rows that did not change stay")
        cells._count(self.company, 11)
        self.assertFalse(cells.search([]))
        self.assertEqual(read(), read(crm_holding_live=True))

    def test_rights(self):
        self.env["crm.product.step"]._refresh(self.company, TODAY)
        other = self.env["res.company"].create({"name": "Khác"})
        stranger = new_test_user(self.env, "next.other", "sales_team.group_sale_manager", company_id=other.id,
                                 company_ids=[(6, 0, other.ids)])
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        self.assertFalse(env["crm.product.step"].search([]))
        self.assertFalse(env["crm.holding"].search([]))
        clerk = new_test_user(self.env, "next.clerk", "base.group_user")
        for model in ("crm.product.step", "crm.holding"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(clerk).search([])
