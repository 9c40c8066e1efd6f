"""Lives of every kind of service through the database, against walkers that know only how it comes round."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..domain.schedule import Rule, Step
from . import reference
from .common import ServicePlanCase

PLANNED = ("planned", "paused")
OPEN = ("planned", "visit", "paused", "included")
VISITS_OPEN = ("due", "reminded", "confirmed", "scheduled")
DEEDS = ("run", "run", "finish", "finish", "move", "pause", "resume", "replan", "again", "read")
STORIES = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 45)), min_size=3, max_size=10)
POLICIES = st.sampled_from(["keep", "catch_up", "skip"])
SEASONS = st.builds(lambda first, length: (first, length), st.integers(1, 12), st.integers(3, 11))


class Life:
    """What the walker remembers of one service."""

    def __init__(self, start):
        self.start = start
        self.anchor, self.base, self.base_meter = start, 0, 0.0
        self.not_before = None
        self.done, self.moved, self.from_day, self.on_visit = {}, {}, {}, {}
        self.readings = []

    def completed(self, seq, day, meter, counts_from_rhythm):
        self.done[seq] = day
        if seq < self.base:
            return
        late = self.moved[seq] - self.from_day[seq] if seq in self.moved and counts_from_rhythm else timedelta()
        self.anchor, self.base, self.not_before = day - late, seq, None
        self.base_meter = meter or self.base_meter
        if not counts_from_rhythm and seq + 1 in self.moved:
            self.put_off(seq + 1)

    def put_off(self, seq):
        """A dose was put off: those after it count from its new day."""
        self.anchor, self.base, self.not_before = self.moved[seq], seq, None


@tagged("post_install", "-at_install")
class TestWholeLives(ServicePlanCase):
    """Fixed with a season, floating, whichever comes first, series: nothing twice, nothing lost, no minimum broken."""

    rate = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date(2022, 3, 2)  # no meter is read in the future

    @settings(max_examples=examples(60), deadline=None)
    @given(st.integers(1, 6), SEASONS, POLICIES, STORIES)
    def test_seasons(self, months, season, policy, story):
        first, length = season
        last = (first + length - 2) % 12 + 1
        open_months = frozenset((first - 1 + n) % 12 + 1 for n in range(length))
        task = {"interval": months, "timing": "fixed", "season_from": str(first), "season_to": str(last)}
        rule = Rule(every=months, unit="month", season=open_months)
        until = self.today + timedelta(days=1500)
        walked = {n: due for n, __, due in reference.fixed_dates(rule, self.today, until, lambda day: False)}
        self._live(task, policy, story, lambda life, rows: walked, gaps=True)

    @settings(max_examples=examples(60), deadline=None)
    @given(st.integers(1, 20), st.sampled_from(["week", "month"]), POLICIES, STORIES)
    def test_floating(self, every, unit, policy, story):
        def walk(life, rows):
            return self._walk_floating(life, rows, every, unit)

        self._live({"interval": every, "interval_unit": unit, "timing": "floating"}, policy, story, walk)

    @settings(max_examples=examples(60), deadline=None)
    @given(st.integers(1, 8), st.integers(200, 9000), st.integers(5, 60), POLICIES, STORIES)
    def test_whichever_comes_first(self, months, usage, rate, policy, story):
        """The first that is open is due when the time or the meter says so; the others follow it in order."""
        self.rate = rate

        def walk(life, rows):
            by_time = self._walk_floating(life, rows, months, "month")
            first = life.base + 1
            if any(row["state"] == "paused" for row in rows.values()):  # dated anew when it goes on
                return {}
            span = (life.readings[-1][0] - life.readings[0][0]).days if life.readings else 0
            if first in by_time and span >= 7:
                on, value = life.readings[-1]
                driven = value - life.base_meter
                due = reference.drive(life.anchor, months, "month", usage, driven, on, self.rate)
                by_time[first] = max(due, life.not_before or due)
            return {first: by_time[first]} if first in by_time else {}

        self._live({"interval": months, "usage": usage, "timing": "floating"}, policy, story, walk, slack=1)
        self.rate = 0

    @settings(max_examples=examples(60), deadline=None)
    @given(
        st.lists(st.tuples(st.integers(10, 90), st.integers(0, 90)), min_size=1, max_size=4),
        st.booleans(),
        STORIES,
    )
    def test_series(self, doses, goes_on, story):
        """Each dose counts from the day the one before was given, and never comes before its minimum interval."""
        doses = [(delay, min(least, delay)) for delay, least in doses]
        steps = [
            (0, 0, {"name": f"{n}", "delay": delay, "least": least, "unit": "day", "sequence": n})
            for n, (delay, least) in enumerate(doses)
        ]
        rule = Rule(kind="chain", steps=tuple(Step(delay, "day", least) for delay, least in doses), goes_on=goes_on)

        def step(seq):
            return rule.steps[min(seq, len(rule.steps)) - 1]

        def walk(life, rows):
            dues, day = {}, life.anchor
            for seq in range(life.base + 1, max(rows, default=0) + 1):
                day += timedelta(days=step(seq).delay)
                if seq == life.base + 1 and life.not_before:
                    day = max(day, life.not_before)
                dues[seq] = day
            return dues

        life = self._live(
            {"kind": "chain", "step_ids": steps, "goes_on": goes_on, "interval": 0}, "keep", story, walk, rhythm=False
        )
        given_days = sorted(life.done.items())
        for (__, before), (seq, day) in zip(given_days, given_days[1:], strict=False):
            self.assertGreaterEqual((day - before).days, step(seq).least, "no minimum interval is broken")
        if not goes_on:
            self.assertLessEqual(max(life.done, default=0), len(doses))

    def _subscribe_doses(self):
        """A dose every 21 days, and never sooner."""
        steps = [(0, 0, {"name": "Dose", "delay": 21, "least": 21, "unit": "day"})]
        task = {"name": "Series", "kind": "chain", "step_ids": steps, "goes_on": True, "interval": 0, "shift": "none"}
        return self.subscribe(
            self.make_assets(self.make_customers(1)),
            plan=self.plan.copy({"task_ids": [(0, 0, task)]}),
            start=self.today,
        )

    def test_a_dose_counts_from_the_day_it_was_given(self):
        """Put off and given on the later day: the next is not counted from the day it should have been."""
        life = self._subscribe_doses()
        first = life.occurrence_ids.sorted("seq")[0]
        first._postpone(first.due_date + timedelta(days=6), keeps_rhythm=True)
        self.run_planner(first.due_date)
        first.visit_id._finish(first.due_date, hours=0.5, as_of=first.due_date)
        second = life.occurrence_ids.filtered(lambda one: one.seq == 2)
        self.assertEqual((second.due_date - first.done_date).days, 21)

    def test_doses_after_one_put_off_follow_it(self):
        """Put off once, put off again, the second put off before the first was given: each keeps its distance."""
        life = self._subscribe_doses()

        def distances():
            life.invalidate_recordset()
            days = life.occurrence_ids.sorted("seq").mapped("due_date")
            return {(after - before).days for before, after in zip(days, days[1:], strict=False)}

        first, second = life.occurrence_ids.sorted("seq")[:2]
        first._postpone(first.due_date + timedelta(days=20), keeps_rhythm=True)
        self.assertEqual(distances(), {21})
        first._postpone(first.due_date - timedelta(days=10), keeps_rhythm=True)
        self.assertEqual(distances(), {21})
        second._postpone(second.due_date + timedelta(days=9), keeps_rhythm=True)
        self.assertEqual(first.state, "planned", "the one before is still to be given")
        self.run_planner(first.due_date)
        first.visit_id._finish(first.due_date, hours=0.5, as_of=first.due_date)
        days = life.occurrence_ids.sorted("seq").mapped("due_date")
        self.assertEqual((days[1] - days[0]).days, 30, "where a person put it")
        self.assertEqual((days[2] - days[1]).days, 21)

    def test_put_off_by_the_season_and_paused_meanwhile(self):
        """Due in January, out of season until March, paused and resumed in February: it is still to be done."""
        start = date(2022, 7, 10)
        task = {
            "name": "Check", "interval": 6, "timing": "fixed", "season_from": "3", "season_to": "10", "shift": "none",
        }  # fmt: skip
        life = self.subscribe(
            self.make_assets(self.make_customers(1)), plan=self.plan.copy({"task_ids": [(0, 0, task)]}), start=start
        )
        self.run_planner(start)
        first = life.occurrence_ids.sorted("seq")[0]
        self.assertEqual((first.nominal_date, first.due_date), (date(2023, 1, 10), date(2023, 3, 1)))
        life.with_context(service_as_of=date(2023, 1, 20)).action_pause()
        life.with_context(service_as_of=date(2023, 2, 5)).action_resume(date(2023, 2, 5))
        self.assertEqual(life.occurrence_ids.sorted("seq")[0].due_date, date(2023, 3, 1))

    # ------------------------------------------------------------------ walking
    def _walk_floating(self, life, rows, every, unit):
        dues = {}
        origin, offset = life.anchor, life.base
        first = reference.first_after(origin, every, unit)
        if life.not_before and first < life.not_before:
            origin, offset = life.not_before, life.base + 1
        for seq in range(life.base + 1, max(rows, default=0) + 1):
            dues[seq] = reference.first_after(origin, every * (seq - offset), unit)
        return dues

    # ------------------------------------------------------------------ living
    def _live(self, task, policy, story, walk, gaps=False, slack=0, rhythm=True):
        plan = self.plan.copy({
            "missed_policy": policy,
            "task_ids": [(0, 0, {"name": "Service", "shift": "none", "duration": 0.5, **task})],
        })  # fmt: skip
        subscription = self.subscribe(self.make_assets(self.make_customers(1)), plan=plan, start=self.today)
        self.life, self.rhythm = Life(self.today), rhythm
        self._read(subscription, self.today)
        day = self.today
        for deed, days in story:
            day += timedelta(days=days)
            try:
                with self.env.cr.savepoint():
                    getattr(self, f"_{deed}")(subscription.with_context(service_as_of=day), day)
            except UserError:  # refused, e.g. for a minimum interval: nothing happened
                self.env.invalidate_all()
            self._check(subscription, walk, gaps, slack)
        return self.life

    def _run(self, subscription, day):
        self.run_planner(day)

    def _again(self, subscription, day):
        self.run_planner(day)
        before = self._rows(subscription)
        self.run_planner(day)
        self.assertEqual(self._rows(subscription), before)

    def _read(self, subscription, day):
        """The meter, read on that day: it moves as fast as ever."""
        if self.rate:
            value = self._meter(day)
            self.env["crm.service.meter.reading"].create(
                {"asset_id": subscription.asset_id.id, "date": day, "value": value}
            )
            self.life.readings.append((day, value))

    def _meter(self, day):
        return float(self.rate * (day - self.today).days)

    def _finish(self, subscription, day):
        visits = subscription.occurrence_ids.visit_id.filtered(lambda one: one.state in VISITS_OPEN)
        visit = visits.sorted(lambda one: (one.due_date, one.id))[:1]
        if not visit:
            return
        services = visit.occurrence_ids.filtered(lambda one: one.state in ("visit", "included"))
        meter = self._meter(day)
        visit.with_context(service_as_of=day)._finish(day, hours=0.5, meter=meter, as_of=day)
        if meter:
            self.life.readings.append((day, meter))
        for service in services:
            self.life.completed(service.seq, day, meter, self.rhythm)

    def _move(self, subscription, day):
        service = subscription.occurrence_ids.filtered(lambda one: one.state == "planned").sorted("seq")[:1]
        if service:
            before, target = service.due_date, max(service.due_date, day) + timedelta(days=6)
            service._postpone(target, "asked for", keeps_rhythm=True)
            self.life.moved[service.seq] = target
            self.life.from_day.setdefault(service.seq, before)
            if not self.rhythm and service.seq in (self.life.base, self.life.base + 1):
                self.life.put_off(service.seq)

    def _pause(self, subscription, day):
        if subscription.may_pause:
            subscription.action_pause()

    def _resume(self, subscription, day):
        if subscription.may_resume:
            subscription.action_resume(day)
            self.life.not_before = day

    def _replan(self, subscription, day):
        subscription.series_ids._replan(day)

    # ------------------------------------------------------------------ looking
    def _rows(self, subscription):
        subscription.invalidate_recordset()
        rows = self.env["crm.service.occurrence"].search_read(
            [("subscription_id", "=", subscription.id)],
            ["seq", "due_date", "state", "visit_id", "done_date"],
            order="seq",
            load=None,
        )
        return {row["seq"]: row for row in rows}

    def _check(self, subscription, walk, gaps, slack):
        rows, life = self._rows(subscription), self.life
        expected = walk(life, rows)
        for seq, row in rows.items():
            if seq in life.done:
                self.assertEqual((row["state"], row["done_date"]), ("done", life.done[seq]), f"{seq}: done stays done")
                continue
            self.assertNotEqual(row["state"], "done")
            if row["state"] == "visit":
                life.on_visit.setdefault(seq, row["due_date"])
                self.assertEqual(row["due_date"], life.on_visit[seq], f"{seq}: a visit is not moved by the machine")
            else:
                life.on_visit.pop(seq, None)
            if row["state"] in PLANNED and seq in expected | life.moved:
                due = life.moved.get(seq) or expected[seq]
                self.assertLessEqual(abs((row["due_date"] - due).days), slack, f"{seq}: {row['due_date']}, not {due}")
            self.assertEqual(bool(row["visit_id"]) and row["state"] == "visit", row["state"] == "visit")
        self.assertLessEqual(set(life.done), set(rows), "nothing done is lost")
        wanted = set(expected) if gaps else set(range(life.base + 1, max(rows, default=0) + 1))
        missing = {seq for seq in wanted if life.base < seq <= max(rows, default=0)} - set(rows)
        self.assertFalse(missing, "nothing is lost")
        if gaps:
            self.assertLessEqual(set(rows), set(expected), "nothing that the rule does not give")
        visits = subscription.occurrence_ids.visit_id
        busy = [visit for visit in visits if visit.state in VISITS_OPEN]
        self.assertTrue(all(visit.occurrence_ids for visit in busy), "no visit without a service")
