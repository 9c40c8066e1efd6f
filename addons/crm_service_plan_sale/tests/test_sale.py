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
