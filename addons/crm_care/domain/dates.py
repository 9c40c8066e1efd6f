"""When an occasion falls, as pure functions.

A solar date has a month and a day; so has a lunar one, in the calendar of Vietnam (months begin on the day of the new
moon at UTC+7), computed by the library ``lunar_vn``. A *year* is always one of the occasion's own calendar.

>>> next_occurrence(29, 2, date(2027, 1, 1))
(datetime.date(2027, 2, 28), 2027)
>>> next_occurrence(1, 1, date(2030, 1, 1), calendar="lunar")        # Tết 2030
(datetime.date(2030, 2, 2), 2030)
"""

from datetime import date, timedelta
from functools import lru_cache

from lunar_vn import convert_lunar_to_solar, convert_solar_to_lunar

GREGORIAN, LUNAR = "gregorian", "lunar"
FEB_28, MAR_1 = "feb28", "mar1"
LAST_YEAR = 2099
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year):
    """Whether ``year`` has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def is_possible(day, month, year=None, calendar=GREGORIAN):
    """Whether such a date exists at all – in ``year``, if that is known.

    >>> is_possible(29, 2), is_possible(29, 2, 2023), is_possible(31, 4), is_possible(30, 2, calendar="lunar")
    (True, False, False, True)
    """
    if not 1 <= month <= 12 or (year and not 1 <= year <= 9999):
        return False
    if calendar == LUNAR:
        return 1 <= day <= 30
    if year and (day, month) == (29, 2):
        return is_leap(year)
    return 1 <= day <= _DAYS[month - 1]


def occurrence(day, month, year, calendar=GREGORIAN, leap_day=FEB_28):
    """The solar date on which the occasion falls in ``year`` of its calendar.

    :param leap_day: ``feb28`` or ``mar1``: where 29 February goes in a common year
    :return: date, or None beyond the range of the calendar's tables

    A lunar day 30 falls on the 29th where the month has no more days; leap months are no occasions of their own.
    """
    if calendar == LUNAR:
        return _lunar(day, month, year)
    if (day, month) == (29, 2) and not is_leap(year):
        return date(year, 2, 28) if leap_day == FEB_28 else date(year, 3, 1)
    return date(year, month, day)


@lru_cache(maxsize=4096)
def _lunar(day, month, year):
    try:
        found = convert_lunar_to_solar(day, month, year)
        there = convert_solar_to_lunar(found.day, found.month, found.year)
    except ValueError:
        return None
    return found if there.month == month and not there.leap else found - timedelta(days=there.day)


def next_occurrence(day, month, on, calendar=GREGORIAN, leap_day=FEB_28):
    """The first occurrence on or after the date ``on``.

    :return: (solar date, year of the occasion's calendar), or (None, None) after the year 2099
    """
    for year in range(on.year - (calendar == LUNAR), min(on.year + 1, LAST_YEAR) + 1):
        found = occurrence(day, month, year, calendar, leap_day)
        if found and found >= on:
            return found, year
    return None, None


def age(day, month, year, on, calendar=GREGORIAN):
    """Full years at the (solar) date ``on`` of somebody born then; None when the year is not known.

    >>> age(29, 2, 2012, date(2026, 2, 28)), age(29, 2, 2012, date(2026, 3, 1))
    (13, 14)
    >>> age(20, 12, 2010, date(2027, 1, 22)), age(20, 12, 2010, date(2027, 1, 23), LUNAR)    # 23 January 2011
    (16, 16)
    >>> age(20, 12, 2010, date(2027, 1, 22), LUNAR)
    15
    """
    if not year:
        return None
    if calendar == LUNAR and (born := _lunar(day, month, year)):
        day, month, year = born.day, born.month, born.year
    return on.year - year - ((on.month, on.day) < (month, day))
