from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase


@tagged("post_install", "-at_install")
class TestLoop(ServicePlanCase):
    """The whole loop: asset, plan, subscription, services, visit, done, next."""

    def test_from_subscription_to_next(self):
        subscription = self.subscribe(self.asset)
        self.assertEqual(subscription.partner_id, self.customer)
        self.assertEqual(subscription.next_due, date(2026, 4, 10))
        self.assertFalse(subscription.error)

        self.run_planner(date(2026, 3, 26))
        self.assertFalse(subscription.occurrence_ids.visit_id, "fifteen days before: too early")
        self.run_planner(date(2026, 3, 27))
        visit = subscription.occurrence_ids.visit_id
        self.assertEqual((visit.due_date, visit.state, visit.name), (date(2026, 4, 10), "due", "Oil change"))
        self.assertEqual(visit.asset_id, self.asset)
        self.assertEqual(len(visit.line_ids), 2)
        self.assertEqual(visit.planned_date, visit.due_date)
        self.assertEqual(visit.price, 120000)
        self.assertTrue(visit.access_token)
        self.run_planner(date(2026, 3, 27))
        self.assertEqual(len(self.env["crm.service.visit"].search([("asset_id", "=", self.asset.id)])), 1)

        visit.action_start()
        with self.assertRaisesRegex(UserError, "Drain plug"):
            visit._finish(date(2026, 4, 6))
        visit.line_ids[0].is_done = True
        next_due = visit._finish(date(2026, 4, 6), hours=0.75, cost=50000, as_of=date(2026, 4, 6))
        self.assertEqual(next_due, date(2026, 7, 6), "floating: counted from the day it was done")
        self.assertEqual(visit.state, "done")
        self.assertEqual(visit.occurrence_ids.state, "done")
        self.assertEqual(visit.occurrence_ids.days_late, -4)
        self.assertEqual(self.dues(subscription)[:2], [(2, date(2026, 7, 6)), (3, date(2026, 10, 6))])
        self.assertIn("2026", visit._next_message())
        interaction = self.env["crm.interaction"].search([("res_model", "=", visit._name), ("res_id", "=", visit.id)])
        self.assertEqual((interaction.state, interaction.purpose, interaction.duration), ("done", "service", 0.75))

    def test_dialog(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        visit.action_start()
        self.env["crm.service.meter.reading"].create(
            {"asset_id": self.asset.id, "date": date(2026, 1, 10), "value": 9000}
        )
        form = Form(self.env["crm.service.visit.finish"].with_context(**visit.action_finish()["context"]))
        form.done_date = date(2026, 4, 10)
        form.meter = 900
        self.assertEqual(form.doubt, "backwards")
        for index in range(2):
            with form.line_ids.edit(index) as line:
                line.is_done = True
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "9,000"):
            wizard.action_done()
        wizard.meter = 10500
        self.assertFalse(wizard.doubt)
        wizard.note = "Oil changed, tyres at half."
        notification = wizard.action_done()
        self.assertEqual(visit.state, "done")
        self.assertEqual(self.asset.meter_value, 10500)
        self.assertIn("next service", notification["params"]["message"])
        self.assertTrue(all(visit.line_ids.mapped("is_done")))

    def test_transitions(self):
        visit = self.env["crm.service.visit"].create(
            {"name": "Repair", "partner_id": self.customer.id, "company_id": self.company.id, "due_date": self.today}
        )
        self.assertTrue(visit.may_confirm and visit.may_start and not visit.may_reopen)
        visit.action_confirm()
        with self.assertRaises(UserError):
            visit.action_confirm()
        visit.action_schedule()
        visit.action_start()
        with self.assertRaises(UserError):
            visit.action_schedule()
        visit._finish()
        for action in ("action_start", "action_cancel", "action_finish", "action_confirm"):
            with self.assertRaises(UserError):
                getattr(visit, action)()

    def test_moving_and_giving_away_at_once(self):
        visit = self.env["crm.service.visit"].create(
            {"name": "Repair", "partner_id": self.customer.id, "company_id": self.company.id, "due_date": self.today}
        )
        visit.write({"planned_start": visit.planned_start + timedelta(days=3), "user_id": self.env.uid})
        visit.action_start()
        self.assertTrue(visit.is_touched)
        self.assertGreater(visit.planned_stop, visit.planned_start)
        with self.assertRaises(ValidationError):
            visit.planned_stop = visit.planned_start - timedelta(hours=1)

    def test_cancel_and_reopen(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        visit.action_cancel()
        self.assertEqual(visit.occurrence_ids.state, "skipped")
        self.assertEqual(subscription.next_due, date(2026, 7, 10))
        visit.action_reopen()
        self.assertEqual((visit.state, visit.occurrence_ids.state), ("due", "visit"))
        self.assertEqual(subscription.next_due, date(2026, 4, 10))

    def test_pause_resume_end(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        subscription.action_pause()
        self.assertEqual(visit.state, "cancelled", "nobody had touched it")
        self.assertEqual(set(subscription.occurrence_ids.mapped("state")), {"paused"})
        self.assertFalse(subscription.next_due)
        self.run_planner(date(2026, 5, 1))
        self.assertFalse(subscription.occurrence_ids.visit_id)
        with self.assertRaises(UserError):
            subscription.action_pause()
        subscription.action_resume(date(2026, 6, 1))
        self.assertEqual(self.dues(subscription)[:2], [(1, date(2026, 6, 1)), (2, date(2026, 9, 1))])
        subscription.action_end()
        self.assertEqual(set(subscription.occurrence_ids.mapped("state")), {"cancelled"})
        with self.assertRaises(UserError):
            subscription.action_resume()

    def test_resume_fixed(self):
        self.task.timing = "fixed"
        subscription = self.subscribe(self.asset)
        subscription.action_pause()
        subscription.action_resume(date(2026, 8, 1))
        states = {o.seq: o.state for o in subscription.occurrence_ids}
        self.assertEqual([states[1], states[2], states[3]], ["skipped", "skipped", "planned"])
        self.assertEqual(self.dues(subscription)[0], (3, date(2026, 10, 12)))

    def test_larger_includes_smaller(self):
        large = self.env["crm.service.plan.task"].create(
            {
                "plan_id": self.plan.id,
                "name": "Yearly check",
                "interval": 12,
                "window_before": 30,
                "included_task_ids": self.task.ids,
            }
        )
        subscription = self.subscribe(self.asset, start=date(2025, 4, 10))
        self.task.write({"timing": "fixed"})
        subscription.write({"plan_from": date(2026, 4, 1)})
        self.run_planner(date(2026, 4, 5))
        visit = subscription.occurrence_ids.visit_id
        self.assertEqual(len(visit), 1)
        self.assertEqual(visit.name, "Yearly check")
        small = visit.occurrence_ids.filtered(lambda o: o.task_id == self.task)
        self.assertEqual(small.state, "included")
        self.assertEqual(small.included_in_id.task_id, large)
        visit._finish(date(2026, 4, 10), as_of=date(2026, 4, 10))
        self.assertEqual(small.done_date, date(2026, 4, 10))
        self.assertEqual(self.dues(subscription, large)[0], (2, date(2027, 4, 12)))

    def test_included_service_that_comes_later_is_no_work_of_its_own(self):
        """The same visit whichever of both was on it first: one price, one checklist."""
        large = self.env["crm.service.plan.task"].create(
            {
                "plan_id": self.plan.id,
                "name": "Large service",
                "interval": 3,
                "timing": "floating",
                "duration": 2,
                "price": 900000,
                "included_task_ids": [(6, 0, self.task.ids)],
                "checklist_ids": [(0, 0, {"name": "Valves"})],
            }
        )
        for first in (large, self.task):
            with self.subTest(first=first.name):
                asset = self.asset.copy({"code": f"LATER {first.id}"})
                services = self.subscribe(asset).occurrence_ids.filtered(lambda o: o.seq == 1)
                self.assertEqual(services.task_id, large + self.task)
                service = services.filtered(lambda o, first=first: o.task_id == first)
                Visit = self.env["crm.service.visit"]
                visit = Visit.create(Visit._prepare_visit_vals(self.company, service.due_date, service))
                visit._assign([(visit, service)])
                rest = services - service
                self.assertFalse(Visit._attach_to_open(self.company, rest), "it goes along")
                self.assertEqual((visit.task_ids, visit.name), (large, "Large service"))
                self.assertEqual((visit.price, visit.duration), (900000, 2))
                self.assertEqual(visit.line_ids.mapped("name"), ["Valves"])
                self.assertEqual(rest.visit_id, visit)
                small = services.filtered(lambda o: o.task_id == self.task)
                self.assertEqual((small.state, small.included_in_id), ("included", services - small))
                (services - small)._postpone(service.due_date + timedelta(days=20))
                self.assertEqual((visit.task_ids, visit.name, visit.price), (self.task, "Oil change", 120000))
                self.assertEqual(visit.line_ids.mapped("name"), ["Drain plug tight", "Chain"])
                self.assertEqual((small.state, small.included_in_id.id), ("visit", False), "work of its own again")

    def test_what_is_taken_off_a_visit_is_not_charged(self):
        other = self.plan.copy({"name": "Tyres"})
        other.task_ids.write({"name": "Tyres", "price": 500})
        mine, tyres = self.subscribe(self.asset), self.subscribe(self.asset, plan=other)
        self.run_planner(date(2026, 4, 1))
        visit = mine.occurrence_ids.visit_id
        self.assertEqual((visit.price, visit.plan_ids), (120500, self.plan + other))
        tyres.action_pause()
        self.assertEqual((visit.price, visit.plan_ids, visit.task_ids), (120000, self.plan, self.task))
        self.assertEqual((visit.name, visit.duration, visit.is_touched), ("Oil change", 0.5, False))
        self.assertEqual(len(visit.line_ids), 2)

    def test_finding_becomes_lead(self):
        visit = self.env["crm.service.visit"].create(
            {"name": "Repair", "partner_id": self.customer.id, "company_id": self.company.id, "due_date": self.today}
        )
        visit.action_create_lead()
        self.assertEqual(visit.lead_ids.partner_id, self.customer)

    def test_who_fits_and_no_double_booking(self):
        people = [
            new_test_user(
                self.env,
                f"service_{name}",
                groups="crm_service_plan.group_user",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name in ("an", "binh")
        ]
        values = {"asset_id": self.asset.id, "company_id": self.company.id, "due_date": self.today, "duration": 2}
        before, first, second = self.env["crm.service.visit"].create(
            [{**values, "name": name, "user_id": people[1].id} for name in ("Before", "First", "Second")]
        )
        before._finish(self.today)
        ranked = [r for r in first._rank_candidates() if r.user in people]
        self.assertEqual(ranked[0].user, people[1])
        self.assertTrue(any("before" in reason for reason in ranked[0].reasons))
        first.action_schedule()
        with self.assertRaisesRegex(UserError, "First"):
            second.action_schedule()
        self.assertNotIn(people[1], [r.user for r in second._rank_candidates()])
        second.user_id = people[0]
        second.action_schedule()
