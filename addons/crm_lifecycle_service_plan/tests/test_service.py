"""Visits keep customers awake; a lost contract ends the relation."""

from datetime import datetime, time, timedelta

from odoo.addons.crm_lifecycle.tests.common import LifecycleCase
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user


@tagged("post_install", "-at_install")
class TestService(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.partner = cls.make_customers(1)

    def make_visit(self, **vals):
        return self.env["crm.service.visit"].create(
            {
                "name": "Check",
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "due_date": self.today,
                **vals,
            }
        )

    def buy(self, days):
        self.env["crm.external.transaction"].create(
            {
                "external_ref": f"T{days}",
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "date": self.today - timedelta(days=days),
                "amount": 100,
            }
        )

    def test_a_visit_is_a_sign_of_life(self):
        for days in (900, 870, 840, 810, 780):
            self.buy(days)
        self.partner.lifecycle_refresh()
        self.assertIn(self.stage(self.partner), ("quiet", "ended"))
        self.make_visit()._finish(self.today, hours=1)
        marks = self.env["crm.lifecycle.dirty"].search([("company_id", "=", self.company.id)])
        self.assertIn(self.partner, marks.partner_id)
        self.partner.lifecycle_refresh()
        self.assertIn(self.stage(self.partner), ("new", "established"))

    def test_a_lost_contract_ends_the_relation(self):
        self.buy(10)
        self.partner.lifecycle_refresh()
        reason = self.env["crm.lost.reason"].create({"name": "Competitor"})
        for lost, stage in ((False, "new"), (True, "ended")):
            contract = self.env["crm.service.contract"].create(
                {"name": "Care", "partner_id": self.partner.id, "company_id": self.company.id}
            )
            contract.action_start()
            contract._end(self.today, keep=False, reason=reason, lost=lost)
            self.assertEqual(self.stage(self.partner), stage)
        self.assertIn("Competitor", self.status(self.partner).reason)

    def test_busy_days(self):
        self.buy(3)
        self.make_visit(due_date=self.today - timedelta(days=3), duration=2)
        manager, user = (
            new_test_user(
                self.env,
                f"busy_{group}",
                groups=f"crm_service_plan.group_{group}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for group in ("manager", "user")
        )
        day = (
            self.env["crm.service.busy"]
            .with_user(manager)
            .search([("date", "=", self.today - timedelta(days=3)), ("company_id", "=", self.company.id)])
        )
        self.assertEqual((day.purchases, day.amount, day.visits, day.hours), (1, 100, 1, 2))
        self.assertEqual(day.weekday, str((self.today - timedelta(days=3)).isoweekday()))
        with self.assertRaises(AccessError):
            self.env["crm.service.busy"].with_user(user).search([])
        other = self.env["res.company"].create({"name": "Other"})
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        strange = self.env["crm.service.busy"].with_user(manager).with_context(allowed_company_ids=other.ids)
        self.assertFalse(strange.search([]))

    def test_busy_hours(self):
        """An order at the counter's hour, a visit in each hour it takes; in the branch's time, for managers of it."""
        if "sale.order" not in self.env:
            self.skipTest("no source that knows the hour")
        self.company.partner_id.tz = "Asia/Ho_Chi_Minh"
        day = self.today - timedelta(days=3)
        self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": self.company.id, "state": "sale",
             "date_order": datetime.combine(day, time(2, 40))}
        )  # fmt: skip
        self.make_visit(due_date=day, planned_start=datetime.combine(day, time(3, 30)), duration=1.5)
        manager = new_test_user(
            self.env,
            "busy_hour_manager",
            groups="crm_service_plan.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        Hour = self.env["crm.service.busy.hour"].with_user(manager)
        rows = Hour.search([("date", "=", day), ("company_id", "=", self.company.id)], order="hour")
        self.assertEqual(rows.mapped("hour"), ["09", "10", "11"])
        self.assertEqual(rows.mapped("purchases"), [1, 0, 0])
        self.assertEqual(rows.mapped("visits"), [0, 1, 1])
        self.assertEqual(len(set(rows.ids)), 3)
        other = self.env["res.company"].create({"name": "Other hours"})
        manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(Hour.with_context(allowed_company_ids=other.ids).search([]))

    def test_a_segment_by_health_plans_is_confidential(self):
        """Whoever may see health data may select by it; nobody else learns who is in it."""
        own = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        seller = new_test_user(self.env, "health_seller", "sales_team.group_sale_salesman", **own)
        blind = new_test_user(self.env, "health_blind", "sales_team.group_sale_manager", **own)
        groups = "sales_team.group_sale_manager,crm_service_plan.group_health"
        nurse = new_test_user(self.env, "health_nurse", groups, **own)
        self.buy(10)
        self.partner.lifecycle_refresh()
        plan = self.env["crm.service.plan"].create(
            {"name": "Diabetes", "is_sensitive": True, "company_id": self.company.id}
        )
        visit = self.make_visit(plan_ids=[(6, 0, plan.ids)])
        lead = {"name": "L", "type": "opportunity", "partner_id": self.partner.id, "company_id": self.company.id}
        self.env["crm.lead"].create({**lead, "service_visit_id": visit.id})
        domain = "[('opportunity_ids.service_visit_id.name', '!=', False)]"
        vals = {"name": "H", "company_id": self.company.id, "domain": domain}
        for author, found in ((blind, False), (nurse, True)):
            with self.subTest(author=author.login):
                segment = self.env["crm.segment"].with_user(author).create(vals)
                segment._refresh_sudo(self.today)
                self.assertEqual(segment.sudo().is_confidential, found)
                self.assertEqual(segment.sudo()._partners(), self.partner if found else self.partner.browse())
                for user, seen in ((author, True), (seller, not found)):
                    model = self.env["crm.segment"].with_user(user)
                    self.assertEqual(bool(model.search([("id", "=", segment.id)])), seen)

    def test_a_case_reaches_the_value_class(self):
        """A complaint that came as a case costs the customer the class that forbids complaints."""
        strict, other = self.env["crm.value.class"].create(
            [
                {"name": "A", "sequence": 1, "min_orders": 1, "max_complaints": 0, "company_id": self.company.id},
                {"name": "B", "sequence": 2, "min_orders": 1, "company_id": self.company.id},
            ]
        )
        self.buy(10)
        self.partner.lifecycle_refresh()
        self.assertEqual(self.status(self.partner).value_class_id, strict)
        case = self.env["crm.service.case"].create(
            {"name": "Noise", "partner_id": self.partner.id, "company_id": self.company.id, "is_complaint": True}
        )
        marks = self.env["crm.lifecycle.dirty"].search([("company_id", "=", self.company.id)])
        self.assertIn(self.partner, marks.partner_id, "looked at by itself")
        self.partner.lifecycle_refresh()
        status = self.status(self.partner)
        self.assertEqual((status.value_class_id, status.class_complaints), (other, 1))
        case.is_complaint = False
        self.partner.lifecycle_refresh()
        status.invalidate_recordset()
        self.assertEqual((status.value_class_id, status.class_complaints), (strict, 0))

    def test_what_is_offered(self):
        """Not what the customer has, at whichever branch; health plans to those with the right alone."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        had, health, fresh = self.env["crm.service.plan"].create(
            [{"name": "Had"}, {"name": "Health", "is_sensitive": True}, {"name": "Fresh"}]
        )
        self.env["crm.care.policy"].create(
            {
                "name": "All",
                "company_id": self.company.id,
                "service_plan_ids": [(6, 0, (had + health + fresh).ids)],
            }
        )
        self.env["crm.service.subscription"].create(
            {"partner_id": self.partner.id, "plan_id": had.id, "company_id": branch.id}
        )
        own = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        seller = "sales_team.group_sale_salesman_all_leads,crm_service_plan.group_user"
        clerk = new_test_user(self.env, "offer_clerk", seller, **own)
        nurse = new_test_user(self.env, "offer_nurse", f"{seller},crm_service_plan.group_health", **own)
        for user, plans in ((clerk, fresh), (nurse, health + fresh)):
            partner = self.partner.with_user(user).with_context(allowed_company_ids=self.company.ids)
            actions = partner._next_actions()[partner.id]
            offered = {action.code for action in actions if action.code.startswith("service_plan_")}
            self.assertEqual(offered, {f"service_plan_{plan.id}" for plan in plans}, user.login)
