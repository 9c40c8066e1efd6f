"""Dates and numbers as people write them, in English and Vietnamese spreadsheets.

A single "1.234" or "03/04/2024" does not tell what it means; its column usually does. So a column is looked through
first (:func:`sniff_decimal`, :func:`sniff_day_first`), and a value that stays open in a column that contradicts itself
is refused rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MAX_NUMBER = 1e15
EARLIEST = date(1900, 1, 1)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_CURRENCY = re.compile(r"^(?:[$€£¥₫]|[A-Za-zĐđ]{1,4}\.?(?=[\d(+-]))|(?:[$€£¥₫]|[A-Za-zĐđ]{1,5}\.?)$")
_MARKED = re.compile(r"[\d.,]+")
_PLAIN = {
    ".": re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"),
    ",": re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?|,\d+"),
}
_TIME = r"(?:[T ,]+\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp][Mm]|SA|CH|Z|UTC|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME_BEFORE = re.compile(r"\d{1,2}[:h]\d{2}(?::\d{2})?[ ,]+(?=\d)")
_IN_WORDS = re.compile(r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})", re.IGNORECASE)
_MONTH_NAMES = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y")


class ValueProblem(ValueError):
    """A value that cannot be read.

    :param code: key of the message, see ``LineError``
    :param params: what the message names
    """

    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Reading:
    """How a column is to be read.

    :param decimal: the decimal mark, "." or ","
    :param day_first: whether 03/04/2024 is the third of April
    :param mixed_numbers, mixed_dates: the column uses both ways, so that open values are refused
    """

    decimal: str = "."
    day_first: bool = True
    mixed_numbers: bool = False
    mixed_dates: bool = False


def sniff_decimal(values, default="."):
    """Find the decimal mark of a column.

    :param values: texts; other kinds of values tell nothing
    :param default: mark where nothing tells
    :return: mark, and whether the column contradicts itself

    >>> sniff_decimal(["1.250.000", "300.000"])
    (',', False)
    >>> sniff_decimal(["1.234", "12.5"], ",")
    ('.', False)
    >>> sniff_decimal(["12.5", "12,5", "1.234"])
    ('.', True)
    """
    found = {".": 0, ",": 0}
    for value in values:
        mark = _decimal_evidence(value) if isinstance(value, str) else None
        if mark:
            found[mark] += 1
    if not any(found.values()):
        return default, False
    best = max(found, key=lambda mark: (found[mark], mark == default))
    return best, all(found.values())


def _decimal_evidence(text):
    """Return the decimal mark that this text proves, if any."""
    text = _bare_number(text)[1]
    if not _MARKED.fullmatch(text):
        return None
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        return "." if text.rfind(".") > text.rfind(",") else ","
    mark = "." if dots else ","
    if dots + commas > 1:
        return "," if dots else "."
    if dots + commas == 1:
        before, after = text.split(mark)
        if len(after) != 3 or not 0 < len(before) <= 3 or before == "0":
            return mark
    return None


def _bare_number(text):
    """Return whether it is negative, and the digits with their marks only."""
    text = _SPACES.sub("", text)
    negative = False
    for _again in range(4):
        before = text
        text = _CURRENCY.sub("", text)
        if text.startswith("(") and text.endswith(")"):
            negative, text = not negative, text[1:-1]
        if text[:1] in "+-−" and len(text) > 1:
            negative, text = negative ^ (text[0] != "+"), text[1:]
        elif text.endswith("-") and len(text) > 1:
            negative, text = not negative, text[:-1]
        if text == before:
            break
    return negative, text


def parse_number(value, reading=Reading()) -> float:  # noqa: B008  frozen
    """Read a number.

    :raise ValueProblem: number_unreadable, number_ambiguous, number_too_large

    >>> parse_number("1.250.000 đ", Reading(decimal=","))
    1250000.0
    >>> parse_number("(12.50)")
    -12.5
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueProblem("number_unreadable", value=str(value))
    if isinstance(value, str):
        number = _parse_number_text(value, reading)
    else:
        number = float(value) if abs(value) < MAX_NUMBER else float("inf")
    if number != number or abs(number) >= MAX_NUMBER:
        raise ValueProblem("number_too_large", value=str(value))
    return number


def _parse_number_text(value, reading):
    negative, text = _bare_number(value)
    text = text.translate(_DIGITS)
    if not _PLAIN[reading.decimal].fullmatch(text):
        raise ValueProblem("number_unreadable", value=value)
    if reading.mixed_numbers and ("." in text or "," in text) and not _decimal_evidence(text):
        raise ValueProblem("number_ambiguous", value=value)
    thousands = "," if reading.decimal == "." else "."
    number = float(text.replace(thousands, "").replace(reading.decimal, "."))
    return -number if negative else number


# full-width digits of East Asian keyboards
_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}


def sniff_day_first(values, default=True):
    """Find whether a column of dates writes the day before the month.

    :return: day first, and whether the column contradicts itself

    >>> sniff_day_first(["03/04/2024", "03/25/2024"])
    (False, False)
    """
    day_first = month_first = 0
    for value in values:
        found = _YEAR_LAST.fullmatch(_bare_date(value)) if isinstance(value, str) else None
        if found:
            day_first += int(found[1]) > 12
            month_first += int(found[2]) > 12
    if not day_first and not month_first:
        return default, False
    return day_first >= month_first, bool(day_first and month_first)


def _bare_date(text):
    return _TIME_BEFORE.sub("", text.strip(), count=1)


def parse_date(value, today: date, reading=Reading(), future=False) -> date:  # noqa: B008  frozen
    """Read a day; a time of day behind it is dropped, as it is taken to be local.

    :param today: the day may not lie after it
    :param future: it may
    :raise ValueProblem: date_unreadable, date_ambiguous, date_future, date_old

    >>> parse_date("ngày 5 tháng 3 năm 2024", date(2026, 1, 1))
    datetime.date(2024, 3, 5)
    >>> parse_date("20240305", date(2026, 1, 1)), parse_date("5/3/24 14:30", date(2026, 1, 1))
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))
    """
    try:
        day = _day(value, today, reading)
    except (ValueError, OverflowError) as problem:
        if isinstance(problem, ValueProblem):
            raise
        raise ValueProblem("date_unreadable", value=str(value)) from problem
    if day > today and not future:
        raise ValueProblem("date_future", value=day.isoformat())
    if day < EARLIEST:
        raise ValueProblem("date_old", value=day.isoformat())
    return day


def _day(value, today, reading):
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 20000 <= value < 80000:  # a spreadsheet's day number whose format was lost: 1954 to 2119
            return date(1899, 12, 30) + timedelta(days=int(value))
        value = str(int(value))
    if not isinstance(value, str):
        raise ValueError(value)
    return _day_of_text(_bare_date(value), today, reading)


def _day_of_text(text, today, reading):
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _IN_WORDS.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if reading.mixed_dates and max(first, second) <= 12 and first != second:
            raise ValueProblem("date_ambiguous", value=text)
        if len(found[3]) == 2:
            year += 2000 if year <= today.year % 100 else 1900
        if first > 12 or second > 12:  # only one way to read it
            day, month = (first, second) if first > 12 else (second, first)
        else:
            day, month = (first, second) if reading.day_first else (second, first)
        return date(year, month, day)
    for style in _MONTH_NAMES:
        try:
            return datetime.strptime(text, style).date()
        except ValueError:
            continue
    raise ValueError(text)
