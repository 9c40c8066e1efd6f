"""Profiles from a CSV or XLSX file: a table in, clean rows and errors by line out.

Errors carry a code and parameters, not a sentence: the caller says them in the reader's language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from .tabular import LineError, Row, Table, cell_text, clean_text, plain, table_rows
from .tabular_values import Reading, ValueProblem, parse_date, sniff_day_first, sniff_decimal
from .values import parse_value

CONTACT_FIELDS = ("ref", "name", "email", "phone", "is_company", "street", "city", "collected_on", "source_ref")
KEYS = ("ref", "name", "email", "phone")
MAX_TEXT, MAX_FACT = 250, 5000
_SYNONYMS = {
    "ref": "ref|reference|code|customer code|customer id|customer no|id|ma|ma khach|ma khach hang|ma kh",
    "name": "name|full name|customer|customer name|contact|company name|ten|ho ten|ho va ten|khach hang|"
    "ten khach hang|ten khach|ten cong ty",
    "email": "email|e mail|mail|email address|thu dien tu|dia chi email",
    "phone": "phone|telephone|tel|mobile|phone number|mobile number|dien thoai|so dien thoai|sdt|di dong",
    "is_company": "is company|is a company|company|type|la cong ty|cong ty|loai khach",
    "street": "street|address|dia chi|duong",
    "city": "city|town|thanh pho|tinh thanh",
    "collected_on": "date|collected on|asked on|as of|ngay|ngay hoi|ngay thu thap",
    "source_ref": "source|where from|origin|nguon|nguon tin",
}
_FIELD_BY_HEADER = {word: name for name, words in _SYNONYMS.items() for word in words.split("|")}


@dataclass(frozen=True)
class Spec:
    """How the cells of a column are to be read: kind of value, and options by plain name for choices."""

    kind: str
    options: dict = field(default_factory=dict)


def known_headers(headers, attributes):
    """How many of the headers are known."""
    return sum(map(bool, guess_columns(headers, attributes)))


def guess_columns(headers, attributes):
    """Return the target of each header (a contact's field, ``fact:`` and an attribute's code, or None); each once.

    :param attributes: {plain name or code: code}

    >>> guess_columns(["Họ tên", "Nghề nghiệp", "SĐT", "SĐT"], {"nghe nghiep": "occupation"})
    ['name', 'fact:occupation', 'phone', None]
    """
    found, taken = [], set()
    for header in headers:
        bare = plain(re.sub(r"\(.*?\)|\[.*?\]", " ", header)) or plain(header)
        code = attributes.get(plain(header)) or attributes.get(bare)
        target = _FIELD_BY_HEADER.get(bare) or (f"fact:{code}" if code else None)
        found.append(None if target in taken else target)
        taken.add(target)
    return found


def sniff_readings(table: Table, columns, specs, decimal=None, day_first=None, default_decimal="."):
    """Return how each column of dates or numbers is to be read, by target."""
    readings = {}
    for index, name in enumerate(columns):
        kind = "date" if name == "collected_on" else specs[name].kind if name in specs else ""
        values = [cells[index] for _line, cells in table.rows if index < len(cells)]
        if kind in ("integer", "float"):
            mark, mixed = (decimal, False) if decimal else sniff_decimal(values, default_decimal)
            readings[name] = Reading(decimal=mark, mixed_numbers=mixed)
        elif kind == "date":
            first, mixed = (day_first, False) if day_first is not None else sniff_day_first(values)
            readings[name] = Reading(day_first=first, mixed_dates=mixed)
    return readings


def clean_table(table: Table, columns, specs, today: date, readings=None):
    """Return the clean rows and the errors of a table: every line is in the one or in the other.

    :param columns: target of each column, None where it is left aside
    :param specs: {target of a fact: :class:`Spec`}
    """
    rows, errors = [], list(table.broken)
    for line, raw, has_extra in table_rows(table, columns):
        if has_extra:
            errors.append(LineError(line, "", "too_many_cells", {"columns": len(columns)}))
            continue
        row, problems = clean_row(line, raw, specs, today, readings or {})
        errors.extend(problems)
        if row:
            rows.append(row)
    return rows, errors


def clean_row(line, raw, specs, today, readings):
    """Return the clean row, or None, and what is wrong with it.

    >>> clean_row(2, {"name": "Lan", "fact:age": "x"}, {"fact:age": Spec("integer")}, date(2026, 1, 1), {})[1]
    [LineError(line=2, field='fact:age', code='number_unreadable', params={'value': 'x'})]
    """
    values, errors = {}, []
    for name, value in raw.items():
        value = clean_text(value)
        if value is None or value == "":
            continue
        try:
            values[name] = _clean_value(name, value, specs, today, readings.get(name, Reading()))
        except ValueProblem as problem:
            errors.append(LineError(line, name, problem.code, problem.params))
    if not any(values.get(name) for name in KEYS):
        errors.append(LineError(line, "name", "no_customer"))
    return (None, errors) if errors else (Row(line, values), [])


def _clean_value(name, value, specs, today, reading):
    if name in specs:
        spec = specs[name]
        if spec.kind == "text":
            return _short(cell_text(value), MAX_FACT)
        return parse_value(spec.kind, cell_text(value) if spec.options else value, today, spec.options, reading)
    if name == "collected_on":
        return parse_date(value, today, reading)
    if name == "is_company":
        return _is_company(value)
    text = _short(cell_text(value), MAX_TEXT)
    if name == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
        raise ValueProblem("email_invalid", value=text)
    return text


def _short(text, limit):
    if len(text) > limit:
        raise ValueProblem("text_too_long", length=len(text), limit=limit)
    return text


def _is_company(value):
    text = plain(cell_text(value))
    if text in ("company", "cong ty", "doanh nghiep", "organisation", "to chuc"):
        return True
    if text in ("person", "individual", "ca nhan", "nguoi"):
        return False
    return parse_value("boolean", value, date.min)
