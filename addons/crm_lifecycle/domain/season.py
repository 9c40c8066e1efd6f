"""How sales move with the months and with Tết, so that a lull of the season is not taken for leaving."""

from __future__ import annotations

from datetime import date

import numpy as np

TET = {
    date(*day).toordinal()
    for day in (
        (2015, 2, 19), (2016, 2, 8), (2017, 1, 28), (2018, 2, 16), (2019, 2, 5), (2020, 1, 25), (2021, 2, 12),
        (2022, 2, 1), (2023, 1, 22), (2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26),
        (2029, 2, 13), (2030, 2, 2), (2031, 1, 23), (2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8),
        (2036, 1, 28), (2037, 2, 15), (2038, 2, 4), (2039, 1, 24), (2040, 2, 12),
    )
}  # fmt: skip
"""First days of the lunar year."""
LOW = 0.85
"""A month or the weeks after Tết count as a lull below this share of an ordinary one."""
LULL = 28
_NEAR, _FAR = 42, 112
MIN_MONTHS = 24


def month_factors(days):
    """Return ``{month: factor}``: purchases of a month of the year over those of an ordinary month around it.

    :param days: ordinal of each purchase
    :return: empty with less than two years of purchases

    >>> month_factors([])
    {}
    """
    days = np.asarray(days, dtype=np.int64)
    if not len(days):
        return {}
    first, last = date.fromordinal(int(days.min())), date.fromordinal(int(days.max()))
    starts = _month_starts(first, last)
    if len(starts) - 1 < MIN_MONTHS:
        return {}
    edges = np.array([start.toordinal() for start in starts])
    daily = np.diff(np.searchsorted(np.sort(days), edges)) / np.diff(edges)
    ordinary = np.convolve(daily, np.array([0.5, *[1.0] * 11, 0.5]) / 12, mode="valid")
    ratios = {}
    for start, value, around in zip(starts[6:], daily[6:], ordinary, strict=False):
        if around > 0:
            ratios.setdefault(start.month, []).append(value / around)
    return {month: round(float(np.mean(found)), 3) for month, found in sorted(ratios.items())}


def _month_starts(first, last):
    """Return the first days of the whole months between two dates, and that of the month after."""
    year, month = (first.year, first.month) if first.day == 1 else divmod(first.year * 12 + first.month, 12)
    if first.day != 1:
        month += 1
    starts = []
    while date(year, month, 1) <= last:
        starts.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return starts


def tet_factor(days):
    """Return the purchases of the four weeks after Tết over those of ordinary weeks around, the middle of the years.

    :param days: ordinal of each purchase
    :return: None where no Tết lies within the purchases, with sixteen weeks on both sides
    """
    days = np.sort(np.asarray(days, dtype=np.int64))
    if not len(days):
        return None
    ratios = []
    for tet in TET:
        if days[0] <= tet - _FAR and tet + _FAR <= days[-1]:
            lull = _count(days, tet, tet + LULL) / LULL
            around = _count(days, tet - _FAR, tet - _NEAR) + _count(days, tet + _NEAR, tet + _FAR)
            if around:
                ratios.append(lull / (around / (2 * (_FAR - _NEAR))))
    return round(float(np.median(ratios)), 3) if ratios else None


def _count(days, begin, end):
    return int(np.searchsorted(days, end) - np.searchsorted(days, begin))


def lull(day, months, tet):
    """Tell why a silence that began to show on ``day`` may be the season's: ``tet``, ``month`` or None.

    :param date day: the day a customer turned quiet
    :param months: factors by month; ``tet``: factor of the weeks after Tết, or None

    >>> lull(date(2026, 3, 1), {}, 0.6), lull(date(2026, 8, 3), {8: 0.7}, 0.6), lull(date(2026, 9, 3), {8: 0.7}, 0.6)
    ('tet', 'month', None)
    """
    if tet is not None and tet < LOW and any(start <= day.toordinal() < start + LULL + 14 for start in TET):
        return "tet"
    return "month" if months.get(day.month, 1.0) < LOW else None
