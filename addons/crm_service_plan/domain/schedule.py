"""When a periodic service falls due: pure functions, no database, no clock.

A date is always counted from its anchor (``anchor + n × interval``), never from the date before it, so that a monthly
service of the 31st comes back to the 31st, and one of 29 February to 29 February. Only a series (a vaccination) counts
each dose from the one before, because that is what a minimum interval means.

>>> from datetime import date
>>> [add_interval(date(2024, 1, 31), n, "month").isoformat() for n in (1, 2, 3)]
['2024-02-29', '2024-03-31', '2024-04-30']
>>> [add_interval(date(2024, 2, 29), n, "year").isoformat() for n in (1, 4)]
['2025-02-28', '2028-02-29']
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from dateutil.relativedelta import relativedelta

from .recurrence import check_text, dates_of
from .workdays import SHIFTS, ScheduleError, WorkCalendar, next_in_season, season_bounds, shift_day

__all__ = ["SHIFTS", "Base", "Due", "Meter", "Rule", "ScheduleError", "Step", "WorkCalendar", "plan_dates"]

UNITS = ("day", "week", "month", "year")
KINDS = ("interval", "rrule", "chain", "dates")
LONGEST_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
MAX_DATES = 5000
FARTHEST_YEARS = 200
FARTHEST_DAYS = 365 * FARTHEST_YEARS


@dataclass(frozen=True)
class Step:
    """A dose of a series, or a step towards a date.

    :param delay: ``unit`` after the dose before (series), or before the date (negative: after it)
    :param least: in a series never sooner than this after the dose before; 0 = not before it
    :param most: in a series at the latest; 0 = by the window of the rule
    """

    delay: int
    unit: str = "day"
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Rule:
    """How a task comes round.

    :param kind: ``interval``, ``rrule`` (RFC 5545), ``chain`` (doses) or ``dates`` (steps before the anchor)
    :param every: number of ``unit`` between two services; 0 = not by time
    :param usage: meter units between two services; 0 = not by usage
    :param floating: counted from the last completion instead of from the anchor
    :param at_start: the first service falls on the anchor itself
    :param repeat: how many services in all; 0 = without end
    :param before: days the service may be done early
    :param after: days it may be done late
    :param shift: what happens when it falls on a day off
    :param steps: of a series or towards a date
    :param goes_on: the last step of a series repeats for ever (a booster)
    :param gap: days that always lie between two services
    :param season: months in which the service happens; empty = all
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
    kind: str = "interval"
    rrule: str = ""
    steps: tuple[Step, ...] = ()
    goes_on: bool = False
    gap: int = 0
    season: frozenset[int] = frozenset()

    @property
    def one_by_one(self) -> bool:
        """Whether each date hangs on the completion of the one before."""
        return self.floating or self.kind == "chain"


@dataclass(frozen=True)
class Base:
    """From where the next dates are counted.

    :param anchor: first day of the series, the last completion of a floating one, or the date steps lead to
    :param seq: number of the service the anchor stands for; a changed rule may shift the count
    :param meter: meter at the anchor
    :param not_before: earliest day a new service may be planned on
    :param begun: a service was done (or agreed) on the anchor; None = when ``seq`` is not 0
    :param last_done: day of the last completion, for minimum intervals
    :param last_seq: its number: those up to it are past and bind nothing
    """

    anchor: date
    seq: int = 0
    meter: float = 0.0
    not_before: date | None = None
    begun: bool | None = None
    last_done: date | None = None
    last_seq: int = 0

    @property
    def has_begun(self) -> bool:
        return bool(self.seq) if self.begun is None else self.begun


@dataclass(frozen=True)
class Meter:
    """Where the meter stands: ``value`` on day ``on``, moving ``rate`` units a day."""

    value: float
    on: date
    rate: float


@dataclass(frozen=True)
class Due:
    """One service: its number, the day by the rule, the day after shifting, its window, and why it was shifted.

    :ivar earliest: never before this day (minimum interval), None = no limit
    """

    seq: int
    nominal: date
    due: date
    start: date
    end: date
    reason: str = ""
    label: str = ""
    by: str = "time"
    earliest: date | None = None


def add_interval(anchor: date, count: int, unit: str) -> date:
    """``count`` × ``unit`` after ``anchor``; a missing day of a month becomes its last day."""
    if count * LONGEST_DAYS[unit] > FARTHEST_DAYS:
        return date.max
    return anchor + relativedelta(**{f"{unit}s": count})


