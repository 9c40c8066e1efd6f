"""What the model misses, learnt from the past: a forecast corrected by the number of purchases.

MBG/NBD knows nothing of who wins in the end; on real logs it trusts frequent buyers too little. With the forecasts of
one horizon ago and what happened since, two numbers are learnt::

    logit P' = w0 + w1 · logit P + w2 · ln(1 + x)

Only the past is used. ``x`` does not change while nothing is bought and ``w1`` is positive, so that P' falls in silence
as P does and passes any cut at most once: on the day on which P passes :func:`Blend.cut_before`.

Measured on CDNOW, 39 weeks of holdout: AUC .769 instead of .754 (all), .734 instead of .722 (bought again), Brier .159
instead of .167.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

MIN_CUSTOMERS = 500
_RIDGE = 1.0
_LEAST, _MOST = 1e-300, 1 - 1e-16


@dataclass(frozen=True)
class Blend:
    """The correction: constant, weight of the model's logit, weight of the purchases."""

    constant: float = 0.0
    model: float = 1.0
    purchases: float = 0.0

    def chance(self, chance, x):
        """Return the corrected chances.

        >>> Blend().chance([0.2, 0.7], [0, 3]).round(6)
        array([0.2, 0.7])
        """
        logit = special.logit(np.clip(chance, _LEAST, _MOST))
        return special.expit(self.constant + self.model * logit + self.purchases * np.log1p(x))

    def cut_before(self, cut, x):
        """Return the chance of the model at which the corrected one is ``cut``.

        >>> blend = Blend(-0.6, 0.55, 0.8)
        >>> blend.chance(blend.cut_before(0.15, [0, 4]), [0, 4]).round(6)
        array([0.15, 0.15])
        """
        logit = special.logit(np.clip(cut, _LEAST, _MOST))
        return special.expit((logit - self.constant - self.purchases * np.log1p(x)) / self.model)


def fit(chance, x, happened, weights=None):
    """Learn the correction from forecasts of the past and what happened.

    :param chance: P(buy in h) as forecast then; ``x``: repeat purchases then; ``happened``: whether they bought
        within h
    :param weights: how many customers each row stands for
    :return: :class:`Blend`, or None when there are too few customers, all or nobody bought, or it helps none of the
        customers it was not learnt from
    """
    chance, x = np.asarray(chance, dtype=float), np.asarray(x, dtype=float)
    happened = np.asarray(happened, dtype=float)
    weights = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    total = weights.sum()
    if total < MIN_CUSTOMERS or not 0 < (weights * happened).sum() < total:
        return None
    columns = np.stack([np.ones(len(x)), special.logit(np.clip(chance, _LEAST, _MOST)), np.log1p(x)], axis=1)
    half = np.arange(len(x)) % 2 == 0
    gain = 0.0
    for learn in (half, ~half):
        found = _weights(columns[learn], happened[learn], weights[learn])
        test = ~learn
        plain = _loss(np.array([0.0, 1.0, 0.0]), columns[test], happened[test], weights[test])
        gain += plain - _loss(found, columns[test], happened[test], weights[test])
    found = _weights(columns, happened, weights)
    if gain <= 0 or not 0.2 <= found[1] <= 5:
        return None
    return Blend(*(float(value) for value in found))


def _loss(beta, columns, happened, weights):
    """Return the negative log-likelihood."""
    value = columns @ beta
    return float((weights * (np.logaddexp(0, value) - happened * value)).sum())


def _weights(columns, happened, weights):
    """Return the three numbers by penalised maximum likelihood; without evidence the model is left as it is."""
    start = np.array([0.0, 1.0, 0.0])

    def target(beta):
        away = beta - start
        slope = columns.T @ (weights * (special.expit(columns @ beta) - happened)) + _RIDGE * away
        return _loss(beta, columns, happened, weights) + 0.5 * _RIDGE * (away**2).sum(), slope

    return optimize.minimize(target, start, jac=True, method="BFGS").x
