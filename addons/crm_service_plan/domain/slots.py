"""When a visit can take place: free slots of people and tools, as pure functions on spans of naive UTC datetimes.

>>> from datetime import datetime
>>> day = lambda hour: datetime(2026, 3, 2, hour)
>>> subtract([(day(8), day(12))], [(day(9), day(10))]) == [(day(8), day(9)), (day(10), day(12))]
True
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

Span = tuple[datetime, datetime]

# A long job may be interrupted by a lunch break or a night, not by more.
MAX_BREAK = timedelta(hours=16)


@dataclass(frozen=True)
class Person:
    """Somebody who could do the job.

    :param key: whoever it is to the caller
    :param work: working time, days off taken out; in order, not overlapping
    :param busy: what they are booked for
    """

    key: int
    work: tuple[Span, ...] = ()
    busy: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A tool, a bay, a vehicle.

    :param kind: the type a job asks for
    :param busy: what each of its places is booked for; as many as jobs it can serve at once
    :param away: when it cannot be used at all
    """

    key: int
    kind: int
    busy: tuple[tuple[Span, ...], ...] = ((),)
    away: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A start that is possible, who would come and which tools (``(tool, place)``) would be used."""

    start: datetime
    stop: datetime
    person: int
    tools: tuple[tuple[int, int], ...] = ()


def merge(spans: Iterable[Span]) -> list[Span]:
    """Join what touches or overlaps; empty spans vanish."""
    result: list[Span] = []
    for start, stop in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return result


def subtract(spans: Iterable[Span], busy: Iterable[Span]) -> list[Span]:
    """What is left of ``spans`` without ``busy``."""
    result = []
    taken = merge(busy)
    for start, stop in merge(spans):
        for low, high in taken:
            if high <= start or low >= stop:
                continue
            if low > start:
                result.append((start, low))
            start = high
            if start >= stop:
                break
        if start < stop:
            result.append((start, stop))
    return result


def overlaps(spans: Iterable[Span], start: datetime, stop: datetime) -> bool:
    """Does any span share time with ``start``–``stop``? One that only touches does not."""
    return any(low < stop and high > start for low, high in spans)


def covers(work: Sequence[Span], start: datetime, stop: datetime) -> bool:
    """Do both ends lie in working time, and is nothing longer than a night missing between them?"""
    inside = [span for span in merge(work) if span[0] < stop and span[1] > start]
    if not inside or inside[0][0] > start or inside[-1][1] < stop:
        return False
    return all(after[0] - before[1] <= MAX_BREAK for before, after in pairwise(inside))


def job_end(work: Sequence[Span], start: datetime, duration: timedelta) -> datetime | None:
    """When a job begun at ``start`` is finished.

    A job that fits into one stretch of work is not cut by a break; only one longer than every stretch goes on after
    lunch, or the next morning.

    :param work: working time, merged
    :return: None if it cannot begin then, or is not finished within the working time known
    """
    number = next((n for n, (low, high) in enumerate(work) if low <= start < high), None)
    if number is None:
        return None
    high = work[number][1]
    if start + duration <= high:
        return start + duration
    if duration <= max(b - a for a, b in work):
        return None
    left = duration - (high - start)
    for before, (low, high) in zip(work[number:], work[number + 1 :], strict=False):
        if low - before[1] > MAX_BREAK:
            return None
        if left <= high - low:
            return low + left
        left -= high - low
    return None


def _grid(start: datetime, step: timedelta) -> datetime:
    past = timedelta(hours=start.hour, minutes=start.minute, seconds=start.second, microseconds=start.microsecond)
    return start if not past % step else start + step - past % step


def _starts(free: Iterable[Span], step: timedelta) -> Iterable[datetime]:
    for low, high in free:
        moment = _grid(low, step)
        while moment < high:
            yield moment
            moment += step


def pick_tools(
    tools: Sequence[Tool], kinds: Sequence[int], start: datetime, stop: datetime
) -> tuple[tuple[int, int], ...] | None:
    """One free place of a tool for every kind asked for; the same place is never given twice.

    :return: ``((tool, place), …)`` in the order of ``kinds``; None if one is missing
    """
    chosen: list[tuple[int, int]] = []
    for kind in kinds:
        for tool in tools:
            if tool.kind != kind or overlaps(tool.away, start, stop):
                continue
            places = [
                (tool.key, place)
                for place, busy in enumerate(tool.busy)
                if (tool.key, place) not in chosen and not overlaps(busy, start, stop)
            ]
            if places:
                chosen.append(places[0])
                break
        else:
            return None
    return tuple(chosen)


def free_slots(
    people: Sequence[Person],
    tools: Sequence[Tool],
    kinds: Sequence[int],
    duration: timedelta,
    window: Span,
    step: timedelta = timedelta(minutes=30),
    limit: int = 0,
) -> list[Slot]:
    """Starts inside the window at which somebody and every tool needed is free for the whole job.

    :param people: in order of preference; each start names the first of them who is free
    :param kinds: types of tool the job needs, one place each
    :param duration: working time the job takes
    :param window: not before, not after: the job lies inside
    :param step: starts are offered on this grid
    :param limit: at most so many; 0 = all
    :return: in order of start, one for each start
    """
    offers: dict[datetime, tuple[int, datetime, int]] = {}
    for rank, person in enumerate(people):
        work = merge((max(low, window[0]), min(high, window[1])) for low, high in person.work)
        for start in _starts(subtract(work, person.busy), step):
            if start in offers:
                continue
            stop = job_end(work, start, duration)
            if stop and not overlaps(person.busy, start, stop):
                offers[start] = (rank, stop, person.key)
    result = []
    for start in sorted(offers):
        __, stop, key = offers[start]
        chosen = pick_tools(tools, kinds, start, stop)
        if chosen is not None:
            result.append(Slot(start, stop, key, chosen))
            if limit and len(result) >= limit:
                break
    return result


def spread(slots: Sequence[Slot], days: Mapping[Slot, object], per_day: int) -> list[Slot]:
    """Thin out a long list: at most ``per_day`` slots a day, evenly over the day.

    :param days: the local day of each slot
    """
    by_day: dict[object, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(days[slot], []).append(slot)
    result = []
    for group in by_day.values():
        count = min(per_day, len(group))
        result += [group[number * len(group) // count] for number in range(count)]
    return result
