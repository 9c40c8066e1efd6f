"""Tables in CSV or XLSX files: bytes in; headers, rows and lines that cannot be read out.

A line that cannot be read (a quotation mark left open, a cell of a megabyte) is told with its number and does not take
the lines around it along. Errors carry a code and parameters, not a sentence: the caller says them in the reader's
language.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

MAX_ROWS = 500_000
MAX_UNPACKED = 1_000_000_000
MAX_CELLS = 20_000_000
MAX_CELL, MAX_BREAKS = 20_000, 50
# What spreadsheets take for the beginning of a formula, the full-width signs of East Asian keyboards included.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# A spreadsheet that splits at another separator takes what is behind it for a cell of its own.
_INNER = re.compile(r"([;,\t|\n][ \"]*)(?=[=+\-@])")
_INNER_GUARDED = re.compile(r"([;,\t|\n][ \"]*)'(?=[=+\-@])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_END = "\x01"


class TableError(Exception):
    """The file as a whole cannot be read.

    :param code: empty, not_text, not_xlsx, old_excel, too_large, no_rows
    """

    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class LineError:
    """What is wrong in a line, and where.

    :param line: line of the file as a spreadsheet numbers them (the headers are usually line 1)
    :param field: name of the field, or "" for the whole line
    :param code: key of the message
    :param params: what the message names
    """

    line: int
    field: str
    code: str
    params: dict = field(default_factory=dict)


@dataclass
class Table:
    """A file taken apart: headers, rows as (line, cells), and how it was read.

    ``broken`` tells of the lines that cannot be read (broken_line, cell_too_long); ``torn`` holds what stands there.
    """

    headers: list
    rows: list
    encoding: str = ""
    delimiter: str = ""
    broken: list = field(default_factory=list)
    torn: list = field(default_factory=list)

    @property
    def line_count(self):
        """Lines below the headers, those that cannot be read included."""
        return len(self.rows) + len(self.torn)


@dataclass(frozen=True)
class Row:
    """A clean line: values by field; empty ones are left out."""

    line: int
    values: dict


def read_table(data: bytes, known=None) -> Table:
    """Take a CSV or XLSX file apart.

    :param known: function of a list of texts: how many of them are headers we know; it finds the line of the headers
        (among the first ten) and the separator
    :raise TableError: for the whole file
    """
    known = known or (lambda headers: 0)
    if not data.strip(b"\x00 \t\r\n"):
        raise TableError("empty")
    broken, torn = [], []
    if data[:4] == b"PK\x03\x04":
        lines, encoding, delimiter = _xlsx_lines(data), "", ""
        lines = _without_huge(lines, broken, torn)
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise TableError("old_excel")
    else:
        text, encoding = decode(data)
        delimiter, width = sniff_delimiter(text, known)
        lines = _csv_lines(text, delimiter, width, broken, torn)
    lines = [(line, cells) for line, cells in lines if any(cell not in (None, "") for cell in cells)]
    if not lines:
        raise TableError("empty")
    if len(lines) > MAX_ROWS + 1:
        raise TableError("too_large", rows=MAX_ROWS)
    top = _header_index(lines, known)
    headers = [cell_text(cell) for cell in lines[top][1]]
    while headers and not headers[-1]:
        headers.pop()
    if len(lines) == top + 1 and not broken:
        raise TableError("no_rows")
    return Table(headers, lines[top + 1 :], encoding, delimiter, broken, torn)


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
    raise TableError("not_text")


def sniff_delimiter(text: str, known=None):
    """Return the delimiter that finds the most headers we know, and splits the first lines most evenly; and how many
    cells a line has then.

    >>> sniff_delimiter("ngày;số tiền\\n1/2/2024;1.000,50\\n")
    (';', 2)
    """
    sample = list(io.StringIO(text[:20000], newline=""))[:50]  # not at signs that only Unicode takes for a line's end
    best, best_score, best_width = ",", 0.0, 1
    for delimiter in ",;\t|":
        try:
            rows = [cells for cells in csv.reader(sample, delimiter=delimiter) if cells]
        except csv.Error:
            continue
        widths = Counter(len(cells) for cells in rows)
        width, often = widths.most_common(1)[0] if widths else (0, 0)
        score = (often / len(rows)) ** 2 * min(width, 12) if width > 1 else 0
        score += 10 * max((known(cells) for cells in rows[:10]), default=0) if known else 0
        if score > best_score:
            best, best_score, best_width = delimiter, score, max(widths)
    return best, best_width


def _csv_lines(text, delimiter, width, broken, torn):
    """Take text apart record by record; what cannot be read costs its own line only."""
    physical = list(io.StringIO(text, newline=""))
    found, index = [], 0
    while index < len(physical):
        cells, used, code = _record(physical, index, delimiter, width)
        line = index + 1
        if code:
            params = {"limit": MAX_CELL} if code == "cell_too_long" else {"line": line}
            broken.append(LineError(line, "", code, params))
            torn.append((line, [physical[index].rstrip("\r\n")] if used == 1 else cells))
        else:
            found.append((line, [unguarded(cell) for cell in cells]))
        index += used
    return found


def _record(physical, index, delimiter, width):
    """Return the cells of the record that begins here, the number of physical lines it takes, and what is wrong.

    A record of several lines must be quoted as the format demands, not be wider than the file, and end soon: else a
    quotation mark was left open, and the lines behind it are records of their own.
    """
    text = physical[index]
    if len(text) > MAX_CELL and '"' not in text and all(len(cell) <= MAX_CELL for cell in text.split(delimiter)):
        return text.rstrip("\r\n").split(delimiter), 1, ""
    try:
        rows = list(csv.reader([text, _END], delimiter=delimiter))
        if len(rows) == 2:
            huge = any(len(cell) > MAX_CELL for cell in rows[0])
            return rows[0], 1, "cell_too_long" if huge else ""
        reader = csv.reader(physical[index : index + MAX_BREAKS], delimiter=delimiter, strict=True)
        cells = next(reader)
    except csv.Error:
        return [text], 1, "cell_too_long" if len(text) > MAX_CELL and text.count('"') % 2 == 0 else "broken_line"
    if len(cells) > width:
        return [text], 1, "broken_line"
    huge = any(len(cell) > MAX_CELL for cell in cells)
    return cells, reader.line_num, "cell_too_long" if huge else ""


def _xlsx_lines(data):
    import openpyxl  # heavy, and CSV files do without

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise TableError("too_large", rows=MAX_ROWS)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # else each line is filled up to the width that the file claims: gigabytes of nothing
        lines, count = [], 0
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            lines.append((line, [unguarded(cell) for cell in cells]))
            count += len(cells)
            if count > MAX_CELLS:
                raise TableError("too_large", rows=MAX_ROWS)
            if line > 2 * MAX_ROWS:
                break
        return lines
    except TableError:
        raise
    except Exception as problem:  # openpyxl lets dozens of kinds through on a damaged file; nothing was written yet
        raise TableError("not_xlsx") from problem


def _without_huge(lines, broken, torn):
    kept = []
    for line, cells in lines:
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
            broken.append(LineError(line, "", "cell_too_long", {"limit": MAX_CELL}))
            torn.append((line, cells))
        else:
            kept.append((line, cells))
    return kept


def _header_index(lines, known):
    """Return the first of the first ten lines that names two columns we know, else the first."""
    for index, (_line, cells) in enumerate(lines[:10]):
        if known([cell_text(cell) for cell in cells]) >= 2:
            return index
    return 0


def table_rows(table: Table, columns):
    """Yield each line as (line, raw values by field, whether it has more cells than there are columns)."""
    named = [(index, name) for index, name in enumerate(columns) if name]
    for line, cells in table.rows:
        raw = {name: cells[index] for index, name in named if index < len(cells)}
        extra = [cell for cell in cells[len(columns) :] if cell not in (None, "")]
        yield line, raw, bool(extra)


def cell_text(value) -> str:
    """Return a cell as text, without control characters; a whole number without decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)  # a customer number that a spreadsheet took for a quantity
    if isinstance(value, datetime):
        value = value.isoformat(sep=" ")
    return _CONTROL.sub("", str(value)).strip()


