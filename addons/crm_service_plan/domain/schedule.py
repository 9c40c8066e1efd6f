"""When a periodic service falls due: pure functions, no database, no clock.

A date is always counted from its anchor (``anchor + n × interval``), never from the date before it, so that a monthly
service of the 31st comes back to the 31st, and one of 29 February to 29 February.

>>> from datetime import date
>>> [add_interval(date(2024, 1, 31), n, "month").isoformat() for n in (1, 2, 3)]
['2024-02-29', '2024-03-31', '2024-04-30']
>>> [add_interval(date(2024, 2, 29), n, "year").isoformat() for n in (1, 4)]
['2025-02-28', '2028-02-29']
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from dateutil.relativedelta import relativedelta

UNITS = ("day", "week", "month", "year")
SHIFTS = ("none", "earlier", "later", "nearest", "drop")
LONGEST_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
MAX_DATES = 5000
MAX_SHIFT_DAYS = 366
FARTHEST_YEARS = 200
FARTHEST_DAYS = 365 * FARTHEST_YEARS


class ScheduleError(ValueError):
    """A rule that gives no calendar.

    :ivar code: ``no_interval``, ``bad_interval`` or ``no_working_day``
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Rule:
    """How a task comes round.

    :param every: number of ``unit`` between two services; 0 = not by time
    :param usage: meter units between two services; 0 = not by usage
    :param floating: counted from the last completion instead of from the anchor
    :param at_start: the first service falls on the anchor itself
    :param repeat: how many services in all; 0 = without end
    :param before: days the service may be done early
    :param after: days it may be done late
    :param shift: what happens when it falls on a day off
    """

    every: int = 0
    unit: str = "month"
    usage: float = 0.0
    floating: bool = False
    at_start: bool = False
    repeat: int = 0
    before: int = 0
    after: int = 0
    shift: str = "none"


@dataclass(frozen=True)
class Base:
    """From where the next dates are counted.

    :param anchor: first day of the series, or the last completion of a floating one
    :param seq: number of the service done on the anchor; 0 = none yet
    :param meter: meter at the anchor
    :param not_before: earliest day a new service may be planned on
    """

    anchor: date
    seq: int = 0
    meter: float = 0.0
    not_before: date | None = None


@dataclass(frozen=True)
class Meter:
    """Where the meter stands: ``value`` on day ``on``, moving ``rate`` units a day."""

    value: float
    on: date
    rate: float


@dataclass(frozen=True)
class WorkCalendar:
    """Working weekdays (Monday = 0) and named holidays."""

    workdays: frozenset[int] = frozenset(range(7))
    holidays: Mapping[date, str] = field(default_factory=dict)

    def why_off(self, day: date) -> tuple[str, str] | None:
        """:return: ``("holiday", name)``, ``("day_off", "")`` or None on a working day"""
        if day in self.holidays:
            return "holiday", self.holidays[day]
        if day.weekday() not in self.workdays:
            return "day_off", ""
        return None


@dataclass(frozen=True)
class Due:
    """One service: its number, the day by the rule, the day after shifting, its window, and why it was shifted."""

    seq: int
    nominal: date
    due: date
    start: date
    end: date
    reason: str = ""
    label: str = ""
    by: str = "time"


def add_interval(anchor: date, count: int, unit: str) -> date:
    """``count`` × ``unit`` after ``anchor``; a missing day of a month becomes its last day."""
    if count * LONGEST_DAYS[unit] > FARTHEST_DAYS:
        return date.max
    return anchor + relativedelta(**{f"{unit}s": count})


def check_rule(rule: Rule) -> None:
    """:raises ScheduleError: the rule can never give a date"""
    if rule.every < 0 or rule.usage < 0 or rule.unit not in UNITS or rule.before < 0 or rule.after < 0:
        raise ScheduleError("bad_interval")
    if not rule.every and not rule.usage and not (rule.at_start and rule.repeat == 1):
        raise ScheduleError("no_interval")


def shift_day(day: date, how: str, calendar: WorkCalendar, floor: date | None = None) -> tuple[date, str, str] | None:
    """Move ``day`` off a day off.

    :param how: one of :data:`SHIFTS`
    :param floor: never earlier than this day
    :return: the day with the reason and name of the day off it fled from (empty if it did not move); None: left out
    :raises ScheduleError: no working day within a year
    """
    off = calendar.why_off(day)
    if not off or how == "none":
        return day, "", ""
    if how == "drop":
        return None
    for distance in range(1, MAX_SHIFT_DAYS + 1):
        for sign in _directions(how):
            other = day + timedelta(days=sign * distance)
            if calendar.why_off(other) is None and (floor is None or other >= floor):
                return other, *off
        if how == "earlier" and floor is not None and day - timedelta(days=distance) <= floor:
            return shift_day(day, "later", calendar)
    raise ScheduleError("no_working_day")


def _directions(how: str) -> tuple[int, ...]:
    return {"earlier": (-1,), "later": (1,), "nearest": (-1, 1)}[how]


def nominal_date(rule: Rule, base: Base, seq: int, meter: Meter | None = None) -> tuple[date, str] | None:
    """The day service ``seq`` falls on by the rule alone, before any shifting.

    :return: the day and what decided it (``time`` or ``usage``); None: not known yet (no rate)
    """
    steps = seq - base.seq - (1 if rule.at_start and not base.seq else 0)
    if rule.floating and base.not_before:
        first = _earliest(rule, base, 0 if rule.at_start and not base.seq else 1, meter)
        if first and first[0] < base.not_before:
            # Overdue already: it is due on the first possible day, the others follow from there.
            late = seq - base.seq - 1
            return _earliest(rule, Base(base.not_before), late, _from_now(meter, base.not_before)) or first
    return _earliest(rule, base, steps, meter)


