"""Orders at the counter as purchases: paid, refunded, invoiced; none counted twice."""

from odoo.addons.crm_lifecycle.tests.common import LifecycleCase
from odoo.tests import HttpCase, new_test_user, tagged


class PosCase(LifecycleCase):
    """A company with one open counter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("point_of_sale.group_pos_manager")
        cls.env.user.group_ids |= cls.env.ref("account.group_account_manager")
        cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company, install_demo=False)
        cls.product = cls.env["product.product"].create(
            {"name": "Nhớt", "taxes_id": False, "available_in_pos": True, "standard_price": 30, "list_price": 50}
        )
        cash = cls.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["account.journal"].create({"name": "Quầy", "type": "cash", "code": "QUAY"})
        cls.method = cls.env["pos.payment.method"].create({"name": "Tiền mặt", "journal_id": cash.id})
        cls.config = cls.env["pos.config"].create(
            {"name": "Quầy 1", "payment_method_ids": [(6, 0, cls.method.ids)], "company_id": cls.company.id}
        )
        cls.config.open_ui()
        cls.pos_session = cls.config.current_session_id
        cls.pos_session.set_opening_control(0, "")
        cls.partner = cls.make_customers(1)


@tagged("post_install", "-at_install")
class TestPos(PosCase):
    def _order(self, qty=2, price=50.0, partner=None, **line):
        """Return a draft order of ``qty`` pieces; a negative number is a refund."""
        total = qty * price
        return self.env["pos.order"].create(
            {
                "session_id": self.pos_session.id,
                "company_id": self.company.id,
                "partner_id": (self.partner if partner is None else partner).id,
                "amount_total": total,
                "amount_tax": 0,
                "amount_paid": 0,
                "amount_return": 0,
                "lines": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "qty": qty,
                            "price_unit": price,
                            "price_subtotal": total,
                            "price_subtotal_incl": total,
                            "tax_ids": [(5,)],
                            **line,
                        },
                    )
                ],
            }
        )

    def _pay(self, order):
        order.add_payment(
            {"pos_order_id": order.id, "amount": order.amount_total, "payment_method_id": self.method.id}
        )
        order.action_pos_order_paid()
        return order

    def _figures(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()
        status = self.status(self.partner)
        return status.order_count, status.amount_total

    def _lines(self):
        self.env.flush_all()
        return self.env["crm.transaction"].search([("commercial_partner_id", "=", self.partner.id)])

    def test_paid(self):
        order = self._order()
        self.assertEqual(self._figures(), (0, 0))
        self._pay(order)
        self.assertEqual(self._figures(), (1, 100))
        self.assertEqual(self.stage(self.partner), "new")
        line = self._lines()
        self.assertEqual((line.source, line.amount, line.quantity, line.product_id), ("pos", 100, 2, self.product))
        self.assertEqual(line.date, self.company._lifecycle_today())

    def test_margin_once_the_cost_is_known(self):
        order = self._pay(self._order())
        order.lines.write({"total_cost": 60, "is_total_cost_computed": True})
        self.assertEqual(self._lines().margin, 40)
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).margin_total, 40)

    def test_the_session_s_end_tells_the_margin(self):
        order = self._pay(self._order())
        self.assertEqual(self._figures(), (1, 100))
        order.lines.write({"total_cost": 60, "is_total_cost_computed": True})
        order.write({"state": "done"})
        self.assertEqual(self._figures(), (1, 100))
        self.assertEqual(self.status(self.partner).margin_total, 40)

    def test_a_refund_lowers_the_value_whatever_the_sign_of_its_lines(self):
        self._pay(self._order())
        self._pay(self._order(qty=-1))
        self.assertEqual(self._figures(), (1, 50))
        odd = self._pay(self._order(qty=-1))
        odd.lines.write({"price_subtotal": 50})
        self.assertEqual(sorted(self._lines().mapped("amount")), [-50, -50, 100])
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).amount_total, 0)

    def test_an_invoiced_order_counts_once(self):
        order = self._pay(self._order())
        order.action_pos_order_invoice()
        self.assertTrue(order.account_move)
        self.assertEqual(self._figures(), (1, 100))

    def test_the_invoice_counts_where_the_till_does_not(self):
        if "lifecycle_count_account" not in self.company._fields:
            self.skipTest("crm_lifecycle_account is not installed: invoices do not count")
        order = self._pay(self._order())
        order.action_pos_order_invoice()
        self.company.lifecycle_count_pos = False
        self.partner.lifecycle_refresh()
        self.assertEqual(self._lines().source, "account")
        self.assertEqual(self.status(self.partner).amount_total, 100)

    def test_settings_choose(self):
        self._pay(self._order())
        self.company.lifecycle_count_pos = False
        self.assertFalse(self._lines())
        self.assertTrue(self.company.lifecycle_full_requested)

    def test_a_settled_sale_order_counts_once(self):
        if "sale_order_origin_id" not in self.env["pos.order.line"]._fields:
            self.skipTest("pos_sale is not installed: no sale order to settle")
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 50})],
            }
        )
        sale.action_confirm()
        self._pay(self._order(sale_order_origin_id=sale.id, sale_order_line_id=sale.order_line.id))
        self.assertEqual(self._figures()[1], 100)
        self.company.lifecycle_count_sale = False
        self.partner.lifecycle_refresh()
        self.assertEqual(self._lines().source, "pos")

    def test_the_customer_chosen_afterwards(self):
        other = self.make_customers(1)
        order = self._pay(self._order(partner=other))
        self._figures()
        order.partner_id = self.partner
        self.assertEqual(self._figures(), (1, 100))
        self.assertEqual(self.stage(other), "suspect")

    def test_sold_to_nobody(self):
        """The report counts it for its point of sale; the engine, and the list of purchases, do not know it."""
        self._pay(self._order(partner=self.env["res.partner"]))
        self._pay(self._order(qty=1))
        self._pay(self._order(qty=-1, partner=self.env["res.partner"]))  # a return is no sale
        self.env.flush_all()
        rows = self.env["crm.sale.anonymous"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            sorted((row.place, row.is_anonymous, row.amount, row.anonymous_amount) for row in rows),
            [("Quầy 1", False, 50.0, 0.0), ("Quầy 1", True, 100.0, 100.0)],
        )
        self.assertEqual(rows.filtered("is_anonymous").action_open_document()["res_model"], "pos.order")
        self.assertEqual(self.assert_read_by_id(), 4)
        self.assertEqual(self._figures(), (1, 50))
        purchases = self.env["crm.transaction"].search([("company_id", "=", self.company.id)])
        self.assertEqual(purchases.partner_id, self.partner)

    def test_found_by_phone_as_the_counter_searches(self):
        """The partner list of the point of sale asks for the typed text with a % behind it."""
        self.company.country_id = self.env.ref("base.vn")
        self.partner.phone = "+84 901 234 567"
        found = self.env["res.partner"].search([("phone_mobile_search", "ilike", "0901234567%")])
        self.assertEqual(found, self.partner)

    def test_found_without_accents_and_narrowed_by_the_number_as_dialled(self):
        """The till asks for names beginning with the text, then narrows its list by the key."""
        self.company.country_id = self.env.ref("base.vn")
        nguyen, other = self.make_customers(2)
        nguyen.write({"name": "Nguyễn Thị Đào", "phone": "+84 901 234 567"})
        other.name = "Trần Văn Bình"
        config = self.pos_session.config_id

        def found(text):
            fields = ("name", "parent_name", "phone_mobile_search", "email")
            domain = [*"|" * (len(fields) - 1), *([field, "ilike", text + "%"] for field in fields)]
            return [row["name"] for row in self.env["res.partner"].get_new_partner(config.id, domain, 0)["res.partner"]]

        self.assertIn("Nguyễn Thị Đào", found("nguyen thi dao"))
        self.assertNotIn("Trần Văn Bình", found("nguyen thi dao"))
        self.assertEqual(found("0901 234 567"), ["Nguyễn Thị Đào"])
        self.assertIn("pos_search_key", self.env["res.partner"]._load_pos_data_fields(config))
        self.assertIn("0901234567", nguyen.pos_search_key)
        self.assertIn("nguyen thi dao", nguyen.pos_search_key)


@tagged("post_install", "-at_install", "tour")
class TestTill(PosCase, HttpCase):
    def test_customers_at_the_till(self):
        """Found without accents, found by the number as it is dialled, and created with what was typed in vain."""
        self.company.country_id = self.env.ref("base.vn")
        self.make_customers(1, name="Nguyễn Thị Đào", phone="+84 901 234 567")
        new_test_user(
            self.env,
            "thu-ngan",
            groups="point_of_sale.group_pos_manager,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.start_tour(f"/pos/ui/{self.config.id}", "crm_lifecycle_pos_till", login="thu-ngan")
