"""Vietnam's public holidays.

Fixed days: Labour Code 2019 (45/2019/QH14), article 112, and from 2026 the Day of Vietnamese Culture (24 November).
Lunar ones (Tết, Hùng Kings): the table agrees with version 0.109 of the Python package ``holidays``. What the
Government decides each year – the second day of National Day, swapped working days – is not here:
add it to the calendar.
"""

from datetime import date, timedelta

FIXED = (
    (1, 1, "Tết Dương lịch"),
    (4, 30, "Ngày Giải phóng miền Nam, thống nhất đất nước"),
    (5, 1, "Quốc tế Lao động"),
    (9, 2, "Quốc khánh"),
)
CULTURE_DAY = (11, 24, "Ngày Văn hóa Việt Nam")
CULTURE_DAY_FROM = 2026
TET = {
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 2),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}
HUNG_KINGS = {
    2026: (4, 26),
    2027: (4, 16),
    2028: (4, 4),
    2029: (4, 23),
    2030: (4, 12),
    2031: (4, 1),
    2032: (4, 19),
    2033: (4, 9),
    2034: (4, 28),
    2035: (4, 17),
}


def public_holidays(year):
    """List of (first day, last day, name) of ``year``; the lunar ones from 2026 to 2035.

    >>> public_holidays(2030)[0]
    (datetime.date(2030, 1, 1), datetime.date(2030, 1, 1), 'Tết Dương lịch')
    >>> [str(first) for first, _last, name in public_holidays(2030) if name == "Tết Nguyên đán"]
    ['2030-02-01']
    """
    days = [(date(year, month, day), date(year, month, day), name) for month, day, name in FIXED]
    if year >= CULTURE_DAY_FROM:
        month, day, name = CULTURE_DAY
        days.append((date(year, month, day), date(year, month, day), name))
    if year in TET:
        first = date(year, *TET[year])
        days.append((first - timedelta(days=1), first + timedelta(days=3), "Tết Nguyên đán"))
    if year in HUNG_KINGS:
        day = date(year, *HUNG_KINGS[year])
        days.append((day, day, "Giỗ Tổ Hùng Vương"))
    return sorted(days)