def plain(text: str) -> str:
    """Return the text in lower case without accents and signs, to compare headers.

    >>> plain("  Số Điện-thoại: ")
    'so dien thoai'
    """
    text = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", text))


def guarded(value):
    """Return a cell that a spreadsheet will not take for a formula.

    >>> guarded("=1+1"), guarded("Lan"), guarded("a;=x")
    ("'=1+1", 'Lan', "a;'=x")
    """
    text = _INNER.sub(r"\1'", _CONTROL.sub("", "" if value is None else str(value)))
    return "'" + text if text.startswith(_RISKY) else text


def unguarded(value):
    """Take the guard off again.

    >>> unguarded("'=1+1"), unguarded("a;'=x")
    ('=1+1', 'a;=x')
    """
    if not isinstance(value, str):
        return value
    return _INNER_GUARDED.sub(r"\1", value[1:] if value[:1] == "'" and value[1:2] in _RISKY else value)


def rejected_file(table: Table, reasons: dict, labels=("Line", "Reason")) -> bytes:
    """Return the rejected lines as CSV (UTF-8 with mark) with their line and reason before the columns as they were.

    :param reasons: line to text
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.delimiter or ",")
    writer.writerow([*labels, *(guarded(header) for header in table.headers)])
    for line, cells in sorted([*table.rows, *table.torn], key=lambda row: row[0]):
        if line in reasons:
            writer.writerow([line, guarded(reasons[line]), *(guarded(_shown(cell)) for cell in cells)])
    return out.getvalue().encode("utf-8-sig")


def _shown(cell):
    return cell.date().isoformat() if isinstance(cell, datetime) and not cell.time() else cell


def clean_text(value):
    """A cell without control characters and outer blanks; other kinds of values as they are."""
    return _CONTROL.sub("", value).strip() if isinstance(value, str) else value
