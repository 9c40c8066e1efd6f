"""When a customer is asked, reminded and given up: dates only."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Event:
    """What starts an invitation: whom, when it happened (naive UTC) and a key that names it once and for all."""

    partner_id: int
    on: datetime
    key: str


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
