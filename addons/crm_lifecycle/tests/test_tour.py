"""What a manager does by hand: drag, release, print, change the rules, do the next thing."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install", "tour")
class TestLifecycleTour(LifecycleCase, HttpCase):
    def test_by_hand(self):
        manager = new_test_user(
            self.env, "lifecycle_tour", "sales_team.group_sale_manager,base.group_partner_manager",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)], lang="en_US",
        )
        today = self.company._lifecycle_today()
        customers = self.make_customers(2)
        customers[0].name, customers[1].name = "Khách Thử Tay", "Khách Ở Lại"
        for customer in customers:
            self.buy(customer, today - timedelta(days=5))
        self.env["crm.interaction"]._ledger_record(
            [{"partner_id": customers[0].id, "company_id": self.company.id, "channel": "phone", "purpose": "care",
              "date": fields.Datetime.now(), "direction": "out", "state": "planned", "user_id": manager.id,
              "subject": "Hẹn báo giá lốp xe"}]
        )
        self.Run._execute(self.company, today)
        version = self.policy.version
        self.policy.name = "Persons"
        self.start_tour(
            "/odoo/action-crm_lifecycle.crm_lifecycle_status_action", "crm_lifecycle_by_hand", login="lifecycle_tour"
        )
        self.env.invalidate_all()
        declared = self.env["crm.lifecycle.declaration"].search([("partner_id", "=", customers[0].id)])
        self.assertIn("Đang sửa nhà", declared.mapped("reason"))
        self.assertEqual(self.transitions(customers[0]), [("suspect", "new"), ("new", "quiet"), ("quiet", "new")])
        self.assertEqual(self.transitions(customers[1]), [("suspect", "new")])
        self.assertEqual(self.env["crm.lifecycle.summary"].search([]).company_id, self.company)
        self.assertEqual((self.policy.established_orders, self.policy.established_days), (1, 0))
        self.assertEqual(self.policy.version, version + 1)
        self.assertTrue(self.company.lifecycle_full_requested)
