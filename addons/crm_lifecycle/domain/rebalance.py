"""Which customers should change their account manager, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Manager:
    """An account manager with the room between ``low`` and ``high`` customers."""

    id: int
    low: int
    high: int


@dataclass(frozen=True)
class Customer:
    """A customer, owned by a manager, by nobody (None), or by somebody who is a manager no longer.

    ``value`` is the revenue, ``silence`` the days since anybody of us talked to them, None when nobody ever did.
    """

    id: int
    owner: int | None
    area: int | None
    value: float
    silence: int | None


@dataclass(frozen=True)
class Move:
    """A proposal: ``fit`` is ``area`` or ``room``.

    ``why`` is ``over`` (the owner has too many), ``orphan`` (nobody owns the customer) or ``gone`` (the owner left).
    """

    customer: int
    source: int | None
    target: int
    why: str
    fit: str


def rebalance(managers, customers, known=30):
    """Return the moves that bring every manager within the limits, as far as there is room.

    Customers without a manager, or whose manager is none any more, are given one first, the most valuable first. An
    overloaded manager then gives up those known least: not talked to for longest, and of the least value; nobody is
    taken away who was talked to within ``known`` days. Whoever has most customers in the same area takes them, then
    whoever has most room; nobody gets more than allowed.

    :param managers: list of :class:`Manager`
    :param customers: list of :class:`Customer`
    :return: list of :class:`Move`

    >>> people = [Manager(1, 0, 1), Manager(2, 0, 2)]
    >>> rebalance(people, [Customer(7, 1, None, 5, 90), Customer(8, 1, None, 9, 200)])
    [Move(customer=8, source=1, target=2, why='over', fit='room')]
    >>> rebalance(people, [Customer(7, 9, None, 5, 90)])
    [Move(customer=7, source=9, target=1, why='gone', fit='room')]
    """
    limits = {manager.id: manager for manager in managers}
    load = Counter(customer.owner for customer in customers)
    areas = Counter((customer.owner, customer.area) for customer in customers if customer.area)
    moves = []

    def give(customer, why):
        open_to = [one for one in managers if one.id != customer.owner and load[one.id] < one.high]
        if not open_to:
            return False
        target = max(open_to, key=lambda one: (areas[one.id, customer.area], 1 - load[one.id] / one.high, -one.id))
        fit = "area" if areas[target.id, customer.area] else "room"
        moves.append(Move(customer.id, customer.owner, target.id, why, fit))
        load[customer.owner] -= 1
        load[target.id] += 1
        if customer.area:
            areas[customer.owner, customer.area] -= 1
            areas[target.id, customer.area] += 1
        return True

    orphans = [customer for customer in customers if customer.owner not in limits]
    for customer in sorted(orphans, key=lambda one: (-one.value, one.id)):
        give(customer, "orphan" if customer.owner is None else "gone")
    for manager in managers:
        own = [
            customer
            for customer in customers
            if customer.owner == manager.id and (customer.silence is None or customer.silence > known)
        ]
        own.sort(key=lambda one: (-(one.silence if one.silence is not None else 10**6), one.value, one.id))
        for customer in own:
            if load[manager.id] <= limits[manager.id].high or not give(customer, "over"):
                break
    return moves
