"""The value class of a customer by the company's own rule: whole columns at once, and the readable reference for one.

The rules stand in order of rank; a customer belongs to the first one whose every limit is kept. Each rule looks at the
days of its period only (0: at everything), the as-of day included:

>>> gold = ClassRule(1, days=365, min_orders=10, max_complaints=0)
>>> silver = ClassRule(2, days=365, min_orders=3)
>>> classify_one([gold, silver], {365: Figures(orders=12)})
1
>>> classify_one([gold, silver], {365: Figures(orders=12, complaints=1)})
2
>>> classify_one([gold, silver], {365: Figures(orders=1)})
0
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ANY_KIND = -1
NO_LIMIT = -1
FIGURES = ("orders", "amount", "margin", "complaints", "referred")


@dataclass(frozen=True)
class ClassRule:
    """The limits of one class.

    :param id: id of the class
    :param kind: 0 persons, 1 companies, -1 both
    :param days: how far back purchases and complaints count; 0: from the beginning
    :param min_orders: purchases at least; ``min_amount``, ``min_margin`` (0: no limit), ``min_referred``: revenue,
        margin and revenue of referred customers at least, in the company's currency
    :param max_complaints: complaints at most; -1: they do not matter
    """

    id: int
    kind: int = ANY_KIND
    days: int = 0
    min_orders: int = 0
    min_amount: float = 0.0
    min_margin: float = 0.0
    max_complaints: int = NO_LIMIT
    min_referred: float = 0.0


@dataclass(frozen=True)
class Figures:
    """What one customer did within a period."""

    orders: int = 0
    amount: float = 0.0
    margin: float = 0.0
    complaints: int = 0
    referred: float = 0.0


def reaches(rule, figures):
    """Tell whether ``figures`` (single values or columns) keep every limit of ``rule``."""
    kept = (figures.orders >= rule.min_orders) & (figures.amount >= rule.min_amount)
    if rule.min_margin:
        kept = kept & (figures.margin >= rule.min_margin)
    if rule.max_complaints != NO_LIMIT:
        kept = kept & (figures.complaints <= rule.max_complaints)
    if rule.min_referred:
        kept = kept & (figures.referred >= rule.min_referred)
    return kept


def classify_one(rules, figures):
    """Return the id of the class of one customer who has bought, 0 for none. The reference for :func:`classify`.

    :param rules: the :class:`ClassRule` of the customer's kind, best first
    :param dict figures: days → :class:`Figures`
    """
    return next((rule.id for rule in rules if reaches(rule, figures[rule.days])), 0)


def classify(rules, figures, bought):
    """Return the class of each customer and the figures it was judged by.

    :param rules: the :class:`ClassRule` of the customers' kind, best first
    :param dict figures: days → :class:`Figures` of columns
    :param bought: boolean column; who never bought has no class
    :return: dict of columns ``class`` (id, 0: none),
        ``class_days`` and ``class_`` + each of ``FIGURES``; of who reaches
        no class, the figures by which the last one was missed
    """
    size = len(bought)
    out = {"class": np.zeros(size, dtype=np.int64), "class_days": np.zeros(size, dtype=np.int64)}
    for name in FIGURES:
        whole = name in ("orders", "complaints")
        out[f"class_{name}"] = np.zeros(size, dtype=np.int64 if whole else np.float64)
    for rule in rules:
        open_ = bought & (out["class"] == 0)
        mine = figures[rule.days]
        np.copyto(out["class_days"], rule.days, where=open_)
        for name in FIGURES:
            np.copyto(out[f"class_{name}"], getattr(mine, name), where=open_)
        out["class"][open_ & reaches(rule, mine)] = rule.id
    return out


def next_expiry(rules, expires, bought):
    """Return the earliest day on which a purchase or complaint leaves the period of a rule, 0 for never.

    :param dict expires: days → column of ordinals, 0 for never
    """
    earliest = np.zeros(len(bought), dtype=np.int64)
    for days in {rule.days for rule in rules if rule.days}:
        earliest = sooner(earliest, np.where(bought, expires[days], 0))
    return earliest


def sooner(one, other):
    """Return the earlier of two columns of ordinals, 0 meaning never."""
    return np.where((one > 0) & (other > 0), np.minimum(one, other), np.maximum(one, other))
