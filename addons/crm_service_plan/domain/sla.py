"""Working time used up by a case, and when it runs out: pure arithmetic on moments.

Moments are naive UTC datetimes; ``work`` is what a calendar says: ordered, non-overlapping ``(start, stop)`` pairs.

>>> from datetime import datetime
>>> day = [(datetime(2026, 3, 2, 1), datetime(2026, 3, 2, 5)), (datetime(2026, 3, 3, 1), datetime(2026, 3, 3, 5))]
>>> worked(day, datetime(2026, 3, 2, 3), datetime(2026, 3, 3, 2))
3.0
>>> moment_after(day, datetime(2026, 3, 2, 3), 3)
datetime.datetime(2026, 3, 3, 2, 0)
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

Work = Sequence[tuple[datetime, datetime]]


def worked(work: Work, start: datetime, stop: datetime) -> float:
    """:return: hours of ``work`` between two moments; 0 when they are the wrong way round"""
    seconds = sum(
        (min(end, stop) - max(begin, start)).total_seconds()
        for begin, end in work
        if begin < stop and end > start and min(end, stop) > max(begin, start)
    )
    return seconds / 3600


def moment_after(work: Work, start: datetime, hours: float) -> datetime | None:
    """When have ``hours`` of work gone by since ``start``?

    :param hours: working hours still allowed; nothing left means now
    :return: the moment, or None when the calendar given ends before
    """
    if hours <= 0:
        return start
    left = timedelta(hours=hours)
    for begin, end in work:
        first = max(begin, start)
        if first >= end:
            continue
        if end - first >= left:
            return first + left
        left -= end - first
    return None


def verdict(target: float, used: float, running: bool, met: bool, warn_percent: float) -> str:
    """Where one promise stands.

    :param target: hours promised, 0 = nothing was promised
    :param used: working hours consumed up to now
    :param running: the clock runs (the customer is not the one we wait for)
    :param met: what was promised has happened
    :param warn_percent: share of the target after which those in charge are warned
    :return: none, met, breached, warned, hold or running

    >>> verdict(8, 7, True, False, 80), verdict(8, 9, False, True, 80), verdict(8, 2, False, False, 80)
    ('warned', 'breached', 'hold')
    """
    if target <= 0:
        return "none"
    if used > target + 1e-6:
        return "breached"
    if met:
        return "met"
    if not running:
        return "hold"
    return "warned" if used >= target * warn_percent / 100 else "running"
