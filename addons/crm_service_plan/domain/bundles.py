"""Which open visits lie so close together that one trip would do: a proposal, never an order.

>>> from datetime import date
>>> a = Stop(1, ("address", "x"), date(2026, 4, 1), date(2026, 3, 28), date(2026, 4, 10), 7)
>>> b = Stop(2, ("address", "x"), date(2026, 4, 6), date(2026, 4, 1), date(2026, 4, 12), 7)
>>> [(day.isoformat(), [stop.id for stop in stops]) for day, stops in bundles([b, a])]
[('2026-04-01', [1, 2])]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Stop:
    """An open visit.

    :param key: visits with one key are of one customer or at one place
    :param day: the day planned
    :param start: first day allowed
    :param end: last day allowed
    :param near: how many days apart still count as close; 0 = never
    :param fixed: the day is agreed and cannot move
    """

    id: int
    key: tuple
    day: date
    start: date
    end: date
    near: int
    fixed: bool = False


def bundles(stops: Sequence[Stop]) -> list[tuple[date, list[Stop]]]:
    """Find groups that can be served on one day inside everybody's window.

    :return: ``[(day, stops)]`` with at least two stops each; a stop is in one group at most
    """
    result = []
    todo = sorted((stop for stop in stops if stop.near > 0), key=lambda s: (s.key, s.day, s.id))
    while todo:
        first, *others = todo
        group = [first]
        for stop in others:
            if stop.key == first.key and (stop.day - first.day).days <= min(stop.near, first.near):
                if best_day([*group, stop]):
                    group.append(stop)
        if len(group) > 1:
            result.append((best_day(group), group))
        ids = {stop.id for stop in group}
        todo = [stop for stop in todo if stop.id not in ids]
    return result


def best_day(stops: Sequence[Stop]) -> date | None:
    """:return: a day inside all windows: the agreed one, else the earliest planned one that fits; or None"""
    agreed = {stop.day for stop in stops if stop.fixed}
    if len(agreed) > 1:
        return None
    first, last = max(stop.start for stop in stops), min(stop.end for stop in stops)
    days = sorted(agreed or {stop.day for stop in stops})
    return next((day for day in days if first <= day <= last), None)
