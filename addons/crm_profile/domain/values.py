"""What people write into a cell, as the value of an attribute: pure functions."""

from __future__ import annotations

import re
from datetime import date

from .tabular import plain
from .tabular_values import Reading, ValueProblem, parse_date, parse_number

_YES = {"yes", "y", "true", "1", "x", "co", "dung", "phai"}
_NO = {"no", "n", "false", "0", "khong", "sai", "k", "ko"}


def parse_value(kind: str, value, today: date, options=None, reading=None):
    """Read a value of the kind ``kind``.

    :param kind: text, integer, float, boolean, date, choice, multi
    :param value: text, or what a spreadsheet's cell holds
    :param options: {plain name or code: option code} for choice and multi
    :param reading: how numbers and dates of its column are written
    :return: Python value; option code(s) for choices
    :raise ValueProblem: number_unreadable, date_unreadable, boolean_unreadable, option_unknown, not_whole …

    >>> parse_value("boolean", "Có", date(2026, 1, 1)), parse_value("integer", "4", date(2026, 1, 1))
    (True, 4)
    >>> parse_value("multi", "Giá; Dịch vụ", date(2026, 1, 1), {"gia": "price", "dich vu": "service"})
    ['price', 'service']
    """
    reading = reading or Reading()
    if kind in ("choice", "multi"):
        codes = [_option(part, options or {}) for part in _parts(kind, value, options or {})]
        return codes[0] if kind == "choice" else codes
    if kind == "boolean":
        return _boolean(value)
    if kind == "date":
        return parse_date(value, today, reading, future=True)
    if kind in ("integer", "float"):
        number = parse_number(value, reading)
        if kind == "integer" and number != int(number):
            raise ValueProblem("not_whole", value=str(value))
        return int(number) if kind == "integer" else number
    return str(value).strip()


def _parts(kind, value, options):
    text = str(value).strip()
    if kind == "choice" or plain(text) in options:
        return [text]
    return [part for part in re.split(r"[;,|\n]", text) if part.strip()]


def _option(text, options):
    code = options.get(text.strip()) or options.get(plain(text))
    if not code:
        raise ValueProblem("option_unknown", value=text.strip())
    return code


def _boolean(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = plain(str(value))
    if text in _YES or text in _NO:
        return text in _YES
    raise ValueProblem("boolean_unreadable", value=str(value))
