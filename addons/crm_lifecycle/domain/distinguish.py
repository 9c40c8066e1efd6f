"""What distinguishes one group of customers from the others: shares, odds and how sure one may be."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

Z_99 = 2.5758293035489004
FEWEST = 5


@dataclass(frozen=True)
class Trait:
    """A feature that is more common inside the group than outside.

    ``share_in`` and ``share_out`` are shares of those of whom the feature is known; ``odds`` is the odds ratio with its
    lower 99 % bound ``odds_low``.
    """

    feature: tuple
    share_in: float
    share_out: float
    count_in: int
    known_in: int
    known_out: int
    odds: float
    odds_low: float


def trait(feature, have_in, known_in, have_out, known_out):
    """Return the :class:`Trait` of a feature from its counts.

    The logarithm of the odds ratio with half a count added to each cell (Haldane 1956; Gart and Zweifel 1967) and its
    standard error, the root of the summed reciprocals of the cells.

    :param have_in: members with the feature; ``known_in``: members of whom it is known; likewise outside

    >>> found = trait(("kind", "shop"), 40, 50, 20, 100)
    >>> round(found.odds, 2), round(found.odds_low, 2), found.share_in, found.share_out
    (15.15, 5.06, 0.8, 0.2)
    """
    cells = [have_in + 0.5, known_in - have_in + 0.5, have_out + 0.5, known_out - have_out + 0.5]
    ratio = log(cells[0]) - log(cells[1]) - log(cells[2]) + log(cells[3])
    error = sqrt(sum(1 / cell for cell in cells))
    return Trait(
        feature,
        have_in / known_in if known_in else 0.0,
        have_out / known_out if known_out else 0.0,
        have_in,
        known_in,
        known_out,
        exp(ratio),
        exp(ratio - Z_99 * error),
    )


def distinguish(inside, outside, limit=8):
    """Return the traits that set the members apart, the surest first.

    :param inside: list of dicts ``{name: value or list of values}``, one for each member; a missing name is unknown
    :param outside: the same for those who are not members
    :param limit: how many at most
    :return: list of :class:`Trait`; only features that at least five members have and whose odds are higher inside
        with 99 % confidence

    >>> shop, farm = {"trade": "shop"}, {"trade": "farm"}
    >>> [t.feature for t in distinguish([shop] * 40 + [farm] * 10, [shop] * 20 + [farm] * 80)]
    [('trade', 'shop')]
    >>> distinguish([shop] * 4, [farm] * 4)
    []
    """
    have_in, known_in = _count(inside)
    have_out, known_out = _count(outside)
    found = [
        trait(feature, count, known_in[feature[0]], have_out.get(feature, 0), known_out.get(feature[0], 0))
        for feature, count in have_in.items()
        if count >= FEWEST and known_out.get(feature[0], 0) >= FEWEST
    ]
    return sorted((one for one in found if one.odds_low > 1), key=lambda one: -one.odds_low)[:limit]


def _count(rows):
    have, known = {}, {}
    for row in rows:
        for name, value in row.items():
            if value is None or value == "":
                continue
            known[name] = known.get(name, 0) + 1
            for item in set(value) if isinstance(value, (list, tuple, set)) else {value}:
                have[name, item] = have.get((name, item), 0) + 1
    return have, known
