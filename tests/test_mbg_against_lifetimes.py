"""The model is the published one: its fit on CDNOW is that of the package ``lifetimes``, an independent implementation.

Zero-dollar purchases are treated alike on both sides, once left out (what the suite does: an order of nothing is no
purchase) and once kept (what the published figures for the log do).
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import cdnow  # noqa: E402  the line before makes it importable from any folder
from benchmarks.common import domain_module  # noqa: E402  as above

mbg = domain_module("mbg")


@pytest.fixture(scope="module", params=[False, True], ids=["zero dollars left out", "zero dollars kept"])
def both(request):
    """Return x, t_x, T of the calibration, our fit and the peer's."""
    with warnings.catch_warnings():
        # lifetimes 0.11.3 is older than numpy 2 and pandas 3: it works, and warns
        warnings.simplefilter("ignore")
        from lifetimes import ModifiedBetaGeoFitter

        _customers, x, t_x, age = cdnow.calibration(cdnow.read_log(request.param))
        peer = ModifiedBetaGeoFitter()
        # its default tolerance, 1e-7, stops before the third decimal is settled
        peer.fit(x, t_x, age, tol=1e-12)
    return (x, t_x, age), mbg.fit(x, t_x, age), peer


def test_parameters_and_likelihood_agree(both):
    (x, t_x, age), ours, peer = both
    theirs = [float(peer.params_[name]) for name in ("r", "alpha", "a", "b")]
    assert [ours.r, ours.alpha, ours.a, ours.b] == pytest.approx(theirs, abs=5e-4)
    mean = peer._negative_log_likelihood(np.log(theirs), x, t_x, age, np.ones(len(x)), 0)
    assert ours.log_likelihood == pytest.approx(-mean * len(x), abs=5e-4)
    assert ours.converged
    assert ours.customers == len(x)


def test_forecasts_agree(both):
    columns, ours, peer = both
    assert mbg.p_alive(ours, *columns) == pytest.approx(peer.conditional_probability_alive(*columns), abs=1e-6)
    expected = peer.conditional_expected_number_of_purchases_up_to_time(39.0, *columns)
    assert mbg.expected_purchases(ours, *columns, 39) == pytest.approx(np.asarray(expected), abs=1e-5)


def test_weighted_rows_fit_like_single_ones(both):
    columns, ours, _peer = both
    rows = mbg.distinct(*columns)
    assert len(rows[0]) < len(columns[0])
    again = mbg.fit(*rows)
    assert [again.r, again.alpha, again.a, again.b] == pytest.approx([ours.r, ours.alpha, ours.a, ours.b], rel=1e-9)


@pytest.mark.parametrize("keep_zero", [False, True])
def test_holdout(keep_zero):
    found = cdnow.measure(keep_zero)
    assert found["auc"] >= cdnow.MIN_AUC
    assert found["brier"] <= cdnow.MAX_BRIER


def test_the_whole_log_is_read():
    log = cdnow.read_log(keep_zero=True)
    assert len(np.unique(log.customer)) == 23570
