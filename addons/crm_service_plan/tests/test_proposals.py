from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServicePlanCase

AS_OF = date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestProposals(ServicePlanCase):
    """Visits close together are proposed as one, or as one trip; a person decides."""

    def test_two_visits_proposed_as_one(self):
        user = self.make_user("coordinator", "crm_service_plan.group_user")
        other = self.make_plan(
            {"name": "Wash", "interval": 94, "interval_unit": "day", "window_before": 0, "window_after": 20}
        )
        (self.plan + other).bundle_days = 10
        self.subscribe(self.asset, self.plan)
        self.subscribe(self.asset, other)
        self.task.with_context(service_apply_now=True).window_before = 0
        self.run_planner(AS_OF)
        visits = self.asset.visit_ids
        self.assertEqual(len(visits), 2)
        proposal = self.env["crm.service.proposal"].search([("visit_ids", "in", visits.ids)])
        self.assertEqual((proposal.state, proposal.kind), ("open", "merge"))
        self.run_planner(AS_OF)
        self.assertEqual(len(self.env["crm.service.proposal"].search([("visit_ids", "in", visits.ids)])), 1)
        with self.assertRaises(UserError):
            proposal.with_user(user).write({"state": "accepted"})
        days = visits.mapped("planned_date")
        with self.env.cr.savepoint() as trial:
            proposal.with_user(user).action_decline()
            self.run_planner(AS_OF)
            self.assertEqual(visits.mapped("planned_date"), days)
            self.assertFalse(
                self.env["crm.service.proposal"].search([("state", "=", "open"), ("visit_ids", "in", visits.ids)])
            )
            trial.rollback()
        self.env.invalidate_all()
        proposal.with_user(user).action_accept()
        left = visits.filtered(lambda visit: visit.state != "cancelled")
        self.assertEqual((len(left), len(left.occurrence_ids), len(left.task_ids)), (1, 2, 2))
        self.assertEqual(left.planned_date, proposal.day)

    def test_neighbours_in_one_trip(self):
        people = self.make_customers(2, ref="street")
        people.write({"street": "12 Lê Lợi", "city": "Huế"})
        assets = self.make_assets(people)
        self.subscribe(assets[0])
        self.subscribe(assets[1], start=date(2026, 1, 13))
        self.run_planner(AS_OF)
        proposal = self.env["crm.service.proposal"].search([("visit_ids", "in", assets.visit_ids.ids)])
        self.assertEqual((proposal.kind, proposal.address), ("trip", "12 Lê Lợi, Huế"))
        proposal.action_accept()
        first, second = assets.visit_ids.sorted("planned_start")
        self.assertEqual(first.planned_date, second.planned_date)
        self.assertEqual(second.planned_start, first.planned_stop)
