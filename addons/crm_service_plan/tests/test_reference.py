"""`domain.schedule` against the naive walker of `reference`: same dates, no minimum broken, nothing twice or lost."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import TransactionCase, tagged

from ..domain import grouping, recurrence, schedule
from ..domain.bundles import Stop, bundles
from ..domain.schedule import Base, Meter, Rule, ScheduleError, Step, plan_dates
from . import reference
from .test_schedule import CALENDARS, DAYS

FAR = 800
TRIES = settings(max_examples=examples(10000), deadline=None)
SEASONS = st.one_of(
    st.just(frozenset()),
    st.builds(
        lambda first, length: frozenset((first - 1 + n) % 12 + 1 for n in range(length)),
        st.integers(1, 12),
        st.integers(1, 11),
    ),
)
FIXED = st.builds(
    Rule,
    kind=st.sampled_from(["interval", "interval", "rrule"]),
    every=st.integers(1, 14),
    unit=st.sampled_from(schedule.UNITS),
    rrule=st.sampled_from(sorted(reference.CALENDAR_RULES)),
    at_start=st.booleans(),
    repeat=st.integers(0, 6),
    before=st.integers(0, 20),
    after=st.integers(0, 20),
    shift=st.sampled_from(schedule.SHIFTS),
    gap=st.sampled_from([0, 0, 3, 25]),
    season=SEASONS,
).map(
    lambda rule: replace(
        rule, rrule=rule.rrule if rule.kind == "rrule" else "", every=0 if rule.kind == "rrule" else rule.every
    )
)


@st.composite
def chains(draw):
    steps = []
    for number in range(draw(st.integers(1, 4))):
        unit = draw(st.sampled_from(schedule.UNITS))
        delay = draw(st.integers(0 if not number else 1, 40 if unit == "day" else 4))
        least = draw(st.integers(0, delay))
        steps.append(Step(delay, unit, least, draw(st.sampled_from([0, delay + 2]))))
    goes_on = draw(st.booleans()) and bool(steps[-1].delay)
    return Rule(kind="chain", steps=tuple(steps), goes_on=goes_on, shift=draw(st.sampled_from(schedule.SHIFTS[:4])))


@tagged("post_install", "-at_install")
class TestReference(TransactionCase):
    @TRIES
    @given(FIXED, DAYS, CALENDARS, st.integers(0, 300), st.integers(0, 200))
    def test_fixed(self, rule, anchor, days_off, span, wait):
        """Interval or calendar rule, season, minimum, days off, a late start."""
        not_before = anchor + timedelta(wait) if wait % 3 == 0 else None
        until = anchor + timedelta(span)
        dues = plan_dates(rule, Base(anchor, not_before=not_before), until, days_off)
        expected = reference.fixed_dates(rule, anchor, until, days_off.why_off, not_before)
        self.assertEqual([(d.seq, d.nominal, d.due) for d in dues], expected)
        self.assertEqual(len({d.seq for d in dues}), len(dues))
        for one, two in zip(dues, dues[1:], strict=False):
            self.assertGreaterEqual((two.due - one.due).days, rule.gap or -FAR)
        self.assertTrue(all(d.start <= d.due <= d.end for d in dues))

    @TRIES
    @given(chains(), DAYS, CALENDARS, st.integers(0, 400), st.integers(0, 3))
    def test_series(self, rule, anchor, days_off, span, given_doses):
        """Each dose from the one before, never sooner than its minimum, none left out."""
        base = Base(anchor, given_doses, begun=bool(given_doses))
        until = anchor + timedelta(span)
        dues = plan_dates(rule, base, until, days_off)
        expected = reference.dose_dates(rule, anchor, given_doses, until, days_off.why_off)
        self.assertEqual([(d.seq, d.due) for d in dues], expected)
        self.assertEqual([d.seq for d in dues], list(range(given_doses + 1, given_doses + 1 + len(dues))))
        before = anchor if given_doses else None
        for due in dues:
            step = schedule.step_of(rule, due.seq)
            if before:
                self.assertGreaterEqual(due.start, reference.first_after(before, step.least, step.unit))
            before = due.due

    @TRIES
    @given(
        st.integers(1, 24),
        st.sampled_from(["week", "month"]),
        st.integers(100, 20000),
        DAYS,
        st.floats(0.1, 300),
        st.integers(0, 400),
        st.integers(0, 30000),
    )
    def test_whichever_first(self, every, unit, usage, anchor, rate, since, driven):
        today = anchor + timedelta(since)
        rule = Rule(every=every, unit=unit, usage=usage, floating=True)
        expected = reference.drive(anchor, every, unit, usage, driven, today, rate)
        base, meter = Base(anchor, 1, 500.0), Meter(500.0 + driven, today, rate)
        # Two days farther than the walker came: what is not there by then is too late.
        due = plan_dates(rule, base, expected + timedelta(2), meter=meter)[0]
        self.assertLessEqual(abs((due.nominal - expected).days), 1 if due.by == "usage" else 0)

    @TRIES
    @given(FIXED, FIXED, DAYS, st.integers(0, 300), st.integers(1, 300))
    def test_changed_rule(self, old, new, anchor, span, later):
        """A re-plan goes on after what was done: numbers follow on, dates are the new rule's, none is lost."""
        old, new = (replace(rule, shift="none", gap=0, season=frozenset(), repeat=0) for rule in (old, new))
        today = anchor + timedelta(span)
        done = plan_dates(old, Base(anchor), today)
        last_seq, last_day = (done[-1].seq, done[-1].nominal) if done else (0, anchor)
        base = schedule.rebase(new, Base(anchor), last_seq, last_day)
        until = today + timedelta(later)
        dues = plan_dates(new, base, until)
        days = reference.nominal_days(new, anchor, until, new.at_start)
        self.assertEqual([d.nominal for d in dues], [day for day in days if not last_seq or day > last_day])
        self.assertEqual([d.seq for d in dues], list(range(last_seq + 1, last_seq + 1 + len(dues))))

    @TRIES
    @given(
        st.integers(1, 6),
        st.sampled_from(["week", "month"]),
        DAYS,
        st.lists(st.tuples(st.sampled_from(["done", "pause", "look"]), st.integers(0, 200)), max_size=8),
    )
    def test_life_of_a_floating_service(self, every, unit, start, story):
        """Done early or late, paused and resumed: the next is one interval after the last, or the day of resuming."""
        rule = Rule(every=every, unit=unit, floating=True)
        base, today, expected, seen = Base(start), start, reference.first_after(start, every, unit), set()
        for what, days in story:
            today += timedelta(days)
            due = plan_dates(rule, base, today + timedelta(200))[0]
            self.assertEqual(due.nominal, expected)
            if what == "done":
                self.assertNotIn(due.seq, seen)
                seen.add(due.seq)
                base = Base(today, due.seq, begun=True)
                expected = reference.first_after(today, every, unit)
            elif what == "pause":
                base = replace(base, not_before=today)
                expected = max(reference.first_after(base.anchor, every, unit), today)
        self.assertEqual(seen, set(range(1, len(seen) + 1)), "no number is skipped")

    @TRIES
    @given(
        st.lists(st.integers(1, 7), unique=True, max_size=7),
        st.dictionaries(st.integers(1, 7), st.lists(st.integers(1, 7), max_size=3), max_size=7),
    )
    def test_inclusion(self, tasks, includes):
        includes = {large: [small for small in parts if small < large] for large, parts in includes.items()}
        inner = grouping.swallowed(tasks, includes)
        parts = {task: reference.parts_of(task, includes) for task in tasks}
        self.assertEqual(set(inner), {small for small in tasks if any(small in parts[large] for large in tasks)})
        for small, large in inner.items():
            self.assertIn(small, parts[large])
            self.assertNotIn(large, inner, "the largest stands for all of them")

    @TRIES
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 2), DAYS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 40), st.booleans()
            ),
            max_size=8,
        )
    )
    def test_proposals(self, rows):
        stops = [
            Stop(n, (key,), day, day - timedelta(before), day + timedelta(after), near, fixed)
            for n, (key, day, before, after, near, fixed) in enumerate(rows)
        ]
        found = bundles(stops)
        ids = [stop.id for __, group in found for stop in group]
        self.assertEqual(len(ids), len(set(ids)))
        for day, group in found:
            self.assertGreater(len(group), 1)
            self.assertEqual(len({stop.key for stop in group}), 1)
            self.assertTrue(all(stop.start <= day <= stop.end and stop.near for stop in group))
            self.assertTrue(all(stop.day == day for stop in group if stop.fixed))

    def test_bad_calendar_rules(self):
        for text, code in (
            ("every monday", "rrule_syntax"),
            ("FREQ=MONTHLY;BYDAY=9XX", "rrule_syntax"),
            ("FREQ=HOURLY", "rrule_time"),
            ("FREQ=DAILY;BYHOUR=3", "rrule_time"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rrule_never"),
            ("FREQ=DAILY\nDTSTART:20200101", "rrule_syntax"),
            ("", "rrule_syntax"),
        ):
            with self.subTest(text), self.assertRaises(ScheduleError) as caught:
                recurrence.check_text(text)
            self.assertEqual(caught.exception.code, code)
        ended = Rule(kind="rrule", rrule="FREQ=DAILY;UNTIL=20260105T000000Z")
        days = [due.due.day for due in plan_dates(ended, Base(date(2026, 1, 1)), date(2027, 1, 1))]
        self.assertEqual(days, [2, 3, 4, 5])

    def test_steps_before_a_date(self):
        rule = Rule(kind="dates", steps=(Step(90), Step(30), Step(7), Step(-3)))
        dues = plan_dates(rule, Base(date(2026, 12, 1), not_before=date(2026, 10, 1)), date(2027, 1, 1))
        self.assertEqual(
            [(d.seq, d.due) for d in dues], [(2, date(2026, 11, 1)), (3, date(2026, 11, 24)), (4, date(2026, 12, 4))]
        )
