"""The schedule against a naive day-by-day reference that knows nothing of intervals as sums."""

import calendar
import doctest
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import TransactionCase, tagged

from ..domain import bundles, grouping, meter, recurrence, reminders, schedule, short_link, uniting, workdays
from ..domain.grouping import Candidate
from ..domain.schedule import Base, Meter, Rule, ScheduleError, WorkCalendar, plan_dates

DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
RULES = st.builds(
    Rule,
    every=st.integers(1, 14),
    unit=st.sampled_from(schedule.UNITS),
    floating=st.booleans(),
    at_start=st.booleans(),
    repeat=st.integers(0, 6),
    before=st.integers(0, 20),
    after=st.integers(0, 20),
    shift=st.sampled_from(schedule.SHIFTS),
)
CALENDARS = st.builds(
    WorkCalendar,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.dictionaries(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.just("Tết"), max_size=30),
)


def matches(day, anchor, rule):
    """Is ``day`` one on which the rule strikes? Looks at the day alone."""
    if day < anchor:
        return False
    if rule.unit in ("day", "week"):
        return (day - anchor).days % (rule.every * (7 if rule.unit == "week" else 1)) == 0
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    length = calendar.monthrange(day.year, day.month)[1]
    return months % (rule.every * (12 if rule.unit == "year" else 1)) == 0 and day.day == min(anchor.day, length)


def naive_nominals(rule, anchor, until):
    found, day = [], anchor if rule.at_start else anchor + timedelta(1)
    while day <= until and (not rule.repeat or len(found) < rule.repeat):
        if matches(day, anchor, rule):
            found.append(day)
        day += timedelta(1)
    return found


def naive_shift(day, how, days_off):
    """Walk day by day, both ways at once, until a working day is met."""
    if how == "none":
        return day
    ways = {"earlier": (-1,), "later": (1,), "nearest": (-1, 1)}[how]
    steps = 0
    while all(days_off(day + timedelta(steps * way)) for way in ways):
        steps += 1
    return next(day + timedelta(steps * way) for way in ways if not days_off(day + timedelta(steps * way)))