def followed(rule: Rule, nominal: date, done: date, percent: int) -> date:
    """From which day a floating service is counted that follows the real day by ``percent``: 0 keeps its own days, 100
    starts anew on the day it was done.

    :return: never so early that the next one would be due already

    >>> rule = Rule(every=3, floating=True)
    >>> [followed(rule, date(2026, 4, 10), date(2026, 4, 20), percent).day for percent in (0, 50, 100)]
    [10, 15, 20]
    >>> followed(rule, date(2026, 4, 10), date(2026, 8, 1), 0)
    datetime.date(2026, 7, 10)
    """
    start = nominal + timedelta(days=round((done - nominal).days * percent / 100))
    turns = 0
    while rule.every and add_interval(start, (turns + 1) * rule.every, rule.unit) <= done:
        turns += 1
    return add_interval(start, turns * rule.every, rule.unit) if turns else start


def check_rule(rule: Rule) -> None:
    """:raises ScheduleError: the rule can never give a date"""
    numbers = (rule.every, rule.usage, rule.before, rule.after, rule.gap)
    if min(numbers) < 0 or rule.unit not in UNITS:
        raise ScheduleError("bad_interval")
    if rule.kind == "rrule":
        check_text(rule.rrule)
    elif rule.kind in ("chain", "dates"):
        _check_steps(rule)
    elif not rule.every and not rule.usage and not (rule.at_start and rule.repeat == 1):
        raise ScheduleError("no_interval")


def _check_steps(rule: Rule) -> None:
    if not rule.steps:
        raise ScheduleError("no_steps")
    if rule.kind == "dates":
        return
    for number, step in enumerate(rule.steps):
        if min(step.delay, step.least, step.most) < 0 or (number and not step.delay):
            raise ScheduleError("bad_interval")
        if step.least > step.delay or (step.most and step.most < step.delay):
            raise ScheduleError("step_window")
    if rule.goes_on and not rule.steps[-1].delay:
        raise ScheduleError("bad_interval")


def step_of(rule: Rule, seq: int) -> Step | None:
    """:return: the step service ``seq`` of a series or countdown is, None after its end"""
    if 0 < seq <= len(rule.steps):
        return rule.steps[seq - 1]
    return rule.steps[-1] if rule.goes_on and rule.kind == "chain" and seq > 0 else None


def minimum_days(rule: Rule, seq: int, before: date | None) -> date | None:
    """The minimum interval of a service.

    :param before: day of the service before it, None = there is none
    :return: the earliest day it may be done, None = any
    """
    if before is None:
        return None
    step = step_of(rule, seq) if rule.kind == "chain" else None
    # Even without a minimum no dose comes before the one before it.
    floors = [add_interval(before, step.least, step.unit)] if step else []
    if rule.gap:
        floors.append(before + timedelta(days=rule.gap))
    return max(floors, default=None)


def nominal_date(rule: Rule, base: Base, seq: int, meter: Meter | None = None) -> tuple[date, str] | None:
    """The day service ``seq`` of a rule by time or use falls on by the rule alone, before any shifting.

    :return: the day and what decided it (``time`` or ``usage``); None: not known yet (no rate), or the rule has ended
    """
    at_anchor = rule.at_start and not base.has_begun
    steps = seq - base.seq - (1 if at_anchor else 0)
    if rule.floating and base.not_before:
        first = _earliest(rule, base, 0 if at_anchor else 1, meter)
        if first and first[0] < base.not_before:
            # Overdue already: it is due on the first possible day, the others follow from there.
            late = seq - base.seq - 1
            return _earliest(rule, Base(base.not_before), late, _from_now(meter, base.not_before)) or first
    return _earliest(rule, base, steps, meter)


def _from_now(meter: Meter | None, day: date) -> Meter | None:
    return Meter(0.0, day, meter.rate) if meter else None


def _earliest(rule: Rule, base: Base, steps: int, meter: Meter | None) -> tuple[date, str] | None:
    found = []
    if rule.kind == "rrule":
        at_anchor = rule.at_start and not base.has_begun
        day = dates_of(rule.rrule, base.anchor, at_anchor).nth(steps + (1 if at_anchor else 0))
        if day is None:
            return None
        found.append((day, "time"))
    elif rule.every or not steps:
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
    before = base.last_done or (base.anchor if base.has_begun and rule.kind != "dates" else None)
    for seq, nominal, by in nominals(rule, base, until, meter):
        if not rule.one_by_one and base.not_before and next_in_season(nominal, rule.season) < base.not_before:
            continue
        past = seq <= base.last_seq
        floor = None if past else minimum_days(rule, seq, before)
        following = None
        if rule.season and nominal.month not in rule.season and rule.kind in ("interval", "rrule"):
            following = _following(rule, base, seq, meter)
        placed = place_day(rule, nominal, calendar, floor, base.not_before)
        if placed is None or (following and following <= next_in_season(nominal, rule.season)):
            continue  # left out on a day off, or the next one stands for it
        due, reason, label = placed
        result.append(_due(rule, seq, nominal, due, reason, label, by, floor, before))
        before = before if past else due
    return result


