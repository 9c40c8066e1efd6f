"""Figures of the reports: shares, revenue, rates; and whose they are."""

from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase


@tagged("post_install", "-at_install")
class TestReports(ServicePlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.manager = new_test_user(cls.env, "report_manager", groups="crm_service_plan.group_manager", **values)
        cls.user = new_test_user(cls.env, "report_user", groups="crm_service_plan.group_user", **values)

    def rows(self, report, user=None, **domain):
        model = self.env[f"crm.service.{report}.report"].with_user(user or self.manager)
        return model.search([(name, "=", value) for name, value in domain.items()])

    def done_visit(self, plans=None, **vals):
        visit = self.env["crm.service.visit"].create(
            {
                "name": "Care",
                "partner_id": self.customer.id,
                "asset_id": self.asset.id,
                "company_id": self.company.id,
                "due_date": date(2026, 3, 10),
                "price": 300,
                "plan_ids": [(6, 0, plans.ids if plans else [])],
                **vals,
            }
        )
        visit._finish(date(2026, 3, 10), hours=2, cost=100)
        return visit

    def test_cost_is_shared_and_charged_once(self):
        other = self.plan.copy({"name": "Tyres"})
        visit = self.done_visit(self.plan + other)
        rows = self.rows("cost", visit_id=visit.id)
        self.assertEqual(rows.plan_id, self.plan + other)
        self.assertEqual(sorted(rows.mapped("hours")), [1, 1])
        cost = visit.total_cost if "total_cost" in visit._fields else visit.cost
        self.assertAlmostEqual(sum(rows.mapped("cost")), cost)
        self.assertAlmostEqual(sum(rows.mapped("charged")), 300)
        self.assertAlmostEqual(sum(rows.mapped("margin")), 300 - cost)
        self.assertEqual(len(set(rows.ids)), 2)

    def test_parts_are_charged(self):
        product = self.env["product.product"].create({"name": "Pads", "list_price": 70, "standard_price": 40})
        part = [(0, 0, {"product_id": product.id, "quantity": 2, "unit_price": 70, "unit_cost": 40})]
        visit = self.done_visit(part_ids=part)
        self.assertEqual(visit.charge, 440)
        row = self.rows("cost", visit_id=visit.id)
        self.assertEqual((row.charged, row.cost, row.margin), (440, 180, 260))

    def test_revenue_is_shared_by_the_plans_of_the_contract(self):
        plans = self.plan + self.plan.copy({"name": "Tyres"})
        contract = self.env["crm.service.contract"].create(
            {
                "name": "Care",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "price": 1000,
                "plan_ids": [(6, 0, plans.ids)],
            }
        )
        contract.action_start()
        rows = self.rows("cost", contract_id=contract.id)
        self.assertEqual({row.plan_id: row.revenue for row in rows}, dict.fromkeys(plans, 500))
        self.assertEqual(len(set(rows.ids)), 2)

    def test_contract_revenue_against_cost(self):
        contract = self.env["crm.service.contract"].create(
            {
                "name": "Care",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "start_date": date(2026, 1, 1),
                "price": 1000,
            }
        )
        contract.action_start()
        visit = self.done_visit()
        lead = visit._create_lead_sudo()
        lead.expected_revenue = 500
        rows = self.rows("cost", contract_id=contract.id)
        self.assertEqual((sum(rows.mapped("revenue")), sum(rows.mapped("charged"))), (1000, 0))
        self.assertEqual(sum(rows.mapped("upsell")), 0)
        self.assertEqual(rows.partner_id, self.customer.commercial_partner_id)
        grouped = (
            self.env["crm.service.cost.report"]
            .with_user(self.manager)
            ._read_group([("contract_id", "=", contract.id)], ["partner_id"], ["margin:sum"])
        )
        cost = visit.total_cost if "total_cost" in visit._fields else visit.cost
        self.assertAlmostEqual(grouped[0][1], 1000 - cost)

    def test_compliance(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        visit.line_ids.is_done = True
        visit._finish(visit.due_date, hours=1)
        done = self.rows("compliance", plan_id=self.plan.id).filtered("done_date")
        self.assertEqual((done.result, done.on_time_rate, done.days_late), ("on_time", 100, 0))
        self.assertEqual(done.user_id, visit.user_id)

    def test_late_and_by_branch(self):
        """Late counts against the rate; each branch by itself, and its manager sees no other's."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        days = {self.company: (date(2026, 4, 10), date(2026, 5, 20)), branch: (date(2026, 4, 10),)}
        for company, done in days.items():
            for day in done:
                subscription = self.subscribe(self.make_assets(self.make_customers(1)), company_id=company.id)
                self.env["crm.service.planner"]._run(date(2026, 4, 1), company)
                visit = subscription.occurrence_ids.visit_id
                visit.line_ids.is_done = True
                visit._finish(day)
        late = self.rows("compliance", plan_id=self.plan.id, result="late")
        self.assertEqual((late.done_date, late.days_late, late.on_time_rate), (date(2026, 5, 20), 40, 0))
        boss = new_test_user(
            self.env, "branches_boss", "crm_service_plan.group_manager", company_id=self.company.id,
            company_ids=[(6, 0, (self.company + branch).ids)],
        )  # fmt: skip
        Report = self.env["crm.service.compliance.report"]
        domain = [("plan_id", "=", self.plan.id), ("done_date", "!=", False)]
        groups = Report.with_user(boss).with_context(allowed_company_ids=(self.company + branch).ids)._read_group(
            domain, ["company_id"], ["on_time_rate:avg", "days_late:avg", "__count"]
        )  # fmt: skip
        self.assertEqual(
            {company.name: figures for company, *figures in groups},
            {self.company.name: [50, 20, 2], branch.name: [100, 0, 1]},
        )
        self.assertEqual(self.rows("compliance", plan_id=self.plan.id).company_id, self.company)

    def test_history_has_cases(self):
        case = self.env["crm.service.case"].create(
            {"name": "Noise", "asset_id": self.asset.id, "company_id": self.company.id}
        )
        rows = self.env["crm.service.history"].with_user(self.user).search([("asset_id", "=", self.asset.id)])
        line = rows.filtered(lambda row: row.kind == "case")
        self.assertEqual((line.res_id, line.summary, line.partner_id), (case.id, "Noise", self.customer))

    def test_cases(self):
        case = self.env["crm.service.case"].create(
            {
                "name": "Noise",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "received_on": datetime(2026, 3, 3, 1),
                "is_complaint": True,
                "solution": "Oil",
            }
        )
        case.with_context(service_at=datetime(2026, 3, 5, 1)).action_solve()
        row = self.rows("case", self.user, case_id=case.id)
        self.assertEqual((row.complaints, row.days_open, row.partner_id), (1, 2, self.customer))

    def test_whose_figures(self):
        visit = self.done_visit()
        with self.assertRaises(AccessError):
            self.rows("cost", self.user)
        branches = self.env["res.company"].create(
            [{"name": f"B{number}", "parent_id": self.company.id} for number in (1, 2)]
        )
        strangers = self.env["res.company"].create({"name": "Strangers"})
        self.assertTrue(self.rows("cost", visit_id=visit.id))
        for company in (*branches, strangers):
            user = new_test_user(
                self.env,
                f"report_{company.id}",
                groups="crm_service_plan.group_manager",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for report in ("cost", "compliance", "case"):
                model = self.env[f"crm.service.{report}.report"].with_user(user)
                self.assertFalse(model.with_context(allowed_company_ids=company.ids).search([]), report)

    def test_health_data_stays_with_those_who_may(self):
        secret = self.plan.copy({"name": "Vaccination", "is_sensitive": True})
        visit = self.done_visit(secret)
        self.assertFalse(self.rows("cost", visit_id=visit.id))
        self.manager.group_ids += self.env.ref("crm_service_plan.group_health")
        self.assertTrue(self.rows("cost", visit_id=visit.id))
