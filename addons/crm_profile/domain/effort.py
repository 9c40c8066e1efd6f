"""What collecting will yield and cost: a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

EASY, ORDINARY, HARD = "1", "2", "3"


@dataclass(frozen=True)
class Means:
    """How it is asked.

    :param rates: {difficulty: share of those asked who answer, 0 to 1}
    :param cost: money for each customer asked, company currency
    :param minutes: working time for each customer asked
    """

    rates: dict
    cost: float = 0.0
    minutes: float = 0.0


@dataclass(frozen=True)
class Expectation:
    """What is to be expected.

    :param wanted: customers still missing to the target
    :param asked: customers to ask
    :param answers: customers of whom all will be held afterwards, in addition (a mean, not rounded)
    :param cost: money, company currency
    :param hours: working hours
    :param limit: what decides: nothing_missing, target, reach, budget, hours, no_answers
    """

    wanted: int
    asked: int
    answers: float
    cost: float
    hours: float
    limit: str


def expect(population, held, reachable, target, difficulty, means, budget=0.0, hours=0.0):
    """Return the :class:`Expectation` of a plan.

    Wanted is ``min(target, population) - held`` (without target: everybody). Of those asked the share ``rate`` of the
    method at this difficulty answers, so ``wanted / rate`` customers are to be asked, rounded up; but no more than can
    be reached (``reachable``: those of whom something is missing and who can be reached), than ``budget / cost`` and
    ``60 × hours / minutes`` allow. Answers are ``asked × rate``, cost ``asked × cost``, hours ``asked × minutes / 60``.

    :param population: customers in scope
    :param held: of them, customers of whom all is held
    :param reachable: customers of whom something is missing and who can be reached
    :param target: customers wanted in all; 0: everybody
    :param difficulty: "1" easy to "3" hard to reach
    :param budget, hours: what is set aside; 0: no limit

    >>> means = Means({"1": 0.5, "2": 0.25, "3": 0.1}, cost=2.0, minutes=6)
    >>> expect(100, 20, 80, 30, "2", means)
    Expectation(wanted=10, asked=40, answers=10.0, cost=80.0, hours=4.0, limit='target')
    >>> expect(100, 20, 80, 30, "2", means, budget=50).limit, expect(100, 20, 80, 30, "2", means, hours=2).asked
    ('budget', 20)
    """
    wanted = max(0, min(target or population, population) - held)
    rate = means.rates.get(difficulty, 0.0)
    if not wanted or rate <= 0:
        return Expectation(wanted, 0, 0.0, 0.0, 0.0, "no_answers" if wanted else "nothing_missing")
    # Never more than can be reached, so that the smallest of costs makes no infinite number.
    limits = [(ceil(round(min(wanted / rate, reachable + 1), 6)), "target"), (reachable, "reach")]
    if budget and means.cost > 0:
        limits.append((floor(min(budget / means.cost, reachable + 1) + 1e-9), "budget"))
    if hours and means.minutes > 0:
        limits.append((floor(min(60 * hours / means.minutes, reachable + 1) + 1e-9), "hours"))
    asked, limit = min(limits, key=lambda pair: pair[0])
    return Expectation(
        wanted=wanted,
        asked=asked,
        answers=min(asked * rate, float(wanted)),
        cost=asked * means.cost,
        hours=asked * means.minutes / 60,
        limit=limit,
    )


def progress(held, baseline, target, population):
    """Share of the way from the baseline to the target that is done, 0 to 1.

    >>> progress(30, 20, 60, 100), progress(20, 20, 20, 100)
    (0.25, 1.0)
    """
    goal = min(target or population, population)
    if goal <= baseline:
        return 1.0
    return min(1.0, max(0.0, (held - baseline) / (goal - baseline)))
