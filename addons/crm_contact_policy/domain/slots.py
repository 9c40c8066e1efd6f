"""Free time for a call or a visit. All moments are naive datetimes of one zone; intervals are half open."""

from datetime import datetime, time, timedelta

STEP = timedelta(minutes=30)


def clashes(start, end, busy):
    """The ``busy`` intervals (start, end) that overlap the one asked for.

    >>> nine = datetime(2026, 3, 3, 9)
    >>> clashes(nine, nine + STEP, [(nine - STEP, nine), (nine, nine + 2 * STEP)])
    [(datetime.datetime(2026, 3, 3, 9, 0), datetime.datetime(2026, 3, 3, 10, 0))]
    """
    return [(first, last) for first, last in busy if first < end and last > start]


def free_slots(after, length, busy, is_off, number=3, hours=(8, 18), days=14):
    """The next free starts after ``after``, on the half hour, within the hours of working days.

    :param after: no slot begins before
    :param length: how long it takes (timedelta)
    :param busy: [(start, end)] taken
    :param is_off: function of a date: True on a day off
    :param number: how many are wanted
    :return: list of starts, in order; fewer when there are not so many within ``days`` days

    >>> free_slots(datetime(2026, 3, 6, 17, 10), STEP, [], lambda day: day.weekday() > 4, number=2)
    [datetime.datetime(2026, 3, 6, 17, 30), datetime.datetime(2026, 3, 9, 8, 0)]
    """
    found = []
    for offset in range(days + 1):
        day = after.date() + timedelta(days=offset)
        if is_off(day):
            continue
        start = datetime.combine(day, time(hours[0]))
        last = datetime.combine(day, time()) + timedelta(hours=hours[1]) - length
        while start <= last and len(found) < number:
            taken = clashes(start, start + length, busy)
            if start >= after and not taken:
                found.append(start)
            start = max([start + STEP] + [_round_up(end) for _begin, end in taken])
        if len(found) >= number:
            break
    return found


def _round_up(moment):
    floor = moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
    return floor if floor == moment else floor + STEP
