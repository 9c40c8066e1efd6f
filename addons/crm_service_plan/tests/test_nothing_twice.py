"""What left a visit is served once; archived plans rest; one bad branch or plan stops no other."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServicePlanCase

OPEN = ("due", "reminded", "confirmed", "scheduled", "in_progress")


@tagged("post_install", "-at_install")
class TestReopen(ServicePlanCase):
    """A cancelled visit is reopened with its services, or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        steps = [(0, 0, {"name": "first", "delay": 0}), (0, 0, {"name": "second", "delay": 21, "sequence": 20})]
        doses = {"name": "Rabies", "kind": "chain", "step_ids": steps}
        cls.series = cls.env["crm.service.plan"].create({"name": "Doses", "task_ids": [(0, 0, doses)]})
        cls.child = cls.make_customers(1, name="Child")
        cls.doses = cls.env["crm.service.subscription"].create(
            {
                "partner_id": cls.child.id,
                "plan_id": cls.series.id,
                "company_id": cls.company.id,
                "start_date": date(2026, 4, 10),
                "plan_from": date(2026, 4, 10),
            }
        )
        cls.env["crm.service.planner"]._run(date(2026, 4, 1), cls.company)
        cls.dose = cls.doses.occurrence_ids.sorted("seq")[0]
        cls.visit = cls.dose.visit_id

    def open_visits(self):
        return self.env["crm.service.visit"].search(
            [("partner_id", "=", self.child.id), ("state", "in", OPEN)]
        ).filtered(lambda visit: self.series in visit.plan_ids and visit.due_date < date(2026, 4, 20))  # fmt: skip

    def test_dose_on_another_visit(self):
        self.visit.action_cancel()
        self.run_planner(date(2026, 4, 2))
        other = self.dose.visit_id
        self.assertTrue(other)
        self.assertNotEqual(other, self.visit)
        with self.assertRaisesRegex(UserError, "cannot be reopened: its services are on another visit now.*Rabies"):
            self.visit.action_reopen()
        self.assertEqual(self.visit.state, "cancelled")
        self.assertEqual(self.open_visits(), other)

    def test_dose_that_still_waits_comes_back(self):
        self.visit.action_cancel()
        self.assertEqual(self.dose.state, "planned")
        self.visit.action_reopen()
        self.assertEqual((self.dose.state, self.dose.visit_id, self.visit.state), ("visit", self.visit, "due"))
        self.run_planner(date(2026, 4, 2))
        self.assertEqual(self.open_visits(), self.visit)
        self.visit.action_cancel()
        self.run_planner(date(2026, 4, 3))
        with self.assertRaises(UserError):
            self.visit.action_reopen()

    def test_paused_or_planned_anew(self):
        self.doses.action_pause()
        self.assertEqual(self.visit.state, "cancelled")
        with self.assertRaisesRegex(UserError, "planned anew or paused"):
            self.visit.action_reopen()
        self.doses.action_resume(date(2026, 4, 2))
        self.visit.action_reopen()
        self.assertEqual(self.dose.visit_id, self.visit)

    def test_put_together(self):
        """Visits made one: the one that was emptied stays closed."""
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 2))
        visits = subscription.occurrence_ids.visit_id
        visits.is_touched = True
        other = self.subscribe(self.asset, self.plan.copy({"name": "Tyres"}))
        self.run_planner(date(2026, 4, 2))
        visits |= other.occurrence_ids.visit_id
        self.assertEqual(len(visits), 2)
        Proposal = self.env["crm.service.proposal"]
        proposal = Proposal.search([("visit_ids", "in", visits.ids)])
        proposal = proposal or Proposal.create(Proposal._prepare_vals(self.company, visits[0].planned_date, visits))
        self.assertEqual(proposal.kind, "merge")
        proposal.action_accept()
        gone = visits.filtered(lambda visit: visit.state == "cancelled")
        self.assertEqual(len(gone), 1)
        with self.assertRaisesRegex(UserError, "on another visit now"):
            gone.action_reopen()

    def test_made_by_hand(self):
        """A visit that never had services is reopened as it is."""
        visit = self.visit.create(
            {"name": "Check", "partner_id": self.child.id, "company_id": self.company.id,
             "task_ids": [(6, 0, self.series.task_ids.ids)]}
        )  # fmt: skip
        visit.action_cancel()
        visit.action_reopen()
        self.assertEqual(visit.state, "due")

    def test_no_back_door(self):
        for vals in ({"was_emptied": False}, {"left_occurrence_ids": [(5,)]}):
            with self.assertRaises(UserError):
                self.visit.with_user(self.env.ref("base.user_admin")).write(vals)


@tagged("post_install", "-at_install")
class TestArchivedPlan(ServicePlanCase):
    def test_archived_plan_rests(self):
        """No dates, no visits, nothing given up; in use again it goes on where it was."""
        self.plan.missed_policy = "skip"
        subscription = self.subscribe(self.asset)
        series = subscription.series_ids
        until, states = series.planned_until, subscription.occurrence_ids.mapped("state")
        self.plan.action_archive()
        for day in (date(2026, 4, 1), date(2026, 8, 1)):
            self.run_planner(day)
        self.assertFalse(self.asset.visit_ids)
        self.assertEqual((series.planned_until, subscription.occurrence_ids.mapped("state")), (until, states))
        self.plan.action_unarchive()
        self.run_planner(date(2026, 8, 1))
        self.assertGreater(series.planned_until, until)
        self.run_planner(date(2026, 10, 1))
        visit = self.asset.visit_ids.filtered(lambda v: v.state == "due")
        self.assertEqual(visit.due_date, date(2026, 10, 12), "a Monday")


