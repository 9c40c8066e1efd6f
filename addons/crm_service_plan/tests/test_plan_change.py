from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase

AS_OF = date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestPlanChange(ServicePlanCase):
    """A change is shown before it holds; a person's word stands; minimum intervals hold on every path."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.make_user("coordinator", "crm_service_plan.group_user")
        cls.manager = cls.make_user("planner", "crm_service_plan.group_manager")

    def refuses(self, words, attempt):
        """The attempt is refused with these words, and leaves nothing behind."""
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            attempt()
        self.env.invalidate_all()

    def series_plan(self, **values):
        steps = [("First", 0, 0, 0), ("Second", 21, 21, 28), ("Third", 180, 150, 0), ("Booster", 365, 300, 0)]
        return self.make_plan(
            {
                "name": "Vaccination",
                "kind": "chain",
                "goes_on": True,
                "step_ids": [
                    (0, 0, {"name": name, "delay": delay, "least": least, "most": most, "sequence": number})
                    for number, (name, delay, least, most) in enumerate(steps)
                ],
            },
            **values,
        )

    def person(self, plan, start, **values):
        return (
            self.env["crm.service.subscription"]
            .with_context(service_as_of=start)
            .create({"partner_id": self.customer.id, "plan_id": plan.id, "company_id": self.company.id,
                     "start_date": start, "plan_from": start, **values})
            .with_env(self.env)
        )  # fmt: skip

    def review(self, plan=None, user=None):
        return (
            self.env["crm.service.plan.change"]
            .with_user(user or self.env.user)
            .with_company(self.company)
            .create({"plan_id": (plan or self.plan).id, "as_of": AS_OF})
        )

    def test_shown_first(self):
        self.task.timing = "fixed"
        subscriptions = self.subscribe(self.make_assets(self.make_customers(3)))
        self.run_planner(AS_OF)
        before = [self.dues(subscription) for subscription in subscriptions]
        self.task.write({"interval": 1})
        self.assertEqual(self.plan.pending_count, 1)
        self.run_planner(AS_OF)
        self.assertEqual([self.dues(s) for s in subscriptions], before, "nothing moves before it was looked at")
        change = self.review(user=self.manager)
        self.assertEqual((change.customer_count, change.removed_count), (3, 0))
        self.assertGreater(change.added_count, change.moved_count)
        self.assertEqual(len(change.line_ids), change.added_count + change.moved_count)
        self.assertEqual([self.dues(s) for s in subscriptions], before, "looking changes nothing")
        change.action_apply()
        days = [day for __, day in self.dues(subscriptions[0])]
        self.assertEqual(days[:3], [date(2026, 4, 10), date(2026, 5, 11), date(2026, 6, 10)])
        self.assertEqual([seq for seq, __ in self.dues(subscriptions[0])], list(range(1, len(days) + 1)))
        self.assertFalse(self.plan.pending_count)
        self.assertEqual(self.review().added_count, 0)

    def test_from_monthly_to_quarterly_loses_nothing(self):
        """Numbers follow on, dates are those of the new rule counted from the plan's start."""
        self.task.write({"timing": "fixed", "interval": 1, "shift": "none"})
        self.plan.missed_policy = "keep"
        subscription = self.subscribe(self.asset, start=date(2025, 10, 1))
        self.run_planner(AS_OF)
        touched = [seq for seq, day in self.dues(subscription) if day < AS_OF or day <= AS_OF + timedelta(14)]
        self.task.interval = 3
        self.plan._apply_changes(AS_OF)
        dues = self.dues(subscription)
        new = [due for due in dues if due[0] > max(touched)]
        self.assertEqual(new[:2], [(max(touched) + 1, date(2026, 7, 1)), (max(touched) + 2, date(2026, 10, 1))])

    def test_discard(self):
        subscription = self.subscribe(self.asset)
        before = self.dues(subscription)
        self.task.write({"interval": 9, "window_after": 1})
        change = self.review(user=self.manager)
        change.action_discard()
        self.assertEqual((self.task.interval, self.task.window_after, self.task.is_pending), (3, 7, False))
        self.assertEqual(self.dues(subscription), before)
        with self.assertRaises(AccessError):
            self.review(user=self.user)

    def test_holiday_that_came_later(self):
        self.task.timing = "fixed"
        subscription = self.subscribe(self.asset)
        self.env["resource.calendar.leaves"].create(
            {"name": "Tết", "company_id": self.company.id, "calendar_id": self.company.resource_calendar_id.id,
             "date_from": datetime(2026, 7, 9, 17), "date_to": datetime(2026, 7, 10, 16, 59)}
        )  # fmt: skip
        change = self.review()
        self.assertEqual((change.moved_count, change.added_count, change.removed_count), (1, 0, 0))
        self.assertIn("Tết", change.line_ids.reason)
        change.action_apply()
        self.assertIn((2, date(2026, 7, 13)), self.dues(subscription))

    def test_calendar_rule(self):
        with self.assertRaisesRegex(ValidationError, "RFC 5545"):
            self.make_plan({"kind": "rrule", "rrule": "each second Tuesday"})
        with self.assertRaisesRegex(ValidationError, "hours"):
            self.make_plan({"kind": "rrule", "rrule": "FREQ=HOURLY"})
        plan = self.make_plan({"kind": "rrule", "rrule": "FREQ=MONTHLY;BYDAY=2TU"})
        self.assertEqual(plan.task_ids.timing, "fixed")
        subscription = self.subscribe(self.asset, plan)
        self.assertEqual([day for __, day in self.dues(subscription)][:2], [date(2026, 1, 13), date(2026, 2, 10)])
        task = plan.task_ids.with_context(service_as_of=AS_OF)
        self.assertIn("Apr", task.preview)
        self.env["res.lang"]._activate_lang("vi_VN")
        self.assertIn("thg 4", task.with_context(lang="vi_VN").preview)

    def test_season(self):
        plan = self.make_plan({"interval": 1, "timing": "fixed", "season_from": "4", "season_to": "9"})
        subscription = self.subscribe(self.asset, plan)
        first = subscription.occurrence_ids.sorted("seq")[0]
        self.assertEqual((first.seq, first.due_date), (2, date(2026, 4, 1)), "March waits, February is overtaken by it")
        self.assertIn("season", first.shift_reason)
        self.assertTrue(all(4 <= day.month <= 9 for __, day in self.dues(subscription)))

    def test_minimum_interval_holds(self):
        subscription = self.person(self.series_plan(lead_days=30), date(2026, 3, 2))
        self.run_planner(date(2026, 3, 2))
        first, second = subscription.occurrence_ids.sorted("seq")[:2]
        self.assertEqual((second.due_date, second.earliest_date), (date(2026, 3, 23), date(2026, 3, 23)))
        self.assertEqual(second.window_end, date(2026, 3, 30))
        self.assertEqual((first.display_name, second.display_name), ("Vaccination: First", "Vaccination: Second"))
        self.assertFalse(second.visit_id, "no visit before the first dose is given")
        first.visit_id._finish(date(2026, 3, 6), as_of=date(2026, 3, 6))
        self.assertEqual((second.due_date, second.earliest_date), (date(2026, 3, 27), date(2026, 3, 27)))
        self.run_planner(date(2026, 3, 7))
        visit = second.visit_id
        self.refuses("minimum interval", lambda: visit.write({"planned_start": datetime(2026, 3, 26, 2)}))
        self.refuses("03/27/2026", lambda: visit._finish(date(2026, 3, 26)))
        self.refuses("minimum interval", lambda: second._postpone(date(2026, 3, 20)))
        self.refuses("cannot be left out", lambda: second.action_skip())
        visit.planned_start = datetime(2026, 3, 28, 2)
        visit.action_cancel()
        self.assertEqual(second.state, "planned", "a dose stays to be given")
        self.run_planner(date(2026, 5, 30))
        self.assertEqual(second.state, "visit", "however late, it is not given up")
        second.visit_id._finish(date(2026, 5, 30), as_of=date(2026, 5, 30))
        third = subscription.occurrence_ids.sorted("seq")[2]
        self.assertEqual(third.due_date, date(2026, 11, 26))
        self.assertEqual((second.compliance, second.days_late), ("late", 64))

    def test_minimum_days_of_a_fixed_task(self):
        plan = self.make_plan({"interval": 1, "timing": "fixed", "min_gap": 20}, lead_days=40)
        subscription = self.subscribe(self.asset, plan)
        self.run_planner(date(2026, 2, 1))
        first, second = subscription.occurrence_ids.sorted("seq")[:2]
        self.assertEqual((first.due_date, second.due_date), (date(2026, 2, 10), date(2026, 3, 10)))
        first.visit_id._finish(date(2026, 3, 1), as_of=date(2026, 3, 1))
        self.run_planner(date(2026, 3, 1))
        self.assertEqual(second.due_date, date(2026, 3, 21), "it gave way")
        visit = second.visit_id
        self.refuses("minimum interval", lambda: visit._finish(date(2026, 3, 10)))
        visit.planned_start = datetime(2026, 3, 21, 2)
        visit._finish(date(2026, 3, 21), as_of=date(2026, 3, 21))

    def test_postpone_and_the_choice(self):
        self.task.write({"timing": "fixed", "shift": "none"})
        stay, move = self.subscribe(self.make_assets(self.make_customers(2)))
        for subscription, follow in ((stay, "stay"), (move, "move")):
            occurrence = subscription.occurrence_ids.sorted("seq")[0]
            form = Form(
                self.env["crm.service.occurrence.postpone"].with_context(**occurrence.action_postpone()["context"])
            )
            form.new_date = date(2026, 4, 30)
            form.follow = follow
            self.assertIn("2026", form.following)
            form.reason = "Abroad"
            form.save().action_apply()
            self.assertIn("Abroad", occurrence.shift_reason)
        self.assertEqual(self.dues(stay)[:2], [(1, date(2026, 4, 30)), (2, date(2026, 7, 10))])
        self.assertEqual(self.dues(move)[:2], [(1, date(2026, 4, 30)), (2, date(2026, 7, 30))])
        self.task.interval = 4
        self.plan._apply_changes(AS_OF)
        self.assertEqual(self.dues(stay)[0], (1, date(2026, 4, 30)), "a person's word stands")

    def test_postponed_floating_keeps_its_rhythm(self):
        subscription = self.subscribe(self.asset)
        occurrence = subscription.occurrence_ids.sorted("seq")[0]
        occurrence._postpone(date(2026, 4, 20), keeps_rhythm=True)
        self.run_planner(date(2026, 4, 15))
        occurrence.visit_id.line_ids.is_done = True
        occurrence.visit_id._finish(date(2026, 4, 22), as_of=date(2026, 4, 22))
        self.assertEqual(self.dues(subscription)[0], (2, date(2026, 7, 13)), "counted from 12 April")

    def test_countdown(self):
        steps = [(0, 0, {"name": f"{days} days", "delay": days, "sequence": 100 - days}) for days in (90, 30, 7)]
        plan = self.make_plan({"kind": "dates", "step_ids": steps})
        subscription = self.person(plan, date(2026, 1, 1))
        self.assertIn("date", subscription.error)
        subscription.target_date = date(2026, 12, 1)
        self.assertFalse(subscription.error)
        expected = [(1, date(2026, 9, 2)), (2, date(2026, 11, 1)), (3, date(2026, 11, 24))]
        self.assertEqual(self.dues(subscription), expected)
        subscription.target_date = date(2026, 12, 11)
        self.assertEqual(self.dues(subscription)[0], (1, date(2026, 9, 12)))

    def test_resume_and_end_with_a_choice(self):
        self.task.write({"timing": "fixed", "shift": "none"})
        expected = {"skip": [], "catch_up": [2], "keep": [1, 2]}
        for missed, numbers in expected.items():
            subscription = self.subscribe(self.make_assets(self.make_customers(1, ref=missed)))
            subscription.action_pause()
            wizard = self.env["crm.service.subscription.change"].create(
                {
                    "subscription_id": subscription.id,
                    "operation": "resume",
                    "day": date(2026, 8, 1),
                    "missed_resume": missed,
                }
            )
            self.assertEqual(wizard.missed_count, 2)
            wizard.action_apply()
            caught = [seq for seq, day in self.dues(subscription) if day == date(2026, 8, 1)]
            self.assertEqual(caught, numbers, missed)
            self.assertIn((3, date(2026, 10, 10)), self.dues(subscription))
        self.plan.missed_policy = "keep"
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 20))
        subscription.action_end(date(2026, 5, 1), "missed")
        first = subscription.occurrence_ids.sorted("seq")[0]
        self.assertEqual((first.state, first.compliance), ("missed", "missed"))

    def test_engine_fields_are_guarded(self):
        subscription = self.subscribe(self.asset)
        mine = subscription.with_user(self.user)
        occurrence = mine.occurrence_ids[0]
        for attempt in (
            lambda: mine.write({"state": "ended"}),
            lambda: mine.write({"next_due": date(2030, 1, 1)}),
            lambda: mine.write({"error_code": "x"}),
            lambda: occurrence.write({"state": "done"}),
            lambda: occurrence.write({"due_date": date(2030, 1, 1)}),
            lambda: mine.series_ids.write({"planned_until": False}),
            lambda: mine.copy({"state": "ended"}),
        ):
            with self.assertRaises(UserError):
                attempt()
        mine.action_pause()
        mine.action_resume()

    def test_a_problem_is_told_once(self):
        plan = self.make_plan(
            {"kind": "dates", "step_ids": [(0, 0, {"name": "x", "delay": 7})]}, user_id=self.manager.id
        )
        subscription = self.person(plan, date(2026, 1, 1))
        for _night in range(2):
            self.run_planner(AS_OF)
        self.assertIn("1 subscriptions", plan.problem)
        self.assertEqual(plan.activity_ids.user_id, self.manager)
        self.assertEqual(len(plan.activity_ids), 1)
        subscription.target_date = date(2026, 12, 1)
        self.run_planner(AS_OF)
        self.assertFalse(plan.problem)
        self.assertFalse(plan.activity_ids)

    def test_planned_hour_at_daylight_saving(self):
        self.company.partner_id.tz = "Europe/Berlin"
        hours = [
            self.company._service_moment(day) for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 26))
        ]
        self.assertEqual([moment.hour for moment in hours], [7, 6, 7], "eight o'clock on the wall each time")

    def test_health_data(self):
        """Closed on every path: records, counts, groups, names, the ledger; open to the one with the right."""
        plan = self.series_plan(is_sensitive=True, lead_days=14)
        subscription = self.person(plan, date(2026, 4, 1))
        self.run_planner(AS_OF)
        occurrence = subscription.occurrence_ids.sorted("seq")[0]
        visit = occurrence.visit_id
        visit.line_ids.create({"visit_id": visit.id, "name": "Allergies"})
        product = self.env["product.product"].create({"name": "Serum"})
        part = self.env["crm.service.visit.part"].create({"visit_id": visit.id, "product_id": product.id})
        message = self.env["crm.service.visit.message"].create({"visit_id": visit.id, "kind": "invite"})
        start = visit.planned_start
        booking = {"visit_id": visit.id, "company_id": self.company.id, "place": 0, "start": start}
        self.env["crm.service.booking"]._book(
            [{**booking, "user_id": self.user.id, "resource_id": None, "stop": start + timedelta(hours=1)}]
        )
        nurse = self.make_user("nurse", "crm_service_plan.group_user,crm_service_plan.group_health")
        with self.assertRaisesRegex(ValidationError, "may not see health data"):
            visit.user_id = self.user
        visit.user_id = nurse
        for user, sees in ((nurse, True), (self.user, False), (self.manager, False)):
            env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
            for record in (plan, plan.task_ids, plan.task_ids.step_ids[0], plan.reminder_ids, subscription, occurrence,
                           subscription.series_ids, visit, visit.line_ids, part,
                           message, visit.booking_ids):  # fmt: skip
                mine = env[record._name]
                domain = [("id", "in", record.ids)]
                with self.subTest(user=user.login, model=record._name):
                    self.assertEqual(bool(mine.search(domain)), sees)
                    self.assertEqual(bool(mine._read_group(domain, [], ["__count"])[0][0]), sees)
                    if not sees:
                        for attempt in (
                            lambda r=record, e=env: r.with_env(e).read(["display_name"]),
                            lambda r=record, e=env: r.with_env(e).check_access("write"),
                        ):
                            with self.assertRaises(AccessError):
                                attempt()
            load = env["crm.service.workload"].search([("kind", "=", "visit"), ("date", "=", visit.planned_date)])
            self.assertTrue(load, "the hours count for everybody")
            load.invalidate_recordset()
            self.assertEqual(visit.id in [row.visit_id.id for row in load], sees, user.login)
        with self.assertRaises(AccessError):
            env["crm.service.subscription"].create({"partner_id": self.customer.id, "plan_id": plan.id})
        visit.line_ids.is_done = True
        visit.with_user(nurse)._finish(date(2026, 4, 1), note="Allergic", as_of=AS_OF)
        ledger = self.env["crm.interaction"].search([("res_model", "=", visit._name), ("res_id", "=", visit.id)])
        for word in ("Vaccination", "Plan", "Allergic"):
            self.assertNotIn(word, f"{ledger.mapped('subject')} {ledger.mapped('note')}")
        for user, sees in ((nurse, True), (self.user, False), (self.manager, False)):
            env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
            rows = env["crm.service.history"].search([("partner_id", "=", subscription.partner_id.id)])
            self.assertEqual("Vaccination" in str(rows.mapped("summary")), sees, user.login)
            self.assertEqual(visit.id in rows.filtered(lambda row: row.kind == "visit").mapped("res_id"), sees)
        with self.assertRaises(UserError):
            visit._customer_rate("5", "fine")
        boss = new_test_user(self.env, "plan_employer", groups="base.group_portal")
        boss.partner_id.is_company = True
        self.customer.parent_id = boss.partner_id
        self.assertFalse(self.env["crm.service.visit"].with_user(boss).search([("id", "=", visit.id)]))
