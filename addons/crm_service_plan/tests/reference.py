"""A naive planner that walks from day to day. It shares no line with `domain/`: it never adds an interval."""

import calendar
from datetime import timedelta

ONE = timedelta(days=1)
FAR = 366

# Rules of RFC 5545 beside a look at a single day.
CALENDAR_RULES = {
    "FREQ=DAILY": lambda day: True,
    "FREQ=WEEKLY;BYDAY=MO,TH": lambda day: day.weekday() in (0, 3),
    "FREQ=MONTHLY;BYDAY=2TU": lambda day: day.weekday() == 1 and 8 <= day.day <= 14,
    "FREQ=MONTHLY;BYDAY=-1FR": lambda day: day.weekday() == 4 and (day + 7 * ONE).month != day.month,
    "FREQ=MONTHLY;BYMONTHDAY=-1": lambda day: (day + ONE).month != day.month,
    "FREQ=MONTHLY;BYMONTHDAY=31": lambda day: day.day == 31,
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": lambda day: (day.month, day.day) == (2, 29),
    "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO": lambda day: day.month in (3, 9) and day.weekday() == 0 and day.day <= 7,
}


def strikes(day, anchor, every, unit):
    """Is ``day`` a whole number of intervals after ``anchor``? Looks at the day alone."""
    if day < anchor:
        return False
    if unit in ("day", "week"):
        return (day - anchor).days % (every * (7 if unit == "week" else 1)) == 0
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    length = calendar.monthrange(day.year, day.month)[1]
    return months % (every * (12 if unit == "year" else 1)) == 0 and day.day == min(anchor.day, length)


def first_after(day, amount, unit):
    """Walk until ``amount`` × ``unit`` have passed since ``day``."""
    if not amount:
        return day
    walk = day + ONE
    while not strikes(walk, day, amount, unit):
        walk += ONE
    return walk


def nominal_days(rule, anchor, until, at_start):
    """Every day up to ``until`` on which the rule strikes."""
    hits = CALENDAR_RULES.get(rule.rrule) or (lambda day: strikes(day, anchor, rule.every, rule.unit))
    found, day = [], anchor if at_start else anchor + ONE
    while day <= until:
        if hits(day):
            found.append(day)
        day += ONE
    return found


def in_season(day, season):
    return not season or day.month in season


def reopen(day, season):
    while not in_season(day, season):
        day += ONE
    return day


def fits(day, other, rule, off, floor, not_before):
    """May the service go from ``day`` to ``other``? The season may not be left on the way."""
    if off(other) or (floor and other < floor) or (not_before and other < not_before):
        return False
    step = ONE if other > day else -ONE
    walk = day
    while walk != other and in_season(walk, rule.season):
        walk += step
    return walk == other and in_season(other, rule.season)


def place(day, rule, off, floor, not_before):
    """Walk off a closed season, a minimum interval and days off; None = left out."""
    day = reopen(day, rule.season)
    while floor and day < floor:
        day += ONE
    day = reopen(day, rule.season)
    if not off(day) or rule.shift == "none":
        return day
    if rule.shift == "drop":
        return None
    reach = FAR if rule.season else 40 + 2 * abs((not_before or day) - day).days

    def nearest(sign):
        days = (day + sign * number * ONE for number in range(1, reach))
        return next((other for other in days if fits(day, other, rule, off, floor, not_before)), None)

    back, ahead = nearest(-1), nearest(1)
    if rule.shift == "nearest" and back and ahead:
        return back if day - back <= ahead - day else ahead
    first, second = (back, ahead) if rule.shift == "earlier" else (ahead, back)
    while not (first or second):
        day += ONE
        first = None if off(day) else day
    return first or second


def fixed_dates(rule, anchor, until, off, not_before=None):
    """``[(number, nominal, due)]`` of a fixed rule, walked day by day."""
    days = nominal_days(rule, anchor, until + (400 if rule.season else 0) * ONE, rule.at_start)
    if rule.repeat:
        days = days[: rule.repeat]
    result, before = [], None
    for number, nominal in enumerate(days, 1):
        if nominal > until:
            break
        reopened = nominal
        while not in_season(reopened, rule.season):
            reopened += ONE
        if not_before and reopened < not_before:
            continue
        overtaken = reopened != nominal and number < len(days) and days[number] <= reopened
        due = place(nominal, rule, off, before and rule.gap and before + rule.gap * ONE, not_before)
        if due is None or overtaken:
            continue
        result.append((number, nominal, due))
        before = due
    return result


def dose_dates(rule, anchor, given, until, off):
    """``[(number, due)]`` of a series after ``given`` doses, the last of them on ``anchor``."""
    result, number, nominal, before = [], given + 1, anchor, anchor if given else None
    while True:
        if number <= len(rule.steps):
            step = rule.steps[number - 1]
        elif rule.goes_on:
            step = rule.steps[-1]
        else:
            return result
        if number > 1 or step.delay:
            nominal = first_after(nominal, step.delay, step.unit)
        if nominal > until:
            return result
        floor = first_after(before, step.least, step.unit) if before else None
        due = place(nominal, rule, off, floor, None)
        if due is None:
            number += 1
            continue
        result.append((number, due))
        before = due
        number += 1


def drive(anchor, every, unit, usage, driven, today, rate):
    """The first day on which one of both thresholds is met, found by driving on day by day."""
    by_time = first_after(anchor, every, unit)
    day, km = today, float(driven)
    while day < by_time and km < usage - 1e-9:
        day, km = day + ONE, km + rate
    return min(day, by_time)


def parts_of(large, includes):
    """Every task contained in ``large``, found by asking again until nothing new comes."""
    found = set()
    while True:
        more = {small for task in {large, *found} for small in includes.get(task, ())} - found
        if not more:
            return found - {large}
        found |= more
