"""Invoices as purchases: posted, reset, refunded; none counted twice; amounts, days and the reader's rights."""

from datetime import timedelta

from odoo import fields
from odoo.addons.crm_lifecycle.tests.common import LifecycleCase
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAccount(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("account.group_account_manager")
        template = cls.env["account.chart.template"]
        template.try_loading("generic_coa", company=cls.company, install_demo=False)
        cls.income = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", cls.company.id)], limit=1
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Bảo dưỡng", "taxes_id": False, "invoice_policy": "order"}
            if "invoice_policy" in cls.env["product.template"]._fields
            else {"name": "Bảo dưỡng", "taxes_id": False}
        )
        cls.partner = cls.make_customers(1)
        cls.today = cls.company._lifecycle_today()

    def _invoice(self, days=0, amount=100.0, move_type="out_invoice", **values):
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "invoice_date": self.today - timedelta(days=days),
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "quantity": 2,
                            "price_unit": amount / 2,
                            "account_id": self.income.id,
                            "tax_ids": [(5,)],
                        },
                    )
                ],
                **values,
            }
        )

    def _refresh(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.env.invalidate_all()

    def _figures(self):
        self._refresh()
        status = self.status(self.partner)
        return status.order_count, status.amount_total

    def _lines(self):
        self.env.flush_all()
        return self.env["crm.transaction"].search([("commercial_partner_id", "=", self.partner.id)])

    def test_posted_reset_cancelled(self):
        invoice = self._invoice(days=3)
        self.assertEqual(self._figures(), (0, 0))
        invoice.action_post()
        self.assertEqual(self._figures(), (1, 100))
        self.assertEqual((self.stage(self.partner), self.status(self.partner).last_date), ("new", invoice.invoice_date))
        invoice.button_draft()
        self.assertEqual(self._figures(), (0, 0))
        invoice.action_post()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(self._figures(), (0, 0))

    def test_a_credit_note_lowers_the_value_and_is_no_purchase(self):
        self._invoice(days=20).action_post()
        self._invoice(days=3, amount=40, move_type="out_refund").action_post()
        self.assertEqual(self._figures(), (1, 60))
        self.assertEqual(self.status(self.partner).last_date, self.today - timedelta(days=20))
        self.assertEqual(sorted(self._lines().mapped("amount")), [-40, 100])
        self.assertEqual(self._lines().filtered("is_refund").quantity, -2)

    def test_company_currency_at_the_rate_of_the_invoice(self):
        foreign = self.env["res.currency"].create({"name": "XTS", "symbol": "X", "rounding": 0.01})
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 4.0}
        )
        self._invoice(currency_id=foreign.id).action_post()
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "company_id": self.company.id, "name": "2020-01-02", "rate": 8.0}
        )
        self.assertEqual(self._figures(), (1, 25))

    def test_talking_to_a_vendor_makes_no_prospect(self):
        phone = self.env["crm.contact.channel"].search([("code", "=", "phone")])
        vendor, both = self.make_customers(2)
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "direction": "in",
                    "channel_id": phone.id,
                    "purpose": "support",
                    "state": "done",
                    "date": fields.Datetime.now() - timedelta(days=2),
                }
                for partner in (vendor, both)
            ]
        )
        vendor.supplier_rank = both.supplier_rank = both.customer_rank = 1
        (vendor | both).lifecycle_refresh()
        self.assertEqual([self.stage(partner) for partner in (vendor, both)], ["suspect", "prospect"])
        self.env["crm.lead"].create({"name": "Hỏi giá", "partner_id": vendor.id, "company_id": self.company.id})
        self._refresh()
        self.assertEqual(self.stage(vendor), "prospect")

    def test_vendor_bills_and_entries_are_none(self):
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_date": self.today,
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 10, "tax_ids": [(5,)]})],
            }
        ).action_post()
        self.assertFalse(self._lines())

    def _order(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 50})],
            }
        )
        order.action_confirm()
        return order

    def _need_sale(self):
        if "lifecycle_count_sale" not in self.company._fields:
            self.skipTest("crm_lifecycle_sale is not installed: no order to invoice")

    def test_an_order_invoiced_later_counts_once(self):
        self._need_sale()
        order = self._order()
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        self._invoice(amount=7).action_post()
        self.assertEqual(self._figures()[1], 107)
        self.company.lifecycle_count_sale = False
        self.assertTrue(self.company.lifecycle_full_requested)
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).amount_total, 107, "the invoice instead of the order")
        self.company.lifecycle_count_account = False
        self.partner.lifecycle_refresh()
        self.assertFalse(self.status(self.partner).order_count)
        self.company.lifecycle_count_sale = True
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).amount_total, 100)

    def test_a_credit_note_on_an_order_is_a_return_unless_invoiced_again(self):
        self._need_sale()
        order = self._order()
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        refund = invoice._reverse_moves([{"invoice_date": self.today}])
        refund.action_post()
        self.assertEqual(self._figures(), (1, 0))
        self.assertEqual(self.assert_read_by_id(), 5, "an order and its return; the list of sales has no returns")
        again = order._create_invoices()
        again.invoice_date = self.today
        again.action_post()
        self.assertEqual(self._figures(), (1, 100))

    def _bill(self, order, quantity):
        """Deliver up to ``quantity`` and invoice what is open."""
        order.order_line.qty_delivered = quantity
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        return invoice

    def _credit(self, invoice, **values):
        refund = invoice._reverse_moves([{"invoice_date": self.today, **values}])
        refund.action_post()
        return refund

    def test_a_part_credited_and_invoiced_again_is_no_return(self):
        """Taken back is what was invoiced at the most and no longer is, not what is not invoiced yet."""
        self._need_sale()
        self.product.invoice_policy = "delivery"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 10, "price_unit": 10})],
            }
        )
        order.action_confirm()
        self.assertEqual(self._figures(), (1, 100))
        self._credit(self._bill(order, 5))
        self.assertEqual(self._figures(), (1, 50), "five came back")
        second = self._bill(order, 5)
        self.assertEqual(self._figures(), (1, 100), "they were invoiced again")
        third = self._bill(order, 10)
        self.assertEqual(self._figures(), (1, 100))
        self._credit(second)
        self._credit(third)
        self.assertEqual(self._figures(), (1, 0))
        self._bill(order, 8)
        self.assertEqual(self._figures(), (1, 80), "two of ten were taken back")
        self.assertAlmostEqual(sum(self._lines().mapped("amount")), 80, msg="the grains agree")
        self.assertAlmostEqual(sum(self._lines().mapped("quantity")), 8)

    def test_a_credit_note_to_another_address_concerns_who_ordered(self):
        self._need_sale()
        payer = self.make_customers(1)
        order = self._order()
        order.partner_invoice_id = payer
        invoice = order._create_invoices()
        invoice.invoice_date = self.today
        invoice.action_post()
        self.assertEqual(invoice.partner_id, payer)
        self.assertEqual(self._figures(), (1, 100))
        self._credit(invoice)
        self.assertEqual(self._figures(), (1, 0))
        self.assertFalse(self.env["crm.transaction"].search([("partner_id", "=", payer.id)]))

    def test_grains_agree(self):
        self._invoice(days=9).action_post()
        self._invoice(days=3, amount=40, move_type="out_refund").action_post()
        self.env.flush_all()
        self.partner.lifecycle_refresh()
        self.assertEqual(sum(self._lines().mapped("amount")), self.status(self.partner).amount_total)
        self.assertEqual(self.assert_read_by_id(), 5, "the list of sales has no returns")

    def test_own_documents_and_companies(self):
        seller, other = (
            new_test_user(self.env, f"acc.{name}", "sales_team.group_sale_salesman") for name in ("one", "two")
        )
        for user in (seller, other):
            user.company_ids |= self.company
            user.company_id = self.company
        self._invoice(invoice_user_id=seller.id).action_post()
        self.env.flush_all()
        domain = [("commercial_partner_id", "=", self.partner.id)]
        found = [self.env["crm.transaction"].with_user(user).search_count(domain) for user in (seller, other)]
        self.assertEqual(found, [1, 0])
        elsewhere = self.env["res.company"].create({"name": "Khác"})
        seller.write({"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere.id})
        elsewhere_only = self.env["crm.transaction"].with_user(seller).with_context(allowed_company_ids=elsewhere.ids)
        self.assertFalse(elsewhere_only.search_count(domain))

    def test_first_purchase_card(self):
        self._invoice(days=30, narration="<p>Giới thiệu bởi anh Tư</p>").action_post()
        self._invoice(days=5).action_post()
        self._refresh()
        action = self.partner.action_lifecycle_first_purchase()
        card = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((card.date, card.amount, card.quantity), (self.today - timedelta(days=30), 100, 2))
        self.assertEqual(card.products, "Bảo dưỡng")
        self.assertIn("anh Tư", card.note)
        self.assertEqual(card.user_id, self.env.user)
        document = card.action_open_document()
        self.assertEqual(document["res_model"], "account.move")
        self.assertEqual(fields.Date.to_date(card.date), self.status(self.partner).first_date)

    def test_bought_on_credit(self):
        """What a customer owes is seen by sales people who may not read the invoices, and by company."""
        seller = new_test_user(
            self.env, "acc.credit", "sales_team.group_sale_salesman", company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        contact = self.env["res.partner"].create({"name": "Kế toán", "parent_id": self.partner.id})
        other = self.make_customers(1)
        partners = self.env["res.partner"].with_user(seller)
        credit = [("id", "in", (self.partner | contact | other).ids), ("lifecycle_receivable", ">", 0)]
        self.assertFalse(partners.search(credit))
        self._invoice(days=40, amount=100.0, invoice_date_due=self.today - timedelta(days=10)).action_post()
        late_not = self._invoice(amount=30.0, invoice_date_due=self.today + timedelta(days=10))
        self.assertFalse(partners.search(credit + [("lifecycle_receivable", ">", 100)]), "a draft is no debt")
        late_not.action_post()
        self.env.invalidate_all()
        self.assertEqual(partners.search(credit), self.partner | contact)
        self.assertEqual(
            [(partner.lifecycle_receivable, partner.lifecycle_overdue) for partner in partners.browse(contact.ids)],
            [(130.0, 100.0)],
        )
        overdue = [("id", "in", (self.partner | other).ids)]
        self.assertEqual(partners.search([*overdue, ("lifecycle_overdue", ">", 0)]), self.partner)
        self.assertEqual(partners.search([*overdue, ("lifecycle_overdue", "<=", 0)]), other)
        self.assertFalse(self.partner.with_company(self.env["res.company"].create({"name": "K"})).lifecycle_receivable)
        self._refresh()
        owing = self.env["crm.lifecycle.status"].with_user(seller).search(
            [("partner_id.lifecycle_receivable", ">", 0), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(owing.partner_id, self.partner)

    def test_debts_are_read_by_one_statement(self):
        few, many = self.make_customers(10), self.make_customers(100)
        self.assertSameQueryCount(
            lambda: few.mapped("lifecycle_receivable"), lambda: many.mapped("lifecycle_receivable")
        )
