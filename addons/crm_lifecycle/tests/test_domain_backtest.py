"""The judgement of past flags and the correction of the forecast, without a database."""

import doctest
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase, tagged

from ..domain import backtest, blend, mbg, season
from ..domain.stages import Rules
from .test_domain_mbg import histories, params, simulated

TODAY = date(2026, 6, 1)
BLENDS = st.builds(blend.Blend, st.floats(-3, 3), st.floats(0.2, 5), st.floats(-2, 2))


def log(customers=1500, weeks=156, seed=3):
    """Return purchases of simulated customers as (customer, day)."""
    true = mbg.MbgParams(0.7, 6.0, 0.8, 2.0)
    random = np.random.default_rng(seed)
    x, t_x, age = simulated(customers, true, seed, weeks)
    rows = []
    for index in range(customers):
        days = np.append(0, random.uniform(0, t_x[index] * 7, int(max(x[index] - 1, 0))))
        days = np.append(days, t_x[index] * 7)
        rows += [(index, TODAY.toordinal() - int(age[index] * 7) + int(day)) for day in days]
    customer, day = np.array(rows).T
    return backtest.Purchases(customer, np.minimum(day, TODAY.toordinal()))


@tagged("post_install", "-at_install", "pure")
class TestDomainBacktest(BaseCase):
    def test_doctests(self):
        for module in (backtest, blend, season):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    @settings(max_examples=examples(1000), deadline=None)
    @given(params(), BLENDS, histories(), st.floats(0.1, 260), st.floats(0.01, 0.9))
    def test_the_corrected_chance_falls_and_crosses_a_cut_once(self, fitted, found, history, horizon, cut):
        x, t_x = history
        times = np.concatenate([[0], np.linspace(0.1, 50, 60), np.geomspace(50, 1e4, 60)])
        chance = found.chance(mbg.p_buy(fitted, x, t_x, t_x + times, horizon), x)
        self.assertTrue((np.diff(chance) <= 1e-12).all())
        silence = float(mbg.silence_to_cut(fitted, x, t_x, horizon, found.cut_before(cut, x)))
        above = chance > cut
        self.assertLessEqual(np.count_nonzero(np.diff(above.astype(int))), 1)
        clear = np.abs(chance - cut) > 1e-6
        self.assertTrue(above[(times < silence) & clear].all())
        self.assertFalse(above[(times > silence) & clear].any())

    def test_nothing_is_learnt_from_few_or_from_nothing(self):
        self.assertIsNone(blend.fit([0.5] * 10, [0] * 10, [True, False] * 5))
        self.assertIsNone(blend.fit([0.5] * 1000, [0] * 1000, [True] * 1000))

    def test_a_correction_that_helps_nobody_is_left_out(self):
        random = np.random.default_rng(5)
        chance = random.uniform(0.05, 0.95, 2000)
        found = blend.fit(chance, random.poisson(2, 2000), random.random(2000) < chance)
        if found:
            self.assertAlmostEqual(found.model, 1, delta=0.3)

    def test_the_future_is_not_looked_at(self):
        """What is bought after a month's horizon, or later than the day judged, changes nothing of the forecast."""
        purchases = log()
        rules = Rules(horizon_weeks=13, probability_cut=0.2)
        months = backtest.backtest(purchases, rules, TODAY, months=4)
        cut = months[0].day.toordinal() + 91
        early = purchases.day <= cut
        again = backtest.backtest(
            backtest.Purchases(purchases.customer[early], purchases.day[early]), rules, date.fromordinal(cut), months=1
        )
        for name in ("customers", "flags", "gone", "auc", "brier", "gap_brier", "gap_flags"):
            self.assertEqual(getattr(months[0], name), getattr(again[0], name), name)

    def test_only_flags_at_least_a_horizon_old(self):
        months = backtest.backtest(log(), Rules(horizon_weeks=26), TODAY)
        self.assertLessEqual(months[-1].day + timedelta(days=182), TODAY)
        self.assertEqual({month.method for month in months[-3:]}, {"mbg"})
        for month in months:
            self.assertEqual(month.flags, month.gone + month.back)

    def test_trade_of_the_cut(self):
        month = backtest.backtest(log(), Rules(horizon_weeks=13), TODAY, months=1)[0]
        flagged = [month.cuts[cut][0] for cut in backtest.CUTS]
        self.assertEqual(flagged, sorted(flagged))
        self.assertGreater(flagged[-1], flagged[0])

    def test_nothing_bought(self):
        self.assertEqual(backtest.backtest(backtest.Purchases([], []), Rules(), TODAY), [])

    def test_lull_after_tet_is_found(self):
        days = np.repeat(np.arange(date(2021, 1, 1).toordinal(), TODAY.toordinal()), 4)
        lull = np.array([any(tet <= day < tet + season.LULL for tet in season.TET) for day in days])
        self.assertIsNone(season.lull(date(2026, 3, 1), season.month_factors(days), season.tet_factor(days)))
        days = days[~lull | (np.arange(len(days)) % 2 == 0)]
        self.assertAlmostEqual(season.tet_factor(days), 0.5, delta=0.05)
        self.assertEqual(season.lull(date(2026, 3, 1), {}, season.tet_factor(days)), "tet")
        factors = season.month_factors(days)
        self.assertEqual(min(factors, key=factors.get), 2)
