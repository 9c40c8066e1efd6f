"""A ledger of purchases from a CSV or XLSX file: bytes in, clean rows and errors by line out.

Errors carry a code and parameters, not a sentence: the caller says them in the reader's language.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

# Relative, since the domain knows nothing of Odoo: the reader of tables lies beside, in the addon below.
from ...crm_profile.domain.tabular import (  # noqa: F401  what readers of ledgers need, from one place
    LineError,
    Row,
    Table,
    TableError,
    cell_text,
    clean_text,
    decode,
    guarded,
    rejected_file,
    table_rows,
    unguarded,
)
from ...crm_profile.domain.tabular import read_table as _read_table
from ...crm_profile.domain.tabular_values import (
    Reading,
    ValueProblem,
    parse_date,
    parse_number,
    sniff_day_first,
    sniff_decimal,
)
from .ledger_headers import FIELDS, guess_columns

LedgerError = TableError
CUSTOMER_FIELDS = ("customer", "email", "phone")
MAX_TEXT = 500


def known_headers(headers) -> int:
    """Return how many of the headers are those of a ledger."""
    return sum(map(bool, guess_columns(headers)))


def read_table(data: bytes) -> Table:
    """Take a CSV or XLSX ledger apart.

    :raise LedgerError: for the whole file
    """
    return _read_table(data, known_headers)


def sniff_reading(table: Table, columns, decimal=None, day_first=None, default_decimal=".") -> dict:
    """Return how each column of dates or numbers is to be read.

    :param columns: field of each column
    :param decimal, day_first: what the user says; None to find out
    :param default_decimal: where the file does not tell
    """
    readings = {}
    for index, name in enumerate(columns):
        values = (cells[index] for _line, cells in table.rows if index < len(cells))
        if name in ("amount", "quantity"):
            default = default_decimal if name == "amount" else "."
            mark, mixed = (decimal, False) if decimal else sniff_decimal(values, default)
            readings[name] = Reading(decimal=mark, mixed_numbers=mixed)
        elif name == "date":
            first, mixed = (day_first, False) if day_first is not None else sniff_day_first(values)
            readings[name] = Reading(day_first=first, mixed_dates=mixed)
    return readings


def clean_table(table: Table, columns, today: date, readings=None):
    """Return the clean rows and the errors of a table."""
    rows, errors = [], list(table.broken)
    for line, raw, has_extra in table_rows(table, columns):
        if has_extra:
            errors.append(LineError(line, "", "too_many_cells", {"columns": len(columns)}))
            continue
        row, problems = clean_row(line, raw, today, readings or {})
        errors.extend(problems)
        if row:
            rows.append(row)
    return unique_rows(rows, errors)


def clean_row(line: int, raw: dict, today: date, readings: dict | None = None):
    """Return the clean row, or None, and what is wrong with it.

    >>> clean_row(2, {"customer": "K1", "date": "3/4/2024", "amount": "1,5"}, date(2025, 1, 1))[1]
    [LineError(line=2, field='amount', code='number_unreadable', params={'value': '1,5'})]
    """
    readings = readings or {}
    values, errors = {}, []
    for name in FIELDS:
        value = clean_text(raw.get(name))
        if value is None or value == "":
            continue
        try:
            values[name] = _clean_value(name, value, today, readings.get(name, Reading()))
        except ValueProblem as problem:
            errors.append(LineError(line, name, problem.code, problem.params))
    values = {name: value for name, value in values.items() if value != ""}
    bad = {error.field for error in errors}
    errors.extend(LineError(line, name, "missing") for name in ("date", "amount") if name not in {*values, *bad})
    if not any(values.get(name) for name in CUSTOMER_FIELDS):
        errors.append(LineError(line, "customer", "no_customer"))
    return (None, errors) if errors else (Row(line, values), [])


def _clean_value(name, value, today, reading):
    if name == "date":
        return parse_date(value, today, reading)
    if name in ("amount", "quantity"):
        return parse_number(value, reading)
    text = cell_text(value)
    if len(text) > MAX_TEXT and name != "note":
        raise ValueProblem("text_too_long", length=len(text), limit=MAX_TEXT)
    return text


def unique_rows(rows, errors):
    """Give rows without reference one made of their content, and refuse a reference used twice for different things.

    The made reference counts equal rows, so that importing the same file again finds each of them.
    """
    seen, counts, kept = {}, Counter(), []
    errors = list(errors)
    for row in rows:
        reference = row.values.get("external_ref")
        if not reference:
            content = repr(sorted(row.values.items())).encode()
            counts[content] += 1
            digest = hashlib.sha256(content).hexdigest()[:16]
            row.values["external_ref"] = f"auto-{digest}-{counts[content]}"
        elif reference in seen:
            params = {"value": reference, "line": seen[reference]}
            errors.append(LineError(row.line, "external_ref", "duplicate", params))
            continue
        else:
            seen[reference] = row.line
        kept.append(row)
    return kept, errors
