from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from .common import ServicePlanCase

AT = datetime(2026, 4, 1, 2, 0)


class Killed(BaseException):
    """Stands for SIGKILL: no handler catches it."""


@tagged("post_install", "-at_install")
class TestPlanner(ServicePlanCase):
    """Services are dated set-based, once, and one bad plan stops nobody."""

    def rows(self):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT o.subscription_id, o.task_id, o.seq, o.due_date, o.state, v.due_date
                 FROM crm_service_occurrence o LEFT JOIN crm_service_visit v ON v.id = o.visit_id
                WHERE o.company_id = %s ORDER BY 1, 2, 3""",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def test_generation_is_idempotent(self):
        self.subscribe(self.make_assets(self.make_customers(5)))
        self.run_planner(date(2026, 4, 1))
        before = self.rows()
        self.run_planner(date(2026, 4, 1))
        self.env["crm.service.series"].search([])._replan(date(2026, 4, 1))
        self.assertEqual(self.rows(), before)
        self.assertEqual(len(self.env["crm.service.visit"].search([("company_id", "=", self.company.id)])), 5)

    def test_horizon_rolls_on(self):
        subscription = self.subscribe(self.asset)
        self.env["crm.service.series"].search([])._replan(date(2026, 1, 10))
        last = max(subscription.occurrence_ids.mapped("due_date"))
        self.plan.missed_policy = "keep"
        self.run_planner(date(2026, 12, 1))
        self.assertGreater(max(subscription.occurrence_ids.mapped("due_date")), last)
        self.assertEqual(len(set(subscription.occurrence_ids.mapped("seq"))), len(subscription.occurrence_ids))

    def test_query_count_of_dating_and_visits(self):
        few = self.subscribe(self.make_assets(self.make_customers(8)))
        many = self.subscribe(
            self.make_assets(self.make_customers(45, ref="many"))
        )  # 90 checklist lines: one INSERT of the ORM
        planner, visits = self.env["crm.service.planner"], self.env["crm.service.visit"]
        series = [subscriptions.series_ids.ids for subscriptions in (few, many)]
        self.assertSameQueryCount(
            lambda: planner._plan_batch(self.company, series[0], date(2026, 4, 1)),
            lambda: planner._plan_batch(self.company, series[1], date(2026, 4, 1)),
        )
        keys = [[(s.partner_id.id, s.asset_id.id) for s in subscriptions] for subscriptions in (few, many)]
        self.assertSameQueryCount(
            lambda: visits._make(self.company, date(2026, 4, 1), keys[0]),
            lambda: visits._make(self.company, date(2026, 4, 1), keys[1]),
        )

    def test_killed_at_any_commit_and_run_again(self):
        """The cron is cut off after its first, second … commit; run again it leaves the rows of an undisturbed run."""
        self.subscribe(self.make_assets(self.make_customers(7)))
        self.env["crm.service.occurrence"].search([]).unlink()
        self.env["crm.service.series"].search([])._set({"planned_until": False})
        with (
            patch("odoo.addons.crm_service_plan.models.crm_service_planner.BATCH", 2),
            patch("odoo.addons.crm_service_plan.models.crm_service_make_mixin.BATCH_KEYS", 2),
        ):
            with self.env.cr.savepoint() as undisturbed:
                self.run_planner(date(2026, 4, 1))
                expected = self.rows()
                undisturbed.rollback()
            self.env.invalidate_all()
            for number in range(12):
                with self.env.cr.savepoint() as attempt:
                    self.kill_after(number)
                    self.run_planner(date(2026, 4, 1))
                    self.assertEqual(self.rows(), expected, f"killed after {number} steps")
                    attempt.rollback()
                self.env.invalidate_all()

    def kill_after(self, number):
        """Run step by step, each in its own savepoint as the cron commits each; die in the step after ``number``."""
        planner = self.env["crm.service.planner"]
        planner._sync_series()
        steps = (planner._plan_next, planner._miss_next, self.env["crm.service.visit"]._make_next)
        for step in steps:
            done = True
            while done:
                if number <= 0:
                    try:
                        with self.env.cr.savepoint():
                            step(self.company, date(2026, 4, 1))
                            self.env.flush_all()
                            raise Killed
                    except Killed:
                        self.env.invalidate_all()
                        return
                done = step(self.company, date(2026, 4, 1))
                number -= 1

    def test_another_transaction_between_is_no_fault_of_the_plan(self):
        subscription = self.subscribe(self.asset)
        planner, visits = self.env["crm.service.planner"], self.env["crm.service.visit"]
        keys, series_ids = [(self.customer.id, self.asset.id)], subscription.series_ids.ids
        for model, name, call in (
            (planner, "_plan_batch", lambda: planner._plan_safely(self.company, series_ids, self.today)),
            (visits, "_make", lambda: visits._make_safely(self.company, self.today, keys)),
        ):
            with (
                self.subTest(name),
                patch.object(model.__class__, name, side_effect=SerializationFailure),
                self.assertRaises(SerializationFailure),
            ):
                call()
        self.assertFalse(subscription.error_code)

    def test_start_of_the_service_day(self):
        for hour, expected in ((8.0, (1, 0)), (8.5, (1, 30)), (8.9999, (2, 0)), (23.9999, (17, 0))):
            self.company.service_day_start = hour
            self.assertEqual(self.company._service_moment(date(2026, 4, 1)), datetime(2026, 4, 1, *expected))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.company.service_day_start = 24
            self.company.flush_recordset()

    def test_cron_commits(self):
        subscription = self.subscribe(self.asset)
        self.run_cron("crm.service.planner", "_cron_daily", at=AT)
        self.assertEqual(subscription.occurrence_ids.visit_id.due_date, date(2026, 4, 10))

    def test_a_bad_plan_stops_nobody(self):
        bad_plan = self.env["crm.service.plan"].create(
            {"name": "Bad", "task_ids": [(0, 0, {"name": "Never", "interval": 1, "interval_unit": "day"})]}
        )
        assets = self.make_assets(self.make_customers(2))
        bad, good = self.subscribe(assets[0], bad_plan), self.subscribe(assets[1])
        self.env.cr.execute("UPDATE crm_service_plan_task SET interval = 0 WHERE id = %s", bad_plan.task_ids.ids)
        self.env.invalidate_all()
        self.env["crm.service.series"].search([])._replan(self.today)
        self.assertEqual(bad.error_code, "no_interval")
        self.assertIn("neither", bad.error)
        self.assertFalse(good.error)
        self.assertEqual(good.next_due, date(2026, 4, 10))
        self.env.cr.execute("UPDATE crm_service_plan_task SET interval = 7 WHERE id = %s", bad_plan.task_ids.ids)
        self.env.invalidate_all()
        bad.action_replan()
        self.assertFalse(bad.error)
        self.assertTrue(bad.next_due)

    @mute_logger("odoo.addons.crm_service_plan.tools")
    def test_a_failing_visit_stops_nobody(self):
        assets = self.make_assets(self.make_customers(3))
        subscriptions = self.subscribe(assets)
        Visit = type(self.env["crm.service.visit"])
        prepare = Visit._prepare_visit_vals

        def fail(visit, company, day, occurrences):
            if occurrences.asset_id == assets[1]:
                raise ValueError("no")
            return prepare(visit, company, day, occurrences)

        with patch.object(Visit, "_prepare_visit_vals", fail):
            self.run_planner(date(2026, 4, 1))
        self.assertEqual([bool(s.occurrence_ids.visit_id) for s in subscriptions], [True, False, True])
        self.assertEqual([bool(s.error) for s in subscriptions], [False, True, False])
        subscriptions[1].action_replan()
        self.run_planner(date(2026, 4, 1))
        self.assertTrue(subscriptions[1].occurrence_ids.visit_id)

    def test_days_off_and_reason(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Reunification Day",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": datetime(2026, 4, 9, 17),
                "date_to": datetime(2026, 4, 10, 16, 59),
            }
        )
        subscription = self.subscribe(self.asset)
        first = subscription.occurrence_ids.sorted("seq")[0]
        self.assertEqual((first.nominal_date, first.due_date), (date(2026, 4, 10), date(2026, 4, 13)))
        self.assertIn("Reunification Day", first.shift_reason)

    def test_changed_plan_moves_only_the_untouched(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        self.task.interval = 6
        self.run_planner(date(2026, 4, 1))
        self.assertEqual(self.dues(subscription)[1], (2, date(2026, 7, 10)), "the change waits to be looked at")
        self.plan._apply_changes(date(2026, 4, 1))
        self.assertEqual(visit.due_date, date(2026, 4, 10))
        self.assertEqual(
            self.dues(subscription), [(1, date(2026, 4, 10)), (2, date(2026, 7, 10)), (3, date(2027, 1, 11))]
        )
        new = self.env["crm.service.plan.task"].create(
            {"plan_id": self.plan.id, "name": "Tyres", "interval": 1, "interval_unit": "year"}
        )
        self.assertFalse(self.dues(subscription, new))
        self.plan._apply_changes(date(2026, 4, 1))
        self.assertEqual(self.dues(subscription, new), [(1, date(2027, 1, 11))])
        new.active = False
        self.plan._apply_changes(date(2026, 4, 1))
        self.assertFalse(self.dues(subscription, new))

    def test_one_visit_serves_what_falls_together(self):
        brakes = self.env["crm.service.plan.task"].create(
            {"plan_id": self.plan.id, "name": "Brakes", "interval": 95, "interval_unit": "day", "window_before": 10}
        )
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        self.assertEqual(len(visit), 1)
        self.assertEqual(visit.task_ids, self.task + brakes)
        self.assertEqual(visit.due_date, date(2026, 4, 10))

    def test_open_untouched_visit_takes_along(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        self.env["crm.service.plan.task"].create(
            {"plan_id": self.plan.id, "name": "Brakes", "interval": 90, "interval_unit": "day", "timing": "fixed"}
        )
        self.plan._apply_changes(date(2026, 4, 2))
        self.run_planner(date(2026, 4, 2))
        self.assertEqual(visit.occurrence_ids.task_id.mapped("name"), ["Oil change", "Brakes"])
        self.assertEqual(visit.name, "Oil change, Brakes")

    def test_meter_brings_the_date_forward(self):
        self.task.usage = 2000
        subscription = self.subscribe(self.asset, start_meter=1000)
        Reading = self.env["crm.service.meter.reading"]
        Reading.create({"asset_id": self.asset.id, "date": date(2026, 1, 10), "value": 1000})
        Reading.create({"asset_id": self.asset.id, "date": date(2026, 2, 9), "value": 2500})
        self.assertEqual(self.asset.meter_rate, 50)
        self.assertEqual(self.dues(subscription)[0], (1, date(2026, 2, 19)))
        self.assertIn("meter", subscription.occurrence_ids.sorted("seq")[0].shift_reason)
        back = Reading.create({"asset_id": self.asset.id, "date": date(2026, 2, 20), "value": 250})
        self.assertEqual((back.state, back.doubt), ("questioned", "backwards"))
        self.assertEqual(self.asset.meter_value, 2500)
        back.action_reject()
        with self.assertRaises(UserError):
            back.action_accept()

    def test_missed_policies(self):
        expected = {"keep": ["visit", "visit"], "skip": ["missed", "missed"], "catch_up": ["missed", "visit"]}
        self.task.timing = "fixed"
        for policy, states in expected.items():
            self.plan.missed_policy = policy
            subscription = self.subscribe(self.make_assets(self.make_customers(1, ref=policy)))
            self.run_planner(date(2026, 4, 1))
            self.run_planner(date(2026, 7, 1))
            self.run_planner(date(2026, 8, 1))
            found = [o.state for o in subscription.occurrence_ids.sorted("seq")[:2]]
            self.assertEqual(found, states, policy)
            missed = subscription.occurrence_ids.filtered(lambda o: o.state == "missed").visit_id
            self.assertTrue(all(visit.state == "missed" for visit in missed))

    def test_one_open_visit_of_a_floating_task(self):
        """Its next date is a forecast until the last one is done: nobody is called twice for the same oil change."""
        self.plan.missed_policy = "keep"
        subscription = self.subscribe(self.asset)
        for day in (date(2026, 4, 1), date(2026, 7, 5), date(2026, 10, 20)):
            self.run_planner(day)
        visit = self.asset.visit_ids
        self.assertEqual(len(visit), 1)
        visit.line_ids.is_done = True
        visit._finish(date(2026, 10, 20), as_of=date(2026, 10, 20))
        self.assertEqual(self.dues(subscription)[0], (2, date(2027, 1, 20)))

    def test_another_plan(self):
        other = self.plan.copy({"name": "Other", "task_ids": [(0, 0, {"name": "Tyres", "interval": 12})]})
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = self.asset.visit_ids
        subscription.plan_id = other
        open_ones = subscription.occurrence_ids.filtered(lambda o: o.state == "planned")
        self.assertEqual(open_ones.task_id.mapped("name"), ["Tyres"])
        self.assertEqual(visit.occurrence_ids.state, "visit", "what was agreed stays")

    def test_transfer_keeps_the_history(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        done = self.asset.visit_ids
        done.line_ids.is_done = True
        done._finish(date(2026, 4, 10), as_of=date(2026, 4, 10))
        self.run_planner(date(2026, 7, 1))
        coming = self.asset.visit_ids - done
        self.asset.partner_id = buyer = self.make_customers(1)
        self.assertEqual(subscription.partner_id, buyer)
        self.assertEqual((done.partner_id, coming.partner_id), (self.customer, buyer))

    def test_person_without_asset(self):
        subscription = self.env["crm.service.subscription"].create(
            {
                "partner_id": self.customer.id,
                "plan_id": self.plan.id,
                "start_date": date(2026, 1, 10),
                "plan_from": date(2026, 1, 10),
            }
        )
        self.run_planner(date(2026, 4, 1))
        self.assertEqual(subscription.occurrence_ids.visit_id.partner_id, self.customer)
        self.assertFalse(subscription.occurrence_ids.visit_id.asset_id)

    def test_refused_rules(self):
        with self.assertRaises(ValidationError):
            self.task.write({"interval": 0, "usage": 0})
        with self.assertRaises(ValidationError):
            self.task.included_task_ids = self.task
        self.assertFalse(self.asset._locate("no such"))
        self.assertEqual(self.asset._locate(self.asset.code.replace(" ", "").lower()), self.asset)

    def test_partner_merge_keeps_everything(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        target = self.make_customers(1)
        self.env["base.partner.merge.automatic.wizard"]._merge([target.id, self.customer.id], target)
        self.env.invalidate_all()
        self.assertEqual(subscription.partner_id, target)
        self.assertEqual(self.asset.partner_id, target)
        self.assertEqual(subscription.occurrence_ids.partner_id, target)
        self.assertEqual(subscription.occurrence_ids.visit_id.partner_id, target)

    def test_counts(self):
        self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 5))
        plan = self.plan.with_context(service_as_of=date(2026, 4, 5))
        self.assertEqual((plan.subscription_count, plan.due_count, plan.overdue_count), (1, 1, 0))
        plan = self.plan.with_context(service_as_of=date(2026, 5, 5))
        self.assertEqual((plan.due_count, plan.overdue_count), (0, 1))
        self.assertEqual(self.customer.service_asset_count, 1)
        self.assertEqual(self.customer.service_visit_count, 1)
