"""Flatten the peaks of a workload inside the windows of its visits: a pure decision.

>>> from datetime import date
>>> a, b = date(2026, 3, 2), date(2026, 3, 3)
>>> job = Job(1, a, 4.0, a, b)
>>> level([job, Job(2, a, 6.0, a, a)], {a: 8.0, b: 8.0})
[Move(key=1, source=datetime.date(2026, 3, 2), target=datetime.date(2026, 3, 3), before=1.25, after=0.5)]
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Job:
    """A visit: its day, hours, and window; ``movable`` = no person touched or confirmed it; ``closed`` = days on which
    those who may do it have not the hours."""

    key: int
    day: date
    hours: float
    first: date
    last: date
    movable: bool = True
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Move:
    """A proposal: ``before`` is the load of the crowded day, ``after`` of the new one, as shares of capacity."""

    key: int
    source: date
    target: date
    before: float
    after: float


def loads(jobs: Iterable[Job], capacity: Mapping[date, float]) -> dict[date, float]:
    """Planned hours by day, 0 for every day with capacity."""
    result = dict.fromkeys(capacity, 0.0)
    for job in jobs:
        result[job.day] = result.get(job.day, 0.0) + job.hours
    return result


def _share(hours: float, capacity: float) -> float:
    return round(hours / capacity, 4) if capacity > 0 else (0.0 if not hours else 99.0)


def level(
    jobs: Iterable[Job], capacity: Mapping[date, float], peak: float = 1.0, today: date | None = None
) -> list[Move]:
    """Propose moves from days above ``peak`` to the emptiest day inside each visit's window.

    Every visit is moved once at most. A move is proposed only if the new day stays at or below the peak, and below
    what the old one was; days without capacity are never a target.

    :param capacity: hours available by day
    :param peak: share of the capacity that is still fine
    :param today: no target before this day
    """
    jobs = list(jobs)
    hours = loads(jobs, capacity)
    moves = []
    crowded = [day for day in hours if _share(hours[day], capacity.get(day, 0.0)) > peak]
    for day in sorted(crowded, key=lambda d: (-_share(hours[d], capacity.get(d, 0.0)), d)):
        movable = [job for job in jobs if job.day == day and job.movable and job.hours > 0]
        for job in sorted(movable, key=lambda j: (-j.hours, j.key)):
            before = _share(hours[day], capacity.get(day, 0.0))
            if before <= peak:
                break
            target = _target(job, hours, capacity, today)
            if target is None:
                continue
            after = _share(hours[target] + job.hours, capacity[target])
            if after > peak or after >= before:
                continue
            hours[day] -= job.hours
            hours[target] += job.hours
            moves.append(Move(job.key, day, target, before, after))
    return moves


def _target(job: Job, hours: Mapping[date, float], capacity: Mapping[date, float], today: date | None) -> date | None:
    span = (job.last - job.first).days
    days = [job.first + timedelta(days=number) for number in range(span + 1)]
    days = [day for day in days if day not in job.closed and day != job.day and capacity.get(day, 0.0) > 0]
    days = [day for day in days if today is None or day >= today]
    return min(
        days,
        key=lambda day: (_share(hours.get(day, 0.0) + job.hours, capacity[day]), abs((day - job.day).days), day),
        default=None,
    )
