"""Who fits a visit best: a pure decision on plain facts.

>>> free = Facts(1, load=2, capacity=8)
>>> known = Facts(2, load=2, capacity=8, asset=3)
>>> [facts.user for facts in ranked([free, known])]
[2, 1]
"""

from collections.abc import Iterable
from dataclasses import dataclass

MAX_KNOWN = 5


@dataclass(frozen=True)
class Facts:
    """What is known of somebody about one visit.

    :param user: whoever it is
    :param obstacles: why they cannot come, as codes; empty = they can
    :param home: they belong to the branch of the visit
    :param load: hours fixed for that day already
    :param capacity: hours they work on that day
    :param asset: how often they served this asset
    :param customer: how often they served this customer
    :param skills: how far beyond what is asked their skills are, 0 … 1
    """

    user: int
    obstacles: tuple[str, ...] = ()
    home: bool = True
    load: float = 0.0
    capacity: float = 8.0
    asset: int = 0
    customer: int = 0
    skills: float = 0.0


def score(facts: Facts) -> float:
    """Points: knowing the asset and the customer, the branch, the skill, and how empty the day still is.

    :return: 0 … 100; comparable for one visit only
    """
    empty = max(0.0, 1 - facts.load / facts.capacity) if facts.capacity > 0 else 0.0
    known = 25 * min(facts.asset, MAX_KNOWN) / MAX_KNOWN + 10 * min(facts.customer, MAX_KNOWN) / MAX_KNOWN
    return round(40 * empty + known + (15 if facts.home else 0) + 10 * facts.skills, 1)


def ranked(candidates: Iterable[Facts]) -> list[Facts]:
    """Those who can come first, the best of them first; the others after them, in the same order."""
    return sorted(candidates, key=lambda facts: (bool(facts.obstacles), -score(facts), facts.user))


def overfull(facts: Facts, hours: float) -> bool:
    """Would the visit go beyond what they work on that day?"""
    return facts.load + hours > facts.capacity + 0.01
