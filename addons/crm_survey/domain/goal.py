"""How many to ask, when it is enough, and whose turn it is: numbers only."""

from dataclasses import dataclass
from datetime import date
from hashlib import md5
from math import ceil

ENOUGH_TO_LEARN = 30
"""Customers asked before the program's own response rate is believed."""
LEAST_RATE = 0.01


def expected_rate(asked, answered, guess):
    """Return the share of customers that will answer: what was seen once enough were asked, before that the guess.

    >>> expected_rate(10, 9, 0.2), expected_rate(100, 35, 0.2), expected_rate(100, 0, 0.2)
    (0.2, 0.35, 0.01)
    """
    rate = answered / asked if asked >= ENOUGH_TO_LEARN else guess
    return max(rate, LEAST_RATE)


def sends_per_day(target, answers, rate, days_left):
    """Return how many customers to ask a day: (target - answers) / (expected rate x days left), rounded up.

    :param rate: expected share (0..1] of those asked who answer
    :param days_left: days of the period from today on, today included

    >>> sends_per_day(169, 19, 0.25, 30), sends_per_day(169, 169, 0.25, 30), sends_per_day(169, 19, 0.25, 0)
    (20, 0, 0)
    """
    if days_left <= 0:
        return 0
    return max(0, ceil(round((target - answers) / (rate * days_left), 9)))


def draw_room(target, answers, rate, out):
    """Return how many more customers to ask when ``out`` of those asked may still answer.

    >>> draw_room(169, 19, 0.25, 100), draw_room(169, 19, 0.25, 600), draw_room(169, 169, 0.25, 0)
    (500, 0, 0)
    """
    if answers >= target:
        return 0
    return max(0, ceil(round((target - answers) / rate, 9)) - out)


def draw_key(seed, number):
    """Return the place of a customer in the draw: at random, and the same whenever the same seed is drawn again.

    PostgreSQL's ``md5(seed || ':' || number)`` gives the same; a customer's place does not depend on the others.

    >>> sorted(range(1, 6), key=lambda number: draw_key("7", number))
    [3, 2, 1, 5, 4]
    """
    return md5(f"{seed}:{number}".encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Standing:
    """Where a program stands; a limit of 0 (or no last day) is none. Money in company currency, hours of people."""

    answers: int = 0
    target: int = 0
    spent: float = 0.0
    budget: float = 0.0
    next_cost: float = 0.0
    hours: float = 0.0
    hours_budget: float = 0.0
    today: date | None = None
    last_day: date | None = None
    open_quotas: bool = True


def stop_reason(standing):
    """Return why a program asks nobody any more, or an empty text while it goes on.

    Money is used up when one more answer could not be paid, hours when none is left.

    >>> stop_reason(Standing(answers=9, target=10)), stop_reason(Standing(answers=10, target=10))
    ('', 'target')
    >>> [stop_reason(Standing(spent=spent, budget=100, next_cost=5)) for spent in (95, 96)]
    ['', 'budget']
    >>> stop_reason(Standing(hours=8, hours_budget=8)), stop_reason(Standing(open_quotas=False))
    ('hours', 'quotas')
    >>> stop_reason(Standing(today=date(2026, 7, 1), last_day=date(2026, 6, 30)))
    'period'
    """
    if standing.target and standing.answers >= standing.target:
        return "target"
    if not standing.open_quotas:
        return "quotas"
    if standing.budget and standing.spent + standing.next_cost > standing.budget + 1e-9:
        return "budget"
    if standing.hours_budget and standing.hours >= standing.hours_budget - 1e-9:
        return "hours"
    if standing.last_day and standing.today and standing.today > standing.last_day:
        return "period"
    return ""


def affordable(standing):
    """Return how many more answers the money pays for; ``None`` without a limit.

    >>> affordable(Standing(spent=95, budget=100, next_cost=2)), affordable(Standing())
    (2, None)
    """
    if not standing.budget or not standing.next_cost:
        return None
    return max(0, int((standing.budget - standing.spent + 1e-9) // standing.next_cost))
