"""When a customer is asked, reminded and given up: dates only."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Event:
    """What starts an invitation: whom, when it happened (naive UTC) and a key that names it once and for all.

    ``recipient_id``: the person it was about, when that is another than the customer; else 0.
    """

    partner_id: int
    on: datetime
    key: str
    recipient_id: int = 0


def latest_per_partner(events):
    """Return one event per partner, the latest; ties by key, so that the order of the input does not matter.

    >>> a = Event(1, datetime(2026, 1, 1), "t,1"); b = Event(1, datetime(2026, 1, 2), "t,2")
    >>> latest_per_partner([b, a]) == [b]
    True
    """
    best = {}
    for event in events:
        known = best.get(event.partner_id)
        if known is None or (event.on, event.key) > (known.on, known.key):
            best[event.partner_id] = event
    return [best[partner_id] for partner_id in sorted(best)]


def next_wave(last_wave, last_on, on, repeat_days):
    """Return the number of the next invitation of a customer in a program, or ``None`` if none may follow.

    :param last_wave: number of the last one, 0 if there was none
    :param last_on: when the last one was made (naive UTC), ``None`` if there was none
    :param repeat_days: days after which the program may ask again; 0: never

    >>> day = datetime(2026, 1, 1)
    >>> next_wave(0, None, day, 0), next_wave(1, day, day + timedelta(days=400), 0)
    (1, None)
    >>> next_wave(1, day, day + timedelta(days=99), 100), next_wave(1, day, day + timedelta(days=100), 100)
    (None, 2)
    """
    if not last_wave:
        return 1
    if not repeat_days or last_on is None or on - last_on < timedelta(days=repeat_days):
        return None
    return last_wave + 1


def after_step(done, at, gaps):
    """Return when the next step is due after ``done`` steps were made, the last at ``at``; ``None`` after the last.

    :param gaps: days to wait before each step, in order; the first counts from the start

    >>> after_step(1, datetime(2026, 1, 1), [0, 5]), after_step(2, datetime(2026, 1, 6), [0, 5])
    (datetime.datetime(2026, 1, 6, 0, 0), None)
    """
    if done >= len(gaps):
        return None
    return at + timedelta(days=gaps[done])


def per_week(number, days):
    """Return ``number`` events in ``days`` days as a whole number a week, rounded up so that few is not none.

    >>> per_week(8, 28), per_week(1, 28), per_week(0, 28)
    (2, 1, 0)
    """
    return -(-number * 7 // days)


def last_occurrence(day, days=(), start=None, months=0):
    """Return the latest day of a calendar that is not after ``day``, or ``None`` before the first.

    :param days: single days
    :param start: first of the days that come every ``months`` months; one that a month lacks is its last

    >>> from datetime import date
    >>> last_occurrence(date(2026, 5, 1), [date(2026, 3, 1), date(2026, 6, 1)])
    datetime.date(2026, 3, 1)
    >>> last_occurrence(date(2026, 3, 1), start=date(2026, 1, 31), months=1)
    datetime.date(2026, 2, 28)
    >>> last_occurrence(date(2025, 12, 31), start=date(2026, 1, 31), months=1) is None
    True
    """
    past = [one for one in days if one <= day]
    if start and start <= day:
        step = (day.year * 12 + day.month - start.year * 12 - start.month) // months * months if months else 0
        past += [one for one in (add_months(start, step - months), add_months(start, step)) if start <= one <= day]
    return max(past, default=None)


def next_occurrence(day, days=(), start=None, months=0):
    """Return the first day of a calendar on or after ``day``, or ``None`` after the last; as :func:`last_occurrence`.

    >>> from datetime import date
    >>> next_occurrence(date(2026, 5, 1), [date(2026, 3, 1), date(2026, 6, 1)])
    datetime.date(2026, 6, 1)
    >>> next_occurrence(date(2026, 3, 1), start=date(2026, 1, 31), months=1)
    datetime.date(2026, 3, 31)
    """
    coming = [one for one in days if one >= day]
    if start:
        step = max(0, (day.year * 12 + day.month - start.year * 12 - start.month) // months * months) if months else 0
        coming += [one for one in (add_months(start, step), add_months(start, step + months)) if one >= day]
    return min(coming, default=None)


def add_months(day, months):
    """Return the same day so many months later, or the last of a shorter month.

    >>> from datetime import date
    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 1, 31), -2)
    (datetime.date(2026, 2, 28), datetime.date(2025, 11, 30))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
