import doctest
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase

from ..domain import aapor, answers, goal, known, lines, metrics, quality, schedule, scores, validity

counts = st.integers(min_value=0, max_value=2000)


class TestDomain(BaseCase):
    """Pure functions: the check values of the literature and what must always hold."""

    def test_docstrings(self):
        for module in (aapor, answers, goal, known, lines, metrics, quality, schedule, scores, validity):
            failed, tried = doctest.testmod(module)
            self.assertGreater(tried, 0)
            self.assertFalse(failed, module.__name__)

    @given(st.builds(aapor.Counts, *[counts] * 7))
    @settings(max_examples=examples(1000), deadline=None)
    def test_rates_are_ordered(self, numbers):
        rates = aapor.rates(numbers)
        known = {name: rate for name, rate in rates.items() if rate is not None}
        self.assertTrue(all(0 <= rate <= 1 for rate in known.values()), known)
        pairs = (("RR1", "RR3"), ("RR3", "RR5"), ("RR2", "RR4"), ("RR4", "RR6"), ("RR1", "RR2"), ("RR5", "RR6"))
        for low, high in pairs:
            if low in known and high in known:
                self.assertLessEqual(known[low], known[high] + 1e-12)

    @given(counts, counts, counts)
    @settings(max_examples=examples(1000), deadline=None)
    def test_nps_is_within_bounds(self, promoters, passives, detractors):
        score = scores.nps(promoters, passives, detractors)
        if promoters + passives + detractors:
            self.assertTrue(-100 <= score.value <= 100)
            self.assertGreaterEqual(score.margin, 0)
        else:
            self.assertIsNone(score)

    @given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 30), st.integers(1, 99)), max_size=30))
    @settings(max_examples=examples(500), deadline=None)
    def test_latest_does_not_depend_on_order(self, rows):
        start = datetime(2026, 1, 1)
        events = [schedule.Event(p, start + timedelta(days=d), f"t,{k:03}") for p, d, k in rows]
        latest = schedule.latest_per_partner(events)
        self.assertEqual(latest, schedule.latest_per_partner(list(reversed(events))))
        self.assertEqual(len({e.partner_id for e in latest}), len(latest))

    def test_zero_is_an_answer(self):
        self.assertEqual(answers.convert(answers.Answer(1, 1, 1, "q", value=0), "integer"), 0)

    def test_unusable(self):
        with self.assertRaises(answers.Unusable):
            answers.convert(answers.Answer(1, 1, 1, "q", value="many"), "integer")
        with self.assertRaises(answers.Unusable):
            answers.convert(answers.Answer(1, 1, 1, "q", choices=(answers.Choice("maybe", "Maybe"),)), "boolean")

    @given(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.sampled_from("ab")), max_size=12),
        st.dictionaries(st.integers(1, 3), st.frozensets(st.sampled_from("ab"), max_size=2), max_size=3),
        st.frozensets(st.integers(1, 3), max_size=2),
    )
    @settings(max_examples=examples(1000), deadline=None)
    def test_plan_of_questions(self, rows, held, outside):
        """Each question is asked or left out for a reason; what is known or not collected is never asked."""
        asks = [
            known.Ask(number, attribute, ((origin, code),) if 0 < origin < number else ())
            for number, (attribute, origin, code) in enumerate(rows, 1)
        ]
        plan = known.plan_questions(asks, held, outside)
        by_id = {ask.id: ask for ask in asks}
        self.assertFalse(set(plan.asked) & set(plan.known + plan.outside))
        self.assertLessEqual(set(plan.settled), set(plan.asked))
        for number in plan.asked:
            self.assertNotIn(by_id[number].attribute_id, set(held) | outside)
        for number in set(by_id) - set(plan.asked + plan.known + plan.outside):
            self.assertTrue(by_id[number].triggers, "only follow-ups are left out without a reason of their own")
        self.assertEqual(known.plan_questions(asks, {}).asked, tuple(by_id), "nothing known: everything is asked")

    @given(st.integers(0, 20000), st.integers(1, 30), st.integers(0, 900))
    @settings(max_examples=examples(500), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_calendar_days(self, first, months, later):
        """The last day is never after, the next never before today, and both are days of the calendar."""
        start = date(2020, 1, 1) + timedelta(days=first)
        today = start + timedelta(days=later)
        last = schedule.last_occurrence(today, start=start, months=months)
        following = schedule.next_occurrence(today, start=start, months=months)
        self.assertTrue(last <= today <= following)
        days = {schedule.add_months(start, months * step) for step in range(later // 28 + 3)}
        self.assertTrue({last, following} <= days)
        self.assertFalse([day for day in days if last < day < following and day != today])

    @given(st.integers(0, 500), st.integers(0, 500), st.floats(0.01, 1), st.integers(0, 60))
    @settings(max_examples=examples(500), deadline=None)
    def test_spread_reaches_the_target(self, target, answers_there, rate, days):
        """Asked so many a day, the expected answers are enough on the last day, and one a day fewer are not."""
        per_day = goal.sends_per_day(target, answers_there, rate, days)
        if days and target > answers_there:
            self.assertGreaterEqual(answers_there + per_day * days * rate, target - 1e-6)
            self.assertLess(answers_there + (per_day - 1) * days * rate, target)
        else:
            self.assertEqual(per_day, 0)
