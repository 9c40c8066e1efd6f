import doctest
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase

from ..domain import aapor, answers, metrics, quality, schedule, scores, validity

counts = st.integers(min_value=0, max_value=2000)


class TestDomain(BaseCase):
    """Pure functions: the check values of the literature and what must always hold."""

    def test_docstrings(self):
        for module in (aapor, answers, metrics, quality, schedule, scores, validity):
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
