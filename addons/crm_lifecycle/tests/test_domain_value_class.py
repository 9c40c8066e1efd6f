"""Value classes: whole columns and one customer decide alike; the next day something expires is never missed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase, tagged

from ..domain.value_class import ClassRule, Figures, classify, classify_one, next_expiry, sooner

RULES = st.lists(
    st.builds(
        ClassRule,
        id=st.integers(1, 99),
        days=st.sampled_from([0, 30, 365]),
        min_orders=st.integers(0, 4),
        min_amount=st.integers(0, 300).map(float),
        min_margin=st.sampled_from([0.0, 20.0]),
        max_complaints=st.integers(-1, 2),
        min_referred=st.sampled_from([0.0, 50.0]),
    ),
    max_size=4,
)
FIGURES = st.builds(
    Figures,
    orders=st.integers(0, 5),
    amount=st.integers(-50, 400).map(float),
    margin=st.integers(-50, 60).map(float),
    complaints=st.integers(0, 3),
    referred=st.integers(0, 100).map(float),
)
PERIODS = st.fixed_dictionaries({0: FIGURES, 30: FIGURES, 365: FIGURES})


@tagged("standard", "post_install", "-at_install")
class TestValueClass(BaseCase):
    @settings(max_examples=examples(1000), deadline=None)
    @given(RULES, st.lists(st.tuples(PERIODS, st.booleans()), min_size=1, max_size=5))
    def test_columns_agree_with_the_reference(self, rules, customers):
        columns = {
            days: Figures(
                **{
                    name: np.array([getattr(periods[days], name) for periods, _bought in customers])
                    for name in Figures.__dataclass_fields__
                }
            )
            for days in (0, 30, 365)
        }
        bought = np.array([bought for _periods, bought in customers])
        found = classify(rules, columns, bought)
        wanted = [classify_one(rules, periods) if bought else 0 for periods, bought in customers]
        self.assertEqual(found["class"].tolist(), wanted)
        for place, (periods, has_bought) in enumerate(customers):
            if has_bought and rules:
                mine = periods[int(found["class_days"][place])]
                self.assertEqual(found["class_orders"][place], mine.orders)
                self.assertEqual(found["class_complaints"][place], mine.complaints)

    def test_the_earliest_expiry(self):
        rules = [ClassRule(1, days=30), ClassRule(2, days=365), ClassRule(3)]
        expires = {30: np.array([0, 50, 50]), 365: np.array([70, 90, 0])}
        self.assertEqual(next_expiry(rules, expires, np.array([True, True, False])).tolist(), [70, 50, 0])

    def test_never_is_no_day(self):
        self.assertEqual(sooner(np.array([0, 5, 5, 0]), np.array([3, 0, 4, 0])).tolist(), [3, 5, 4, 0])
