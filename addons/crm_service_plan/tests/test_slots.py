from datetime import datetime, timedelta

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase, tagged

from ..domain.ics import calendar_file
from ..domain.level import Job, level, loads
from ..domain.slots import Person, Tool, covers, free_slots, job_end, merge, overlaps, subtract
from ..domain.staffing import Facts, ranked

DAY = datetime(2026, 3, 2)
STEP = timedelta(minutes=30)


def at(hour, day=0):
    return DAY + timedelta(days=day, hours=hour)


def spans(low=0, high=48):
    """Spans on a grid of half hours; none is empty, as a booking ends after it begins."""
    start, length = st.integers(low * 2, high * 2 - 1), st.integers(1, 2 * (high - low))
    pair = st.tuples(start, length).map(lambda p: (DAY + p[0] * STEP, DAY + min(p[0] + p[1], high * 2) * STEP))
    return st.lists(pair, max_size=6)


def minutes(some):
    """A span list as the set of its half hours: the naive reference."""
    return {DAY + n * STEP for n in range(48 * 2) if any(a <= DAY + n * STEP < b for a, b in some)}


@tagged("post_install", "-at_install", "pure")
class TestSlotDomain(BaseCase):
    """Free slots beside a naive half-hour-by-half-hour reference."""

    @settings(max_examples=examples(1000), deadline=None)
    @given(spans(), spans())
    def test_subtract(self, work, busy):
        self.assertEqual(minutes(subtract(work, busy)), minutes(work) - minutes(busy))

    @settings(max_examples=examples(1000), deadline=None)
    @given(spans(), spans(), spans(), st.integers(1, 6))
    def test_free_slots(self, work, busy, tool_busy, halves):
        duration = halves * STEP
        window = (at(0), at(48))
        found = free_slots(
            [Person(1, tuple(merge(work)), tuple(merge(busy)))],
            [Tool(7, 3, (tuple(tool_busy),))],
            [3],
            duration,
            window,
            STEP,
        )
        free = minutes(work) - minutes(busy) - minutes(tool_busy)
        longest = max((b - a for a, b in merge(work)), default=timedelta())
        expected = [
            start
            for start in sorted(minutes(work))
            if all(start + n * STEP in free for n in range(halves)) and duration <= longest
        ]
        contiguous = [slot.start for slot in found if slot.stop - slot.start == duration]
        self.assertEqual(contiguous, expected)
        for slot in found:
            self.assertFalse(overlaps(busy, slot.start, slot.stop))
            self.assertFalse(overlaps(tool_busy, slot.start, slot.stop))

    def test_lunch(self):
        """A job that fits before lunch is not cut by it; one longer than any stretch goes on afterwards."""
        work = [(at(8), at(12)), (at(13), at(17))]
        self.assertIsNone(job_end(work, at(11), timedelta(hours=2)))
        self.assertEqual(job_end(work, at(8), timedelta(hours=6)), at(15))
        self.assertIsNone(job_end(work, at(13), timedelta(hours=6)), "not finished within the time known")
        self.assertTrue(covers(work, at(8), at(15)))
        self.assertFalse(covers(work, at(12), at(13)))
        self.assertIsNone(job_end([(at(8), at(12)), (at(8, 3), at(12, 3))], at(8), timedelta(hours=6)))

    def test_two_of_a_kind(self):
        """Two tools of one kind asked for: two different ones, or none."""
        people = [Person(1, ((at(8), at(10)),))]
        lifts = [Tool(1, 9), Tool(2, 9, (((at(8), at(9)),),))]
        found = free_slots(people, lifts, [9, 9], timedelta(hours=1), (at(0), at(24)))
        self.assertEqual([(s.start, s.tools) for s in found], [(at(9), ((1, 0), (2, 0)))])
        bay = [Tool(1, 9, ((), ()))]
        self.assertEqual(len(free_slots(people, bay, [9, 9], timedelta(hours=2), (at(0), at(24)))), 1)

    def test_first_choice_comes_first(self):
        people = [Person(5, ((at(8), at(10)),), ((at(8), at(9)),)), Person(6, ((at(8), at(10)),))]
        found = free_slots(people, [], [], timedelta(hours=1), (at(0), at(24)), timedelta(hours=1))
        self.assertEqual([(s.start.hour, s.person) for s in found], [(8, 6), (9, 5)])

    def test_rank(self):
        order = ranked([Facts(1, obstacles=("off",), asset=5), Facts(2, load=8), Facts(3, home=False), Facts(4)])
        self.assertEqual([facts.user for facts in order], [4, 3, 2, 1])

    @settings(max_examples=examples(1000), deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 9), st.floats(0.5, 6), st.integers(0, 4), st.integers(0, 4), st.booleans()),
            max_size=25,
        ),
        st.lists(st.floats(0, 16), min_size=10, max_size=10),
    )
    def test_level(self, rows, hours):
        """Every move stays in its window, no day is pushed over the peak, no peak grows, nothing fixed moves."""
        days = [DAY.date() + timedelta(days=n) for n in range(10)]
        capacity = dict(zip(days, hours, strict=True))
        jobs = [
            Job(n, days[d], h, days[d] - timedelta(before), days[d] + timedelta(after), movable)
            for n, (d, h, before, after, movable) in enumerate(rows)
        ]
        moves = level(jobs, capacity, 0.9)
        by_key = {job.key: job for job in jobs}
        self.assertEqual(len({move.key for move in moves}), len(moves))
        after = loads(jobs, capacity)
        for move in moves:
            job = by_key[move.key]
            self.assertTrue(job.movable and job.first <= move.target <= job.last)
            after[move.source] -= job.hours
            after[move.target] += job.hours
        for move in moves:
            self.assertLessEqual(after[move.target], 0.9 * capacity[move.target] + 1e-3)

    def test_calendar_file(self):
        text = calendar_file("1@x", at(1), at(2), "Bảo dưỡng; dầu, lọc", "a\nb" * 60, "12 Nguyễn Huệ, Q1", sequence=2)
        self.assertTrue(all(len(line.encode()) <= 75 for line in text.split("\r\n")))
        event = vobject.readOne(text).vevent
        self.assertEqual(event.summary.value, "Bảo dưỡng; dầu, lọc")
        self.assertEqual(event.description.value, "a\nb" * 60)
        self.assertEqual(event.dtstart.value.replace(tzinfo=None), at(1))

    def test_calendar_file_of_a_cancelled_appointment(self):
        """A request to take it out (RFC 5546): same UID, who invited, a higher number."""
        text = calendar_file(
            "1@x", at(1), at(2), "Oil", sequence=3, cancelled=True, organizer=('Sao "Mai"\r\nX', "shop@example.com")
        )
        calendar = vobject.readOne(text)
        event = calendar.vevent
        self.assertEqual((calendar.method.value, event.status.value), ("CANCEL", "CANCELLED"))
        self.assertEqual((event.uid.value, event.sequence.value), ("1@x", "3"))
        self.assertEqual(event.organizer.value, "mailto:shop@example.com")
        self.assertNotIn('""', text)
