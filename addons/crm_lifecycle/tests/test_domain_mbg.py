"""The forecast of the next purchase, without a database."""

import doctest

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase, tagged
from scipy import integrate, stats

from ..domain import evaluation, mbg

PARAMS = mbg.MbgParams(0.638, 7.319, 0.81, 1.238)


def params():
    """Return a strategy of parameters as they occur, and a good deal beyond."""
    size = st.floats(0.05, 20)
    return st.builds(mbg.MbgParams, size, st.floats(0.1, 200), size, size)


def histories():
    """Return a strategy of (x, t_x): nothing bought again, or some time after the first purchase."""
    once = st.tuples(st.just(0), st.just(0.0))
    again = st.tuples(st.integers(1, 400), st.floats(0, 520))
    return st.one_of(once, again)


def simulated(customers, true, seed=5, weeks=104):
    """Return x, t_x, T of customers who behave as the model says."""
    random = np.random.default_rng(seed)
    rate = random.gamma(true.r, 1 / true.alpha, customers)
    leave = random.beta(true.a, true.b, customers)
    age = random.uniform(1, weeks, customers)
    x, t_x, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    there = random.random(customers) > leave
    while there.any():
        now = now + random.exponential(1 / rate)
        there &= now <= age
        x[there] += 1
        t_x[there] = now[there]
        there &= random.random(customers) > leave
    return x, t_x, age


