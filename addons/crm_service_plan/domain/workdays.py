"""Days off, seasons, and where a service goes when its day is neither.

>>> from datetime import date
>>> next_in_season(date(2026, 11, 15), frozenset({4, 5, 6}))
datetime.date(2027, 4, 1)
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SHIFTS = ("none", "earlier", "later", "nearest", "drop")
MAX_SHIFT_DAYS = 366
MONTHS = frozenset(range(1, 13))


class ScheduleError(ValueError):
    """A rule that gives no calendar.

    :ivar code: ``no_interval``, ``bad_interval``, ``no_working_day``, ``no_date``, ``no_steps``, ``rrule_syntax``,
        ``rrule_time``, ``rrule_never`` or ``step_window``
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


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


def next_in_season(day: date, months: frozenset[int]) -> date:
    """:return: ``day`` itself, or the first day of the next month that belongs to the season; empty = all year"""
    while months and day.month not in months:
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day


def season_bounds(day: date, months: frozenset[int]) -> tuple[date | None, date | None]:
    """:return: first and last day of the season ``day`` lies in; (None, None) when the season is the whole year"""
    if not months or months >= MONTHS:
        return None, None
    first = last = day
    while (before := first.replace(day=1) - timedelta(days=1)).month in months:
        first = before
    while True:
        last = last.replace(day=monthrange(last.year, last.month)[1])
        if (last + timedelta(days=1)).month not in months:
            return first.replace(day=1), last
        last += timedelta(days=1)


def shift_day(
    day: date, how: str, calendar: WorkCalendar, floor: date | None = None, ceiling: date | None = None
) -> tuple[date, str, str] | None:
    """Move ``day`` off a day off.

    :param how: one of :data:`SHIFTS`; a way that is barred by ``floor`` or ``ceiling`` gives way to the other one
    :param floor: never earlier than this day
    :param ceiling: later than this day only when nothing else is left
    :return: the day with the reason and name of the day off it fled from (empty if it did not move); None: left out
    :raises ScheduleError: no working day within a year
    """
    off = calendar.why_off(day)
    if not off or how == "none":
        return day, "", ""
    if how == "drop":
        return None
    for ways in (_directions(how), (1,), (-1,)):
        found = _walk(day, ways, calendar, floor, ceiling)
        if found:
            return found, *off
    found = _walk(day, (1,), calendar, None, None)
    if not found:
        raise ScheduleError("no_working_day")
    return found, *off


def _walk(day: date, ways: tuple[int, ...], calendar: WorkCalendar, floor, ceiling) -> date | None:
    for distance in range(1, MAX_SHIFT_DAYS + 1):
        for sign in ways:
            other = day + timedelta(days=sign * distance)
            if (floor and other < floor) or (ceiling and other > ceiling) or calendar.why_off(other):
                continue
            return other
    return None


def _directions(how: str) -> tuple[int, ...]:
    return {"earlier": (-1,), "later": (1,), "nearest": (-1, 1)}[how]