def _from_now(meter: Meter | None, day: date) -> Meter | None:
    return Meter(0.0, day, meter.rate) if meter else None


def _earliest(rule: Rule, base: Base, steps: int, meter: Meter | None) -> tuple[date, str] | None:
    found = []
    if rule.every or not steps:
        found.append((add_interval(base.anchor, steps * rule.every, rule.unit), "time"))
    if rule.usage and steps and meter and meter.rate > 0:
        missing = base.meter + steps * rule.usage - meter.value
        if rule.floating and base.meter + rule.usage <= meter.value:
            # Overdue by the meter: due now, the others follow from now.
            missing = (steps - 1) * rule.usage
        days = min(max(0.0, missing / meter.rate), FARTHEST_DAYS)
        found.append((meter.on + timedelta(days=ceil(days)), "usage"))
    return min(found, default=None)


def plan_dates(
    rule: Rule, base: Base, until: date, calendar: WorkCalendar | None = None, meter: Meter | None = None
) -> list[Due]:
    """Every service of a series up to ``until``, in order.

    :param until: last nominal day
    :param calendar: days off; None = every day is a working day
    :raises ScheduleError: the rule gives no calendar
    """
    check_rule(rule)
    calendar = calendar or WorkCalendar()
    result: list[Due] = []
    for seq, nominal, by in _nominals(rule, base, until, meter):
        if not rule.floating and base.not_before and nominal < base.not_before:
            continue
        moved = shift_day(nominal, rule.shift, calendar, base.not_before)
        if moved is None:
            continue
        due, reason, label = moved
        before, after = timedelta(days=rule.before), timedelta(days=rule.after)
        result.append(Due(seq, nominal, due, due - before, due + after, reason, label, by))
    return result


def _nominals(rule: Rule, base: Base, until: date, meter: Meter | None) -> Iterator[tuple[int, date, str]]:
    seq = base.seq + 1 + _skippable(rule, base)
    last = rule.repeat or seq + MAX_DATES
    while seq <= last:
        found = nominal_date(rule, base, seq, meter)
        if found is None or found[0] > until:
            return
        yield seq, *found
        seq += 1


def _skippable(rule: Rule, base: Base) -> int:
    """How many services of a fixed series by time surely lie before ``not_before``: spares decades of daily dates."""
    if rule.floating or rule.usage or not rule.every or not base.not_before:
        return 0
    return max(0, (base.not_before - base.anchor).days // (LONGEST_DAYS[rule.unit] * rule.every) - 1)


@dataclass(frozen=True)
class Candidate:
    """An occurrence that may be served: ``key`` says with which others (same asset, same customer, same branch)."""

    id: int
    key: tuple
    due: date
    start: date
    end: date
    make_from: date


def group_visits(candidates: Sequence[Candidate], today: date) -> list[tuple[date, list[Candidate]]]:
    """Bundle the services due: one visit takes along every other whose window is already open on its day.

    :param candidates: planned occurrences, due or soon to be
    :param today: visits are made when ``make_from`` of their first service has come
    :return: ``[(day of the visit, its candidates)]``; a candidate is in at most one visit
    """
    groups: list[tuple[date, list[Candidate]]] = []
    current: list[Candidate] = []
    for item in sorted(candidates, key=lambda c: (c.key, c.due, c.id)):
        if current and item.key == current[0].key and item.start <= current[0].due:
            current.append(item)
            continue
        if current:
            groups.append((current[0].due, current))
        current = [item]
    if current:
        groups.append((current[0].due, current))
    return [(day, items) for day, items in groups if any(c.make_from <= today for c in items)]


def overdue_to_close(policy: str, today: date, open_services: Sequence[tuple[int, date, date]]) -> list[int]:
    """Which open services of one series are given up.

    :param policy: ``keep`` none, ``skip`` each whose window is over, ``catch_up`` all but the latest one due
    :param open_services: ``(seq, due, end of window)`` of the open ones
    :return: the numbers to mark as missed
    """
    over = [seq for seq, __, end in open_services if end < today]
    if policy == "keep":
        return []
    if policy == "skip":
        return sorted(over)
    latest = max((seq for seq, due, __ in open_services if due <= today), default=0)
    return sorted(seq for seq in over if seq < latest)


def swallowed(tasks: Sequence[int], includes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Which tasks of one visit are part of a larger one there.

    :param tasks: tasks that meet in a visit
    :param includes: task → tasks it contains directly
    :return: ``{smaller task: larger task}``; of two that contain each other the first stays
    """
    result: dict[int, int] = {}
    for large in tasks:
        if large in result:
            continue
        todo, seen = list(includes.get(large, ())), {large}
        while todo:
            small = todo.pop()
            if small in seen:
                continue
            seen.add(small)
            todo.extend(includes.get(small, ()))
            if small in tasks and result.get(large) != small:
                result[small] = large
    return {small: _top(large, result) for small, large in result.items()}


def _top(task: int, swallowed_by: Mapping[int, int]) -> int:
    seen = set()
    while task in swallowed_by and task not in seen:
        seen.add(task)
        task = swallowed_by[task]
    return task
