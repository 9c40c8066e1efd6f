"""Two records of one customer on one plan become one: the numbers of their services, and what is done already.

>>> from datetime import date
>>> mine = [Service(1, 1, date(2026, 1, 1), "done"), Service(2, 2, date(2026, 4, 1), "open")]
>>> theirs = [Service(9, 1, date(2026, 2, 1), "done")]
>>> unite(mine, theirs, "order", 1)
United(numbers={1: 1, 9: 2}, served={}, last=2)
>>> unite(mine, [Service(9, 1, date(2026, 3, 20), "done")], "days")
United(numbers={}, served={2: 9}, last=0)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

# How far a service done under the other record may lie from the only one there is to stand for it.
LONELY_REACH = 31


@dataclass(frozen=True)
class Service:
    """A service of either record.

    :param day: day it was done, is agreed for, or is due
    :param state: ``done``; ``closed`` (missed, left out); ``agreed`` (a person's word: not to be moved); ``open``
    """

    id: int
    seq: int
    day: date
    state: str


@dataclass
class United:
    """What becomes of the services.

    :ivar numbers: ``{id: number}``; numbers below 1 are history that counts for nothing that follows
    :ivar served: ``{id of my open service: id of theirs that stands for it}``
    :ivar last: number of the last service done, for tasks counted one by one
    """

    numbers: dict[int, int] = field(default_factory=dict)
    served: dict[int, int] = field(default_factory=dict)
    last: int = 0


def unite(mine: Sequence[Service], theirs: Sequence[Service], by: str, last: int = 0) -> United:
    """Bring the services of another record of the same customer, task by task, under one count.

    :param mine: services of the record that stays
    :param theirs: services of the record that goes; its open ones are not among them
    :param by: how services of both correspond: ``order`` each counts from the one before (doses); ``days`` fixed days;
        ``number`` the steps before a date
    :param last: number of the last service done of the record that stays
    :return: every service of theirs is either in ``numbers`` or in ``served``
    """
    result = United(last=last)
    if by == "order":
        _in_order(mine, theirs, result)
    else:
        _by_slot(mine, theirs, by, result)
    past = min([1, *(service.seq for service in mine), *result.numbers.values()])
    placed = {*result.numbers, *result.served.values()}
    for number, service in enumerate(reversed(_sorted(s for s in theirs if s.id not in placed)), 1):
        result.numbers[service.id] = past - number
    return result


def _sorted(services: Iterable[Service]) -> list[Service]:
    return sorted(services, key=lambda service: (service.day, service.seq, service.id))


def _in_order(mine: Sequence[Service], theirs: Sequence[Service], result: United) -> None:
    """What is over is numbered by its day; done on the same day twice is one service written down twice."""
    over = [service for service in mine if service.state in ("done", "closed") and service.seq > 0]
    known, extra = {service.day for service in over if service.state == "done"}, []
    for service in _sorted(s for s in theirs if s.state == "done"):
        if service.day not in known:
            known.add(service.day)
            extra.append(service)
    numbers = sorted(service.seq for service in over)
    top = max([result.last, *numbers])
    numbers += [top + number for number in range(1, len(extra) + 1)]
    result.numbers |= {s.id: number for s, number in zip(_sorted([*over, *extra]), numbers, strict=True)}
    done = (service.id for service in [*over, *extra] if service.state == "done")
    result.last = max([result.last, *(result.numbers[key] for key in done)])
    agreed = [s for s in mine if s.state == "agreed" and s.seq > 0] + [s for s in theirs if s.state == "agreed"]
    top = max([result.last, *numbers])
    result.numbers |= {service.id: top + number for number, service in enumerate(_sorted(agreed), 1)}


def _by_slot(mine: Sequence[Service], theirs: Sequence[Service], by: str, result: United) -> None:
    """What was done or agreed under the other record stands for my open service of the same turn."""
    for service in _sorted(s for s in theirs if s.state in ("done", "agreed")):
        turn = _turn_by_number(mine, service) if by == "number" else _turn_by_day(mine, service)
        if turn and turn.state == "open" and turn.id not in result.served:
            result.served[turn.id] = service.id


def _turn_by_number(mine: Sequence[Service], service: Service) -> Service | None:
    return next((own for own in mine if own.seq == service.seq), None)


def _turn_by_day(mine: Sequence[Service], service: Service) -> Service | None:
    """:return: my service next to the day, if it lies within half of what is between it and its own neighbours"""
    nearest = min(mine, key=lambda own: (abs((own.day - service.day).days), own.id), default=None)
    if nearest is None:
        return None
    gaps = [abs((own.day - nearest.day).days) for own in mine if own.day != nearest.day]
    reach = min(gaps) / 2 if gaps else LONELY_REACH
    return nearest if abs((nearest.day - service.day).days) <= reach else None
