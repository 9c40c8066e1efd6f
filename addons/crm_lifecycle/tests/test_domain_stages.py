"""The decision on whole columns equals the readable reference for one customer."""

import doctest

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase

from ..domain import stages

DAY = st.integers(700_000, 700_400)
RULES = st.builds(
    stages.Rules,
    min_silence_days=st.integers(0, 60),
    established_orders=st.integers(1, 4),
    established_days=st.integers(0, 120),
    ended_days=st.sampled_from([0, 30, 200]),
)


@st.composite
def customers(draw):
    orders = draw(st.integers(0, 5))
    days = sorted(draw(st.lists(DAY, min_size=max(orders, 1), max_size=max(orders, 1), unique=True)))
    return stages.Customer(
        orders=orders,
        first=days[0] if orders else 0,
        last=days[-1] if orders else 0,
        nth=draw(st.sampled_from(days)) if orders else 0,
        previous=days[-2] if orders > 1 else 0,
        sign=draw(st.one_of(st.just(0), DAY)),
        alive=draw(st.one_of(st.just(0), DAY)),
        silence=draw(st.integers(0, 200)),
        silence_before=draw(st.integers(0, 200)),
        manual=draw(st.integers(-1, 5)),
        manual_on=draw(DAY),
        manual_until=draw(st.one_of(st.just(0), DAY)),
    )


def columns(batch):
    return {name: np.array([getattr(one, name) for one in batch]) for name in stages.Customer.__dataclass_fields__}


class TestDomainStages(BaseCase):
    def test_examples_in_the_docstrings(self):
        self.assertEqual(doctest.testmod(stages).failed, 0)

    @settings(max_examples=examples(1000), deadline=None)
    @given(RULES, st.lists(customers(), min_size=1, max_size=30), st.integers(700_000, 701_000))
    def test_columns_equal_the_reference(self, rules, batch, as_of):
        out = stages.decide(rules, columns(batch), as_of)
        for index, customer in enumerate(batch):
            expected = stages.decide_one(rules, customer, as_of)
            self.assertEqual(stages.CODES[out["stage"][index]], expected.stage)
            self.assertEqual(stages.CODES[out["engine_stage"][index]], expected.engine_stage)
            self.assertEqual(stages.REASONS[out["reason"][index]], expected.reason)
            for name in ("since", "quiet_on", "next_change_on", "is_manual"):
                self.assertEqual(out[name][index], getattr(expected, name), name)

    @settings(max_examples=examples(500), deadline=None)
    @given(RULES, customers(), st.integers(700_401, 701_000), st.integers(1, 300))
    def test_nothing_changes_before_next_change_on(self, rules, customer, as_of, later):
        now = stages.decide_one(rules, customer, as_of)
        then = stages.decide_one(rules, customer, as_of + later)
        if not now.next_change_on or as_of + later < now.next_change_on:
            self.assertEqual((now.stage, now.since, now.reason), (then.stage, then.since, then.reason))

    def test_ties_get_one_score(self):
        values = np.array([1] * 80 + [2] * 15 + [9] * 5)
        scores = stages.score(values, stages.cut_points(values))
        self.assertEqual(len(set(scores[:80].tolist())), 1)
        self.assertGreater(scores[-1], scores[0])
