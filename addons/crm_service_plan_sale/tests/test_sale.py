"""Sold once, started once; what no contract covers is quoted."""

from datetime import date

from odoo.addons.crm_service_plan.tests.common import ServicePlanCase
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import new_test_user


@tagged("post_install", "-at_install")
class TestSale(ServicePlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {
                "name": "Motorbike with care",
                "type": "service",
                "list_price": 1000,
                "taxes_id": False,
                "service_plan_ids": [(6, 0, cls.plan.ids)],
                "service_contract_kind": "visits",
                "service_contract_included": 4,
                "service_contract_months": 12,
            }
        )
        values = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.seller = new_test_user(cls.env, "sale_seller", groups="sales_team.group_sale_salesman", **values)
        cls.technician = new_test_user(cls.env, "sale_tech", groups="crm_service_plan.group_user", **values)

    def make_order(self, **line):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 900, **line})
                ],
            }
        )

    def test_sold_once_started_once(self):
        order = self.make_order(service_asset_ids=[(6, 0, self.asset.ids)])
        order.with_user(self.seller).action_confirm()
        line = order.order_line
        contract = line.service_contract_id
        self.assertEqual((contract.state, contract.included, contract.price), ("running", 8, 1800))
        self.assertEqual(contract.asset_ids, self.asset)
        self.assertEqual((contract.end_date - contract.start_date).days in (364, 365), True)
        subscription = line.service_subscription_ids
        self.assertEqual((subscription.asset_id, subscription.contract_id), (self.asset, contract))
        self.assertTrue(subscription.next_due)
        order._action_cancel()
        self.assertIn(order.name, contract.activity_ids.summary)
        self.assertEqual((contract.state, subscription.state), ("running", "active"), "somebody is asked first")
        order.action_draft()
        order.action_confirm()
        self.assertEqual((line.service_contract_id, line.service_subscription_ids), (contract, subscription))
        self.assertEqual(self.env["crm.service.contract"].search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_without_asset_the_customer(self):
        order = self.make_order()
        order.action_confirm()
        subscription = order.order_line.service_subscription_ids
        self.assertEqual((subscription.partner_id, subscription.asset_id.id), (self.customer, False))

    def test_plain_products_start_nothing(self):
        self.product.write({"service_plan_ids": [(5, 0, 0)], "service_contract_kind": False})
        order = self.make_order()
        order.action_confirm()
        self.assertFalse(order.order_line.service_contract_id | order.service_contract_ids)
        self.assertFalse(order.order_line.service_subscription_ids)

    def make_visit(self, **vals):
        return self.env["crm.service.visit"].create(
            {
                "name": "Repair",
                "partner_id": self.customer.id,
                "asset_id": self.asset.id,
                "company_id": self.company.id,
                "due_date": date(2026, 3, 10),
                "duration": 1.5,
                **vals,
            }
        )

    def test_quoted_once(self):
        visit = self.make_visit(price=250).with_user(self.technician)
        self.assertEqual(visit.action_quote()["tag"], "display_notification")
        visit.action_quote()
        order = visit.sudo().order_ids
        self.assertEqual((len(order), order.partner_id, order.amount_untaxed), (1, self.customer, 250))
        by_hour = self.make_visit()
        by_hour.action_quote()
        self.assertEqual(by_hour.order_ids.order_line.product_uom_qty, 1.5)

    def test_ends_on_the_day_before(self):
        for day, end in (("2026-03-02", "2027-03-01"), ("2028-02-29", "2029-02-28"), ("2027-03-01", "2028-02-29")):
            order = self.make_order()
            order.date_order = f"{day} 05:00:00"
            self.assertEqual(str(order.order_line._prepare_contract_vals()["end_date"]), end)

    def test_quotation_tells_no_health_data(self):
        plan = self.env["crm.service.plan"].create(
            {"name": "SECRET", "is_sensitive": True, "task_ids": [(0, 0, {"name": "SECRET", "interval": 3})]}
        )
        part = self.env["product.product"].create({"name": "SECRET vaccine", "list_price": 70})
        links = {"plan_ids": [(6, 0, plan.ids)], "task_ids": [(6, 0, plan.task_ids.ids)]}
        visit = self.make_visit(name="SECRET", price=250, user_id=False, **links)
        self.env["crm.service.visit.part"].create({"visit_id": visit.id, "product_id": part.id, "unit_price": 70})
        order = visit._quote_sudo()
        self.assertEqual(order.amount_untaxed, 320)
        self.assertNotIn("SECRET", " ".join([order.origin, *order.order_line.mapped("name")]))
        self.assertNotIn(part, order.order_line.product_id)

    def test_covered_is_not_quoted(self):
        contract = self.env["crm.service.contract"].create(
            {
                "name": "All in",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "unlimited",
                "start_date": date(2026, 1, 1),
            }
        )
        contract.action_start()
        with self.assertRaises(UserError):
            self.make_visit(price=250).action_quote()

    def test_findings_are_credited(self):
        visit = self.make_visit()
        lead = visit._create_lead_sudo()
        order = self.make_order()
        order.opportunity_id = lead
        self.assertEqual(visit.upsell_won, 0)
        order.action_confirm()
        self.assertEqual(visit.upsell_won, 1800)
        visit._finish(date(2026, 3, 10), hours=1)
        row = self.env["crm.service.cost.report"].search([("visit_id", "=", visit.id)])
        self.assertEqual(row.upsell, 1800)
        order._action_cancel()
        self.assertEqual(visit.upsell_won, 0)
