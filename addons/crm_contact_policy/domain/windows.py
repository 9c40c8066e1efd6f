"""Places under a rolling cap. Nothing here knows of Odoo; moments are naive datetimes in UTC."""

from bisect import bisect_left, bisect_right


def earliest_free(times, limit, window, moment):
    """The first moment from ``moment`` on at which one more contact keeps every ``window`` at ``limit`` or fewer.

    ``times``: sorted list of moments already taken, past and future. Returns None when the limit is zero.

    >>> from datetime import datetime, timedelta
    >>> day = timedelta(days=1)
    >>> earliest_free([datetime(2026, 1, 1)], 1, 30 * day, datetime(2026, 1, 5))
    datetime.datetime(2026, 1, 31, 0, 0)
    """
    if limit <= 0:
        return None
    if _fits(times, limit, window, moment):
        return moment
    candidates = [taken + window for taken in times[bisect_right(times, moment - window) :]]
    return next((free for free in candidates if _fits(times, limit, window, free)), candidates[-1])


def _fits(times, limit, window, moment):
    near = times[bisect_right(times, moment - window) : bisect_left(times, moment + window)]
    if len(near) < limit:
        return True
    place = bisect_left(near, moment)
    near.insert(place, moment)
    firsts = range(max(0, place - limit), min(place, len(near) - 1 - limit) + 1)
    return all(near[first + limit] - near[first] >= window for first in firsts)
