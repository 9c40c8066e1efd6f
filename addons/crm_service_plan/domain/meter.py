"""Meters (km, hours, cycles): is a reading believable, and how fast does the meter move?

>>> from datetime import date
>>> daily_rate([(date(2026, 1, 1), 1000.0), (date(2026, 1, 31), 1600.0)])
20.0
"""

from collections.abc import Sequence
from datetime import date, timedelta

Reading = tuple[date, float]

JUMP_FACTOR = 5.0
JUMP_SPAN = 14
RATE_SPAN = 365
RATE_MIN_DAYS = 7
MAX_VALUE = 1e9


def judge_reading(readings: Sequence[Reading], day: date, value: float) -> str:
    """Compare a new reading with those believed so far.

    :param readings: believed readings
    :return: ``ok``; ``backwards`` if it is below an earlier or above a later one; ``jump`` if the meter would
        have moved more than five times as fast as usual
    """
    earlier = [r for r in readings if r[0] <= day]
    later = [r for r in readings if r[0] > day]
    if any(v > value for __, v in earlier[-1:]) or any(v < value for __, v in later[:1]):
        return "backwards"
    rate = daily_rate(earlier)
    if earlier and rate:
        last_day, last_value = earlier[-1]
        days = max((day - last_day).days, JUMP_SPAN)
        if value - last_value > JUMP_FACTOR * rate * days:
            return "jump"
    return "ok"


def daily_rate(readings: Sequence[Reading]) -> float:
    """Units a day over the last year of believed readings; a step down (a changed meter) counts as nothing.

    :param readings: ``(day, value)`` in order of day
    :return: 0.0 if the readings span less than a week
    """
    if len(readings) < 2:
        return 0.0
    since = readings[-1][0] - timedelta(days=RATE_SPAN)
    recent = [r for r in readings if r[0] >= since]
    days = (recent[-1][0] - recent[0][0]).days
    if days < RATE_MIN_DAYS:
        return 0.0
    gained = sum(max(0.0, b[1] - a[1]) for a, b in zip(recent, recent[1:], strict=False))
    return gained / days
