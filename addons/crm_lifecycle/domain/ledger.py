"""A ledger of purchases from a CSV or XLSX file: bytes in, clean rows and errors by line out.

Errors carry a code and parameters, not a sentence: the caller says them in the reader's language.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from .ledger_headers import FIELDS, guess_columns
from .ledger_values import Reading, ValueProblem, parse_date, parse_number, sniff_day_first, sniff_decimal

CUSTOMER_FIELDS = ("customer", "email", "phone")
MAX_ROWS = 500_000
MAX_UNPACKED = 1_000_000_000
MAX_TEXT = 500
MAX_CELL, MAX_BREAKS = 20_000, 50
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")


class LedgerError(Exception):
    """The file as a whole cannot be read.

    :param code: empty, not_text, not_xlsx, old_excel, too_large, broken_line, no_rows
    """

    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class LineError:
    """What is wrong in a line, and where.

    :param line: line of the file as a spreadsheet numbers them (the headers are usually line 1)
    :param field: one of FIELDS, or "" for the whole line
    :param code: key of the message
    :param params: what the message names
    """

    line: int
    field: str
    code: str
    params: dict = field(default_factory=dict)


@dataclass
class Table:
    """A file taken apart: headers, rows as (line, cells), and how it was read."""

    headers: list
    rows: list
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True)
class Row:
    """A clean line: values by field; empty ones are left out."""

    line: int
    values: dict


def read_table(data: bytes) -> Table:
    """Take a CSV or XLSX file apart.

    :raise LedgerError: with words for the whole file
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise LedgerError("empty")
    if data[:4] == b"PK\x03\x04":
        lines, encoding, delimiter = _xlsx_lines(data), "", ""
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise LedgerError("old_excel")
    else:
        text, encoding = decode(data)
        delimiter = sniff_delimiter(text)
        lines = _csv_lines(text, delimiter)
    lines = [(line, cells) for line, cells in lines if any(cell not in (None, "") for cell in cells)]
    if not lines:
        raise LedgerError("empty")
    if len(lines) > MAX_ROWS + 1:
        raise LedgerError("too_large", rows=MAX_ROWS)
    top = _header_index(lines)
    headers = [cell_text(cell) for cell in lines[top][1]]
    while headers and not headers[-1]:
        headers.pop()
    if len(lines) == top + 1:
        raise LedgerError("no_rows")
    return Table(headers, lines[top + 1 :], encoding, delimiter)


def decode(data: bytes):
    """Return the text and its encoding; Vietnamese letters composed.

    >>> decode("Ngày".encode("utf-16"))
    ('Ngày', 'utf-16')
    >>> decode("Số".encode("utf-8-sig"))[0]
    'Số'
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tries = ["utf-16"]
    elif b"\x00" in data[:2000]:  # no mark, but every second byte of plain letters is zero
        odd, even = data[1:2000:2].count(0), data[0:2000:2].count(0)
        tries = ["utf-16-le" if odd > even else "utf-16-be"] if max(odd, even) > len(data[:2000]) / 8 else []
    else:
        tries = ["utf-8-sig", "cp1258", "cp1252"]
    for encoding in tries:
        try:
            return unicodedata.normalize("NFC", data.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    raise LedgerError("not_text")


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that finds the most headers we know, and splits the first lines most evenly.

    >>> sniff_delimiter("ngày;số tiền\\n1/2/2024;1.000,50\\n")
    ';'
    """
    sample = text[:20000].splitlines()[:50]
    best, best_score = ",", 0.0
    for delimiter in ",;\t|":
        try:
            rows = [cells for cells in csv.reader(sample, delimiter=delimiter) if cells]
        except csv.Error:
            continue
        widths = Counter(len(cells) for cells in rows)
        width, often = widths.most_common(1)[0] if widths else (0, 0)
        score = (often / len(rows)) ** 2 * min(width, 12) if width > 1 else 0
        score += 10 * max((sum(map(bool, guess_columns(cells))) for cells in rows[:10]), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _csv_lines(text, delimiter):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begin = 1
    lines = []
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return lines
        except csv.Error as problem:
            raise LedgerError("broken_line", line=begin) from problem
        if any(len(cell) > MAX_CELL or cell.count("\n") > MAX_BREAKS for cell in cells):
            raise LedgerError("broken_line", line=begin)  # a quotation mark swallowed what follows
        lines.append((begin, [unguarded(cell) for cell in cells]))
        begin = reader.line_num + 1


def _xlsx_lines(data):
    import openpyxl  # heavy, and CSV files do without

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise LedgerError("too_large", rows=MAX_ROWS)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        lines = []
        for line, cells in enumerate(rows, 1):
            lines.append((line, [unguarded(cell) for cell in cells]))
            if line > 2 * MAX_ROWS:
                break
        return lines
    except LedgerError:
        raise
    except Exception as problem:  # openpyxl lets dozens of kinds through on a damaged file; nothing was written yet
        raise LedgerError("not_xlsx") from problem


def _header_index(lines):
    """Return the first of the first ten lines that names two columns we know, else the first."""
    for index, (_line, cells) in enumerate(lines[:10]):
        if len([name for name in guess_columns([cell_text(cell) for cell in cells]) if name]) >= 2:
            return index
    return 0


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


def table_rows(table: Table, columns):
    """Yield each line as (line, raw values by field)."""
    named = [(index, name) for index, name in enumerate(columns) if name]
    for line, cells in table.rows:
        raw = {name: cells[index] for index, name in named if index < len(cells)}
        extra = [cell for cell in cells[len(columns) :] if cell not in (None, "")]
        yield line, raw, bool(extra)


def clean_table(table: Table, columns, today: date, readings=None):
    """Return the clean rows and the errors of a table."""
    rows, errors = [], []
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
        value = raw.get(name)
        if isinstance(value, str):
            value = _CONTROL.sub("", value).strip()
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


def cell_text(value) -> str:
    """Return a cell as text, without control characters; a whole number without decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)  # a customer number that a spreadsheet took for a quantity
    if isinstance(value, datetime):
        value = value.isoformat(sep=" ")
    return _CONTROL.sub("", str(value)).strip()


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


def guarded(value):
    """Return a cell that a spreadsheet will not take for a formula.

    >>> guarded("=1+1"), guarded("Lan")
    ("'=1+1", 'Lan')
    """
    text = _CONTROL.sub("", "" if value is None else str(value))
    return "'" + text if text.startswith(_RISKY) else text


def unguarded(value):
    """Take the guard off again.

    >>> unguarded("'=1+1")
    '=1+1'
    """
    return value[1:] if isinstance(value, str) and value[:1] == "'" and value[1:2] in _RISKY else value


def rejected_file(table: Table, reasons: dict, labels=("Line", "Reason")) -> bytes:
    """Return the rejected lines as CSV (UTF-8 with mark) with their line and reason before the columns as they were.

    :param reasons: line to text
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.delimiter or ",")
    writer.writerow([*labels, *(guarded(header) for header in table.headers)])
    for line, cells in table.rows:
        if line in reasons:
            writer.writerow([line, guarded(reasons[line]), *(guarded(_shown(cell)) for cell in cells)])
    return out.getvalue().encode("utf-8-sig")


def _shown(cell):
    return cell.date().isoformat() if isinstance(cell, datetime) and not cell.time() else cell
