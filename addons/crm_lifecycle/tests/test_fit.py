"""The forecast: fitted, frozen for a month, and left aside where the data do not carry it."""

from datetime import timedelta
from unittest.mock import patch

import numpy as np
from odoo.tests import tagged

from ..domain import mbg
from ..engine import fitting
from ..engine.facts import FactReader
from ..engine.fitting import prepare_fit_vals, read_columns
from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestFit(LifecycleCase):
    def _columns(self, number, weeks, repeat):
        """Return columns of ``number`` customers over ``weeks`` weeks; ``repeat``: purchases of each, as a function."""
        random = np.random.default_rng(7)
        today = TODAY.toordinal()
        first = today - random.integers(weeks * 7 // 2, weeks * 7, number)
        days = np.array([repeat(random) for _index in range(number)])
        last = np.where(days > 1, first + ((today - first) * random.random(number)).astype(int), first)
        return {
            "kind": np.zeros(number, dtype=int),
            "days": days,
            "orders": days,
            "first": first,
            "last": np.maximum(last, first),
            "amount": days * 100.0,
            "past_days": np.maximum(days - 1, 0),
            "past_last": np.maximum(last - 30, first),
        }

    def test_falls_back_to_the_plain_gap(self):
        few = prepare_fit_vals(self.policy, 0, self._columns(200, 100, lambda r: 1 + r.poisson(2)), TODAY)
        self.assertEqual((few["method"], few["fallback_code"]), ("gap", "few"))
        short = prepare_fit_vals(self.policy, 0, self._columns(600, 30, lambda r: 1 + r.poisson(2)), TODAY)
        self.assertEqual((short["method"], short["fallback_code"]), ("gap", "short"))
        once = prepare_fit_vals(self.policy, 0, self._columns(600, 100, lambda r: 1), TODAY)
        self.assertEqual((once["method"], once["fallback_code"]), ("gap", "diverged"))

    def test_falls_back_where_nobody_leaves_or_nothing_converges(self):
        """Dropout at 0, and a search that ends nowhere: the plain gap, with the reason on the fit."""
        columns = self._columns(900, 100, lambda r: 1 + r.poisson(2))
        for params, code in (
            (mbg.MbgParams(0.5, 6.0, 1e-5, 2.0, -1.0, False, 900), "degenerate"),
            (mbg.MbgParams(0.5, 6.0, 1.0, 2.0, -1.0, False, 900), "diverged"),
        ):
            with patch.object(mbg, "fit", lambda *_columns, params=params: params):
                vals = prepare_fit_vals(self.policy, 0, columns, TODAY)
            self.assertEqual((vals["method"], vals["fallback_code"], vals["converged"]), ("gap", code, False))
            fit = self.env["crm.lifecycle.fit"].new(vals)
            self.assertIsNone(fit._params())
            self.assertIsNone(fit._blend())

    def test_falls_back_on_data_where_nobody_ever_leaves(self):
        random = np.random.default_rng(2)
        number = 700
        rate = random.gamma(4.0, 0.1, number)
        age = random.integers(300, 700, number)
        days = 1 + random.poisson(rate * age / 7)
        first = TODAY.toordinal() - age
        last = TODAY.toordinal() - np.minimum((random.exponential(7 / rate)).astype(int), age)
        last = np.where(days > 1, last, first)
        columns = {
            "kind": np.zeros(number, dtype=int),
            "days": days,
            "orders": days,
            "first": first,
            "last": np.maximum(last, first),
            "amount": days * 1.0,
            "past_days": np.maximum(days - 1, 0),
            "past_last": first,
        }
        vals = prepare_fit_vals(self.policy, 0, columns, TODAY)
        self.assertEqual(vals["method"], "gap")
        self.assertIn(vals["fallback_code"], ("degenerate", "diverged"))

    def test_quiet_on_is_the_day_the_chance_falls_to_the_cut(self):
        random = np.random.default_rng(3)
        partners = self.make_customers(600)
        vals = []
        for partner in partners:
            first = int(random.integers(250, 500))
            gap = random.gamma(2.0, 20.0)
            stop = int(random.integers(0, first)) if random.random() < 0.5 else 0
            vals += [(partner, TODAY - timedelta(days=int(ago))) for ago in np.arange(first, stop, -gap)]
        self.env["crm.external.transaction"].create(
            [
                {
                    "external_ref": f"F{index}",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "date": day,
                    "amount": 10,
                }
                for index, (partner, day) in enumerate(vals)
            ]
        )
        run = self.run_all()
        fit = run.fit_ids.filtered(lambda item: item.customer_kind == "person")
        self.assertEqual(fit.method, "mbg", fit.fallback_code)
        params = fit._params()
        found = self.env["crm.lifecycle.status"].search([("company_id", "=", self.company.id)], limit=50)
        for status in found:
            silence = (status.quiet_on - status.last_date).days
            weeks = (status.last_date - status.first_date).days // 7
            repeats = status.order_count - 1
            chance = [
                mbg.p_buy(params, repeats, weeks, weeks + days / 7, self.policy.horizon_weeks)
                for days in (silence - 1, silence)
            ]
            if blend := fit._blend():
                chance = [blend.chance(value, repeats) for value in chance]
            if silence > self.policy.min_silence_days:
                self.assertGreater(chance[0], self.policy.probability_cut - 1e-6)
            self.assertLessEqual(chance[1], self.policy.probability_cut + 1e-6)
        self.assertTrue(all(0 <= status.p_buy <= 1 and status.expected_orders >= 0 for status in found))

    def test_one_fit_a_month(self):
        partner = self.make_customers(1)
        self.buy(partner, 10)
        first = self.run_all().fit_ids
        self.assertEqual(self.run_all(as_of=TODAY + timedelta(days=20)).fit_ids, first)
        self.assertFalse(self.run_all(as_of=TODAY + timedelta(days=40)).fit_ids & first)
        self.policy.gap_days = 50
        self.assertNotEqual(self.run_all().fit_ids, first)

    def test_scores_do_not_move_within_a_month(self):
        partners = self.make_customers(5)
        for index, partner in enumerate(partners):
            self.buy(partner, *range(10, 20 + 20 * index, 20), amount=10 * (index + 1))
        self.run_all()
        before = self.rows(("recency_score", "frequency_score", "monetary_score"))
        self.run_all(as_of=TODAY + timedelta(days=25))
        self.assertEqual(before, self.rows(("recency_score", "frequency_score", "monetary_score")))

    def test_of_very_many_customers_a_part_is_read(self):
        """The same part each time; of a kind with few customers all."""
        persons, firms = self.make_customers(80), self.make_customers(3, is_company=True)
        for number, partner in enumerate(persons | firms):
            self.buy(partner, 10 + number, 300)
        reader = FactReader(self.env, self.company, dict(enumerate(self.policies.sorted("customer_kind", True))), TODAY)
        everyone, _facts = read_columns(reader)
        self.assertEqual(len(everyone["kind"]), 83)
        last = max((persons | firms).ids)
        with patch.object(fitting, "SAMPLE", last // 4), patch.object(fitting, "LEAST", 5):
            part, again = read_columns(reader)[0], read_columns(reader, keep=True)
        self.assertIsNone(again[1])
        for name in part:
            np.testing.assert_array_equal(part[name], again[0][name])
        self.assertEqual(np.count_nonzero(part["kind"] == 1), 3)
        self.assertTrue(6 <= np.count_nonzero(part["kind"] == 0) <= 40, part["kind"])
        self.assertTrue(set(part["last"].tolist()) <= set(everyone["last"].tolist()))