@tagged("post_install", "-at_install")
class TestNight(ServicePlanCase):
    """Whatever breaks in one branch, the following ones have their night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.task.timing = "fixed"
        cls.plan.missed_policy = "skip"
        cls.branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        cls.bad_plan = cls.plan.copy({"name": "Bad"})
        cls.bad = cls.subscribe(cls.make_assets(cls.make_customers(1)), cls.bad_plan)
        cls.good = cls.subscribe(cls.make_assets(cls.make_customers(1)))
        cls.far = cls.subscribe(cls.make_assets(cls.make_customers(1)), company_id=cls.branch.id)

    def night(self, day):
        self.env["crm.service.planner"]._run(day, self.company + self.branch)

    def first(self, subscription):
        return subscription.occurrence_ids.sorted("seq")[0]

    def break_step(self, model, method, bad):
        """Let a step fail on what ``bad`` says, in the middle of its work."""
        owner = type(self.env[model])
        real = getattr(owner, method)

        def fail(records, *args, **kwargs):
            result = real(records, *args, **kwargs)
            if bad(records, *args):
                raise ValueError("broken")
            return result

        return patch.object(owner, method, fail), mute_logger("odoo.addons.crm_service_plan.tools")

    @mute_logger("odoo.addons.crm_service_plan.tools")
    def test_giving_up(self):
        self.night(date(2026, 4, 1))
        broken, quiet = self.break_step(
            "crm.service.occurrence", "_give_up", lambda records, day: self.bad_plan in records.plan_id
        )
        with broken, quiet:
            self.night(date(2026, 5, 1))
        self.assertEqual(self.first(self.bad).state, "visit", "taken back")
        self.assertEqual(self.bad.error_code, "missed")
        self.assertIn("missed services", self.bad_plan.problem)
        self.assertEqual([self.first(one).state for one in (self.good, self.far)], ["missed", "missed"])
        self.assertFalse(self.good.error_code)
        self.night(date(2026, 5, 2))
        self.assertEqual((self.first(self.bad).state, self.bad.error_code), ("missed", False))
        self.assertFalse(self.bad_plan.problem)

    def test_proposing(self):
        done = []
        broken, quiet = self.break_step(
            "crm.service.proposal", "_propose", lambda records, company, day: done.append(company) or len(done) == 1
        )
        with broken, quiet:
            self.night(date(2026, 4, 1))
        self.assertEqual(done, [self.company, self.branch])
        self.assertTrue(self.first(self.far).visit_id)

    def test_telling(self):
        for number, subscription in enumerate((self.bad, self.good)):
            subscription.series_ids._set({"error_code": ("no_meter", "no_date")[number]})
            subscription._refresh_next_due()
        broken, quiet = self.break_step(
            "crm.service.plan", "activity_schedule", lambda records, *args: self.bad_plan in records
        )
        with broken, quiet:
            self.night(date(2026, 1, 12))
        self.assertFalse(self.bad_plan.problem)
        self.assertIn("date", self.plan.problem)
        self.night(date(2026, 1, 13))
        self.assertIn("meter", self.bad_plan.problem, "told the next night")

    def test_making_visits(self):
        broken, quiet = self.break_step(
            "crm.service.visit",
            "_prepare_visit_vals",
            lambda records, company, day, occurrences: self.bad_plan in occurrences.plan_id,
        )
        with broken, quiet:
            self.night(date(2026, 4, 1))
        self.assertEqual([bool(self.first(one).visit_id) for one in (self.bad, self.good, self.far)], [0, 1, 1])


@tagged("post_install", "-at_install")
class TestBranchDay(ServicePlanCase):
    """Today is the branch's, wherever the coordinator sits."""

    def test_pause_resume_end(self):
        far = self.env["res.company"].create({"name": "Far", "parent_id": self.company.id})
        far.partner_id.tz = "Pacific/Kiritimati"
        self.company.partner_id.tz = "Pacific/Pago_Pago"
        here, there = self.company._service_today(), far._service_today()
        self.assertGreaterEqual((there - here).days, 1, "25 hours apart")
        assets = self.make_assets(self.make_customers(2))
        both = self.subscribe(assets[0], start=here) + self.subscribe(assets[1], start=here, company_id=far.id)
        both = both.with_company(self.company)
        both.action_pause()
        self.assertEqual(both.mapped("pause_date"), [here, there])
        Change = self.env["crm.service.subscription.change"]
        wizards = Change.create([{"subscription_id": one.id, "operation": "resume"} for one in both])
        self.assertEqual(wizards.mapped("day"), [here, there])
        both.action_resume()
        self.assertEqual(both.series_ids.sorted("subscription_id").mapped("not_before"), [here, there])
        both.action_end()
        self.assertEqual(both.mapped("end_date"), [here, there])
        self.assertEqual(set(both.mapped("state")), {"ended"})
        with self.assertRaises(UserError):
            both.action_end(here + timedelta(1))
