"""Sale orders as purchases: confirmed, cancelled, quoted; amounts, days and the reader's rights."""

from datetime import date, datetime, timedelta

from odoo.addons.crm_lifecycle.tests.common import LifecycleCase
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestSale(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "Nhớt 1 lít", "list_price": 100, "taxes_id": False})
        cls.partner = cls.make_customers(1)
        cls.today = cls.company._lifecycle_today()

    def _order(self, partner=None, days=0, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.partner).id,
                "company_id": self.company.id,
                "date_order": datetime.combine(self.today - timedelta(days=days), datetime.min.time()),
                "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 50})],
                **values,
            }
        )

    def _confirm(self, order):
        moment = order.date_order
        order.action_confirm()
        order.date_order = moment
        return order

    def test_quotation_confirmation_cancellation(self):
        order = self._order()
        self.partner.lifecycle_refresh()
        self.assertEqual(self.stage(self.partner), "prospect")
        order.action_confirm()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertEqual(self.stage(self.partner), "new")
        self.assertEqual(self.status(self.partner).amount_total, 100)
        order._action_cancel()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertEqual(self.stage(self.partner), "suspect")

    def test_every_way_to_another_state_counts(self):
        """A cancelled order taken back to a quotation, and states written by an import or from outside."""
        order = self._confirm(self._order())
        self.assertEqual(self.refreshed(), (100, "new"))
        order._action_cancel()
        self.assertEqual(self.refreshed(), (0, "suspect"))
        order.action_draft()
        self.assertEqual(self.refreshed(), (0, "prospect"))
        order.write({"state": "sale"})
        self.assertEqual(self.refreshed(), (100, "new"))
        heir = self.make_customers(1)
        order.write({"state": "cancel", "partner_id": heir.id})
        self.assertEqual(self.refreshed(), (0, "suspect"))
        order.load([".id", "state"], [[str(order.id), "Quotation"]])
        self.refreshed()
        self.assertEqual(self.stage(heir), "prospect")

    def test_quotation_makes_a_prospect_within_a_minute(self):
        contact = self.env["res.partner"].create({"name": "Kế toán", "parent_id": self.partner.id})
        self._order(contact)
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertEqual(self.stage(self.partner), "prospect")

    def refreshed(self):
        """Let the job look at who is marked; return the revenue and the stage kept of the customer."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        return self.status(self.partner).amount_total, self.stage(self.partner)

    def test_a_confirmed_order_changed_afterwards(self):
        """Its lines, its customer and its day: the figures follow within a minute."""
        order = self._confirm(self._order(days=3))
        self.assertEqual(self.refreshed(), (100, "new"))
        order.order_line.product_uom_qty = 5
        self.assertEqual(self.refreshed(), (500, "new"))
        order.order_line = [(0, 0, {"product_id": self.product.id, "product_uom_qty": 1, "price_unit": 30})]
        self.assertEqual(self.refreshed(), (530, "new"))
        order.order_line[1].price_unit = 40
        self.assertEqual(self.refreshed(), (540, "new"))
        order.date_order -= timedelta(days=20)
        self.refreshed()
        self.assertEqual(self.status(self.partner).last_date, order.date_order.date())
        heir = self.make_customers(1)
        order.partner_id = heir
        self.assertEqual(self.refreshed(), (0, "suspect"))
        self.assertEqual(self.stage(heir), "new")

    def test_a_deleted_quotation_or_lead_makes_no_prospect(self):
        order = self._order()
        self.assertEqual(self.refreshed(), (0, "prospect"))
        order.unlink()
        self.assertEqual(self.refreshed(), (0, "suspect"))
        lead = self.env["crm.lead"].create(
            {"name": "Hỏi giá", "partner_id": self.partner.id, "company_id": self.company.id}
        )
        self.assertEqual(self.refreshed(), (0, "prospect"))
        lead.unlink()
        self.assertEqual(self.refreshed(), (0, "suspect"))

    def test_marks_wake_the_job_once(self):
        cron = self.env.ref("crm_lifecycle.ir_cron_refresh")
        self.env.cr.precommit.run()
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        order = self._order() | self._order()
        order.action_confirm()
        self.env.cr.precommit.run()
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(triggers, before + 1)

    def test_confirmation_marks_each_customer_once(self):
        customers = self.make_customers(3)
        orders = self.env["sale.order"].union(*(self._order(customer) for customer in customers))
        self.env.cr.execute("DELETE FROM crm_lifecycle_dirty")
        orders.action_confirm()
        marks = self.env["crm.lifecycle.dirty"].search([("company_id", "=", self.company.id)])
        self.assertEqual(marks.partner_id, customers)
        self.assertEqual(len(marks), 3)

    def test_amount_in_company_currency_at_the_order_s_rate(self):
        foreign = self.env["res.currency"].create({"name": "XTS", "symbol": "X", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 4.0}
        )
        pricelist = self.env["product.pricelist"].create({"name": "X", "currency_id": foreign.id})
        order = self._order(pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, foreign)
        self._confirm(order)
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).amount_total, 25)
        line = self.env["crm.transaction"].search([("commercial_partner_id", "=", self.partner.id)])
        self.assertEqual((line.amount, line.product_id, line.quantity), (25, self.product, 2))

    def test_the_day_is_the_company_s(self):
        order = self._confirm(self._order())
        order.date_order = datetime(2026, 3, 1, 18, 30)
        self.env.flush_all()
        line = self.env["crm.transaction"].search([("commercial_partner_id", "=", self.partner.id)])
        self.assertEqual(line.date, date(2026, 3, 2))

    def test_own_documents(self):
        seller = new_test_user(self.env, "seller.lifecycle", "sales_team.group_sale_salesman")
        other = new_test_user(self.env, "other.lifecycle", "sales_team.group_sale_salesman")
        boss = new_test_user(self.env, "boss.lifecycle", "sales_team.group_sale_salesman_all_leads")
        for user in (seller, other, boss):
            user.company_ids |= self.company
            user.company_id = self.company
        self._confirm(self._order(user_id=seller.id))
        self.env.flush_all()
        domain = [("commercial_partner_id", "=", self.partner.id)]
        for user, number in ((seller, 1), (other, 0), (boss, 1)):
            found = self.env["crm.transaction"].with_user(user).search_count(domain)
            self.assertEqual(found, number, user.login)

    def test_order_and_line_grain_agree(self):
        for days in (40, 20, 0):
            self._confirm(self._order(days=days))
        self.env.flush_all()
        lines = self.env["crm.transaction"].search([("commercial_partner_id", "=", self.partner.id)])
        self.partner.lifecycle_refresh()
        status = self.status(self.partner)
        self.assertEqual(sum(lines.mapped("amount")), status.amount_total)
        self.assertEqual(len(set(lines.mapped("date"))), status.order_count)
        self.assertEqual(len(set(lines.ids)), 3)
        self.assertEqual(self.assert_read_by_id(), 9)

    def _need_margin(self):
        if "margin" not in self.env["sale.order"]._fields:
            self.skipTest("sale_margin is not installed: no order knows its margin")

    def test_goal_of_a_portfolio_is_met_by_known_margin_alone(self):
        self._need_margin()
        manager = new_test_user(self.env, "margin.lifecycle", "sales_team.group_sale_salesman")
        self.partner.user_id = manager
        self.product.standard_price = 30
        self._confirm(self._order())
        self.buy(self.partner, self.today, amount=300)
        self.partner.lifecycle_refresh()
        portfolio = self.env["crm.portfolio"].create(
            {"user_id": manager.id, "company_id": self.company.id, "customer_kind": "person", "goal": 100}
        )
        self.assertEqual((portfolio.margin_year, portfolio.margin_unknown), (40, 0.75))
        self.assertIn("60.00 short of the margin a year", portfolio.risk.replace("\N{NO-BREAK SPACE}", " "))
        self.assertIn("the margin of 75 % of the sales is not known", portfolio.risk)

    def test_margin_where_it_is_known(self):
        self._need_margin()
        self._confirm(self._order())
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).margin_total, 100)
