"""Contracts: what is covered, what is left, how they renew and end."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase


class ContractCase(ServicePlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.seller = new_test_user(cls.env, "contract_seller", groups="sales_team.group_sale_salesman", **values)
        cls.technician = new_test_user(cls.env, "contract_tech", groups="crm_service_plan.group_user", **values)
        cls.contract = cls.make_contract()

    @classmethod
    def make_contract(cls, **vals):
        contract = cls.env["crm.service.contract"].create(
            {
                "name": "Yearly care",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "start_date": date(2026, 1, 1),
                "end_date": date(2026, 12, 31),
                "kind": "visits",
                "included": 2,
                "price": 3000000,
                **vals,
            }
        )
        contract.action_start()
        return contract

    def make_visit(self, day=date(2026, 3, 10), **vals):
        return self.env["crm.service.visit"].create(
            {
                "name": "Repair",
                "partner_id": self.customer.id,
                "asset_id": self.asset.id,
                "company_id": self.company.id,
                "due_date": day,
                "price": 200000,
                "duration": 1,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestContract(ContractCase):
    def test_covered_then_to_be_paid(self):
        first, second, third = (self.make_visit(date(2026, 3, day)) for day in (10, 11, 12))
        self.assertEqual(first.contract_id, self.contract)
        self.assertEqual([v.is_covered for v in (first + second + third)], [True, True, False])
        self.assertEqual([v.charge for v in (first + second + third)], [0, 0, 200000])
        self.assertIn("used up", third.coverage)
        third.with_user(self.technician)._finish(date(2026, 3, 9), hours=1)
        self.assertEqual((third.covered, self.contract.used_visits, self.contract.left), ("yes", 1, 1))
        (first + second).invalidate_recordset()
        self.assertEqual([first.is_covered, second.is_covered], [True, False], "what was promised goes by the calendar")
        first._finish(date(2026, 3, 10), hours=1)
        second._finish(date(2026, 3, 11), hours=1)
        self.assertEqual([first.covered, second.covered], ["yes", "no"])
        self.assertEqual((self.contract.used_visits, self.contract.left), (2, 0))

    def test_hours(self):
        self.contract.write({"kind": "hours", "included": 3})
        visit = self.make_visit(duration=2)
        self.assertTrue(visit.is_covered)
        visit._finish(date(2026, 3, 10), hours=2.5)
        self.assertEqual((self.contract.used_hours, self.contract.left), (2.5, 0.5))
        other = self.make_visit(date(2026, 4, 1), duration=1)
        self.assertFalse(other.is_covered)
        visit.with_user(self.env.ref("base.user_admin")).sudo().hours = 2
        self.assertEqual(self.contract.left, 1, "a corrected visit is counted anew")
        other.invalidate_recordset()
        self.assertTrue(other.is_covered)

    def test_what_it_is_for(self):
        other = self.make_assets(self.customer, code="59-X1 OTHER")
        self.contract.write({"asset_ids": [(6, 0, other.ids)]})
        self.assertFalse(self.make_visit().contract_id)
        self.contract.write({"asset_ids": [(5, 0, 0)], "covers_repairs": False})
        self.assertIn("plan", self.make_visit().coverage)
        self.contract.plan_ids = self.plan
        self.assertTrue(self.make_visit(plan_ids=[(6, 0, self.plan.ids)]).is_covered)
        self.assertFalse(self.make_visit(date(2027, 2, 1)).contract_id, "other days")

    def test_branch_serves_on_the_same_contract(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        visit = self.make_visit(company_id=branch.id)
        self.assertEqual(visit.contract_id, self.contract)
        user = new_test_user(
            self.env,
            "branch_tech",
            groups="crm_service_plan.group_user",
            company_id=branch.id,
            company_ids=[(6, 0, branch.ids)],
        )
        mine = visit.with_user(user).with_context(allowed_company_ids=branch.ids)
        self.assertTrue(mine.is_covered)
        mine._finish(date(2026, 3, 10), hours=1)
        self.assertEqual(self.contract.used_visits, 1)

    def run_daily(self, day):
        self.run_cron("crm.service.contract", "_cron_daily", as_of=day)

    def test_renewal_opportunity_once(self):
        self.contract.user_id = self.seller
        self.run_daily(date(2026, 11, 30))
        self.assertEqual(self.contract.state, "running")
        self.run_daily(date(2026, 12, 1))
        lead = self.contract.renewal_lead_id
        self.assertEqual((self.contract.state, lead.user_id, lead.expected_revenue), ("to_renew", self.seller, 3000000))
        self.run_daily(date(2026, 12, 2))
        self.assertEqual(self.env["crm.lead"].search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_renewed(self):
        subscription = self.subscribe(self.asset, contract_id=self.contract.id)
        action = self.contract.with_user(self.seller).action_renew()
        following = self.env["crm.service.contract"].browse(action["res_id"])
        self.assertEqual(
            (following.start_date, following.end_date, following.state), (date(2027, 1, 1), date(2027, 12, 31), "draft")
        )
        with self.assertRaises(UserError):
            self.contract.action_renew()
        following.with_user(self.seller).action_start()
        self.run_daily(date(2027, 1, 1))
        self.assertEqual(
            (self.contract.state, subscription.contract_id, subscription.state), ("expired", following, "active")
        )
        self.assertEqual(following.used_visits, 0)

    def test_renewed_after_it_expired(self):
        subscription = self.subscribe(self.asset, contract_id=self.contract.id)
        self.run_daily(date(2027, 1, 1))
        self.assertEqual((self.contract.state, subscription.state), ("expired", "active"))
        following = self.env["crm.service.contract"].browse(self.contract.action_renew()["res_id"])
        following.with_user(self.seller).action_start()
        self.assertEqual(subscription.contract_id, following)

    def test_months_stay_months(self):
        for start, end, then in (
            (date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31)),
            (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28)),
            (date(2027, 12, 1), date(2028, 2, 29), date(2028, 5, 31)),
            (date(2027, 3, 1), date(2028, 2, 29), date(2029, 2, 28)),
            (date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28)),
            (date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 20)),
        ):
            with self.subTest(start=start, end=end):
                contract = self.make_contract(start_date=start, end_date=end)
                following = contract.browse(contract.action_renew()["res_id"])
                self.assertEqual((following.start_date - end).days, 1)
                self.assertEqual(following.end_date, then)

    def test_expired(self):
        subscription = self.subscribe(self.asset, contract_id=self.contract.id)
        self.contract.at_end = "end"
        self.run_daily(date(2027, 1, 1))
        self.assertEqual((self.contract.state, subscription.state), ("expired", "ended"))

    def test_ended_keeps_or_ends(self):
        reason = self.env["crm.lost.reason"].create({"name": "Moved"})
        for choice, state in (("keep", "active"), ("end", "ended")):
            contract = self.make_contract(name=choice)
            subscription = self.subscribe(self.asset, contract_id=contract.id)
            wizard = self.env["crm.service.contract.close"].with_user(self.seller)
            values = {"contract_id": contract.id, "reason_id": reason.id, "subscriptions": choice, "is_lost": True}
            if choice == "end":
                wizard = wizard.sudo()
            wizard.create({**values, "end_date": date(2026, 5, 1)}).action_end()
            self.assertEqual((contract.state, contract.is_lost, contract.reason_id), ("cancelled", True, reason))
            self.assertEqual(subscription.state, state)

    def test_forged(self):
        contract = self.contract.with_user(self.seller)
        for vals in ({"state": "draft"}, {"used_visits": 0}, {"is_lost": True}, {"renewal_lead_id": False}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                contract.write(vals)
        visit = self.make_visit().with_user(self.technician)
        with self.assertRaises(UserError):
            visit.write({"covered": "yes"})
        with self.assertRaises(UserError):
            self.contract.unlink()
        with self.assertRaises(ValidationError):
            self.contract.asset_ids = self.make_assets(self.make_customers(1, name="Other"))
        with self.assertRaises(AccessError):
            self.contract.with_user(self.technician).write({"included": 99})

    def test_summary_pdf(self):
        self.make_visit()._finish(date(2026, 3, 10), hours=1)
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "crm_service_plan.report_contract", self.contract.ids
        )
        self.assertIn(self.contract.number, html.decode())
        self.assertIn("Yearly care", html.decode())

    def test_queries_do_not_grow(self):
        few = self.env["crm.service.visit"].union(*(self.make_visit() for __ in range(3)))
        other = self.make_customers(1, name="Other")
        self.make_contract(partner_id=other.id)
        asset = self.make_assets(other)
        many = few.browse().union(*(self.make_visit(partner_id=other.id, asset_id=asset.id) for __ in range(20)))
        self.assertSameQueryCount(lambda: few.mapped("coverage"), lambda: many.mapped("coverage"))
