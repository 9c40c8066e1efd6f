import base64
import csv
import io
import random
from datetime import date

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, new_test_user, tagged

from ..domain import profile_file, tabular
from .common import ProfileCase, examples

TODAY = date(2026, 3, 3)
SPECS = {
    "fact:vehicle": profile_file.Spec("text"),
    "fact:household_size": profile_file.Spec("integer"),
    "fact:quiet_reason": profile_file.Spec("choice", {"moved": "moved", "da chuyen nha": "moved", "price": "price"}),
}
ATTRIBUTES = {
    "vehicle": "vehicle",
    "xe": "vehicle",
    "household size": "household_size",
    "so nguoi": "household_size",
    "quiet reason": "quiet_reason",
    "ly do": "quiet_reason",
}
ENGLISH = ["Name", "E-mail", "Phone", "Date", "Vehicle", "Household size", "Quiet reason"]
VIETNAMESE = ["Họ tên", "Email", "SĐT", "Ngày", "Xe", "Số người", "Lý do"]
RISKY = ("=", "+", "-", "@", "\t", "\r")


class Malformed:
    """A file of which it is known what is wrong on which line.

    :param seed: the same seed makes the same file
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.is_xlsx = self.random.random() < 0.1
        self.encoding = self.random.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
        self.delimiter = self.random.choice(",;\t|")
        self.newline = self.random.choice(["\n", "\r\n"])
        self.dates = self.random.choice(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"])
        self.bad = {}  # line: code
        self.good = []
        self.data = self._make()

    def _make(self):
        ascii_only = self.encoding == "cp1252" and not self.is_xlsx
        headers = list(ENGLISH if ascii_only or self.random.random() < 0.5 else VIETNAMESE)
        if self.random.random() < 0.3:
            headers.append(self.random.choice(headers))  # a header twice
        chunks, line = [self._line(headers)], 2
        for number in range(self.random.randint(3, 25)):
            cells, code = self._cells(number, ascii_only)
            cells += [""] * (len(headers) - 7)
            if code == "too_many_cells":
                cells += ["lạc" if not ascii_only else "stray"]
            text = self._line(cells)
            if code == "broken_line":
                text = text.replace(self.delimiter, self.delimiter + '"', 1)
            chunks.append(text)
            if code:
                self.bad[line] = code
            else:
                self.good.append(line)
            line += 1 if self.is_xlsx or code == "broken_line" else text.count("\n")
        if self.is_xlsx:
            book = openpyxl.Workbook()
            for cells in chunks:
                book.active.append(cells)
            out = io.BytesIO()
            book.save(out)
            return out.getvalue()
        return "".join(chunks).encode(self.encoding)

    def _line(self, cells):
        if self.is_xlsx:
            return cells
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline).writerow(cells)
        return out.getvalue()

    def _cells(self, number, ascii_only):
        """Seven cells, and what is wrong with them."""
        name = f"Lan {number}" if ascii_only else f"Nguyễn Thị Lan {number}"
        day = date(2025, self.random.randint(1, 12), self.random.randint(13, 28)).strftime(self.dates)
        vehicle = self.random.choice(
            ["Honda", "", "=1+1", "+84", "-5", "@cmd", "=cmd|' /C calc'!A0", f"hai{self.newline}dong", "a;b,c|d"]
        )
        cells = [name, f"lan{number}@example.com", "0901234567", day, vehicle, "4", "moved"]
        code = self.random.choice([None] * 8 + list(self._spoil(cells)))
        if code == "too_many_cells":
            cells[4] = "Honda"  # a cell of two lines in a line too long cannot be told from an open quotation mark
        if code:
            self._spoil(cells)[code]()
        if self.is_xlsx:
            cells = [cell.replace("=", "x=") for cell in cells]  # a formula of a sheet has a value of its own
        return cells, code

    def _spoil(self, cells):
        def put(index, value):
            return lambda: cells.__setitem__(index, value)

        codes = {
            "email_invalid": put(1, self.random.choice(["lan", "=lan@", "lan@nowhere", "@"])),
            "date_unreadable": put(3, self.random.choice(["32/13/2025", "soon", "=TODAY()x", "2025-02-30"])),
            "date_future": put(3, "2999-01-01"),
            "number_unreadable": put(5, self.random.choice(["four", "=2+2", "1e3", "--"])),
            "not_whole": put(5, "1.5"),
            "option_unknown": put(6, self.random.choice(["bored", "+bored", "-1"])),
            "no_customer": lambda: cells.__setitem__(slice(0, 3), ["", "", ""]),
            "too_many_cells": lambda: None,
            "cell_too_long": put(4, "x" * (30_000 if self.is_xlsx else 1_000_000)),
        }
        if not self.is_xlsx:
            codes["broken_line"] = put(4, "Honda")
        return codes


@tagged("post_install", "-at_install", "pure")
class TestMalformedFiles(BaseCase):
    def test_good_rows_in_bad_ones_back_none_lost(self):
        """1,000 files: each line is either taken or given back with its number and the right reason."""
        kinds = set()
        for seed in range(examples(1000)):
            with self.subTest(seed=seed):
                made = Malformed(seed)
                table = tabular.read_table(made.data, lambda h: profile_file.known_headers(h, ATTRIBUTES))
                columns = profile_file.guess_columns(table.headers, ATTRIBUTES)
                readings = profile_file.sniff_readings(table, columns, SPECS)
                rows, errors = profile_file.clean_table(table, columns, SPECS, TODAY, readings)
                self.assertEqual([row.line for row in rows], made.good)
                self.assertEqual({error.line: error.code for error in errors}, made.bad)
                self.assertEqual(table.line_count, len(made.good) + len(made.bad))
                self.check_given_back(table, made)
                kinds |= set(made.bad.values())
        self.assertEqual(len(kinds), 10, "every kind of mistake was made")

    def check_given_back(self, table, made):
        """The rejected lines come back with line and reason, and no cell of them is a formula."""
        data = tabular.rejected_file(table, {line: f"={code}" for line, code in made.bad.items()})
        csv.field_size_limit(2_000_000)
        try:
            text = io.StringIO(data.decode("utf-8-sig"), newline="")
            lines = list(csv.reader(text, delimiter=table.delimiter or ","))
        finally:
            csv.field_size_limit(131_072)
        self.assertEqual([int(cells[0]) for cells in lines[1:]], sorted(made.bad))
        for cells in lines:
            for cell in cells:
                self.assertFalse(cell.startswith(RISKY), cell[:40])

    def test_text_is_kept_as_it_was(self):
        """What looks like a formula is a text for us, whatever a spreadsheet would make of it."""
        data = 'Name,Vehicle\nLan,"=1+1"\nMai,\'=1+1\nAn,"hai\ndòng"\n'.encode()
        table = tabular.read_table(data, lambda h: profile_file.known_headers(h, ATTRIBUTES))
        rows, errors = profile_file.clean_table(table, ["name", "fact:vehicle"], SPECS, TODAY)
        self.assertFalse(errors)
        self.assertEqual([row.values["fact:vehicle"] for row in rows], ["=1+1", "=1+1", "hai\ndòng"])


@tagged("post_install", "-at_install")
class TestImport(ProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.vn")
        cls.manager = new_test_user(cls.env, "quan.ly", groups="crm_profile.group_manager,base.group_partner_manager")
        cls.partner.write({"email": "binh@example.com", "phone": "+84 90 123 45 67", "ref": "KH1"})

    def wizard(self, text, **values):
        data = text if isinstance(text, bytes) else text.encode()
        wizard = self.env["crm.profile.import"].with_user(self.manager).create(
            {"file": base64.b64encode(data), "filename": "khách.csv", **values}
        )
        wizard.action_read()
        return wizard

    def problems(self, wizard):
        return [(error.line, error.field_label) for error in wizard.error_ids]

    def people(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def test_dry_run_then_import(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        vehicle = self.env.ref("crm_profile.attribute_vehicle")
        vehicle.with_context(lang="vi_VN").name = "Xe đang đi"
        wizard = self.wizard(
            "Họ tên;SĐT;Xe đang đi;Persons in the household\n"
            "Trần Thị Bình;090 1234567;Honda;4\nLê Văn An;0987654321;=1+1;2\nLỗi;0987654322;Yamaha;bốn\n"
        )
        targets = [column._target() for column in wizard.column_ids]
        self.assertEqual(targets, ["name", "phone", "fact:vehicle", "fact:household_size"])
        wizard.action_check()
        self.assertEqual((wizard.created_count, wizard.fact_count, wizard.rejected_count), (1, 4, 1))
        self.assertFalse(self.facts())
        self.assertFalse(self.people("Lê Văn An"))
        wizard.action_import()
        self.assertEqual((wizard.created_count, wizard.fact_count, wizard.rejected_count), (1, 4, 1))
        fact = self.facts()
        self.assertEqual((fact.value_text, fact.source, fact.source_ref), ("Honda", "import", "khách.csv"))
        self.assertEqual(self.facts(partner=self.people("Lê Văn An")).value_text, "=1+1")
        self.assertEqual(self.problems(wizard), [(4, "Persons in the household")])
        back = base64.b64decode(wizard.rejected_file).decode("utf-8-sig").splitlines()
        self.assertEqual(len(back), 2)
        self.assertTrue(back[1].startswith("4;"))
        self.assertIn("bốn", back[1])

    def test_duplicates(self):
        self.env["res.partner"].create([{"name": "Nguyễn Văn Nam"}, {"name": "Nguyễn Văn Nam", "phone": "0911111111"}])
        wizard = self.wizard(
            "Code,Name,Email,Phone,Vehicle\n"
            ",Trần Thị Bình,BINH@example.com,,Honda\n"  # by e-mail
            "KH1,Ai đó,,,Wave\n"  # by code
            ",Con của Bình,,0901234567,Vision\n"  # the same phone, another name
            ",Nguyễn Văn Nam,,,SH\n"  # a name several people share
            ",Nguyễn Văn Nam,,0911 111 111,Lead\n"  # by phone
            ",Nguyễn Văn Nam,,0911111111,Lead\n"  # again
            ",Lan,lan@x,0,Cub\n"
        )
        wizard.action_import()
        self.assertEqual([line for line, _label in self.problems(wizard)], [4, 5, 7, 8])
        self.assertEqual(len(self.people("Nguyễn Văn Nam")), 2)
        self.assertEqual(wizard.created_count, 0)
        for other_name, created in (("same", 0), ("new", 1)):
            again = self.wizard("Name,Phone,Vehicle\nCon của Bình,0901234567,Vision\n", other_name=other_name)
            again.action_check()
            self.assertEqual((again.created_count, again.rejected_count), (created, 0))

    def test_importing_again_changes_nothing(self):
        text = "Name,Phone,Vehicle\nLê Văn An,0987654321,Honda\n"
        self.wizard(text).action_import()
        again = self.wizard(text)
        again.action_import()
        self.assertEqual((again.created_count, len(self.people("Lê Văn An"))), (0, 1))
        self.assertEqual(len(self.facts(partner=self.people("Lê Văn An"))), 1)

    def test_empty_fields_are_filled_and_full_ones_kept(self):
        wizard = self.wizard("Code,Name,Email,City\nKH1,Bình Trần,khac@example.com,Huế\n")
        wizard.action_import()
        self.assertEqual((self.partner.name, self.partner.email), ("Trần Thị Bình", "binh@example.com"))
        self.assertEqual((self.partner.city, wizard.updated_count), ("Huế", 1))

    def test_bought_ones_are_reviewed_first(self):
        wizard = self.wizard("Code,Vehicle,Buying criteria\nKH1,Honda,Price; Service\n", source="third_party")
        wizard.action_import()
        self.assertEqual((wizard.queued_count, wizard.fact_count), (2, 0))
        self.assertFalse(self.facts())
        intakes = self.env["crm.profile.intake"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(intakes.mapped("problem"), [False, False])
        intakes.action_accept()
        self.assertEqual(self.facts("buying_criteria").value_key, "price,service")

    def test_misfits_and_scope(self):
        plan = self.env["crm.collection.plan"].create(
            {
                "name": "Chỉ nghề",
                "domain": "[('ref', '=like', 'KH%')]",
                "line_ids": [(0, 0, {"attribute_id": self.env.ref("crm_profile.attribute_occupation").id})],
            }
        )
        plan.action_start()
        wizard = self.wizard("Code,Name,Vehicle,Employees\nKH1,,Honda,\nKH2,Mới,Honda,\nX3,Khác,,5\nX4,Được,Honda,\n")
        wizard.action_import()
        self.assertEqual([line for line, _label in self.problems(wizard)], [2, 3, 4])
        self.assertFalse(self.people("Mới") | self.people("Khác"))
        self.assertEqual(self.facts(partner=self.people("Được")).value_text, "Honda")

    def test_columns(self):
        wizard = self.wizard("Phone,Phone,Vehicle\n0901234567,1,Honda\n")
        self.assertEqual([column.target for column in wizard.column_ids], ["phone", False, False])
        wizard.column_ids[1].target = "phone"
        with self.assertRaises(UserError):
            wizard.action_check()
        wizard.column_ids.target = False
        with self.assertRaises(UserError):
            wizard.action_check()
        for data in (b"", b"a,b\n", b"PK\x03\x04x"):
            with self.assertRaises(UserError):
                self.wizard(data)

    def test_restricted_attributes_only_by_their_group(self):
        wizard = self.wizard("Code,Monthly income\nKH1,10m_20m\n")
        self.assertFalse(wizard.column_ids[1].attribute_id)
        wizard.column_ids[1].attribute_id = self.env.ref("crm_profile.attribute_income_band")
        with self.assertRaises(UserError):
            wizard.action_import()
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        wizard = self.wizard("Code,Monthly income\nKH1,bí mật\n")
        wizard.action_check()
        self.assertNotIn("bí mật", wizard.error_ids.message)

    def test_who_may_not(self):
        user = new_test_user(self.env, "nhan.vien", groups="crm_profile.group_user")
        with self.assertRaises(AccessError):
            self.env["crm.profile.import"].with_user(user).create({})
        clerk = new_test_user(self.env, "quan.ly.hai", groups="crm_profile.group_manager")
        wizard = self.wizard("Name,Vehicle\nAn,Honda\n")
        with self.assertRaises(AccessError):
            wizard.with_user(clerk).action_import()

    def test_query_count(self):
        def file(number):
            lines = "".join(f"Khách {index},+84 91 {1000000 + index},Honda\n" for index in range(number))
            return self.wizard("Name,Phone,Vehicle\n" + lines)

        few, many = file(5), file(50)
        self.queryCount(lambda: few.action_import())
        counts = [self.queryCount(lambda wizard=wizard: wizard.action_import()) for wizard in (few, many)]
        self.assertLess(counts[1], counts[0] + 10)
