"""Reading ledgers, without a database."""

import csv
import doctest
import io
import unicodedata
from datetime import date, datetime

import openpyxl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase, tagged

from ..domain import ledger, ledger_headers, ledger_values
from ..domain.ledger_values import Reading, ValueProblem

TODAY = date(2026, 3, 1)
HEADERS = "Mã đơn hàng,Mã khách hàng,Email,Ngày mua,Thành tiền"


def csv_bytes(lines, encoding="utf-8", delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(lines)
    return out.getvalue().encode(encoding)


def cp1258_bytes(text):
    """Encode as old Vietnamese programs did: tones behind their letters."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        parts.append(bare + "".join(mark for mark in marks if mark in tones))
    return "".join(parts).encode("cp1258")


def xlsx_bytes(lines):
    book = openpyxl.Workbook()
    for cells in lines:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data, **options):
    """Read the bytes as the wizard does."""
    table = ledger.read_table(data)
    columns = ledger_headers.guess_columns(table.headers)
    return ledger.clean_table(table, columns, TODAY, ledger.sniff_reading(table, columns, **options))


@tagged("post_install", "-at_install", "pure")
class TestLedger(BaseCase):
    def test_doctests(self):
        for module in (ledger, ledger_headers):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_vietnamese_excel_export(self):
        lines = [
            HEADERS.split(","),
            ["HD1", "K1", "", "31/12/2025", "1.250.000 đ"],
            ["HD2", "K2", "", "01/02/2026", "350.000 ₫"],
        ]
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
            for delimiter in ",;\t|":
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    rows, errors = read(csv_bytes(lines, encoding, delimiter))
                    self.assertFalse(errors)
                    self.assertEqual([row.values["amount"] for row in rows], [1_250_000, 350_000])
                    self.assertEqual([row.values["date"] for row in rows], [date(2025, 12, 31), date(2026, 2, 1)])
                    self.assertEqual([row.line for row in rows], [2, 3])

    def test_old_vietnamese_code_page(self):
        text = "Mã KH;Ngày;Số tiền;Ghi chú\nK1;1/2/2026;5000;Lễ tân\n"
        rows, errors = read(cp1258_bytes(text))
        self.assertFalse(errors)
        self.assertEqual(rows[0].values, {**rows[0].values, "amount": 5000, "note": "Lễ tân"})
        table = ledger.read_table("Ngày;Số tiền".encode() + b"\n1;2")
        self.assertEqual(table.encoding, "utf-8-sig")

    def test_excel_cells_keep_their_kind(self):
        data = xlsx_bytes(
            [
                ["Báo cáo bán hàng 2025"],
                [],
                HEADERS.split(","),
                ["HD1", 1024, None, datetime(2025, 12, 31, 9, 30), 1234.5],
                ["HD2", "K2", None, 45992, "1.234,5"],
            ]
        )
        rows, errors = read(data)
        self.assertFalse(errors)
        self.assertEqual(rows[0].line, 4)
        self.assertEqual(rows[0].values["customer"], "1024")
        self.assertEqual([row.values["date"] for row in rows], [date(2025, 12, 31), date(2025, 12, 1)])
        self.assertEqual([row.values["amount"] for row in rows], [1234.5, 1234.5])

    def test_numbers(self):
        point, comma = Reading(decimal="."), Reading(decimal=",")
        for text, reading, number in (
            ("1,234.56", point, 1234.56),
            ("1.234,56", comma, 1234.56),
            ("$ 1,234", point, 1234),
            ("1 234,5 €", comma, 1234.5),
            ("VND 1.000.000", comma, 1_000_000),
            ("(500)", point, -500),
            ("500-", point, -500),
            ("−3", point, -3),
            ("'1'000", point, 1000),
            (".5", point, 0.5),
            (7, point, 7),
        ):
            with self.subTest(text):
                self.assertEqual(ledger_values.parse_number(text, reading), number)
        for text in ("", "abc", "1.2.3,4,5", "nan", "inf", "1e5", "--", "12,34.5", True, None, "9" * 20, float("nan")):
            with self.subTest(text), self.assertRaises(ValueProblem):
                ledger_values.parse_number(text, point)

    def test_a_column_that_contradicts_itself_is_not_guessed(self):
        rows, errors = read(
            csv_bytes([["Mã KH", "Ngày", "Số tiền"], ["A", "13/02/2026", "1.5"], ["B", "2/14/2026", "1,5"]])
        )
        self.assertEqual(len(rows), 1)
        rows, errors = read(
            csv_bytes(
                [
                    ["Mã KH", "Ngày", "Số tiền"],
                    ["A", "13/02/2026", "1.25"],
                    ["B", "2/14/2026", "7.75"],
                    ["C", "03/02/2026", "1,5"],
                    ["D", "13/02/2026", "1.234"],
                ]
            )
        )
        self.assertEqual(
            [(error.line, error.field, error.code) for error in errors],
            [(4, "date", "date_ambiguous"), (4, "amount", "number_unreadable"), (5, "amount", "number_ambiguous")],
        )
        self.assertEqual([row.values["customer"] for row in rows], ["A", "B"])

    def test_dates(self):
        for text, day in (
            ("2026-02-03", date(2026, 2, 3)),
            ("2026/2/3 10:15:59", date(2026, 2, 3)),
            ("2026-02-03T10:15:59Z", date(2026, 2, 3)),
            ("20260203", date(2026, 2, 3)),
            ("3.2.2026", date(2026, 2, 3)),
            ("3-2-26", date(2026, 2, 3)),
            ("3/2/98", date(1998, 2, 3)),
            ("10:15 03/02/2026", date(2026, 2, 3)),
            ("Ngày 3 tháng 2 năm 2026", date(2026, 2, 3)),
            ("3 Feb 2026", date(2026, 2, 3)),
            ("February 3, 2026", date(2026, 2, 3)),
        ):
            with self.subTest(text):
                self.assertEqual(ledger_values.parse_date(text, TODAY), day)
        for text, code in (
            ("2026-02-30", "date_unreadable"),
            ("31/04/2025", "date_unreadable"),
            ("soon", "date_unreadable"),
            ("2026-02-03 nonsense", "date_unreadable"),
            ("2026-03-02", "date_future"),
            ("1850-01-01", "date_old"),
            (True, "date_unreadable"),
            (1e300, "date_unreadable"),
        ):
            with self.subTest(text), self.assertRaises(ValueProblem) as caught:
                ledger_values.parse_date(text, TODAY)
            self.assertEqual(caught.exception.code, code)

    def test_errors_tell_line_field_and_reason(self):
        lines = [
            HEADERS.split(","),
            ["HD1", "K1", "", "2026-01-01", "10"],
            ["HD1", "K1", "", "2026-01-02", "20"],
            ["HD2", "", "", "2026-01-02", "20"],
            ["HD3", "K1", "", "", "x"],
            ["HD4", "K1", "", "2026-01-02", "5", "stray"],
        ]
        rows, errors = read(csv_bytes(lines))
        self.assertEqual(len(rows), 1)
        self.assertEqual(
            sorted((error.line, error.field, error.code) for error in errors),
            [
                (3, "external_ref", "duplicate"),
                (4, "customer", "no_customer"),
                (5, "amount", "number_unreadable"),
                (5, "date", "missing"),
                (6, "", "too_many_cells"),
            ],
        )

    def test_a_made_reference_is_the_same_next_time(self):
        lines = [
            ["Mã KH", "Ngày", "Số tiền"],
            ["K1", "2026-01-01", "10"],
            ["K1", "2026-01-01", "10"],
            ["K2", "2026-01-01", "10"],
        ]
        first = [row.values["external_ref"] for row in read(csv_bytes(lines))[0]]
        again = [row.values["external_ref"] for row in read(csv_bytes(lines, "utf-16", ";"))[0]]
        self.assertEqual(first, again)
        self.assertEqual(len(set(first)), 3)

    def test_whole_files_that_cannot_be_read(self):
        for data, code in (
            (b"", "empty"),
            (b"\n\n", "empty"),
            (b"a,b\n", "no_rows"),
            (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not_text"),
            (b"PK\x03\x04broken", "not_xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_excel"),
        ):
            with self.subTest(code), self.assertRaises(ledger.LedgerError) as caught:
                ledger.read_table(data)
            self.assertEqual(caught.exception.code, code)

    def test_a_line_that_cannot_be_read_leaves_the_others_alone(self):
        data = (
            "Mã KH,Ngày,Số tiền,Ghi chú\nK1,2026-01-01,10,\nK2,2026-01-01,20,\"quên đóng\nK3,2026-01-01,30,\n"
            f"K4,2026-01-01,40,{'x' * 1_000_000}\nK5,2026-01-01,50,\"hai\ndòng\"\nK6,2026-01-01,60,\"a\n"
        )
        rows, errors = read(data.encode())
        self.assertEqual([row.values["customer"] for row in rows], ["K1", "K3", "K5"])
        self.assertEqual(
            [(error.line, error.code) for error in errors],
            [(3, "broken_line"), (5, "cell_too_long"), (8, "broken_line")],
        )

    @settings(max_examples=examples(500), deadline=None)
    @given(st.text(max_size=60), st.sampled_from(["=", "+", "-", "@", "\t", "\r"]))
    def test_no_formula_leaves(self, text, sign):
        table = ledger.Table(["a", sign + "b"], [(2, [sign + text, text])])
        data = ledger.rejected_file(table, {2: sign + "reason"}).decode("utf-8-sig")
        for cells in csv.reader(io.StringIO(data, newline="")):
            for cell in cells:
                self.assertNotIn(cell[:1], ("=", "+", "-", "@", "\t", "\r"))

    @settings(max_examples=examples(300), deadline=None)
    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_categories=["M", "Cs"]), max_size=20),
                min_size=1,
                max_size=6,
            ),
            max_size=8,
        )
    )
    @example([["0\x85", "\n"]])
    def test_rejected_lines_read_back_the_same(self, lines):
        lines = [cells for cells in lines if any(ledger.cell_text(cell) for cell in cells)]
        table = ledger.Table(["Mã KH"], list(enumerate(lines, 2)))
        data = ledger.rejected_file(table, {line: "reason" for line, _cells in table.rows})
        if not table.rows:
            return
        again = ledger.read_table(data)
        expected = [[self.as_read(cell) for cell in cells] for _line, cells in table.rows]
        self.assertEqual([[ledger.cell_text(cell) for cell in cells[2:]] for _line, cells in again.rows], expected)

    def as_read(self, cell):
        """Return what reading makes of a cell: no control characters, no guard, letters composed."""
        cell = "".join(letter for letter in cell if letter in "\t\r\n" or ledger.cell_text(f"x{letter}x") != "xx")
        return ledger.cell_text(unicodedata.normalize("NFC", ledger.unguarded(cell)))

    @settings(max_examples=examples(1000), deadline=None)
    @given(
        st.one_of(
            st.binary(max_size=400),
            st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
            st.text("0123456789.,;/-\"' \n\tđKNgày|=", max_size=300).map(lambda text: f"{HEADERS}\n{text}".encode()),
            st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data),
            st.binary(max_size=200).map(lambda data: HEADERS.encode() + b"\n" + data),
        )
    )
    def test_any_file_gives_rows_or_words(self, data):
        try:
            rows, errors = read(data)
        except ledger.LedgerError as error:
            self.assertTrue(error.code)
            return
        bad = {error.line for error in errors}
        for row in rows:
            self.assertNotIn(row.line, bad)
            self.assertLessEqual({"external_ref", "date", "amount"}, row.values.keys())
            self.assertNotIn("\x00", "".join(str(value) for value in row.values.values()))
        self.assertEqual(len({row.values["external_ref"] for row in rows}), len(rows))