@tagged("post_install", "-at_install", "pure")
class TestDomainMbg(BaseCase):
    def test_doctests(self):
        for module in (mbg, evaluation):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    @settings(max_examples=examples(1000), deadline=None)
    @given(params(), histories(), st.floats(0.1, 260), st.lists(st.floats(0, 2000), min_size=2, max_size=20))
    def test_p_buy_never_rises_in_silence(self, fitted, history, horizon, silences):
        x, t_x = history
        silences = np.sort(silences)
        chance = mbg.p_buy(fitted, x, t_x, t_x + silences, horizon)
        self.assertTrue(((chance >= 0) & (chance <= 1)).all())
        self.assertTrue((np.diff(chance) <= 1e-12).all())

    @settings(max_examples=examples(1000), deadline=None)
    @given(params(), histories(), st.floats(0.1, 260), st.floats(0.001, 0.999))
    def test_a_cut_is_crossed_once_where_it_says(self, fitted, history, horizon, cut):
        x, t_x = history
        silence = float(mbg.silence_to_cut(fitted, x, t_x, horizon, cut))
        times = np.concatenate([np.linspace(0, 50, 100), np.geomspace(50, 1e5, 100)])
        above = mbg.p_buy(fitted, x, t_x, t_x + times, horizon) > cut
        self.assertLessEqual(np.count_nonzero(np.diff(above.astype(int))), 1)
        if silence == 0:
            self.assertFalse(above.any())
        elif np.isfinite(silence):
            self.assertAlmostEqual(float(mbg.p_buy(fitted, x, t_x, t_x + silence, horizon)), cut, places=5)
            self.assertTrue(above[times < silence - 1e-6].all())
            self.assertFalse(above[times > silence + 1e-6].any())
        else:
            self.assertTrue(above.all())

    @settings(max_examples=examples(300), deadline=None)
    @given(params(), histories(), st.floats(0, 300), st.floats(0.5, 104))
    def test_expected_purchases_are_at_least_the_chance_of_one(self, fitted, history, silence, horizon):
        x, t_x = history
        expected = mbg.expected_purchases(fitted, x, t_x, t_x + silence, horizon)
        self.assertGreaterEqual(
            float(expected) * (1 + 1e-6) + 1e-9, float(mbg.p_buy(fitted, x, t_x, t_x + silence, horizon))
        )

    @settings(max_examples=examples(100), deadline=None)
    @given(params(), histories(), st.floats(0, 100), st.floats(1, 104))
    def test_expected_purchases_against_integration(self, fitted, history, silence, horizon):
        x, t_x = history
        age = t_x + silence
        shape, ratio = fitted.r + x, horizon / (fitted.alpha + age)
        beta = stats.beta(fitted.a, fitted.b + x + 1)

        def of_quantile(quantile):
            leave = max(float(beta.ppf(quantile)), 1e-12)
            return -np.expm1(-shape * np.log1p(leave * ratio)) / leave

        alive, _error = integrate.quad(of_quantile, 0, 1, limit=200)
        expected = alive * float(mbg.p_alive(fitted, x, t_x, age))
        found = float(mbg.expected_purchases(fitted, x, t_x, age, horizon))
        np.testing.assert_allclose(found, expected, rtol=1e-6 if ratio < 2 else 3e-2, atol=1e-12)

    def test_at_a_equal_one_the_closed_form_has_a_hole_and_we_do_not(self):
        around = [
            float(mbg.expected_purchases(mbg.MbgParams(0.6, 7, a, 1.2), 3, 20, 39, 39)) for a in (0.999999, 1, 1.000001)
        ]
        self.assertAlmostEqual(around[0], around[1], places=5)
        self.assertAlmostEqual(around[1], around[2], places=5)

    def test_fit_finds_the_parameters_of_simulated_customers(self):
        true = mbg.MbgParams(0.6, 8.0, 0.8, 1.5)
        fitted = mbg.fit(*simulated(60_000, true))
        self.assertTrue(fitted.converged)
        self.assertAlmostEqual(fitted.r / true.r, 1, delta=0.1)
        self.assertAlmostEqual(fitted.alpha / true.alpha, 1, delta=0.1)
        self.assertAlmostEqual(fitted.dropout / true.dropout, 1, delta=0.1)

    def test_fit_is_independent_of_the_order_and_of_counting(self):
        x, t_x, age = (np.floor(column) for column in simulated(5_000, PARAMS))
        fitted = mbg.fit(x, t_x, age)
        backwards = mbg.fit(x[::-1], t_x[::-1], age[::-1])
        counted = mbg.fit(*mbg.distinct(x, t_x, age))
        for other in (backwards, counted):
            self.assertAlmostEqual(fitted.r, other.r, places=7)
            self.assertAlmostEqual(fitted.log_likelihood, other.log_likelihood, places=5)
            self.assertEqual(other.customers, 5_000)

    def test_forecasts_are_calibrated(self):
        true = mbg.MbgParams(0.9, 6.0, 0.7, 2.0)
        random = np.random.default_rng(11)
        customers = 40_000
        rate, leave = random.gamma(true.r, 1 / true.alpha, customers), random.beta(true.a, true.b, customers)
        x, t_x, later, now = (np.zeros(customers) for _column in range(4))
        there = random.random(customers) > leave
        while there.any():
            now = now + random.exponential(1 / rate)
            there &= now <= 78
            first = there & (now <= 39)
            x[first] += 1
            t_x[first] = now[first]
            later[there & ~first] += 1
            there &= random.random(customers) > leave
        chance = mbg.p_buy(true, x, t_x, 39.0, 39.0)
        for low in np.arange(0, 0.9, 0.1):
            group = (chance >= low) & (chance < low + 0.1)
            if group.sum() > 500:
                self.assertAlmostEqual(float((later[group] > 0).mean()), float(chance[group].mean()), delta=0.03)
        expected = mbg.expected_purchases(true, x, t_x, 39.0, 39.0)
        self.assertAlmostEqual(float(expected.sum() / later.sum()), 1, delta=0.05)

    def test_degenerate_histories_do_not_count_as_converged(self):
        random = np.random.default_rng(3)
        age = random.uniform(10, 100, 2_000)
        regular = np.maximum(random.poisson(age / 4), 1)
        cases = {
            "nobody": ([], [], []),
            "nobody bought again": (np.zeros(2_000), np.zeros(2_000), age),
            "all of today": (np.zeros(2_000), np.zeros(2_000), np.zeros(2_000)),
            "too few": tuple(column[:100] for column in simulated(2_000, PARAMS)),
            "nobody leaves": (regular, age * regular / (regular + 1), age),
            "everybody alike": (np.full(2_000, 5.0), np.full(2_000, 30.0), np.full(2_000, 39.0)),
        }
        for name, columns in cases.items():
            with self.subTest(name):
                self.assertFalse(mbg.fit(*columns).converged)

    def test_a_small_shop_may_be_allowed(self):
        self.assertTrue(mbg.fit(*simulated(400, PARAMS, weeks=260), min_customers=300).converged)

    def test_nonsense_is_refused(self):
        for columns in (([1], [2], [1]), ([-1], [0], [1]), ([1], [float("nan")], [1]), ([1, 2], [1], [1])):
            with self.subTest(columns), self.assertRaises(ValueError):
                mbg.fit(*columns)

    def test_long_histories_do_not_overflow(self):
        x, t_x, age = np.array([22_967.0]), np.array([500.0]), np.array([500.01])
        self.assertAlmostEqual(float(mbg.p_buy(PARAMS, x, t_x, age, 4)[0]), 1, places=3)
        expected = float(mbg.expected_purchases(PARAMS, x, t_x, age, 4)[0])
        self.assertAlmostEqual(expected / (22_967 / 507.3 * 4), 1, delta=0.02)
        self.assertEqual(float(mbg.p_buy(PARAMS, x, t_x, 5000, 4)[0]), 0)

    def test_horizons_and_cuts_may_differ_by_customer(self):
        together = mbg.silence_to_cut(PARAMS, [0, 4], [0, 30], [26, 52], [0.2, 0.4])
        single = [mbg.silence_to_cut(PARAMS, 0, 0, 26, 0.2), mbg.silence_to_cut(PARAMS, 4, 30, 52, 0.4)]
        np.testing.assert_allclose(together, single, rtol=1e-8)
        self.assertEqual(float(mbg.silence_to_cut(PARAMS, 0, 0, 26, 0.99)), 0)
        self.assertEqual(float(mbg.silence_to_cut(PARAMS, 0, 0, 26, 0)), float("inf"))