@tagged("post_install", "-at_install")
class TestSchedule(TransactionCase):
    def test_doctests(self):
        for module in (bundles, grouping, meter, recurrence, reminders, schedule, short_link, uniting, workdays):
            self.assertFalse(doctest.testmod(module).failed, module.__name__)

    @settings(max_examples=examples(10000), deadline=None)
    @given(RULES, DAYS, st.integers(0, 900))
    def test_same_dates_as_day_by_day(self, rule, anchor, span):
        until = anchor + timedelta(span)
        dues = plan_dates(rule, Base(anchor), until)
        self.assertEqual([due.nominal for due in dues], naive_nominals(rule, anchor, until))
        self.assertEqual([due.seq for due in dues], list(range(1, len(dues) + 1)))
        self.assertTrue(all(d.start <= d.due <= d.end for d in dues))

    @settings(max_examples=examples(4000), deadline=None)
    @given(RULES, DAYS, CALENDARS, st.integers(0, 800))
    def test_shifts_like_a_walk(self, rule, anchor, days_off, span):
        for due in plan_dates(rule, Base(anchor), anchor + timedelta(span), days_off):
            if rule.shift == "drop":
                self.assertIsNone(days_off.why_off(due.due))
                continue
            expected = naive_shift(due.nominal, rule.shift, days_off.why_off)
            self.assertEqual(due.due, expected, (rule.shift, due.nominal))
            self.assertEqual(bool(due.reason), due.due != due.nominal)

    @settings(max_examples=examples(3000), deadline=None)
    @given(RULES, DAYS, st.integers(0, 2000), st.integers(0, 700))
    def test_starting_late_loses_nothing_and_repeats_nothing(self, rule, anchor, wait, span):
        """A fixed series looked at from a later day is the tail of the whole series, with the same numbers."""
        rule = replace(rule, floating=False, shift="none")
        since = anchor + timedelta(wait)
        until = since + timedelta(span)
        whole = plan_dates(rule, Base(anchor), until)
        tail = plan_dates(rule, Base(anchor, not_before=since), until)
        self.assertEqual(tail, [due for due in whole if due.nominal >= since])

    @settings(max_examples=examples(3000), deadline=None)
    @given(RULES, DAYS, st.integers(1, 40), st.integers(0, 1500))
    def test_floating_counts_from_completion(self, rule, done_on, seq, wait):
        rule = replace(rule, floating=True, shift="none", repeat=rule.repeat and rule.repeat + seq)
        now = done_on + timedelta(wait)
        dues = plan_dates(rule, Base(done_on, seq, not_before=now), now + timedelta(800))
        first = schedule.add_interval(done_on, rule.every, rule.unit)
        if dues:
            self.assertEqual(dues[0].seq, seq + 1)
            self.assertEqual(dues[0].nominal, max(first, now))
        self.assertEqual(len({due.seq for due in dues}), len(dues))

    @settings(max_examples=examples(3000), deadline=None)
    @given(
        st.integers(1, 24),
        st.integers(100, 20000),
        DAYS,
        st.floats(0.1, 300),
        st.integers(0, 900),
        st.integers(0, 30000),
    )
    def test_whichever_first(self, every, usage, anchor, rate, since, driven):
        """The first service is on the day one of both thresholds is met, found by driving day by day."""
        rule = Rule(every=every, usage=usage, floating=True)
        today = anchor + timedelta(since)
        due = plan_dates(
            rule, Base(anchor, 1, 1000.0), anchor + timedelta(3000), meter=Meter(1000.0 + driven, today, rate)
        )[0]
        day, km = today, float(driven)
        by_time = schedule.add_interval(anchor, every, "month")
        while day < by_time and km < usage - 1e-9:
            day, km = day + timedelta(1), km + rate
        expected = min(day, by_time)
        self.assertLessEqual(abs((due.nominal - expected).days), 1 if due.by == "usage" else 0)
        self.assertLessEqual(due.nominal, by_time)

    def test_usage_needs_a_rate(self):
        rule = Rule(usage=2000, floating=True)
        self.assertEqual(plan_dates(rule, Base(date(2026, 1, 1)), date(2027, 1, 1)), [])
        dues = plan_dates(rule, Base(date(2026, 1, 1)), date(2027, 1, 1), meter=Meter(500, date(2026, 2, 1), 50))
        self.assertEqual([d.nominal for d in dues[:2]], [date(2026, 3, 3), date(2026, 4, 12)])
        self.assertEqual(dues[0].by, "usage")

    def test_bad_rules(self):
        for rule, code in (
            (Rule(), "no_interval"),
            (Rule(every=-1), "bad_interval"),
            (Rule(every=1, before=-1), "bad_interval"),
        ):
            with self.assertRaises(ScheduleError) as caught:
                plan_dates(rule, Base(date(2026, 1, 1)), date(2027, 1, 1))
            self.assertEqual(caught.exception.code, code)
        never = WorkCalendar(frozenset())
        with self.assertRaises(ScheduleError):
            plan_dates(Rule(every=1, shift="later"), Base(date(2026, 1, 1)), date(2027, 1, 1), never)

    @settings(max_examples=examples(2000), deadline=None)
    @given(
        st.lists(st.tuples(st.integers(1, 3), DAYS, st.integers(0, 30), st.integers(0, 30)), max_size=12),
        DAYS,
        st.integers(0, 30),
    )
    def test_grouping_serves_each_once(self, rows, today, lead):
        items = [
            Candidate(i, (key,), due, due - timedelta(before), due + timedelta(after), due - timedelta(lead))
            for i, (key, due, before, after) in enumerate(rows)
        ]
        groups = grouping.group_visits(items, today)
        served = [c.id for __, group in groups for c in group]
        self.assertEqual(len(served), len(set(served)))
        self.assertLessEqual({c.id for c in items if c.make_from <= today}, set(served))
        for day, group in groups:
            self.assertEqual(len({c.key for c in group}), 1)
            self.assertTrue(all(c.start <= day <= c.due for c in group))

    @settings(max_examples=examples(2000), deadline=None)
    @given(
        st.sampled_from(["keep", "skip", "catch_up"]),
        DAYS,
        st.lists(st.tuples(st.integers(-400, 60), st.integers(0, 20)), max_size=8),
    )
    def test_missed(self, policy, today, offsets):
        rows = [
            (n, today + timedelta(d), today + timedelta(d + after)) for n, (d, after) in enumerate(sorted(offsets), 1)
        ]
        closed = grouping.overdue_to_close(policy, today, rows)
        over = [n for n, __, end in rows if end < today]
        self.assertLessEqual(set(closed), set(over))
        if policy == "keep":
            self.assertEqual(closed, [])
        elif policy == "skip":
            self.assertEqual(closed, over)
        elif over:
            self.assertTrue(set(n for n, due, __ in rows if due <= today) - set(closed), "one is left to catch up")

    def test_swallowed(self):
        includes = {3: [2], 2: [1]}
        self.assertEqual(grouping.swallowed([1, 2, 3], includes), {1: 3, 2: 3})
        self.assertEqual(grouping.swallowed([1, 3], includes), {1: 3})
        self.assertEqual(grouping.swallowed([1, 2], includes), {1: 2})
        self.assertEqual(grouping.swallowed([1, 4], includes), {})

    def test_reminder_steps(self):
        steps = [(1, 30, "email"), (2, 7, "email"), (3, 1, "sms"), (4, -3, "phone")]
        self.assertEqual(reminders.to_send(31, steps, set()), ([], []))
        self.assertEqual(reminders.to_send(20, steps, set()), ([1], []))
        self.assertEqual(reminders.to_send(7, steps, {1}), ([2], []))
        self.assertEqual(reminders.to_send(5, steps, set()), ([2], [1]))
        self.assertEqual(reminders.to_send(1, steps, {1, 2}), ([3], []))
        self.assertEqual(reminders.to_send(-3, steps, {1, 2}), ([4], [3]))

    def test_meter(self):
        readings = [(date(2026, 1, 1), 1000.0), (date(2026, 3, 2), 2200.0)]
        self.assertEqual(meter.daily_rate(readings), 20.0)
        self.assertEqual(meter.judge_reading(readings, date(2026, 4, 1), 2800), "ok")
        self.assertEqual(meter.judge_reading(readings, date(2026, 4, 1), 2100), "backwards")
        self.assertEqual(meter.judge_reading(readings, date(2026, 2, 1), 2300), "backwards")
        self.assertEqual(meter.judge_reading(readings, date(2026, 4, 1), 9000), "jump")
        self.assertEqual(meter.daily_rate(readings[:1]), 0.0)
