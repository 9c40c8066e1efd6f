"""How good were the forecasts? Measures for a probability against what happened."""

from __future__ import annotations

import numpy as np


def auc(happened, score) -> float:
    """Chance that one to whom it happened has a higher score than one to whom it did not; ties count half.

    :param happened: true or false, one each
    :param score: any number that should be higher where it happened
    :return: 0.5 is guessing, 1 is perfect; not a number when it happened to all or to none

    >>> auc([True, True, False, False], [0.9, 0.4, 0.4, 0.1])
    0.875
    """
    happened = np.asarray(happened, dtype=bool)
    _values, inverse, counts = np.unique(np.asarray(score, dtype=float), return_inverse=True, return_counts=True)
    hits = int(happened.sum())
    misses = happened.size - hits
    if not hits or not misses:
        return float("nan")
    ranks = np.cumsum(counts) - (counts - 1) / 2  # the mean rank of equal scores
    return float((ranks[inverse][happened].sum() - hits * (hits + 1) / 2) / (hits * misses))


def brier(happened, probability) -> float:
    """Mean squared distance between the probability and what happened (0 or 1): 0 is perfect.

    >>> brier([True, False], [0.8, 0.4])
    0.1
    """
    distance = np.asarray(probability, dtype=float) - np.asarray(happened, dtype=float)
    return round(float(np.mean(distance**2)), 12)


def accuracy(happened, probability, cut=0.5) -> float:
    """Share of forecasts on the right side of the cut.

    >>> accuracy([True, False], [0.8, 0.4])
    1.0
    """
    return float(np.mean((np.asarray(probability, dtype=float) >= cut) == np.asarray(happened, dtype=bool)))


def bias(actual, expected) -> float:
    """Sum of the expected over the sum of the actual, minus one: -0.2 is a fifth too few.

    >>> bias([2, 3], [2, 2])
    -0.2
    """
    return round(float(np.sum(expected) / np.sum(actual) - 1), 12)