def _following(rule: Rule, base: Base, seq: int, meter: Meter | None) -> date | None:
    if rule.repeat and seq >= rule.repeat:
        return None
    found = nominal_date(rule, base, seq + 1, meter)
    return found[0] if found else None


def place_day(rule: Rule, nominal: date, calendar: WorkCalendar, floor: date | None, not_before: date | None = None):
    """Where a service goes when its own day is out of season, too soon after the one before, or a day off.

    :param floor: minimum interval
    :param not_before: start of planning
    :return: ``(day, reason code, label)``, None = left out
    """
    reason = ""
    day = next_in_season(nominal, rule.season)
    if day != nominal:
        reason = "season"
    if floor and day < floor:
        day, reason = next_in_season(floor, rule.season), "minimum"
    first, last = season_bounds(day, rule.season)
    lowest = max(filter(None, (floor, not_before, first)), default=None)
    shifted = shift_day(day, rule.shift, calendar, lowest, last)
    if shifted is None:
        return None
    day, why, label = shifted
    return day, why or reason, label


def _due(rule, seq, nominal, due, reason, label, by, floor, before) -> Due:
    start, end = due - timedelta(days=rule.before), due + timedelta(days=rule.after)
    step = step_of(rule, seq) if rule.kind == "chain" else None
    if step and step.most and before:
        end = max(due, add_interval(before, step.most, step.unit))
    first, last = season_bounds(due, rule.season)
    start = max(filter(None, (start, floor, first)))
    return Due(seq, nominal, due, min(start, due), max(due, min(end, last or end)), reason, label, by, floor)


def nominals(rule: Rule, base: Base, until: date, meter: Meter | None = None) -> Iterator[tuple[int, date, str]]:
    """Yield ``(number, day by the rule, what decided it)`` up to ``until``."""
    if rule.kind == "dates":
        days = [(seq, add_interval(base.anchor, -step.delay, step.unit)) for seq, step in enumerate(rule.steps, 1)]
        yield from ((seq, day, "time") for seq, day in days if day <= until)
    elif rule.kind == "chain":
        yield from _doses(rule, base, until)
    else:
        seq = base.seq + 1 + _skippable(rule, base)
        last = rule.repeat or seq + MAX_DATES
        while seq <= last:
            found = nominal_date(rule, base, seq, meter)
            if found is None or found[0] > until:
                return
            yield seq, *found
            seq += 1


def _doses(rule: Rule, base: Base, until: date) -> Iterator[tuple[int, date, str]]:
    day, seq = base.anchor, base.seq + 1
    while (step := step_of(rule, seq)) and seq <= base.seq + MAX_DATES:
        if seq > 1 or step.delay:
            day = add_interval(day, step.delay, step.unit)
        if base.not_before and seq == base.seq + 1:
            day = max(day, base.not_before)
        if day > until:
            return
        yield seq, day, "time"
        seq += 1


def rebase(rule: Rule, base: Base, last_seq: int, last_day: date, meter: Meter | None = None) -> Base:
    """A changed rule goes on counting where the old one stopped: nothing done is dated again, nothing is lost.

    :param rule: the new rule
    :param base: where the series stood
    :param last_seq: highest number that was done, agreed or given up
    :param last_day: its day
    :return: the base from which the number after ``last_seq`` falls on the first day of the new rule after ``last_day``
    """
    if rule.kind in ("chain", "dates") or last_seq <= base.seq:
        return base
    start = replace(base, seq=0, begun=base.has_begun, not_before=None)
    for position in range(1, MAX_DATES):
        found = nominal_date(rule, start, position, meter)
        if found is None:
            return base
        if found[0] > last_day:
            break
    not_before = max(filter(None, (base.not_before, last_day + timedelta(days=1))))
    return replace(
        base,
        seq=last_seq + 1 - position,
        begun=base.has_begun,
        not_before=base.not_before if rule.floating else not_before,
    )


def _skippable(rule: Rule, base: Base) -> int:
    """How many services of a fixed series by time surely lie before ``not_before``: spares decades of daily dates."""
    if rule.kind != "interval" or rule.floating or rule.usage or not rule.every or not base.not_before:
        return 0
    if rule.season and rule.repeat:  # the last of them may wait for its season longer than an interval
        return 0
    return max(0, (base.not_before - base.anchor).days // (LONGEST_DAYS[rule.unit] * rule.every) - 1)
