import doctest
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo import http
from odoo.tests import BaseCase, HttpCase, new_test_user, tagged
from openpyxl import load_workbook

from ..domain import masks
from .test_attacks import INSIDERS, SECRET, AttackCase


def load_tests(loader, tests, ignore):
    tests.addTests(doctest.DocTestSuite(masks))
    return tests


@tagged("post_install", "-at_install")
class TestExport(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write({"email": "nam@example.com", "phone": "0912345612"})
        cls.confidant = new_test_user(cls.env, "export_confidant", groups=f"crm_profile.group_restricted,{INSIDERS}")
        cls.exporter = new_test_user(
            cls.env, "export_all", groups=f"crm_profile.group_restricted,crm_profile.group_export,{INSIDERS}"
        )
        cls.paths = [
            "partner_id/name",
            "partner_id/email",
            "partner_id/phone",
            "attribute_id/name",
            "value_display",
            "value_text",
            "value_key",
            "note",
        ]

    def test_masked(self):
        rows = (self.secret | self.open).with_user(self.confidant).export_data(self.paths)["datas"]
        secret, open_ = sorted(rows, key=lambda row: row[3])
        self.assertEqual(secret[:3], ["Trần Thị Bình", "n***@…", "09******12"])
        self.assertEqual(secret[4:7], [masks.SECRET] * 3)
        self.assertEqual(open_[4:7], ["H****", "H****", "h****"])
        self.assertEqual(len(secret), len(self.paths))
        self.assertNotIn(SECRET, str(rows))

    def test_by_way_of_the_contact(self):
        rows = self.partner.with_user(self.confidant).export_data(["name", "email", "profile_fact_ids/value_text"])[
            "datas"
        ]
        self.assertEqual(
            rows, [["Trần Thị Bình", "nam@example.com", "H****"]], "the contact's own list is Odoo's affair"
        )

    def test_allowed(self):
        rows = self.secret.with_user(self.exporter).export_data(self.paths)["datas"]
        self.assertEqual(rows[0][1:3], ["nam@example.com", "0912345612"])
        self.assertEqual(rows[0][5], SECRET)

    def test_relatives_of_options(self):
        """Values of lists are hidden whichever way they are named; continuation lines, too."""
        fact = self.partner._profile_record({"income_band": "10m_20m"}, "survey")
        for path in ("option_ids/name", "option_ids", "option_ids/code", "option_ids/.id", "option_id", "value_key"):
            with self.subTest(path):
                rows = fact.with_user(self.confidant).export_data(["id", path])["datas"]
                self.assertEqual([row[1] for row in rows], [masks.SECRET])

    def test_pages_that_show_facts(self):
        """A page of facts is no way around the masks, on the contact or on a conflict."""
        self.env["crm.profile.fact"].with_user(self.confidant).create(
            {"partner_id": self.partner.id, "attribute_id": self.open.attribute_id.id, "value_text": "Yamaha"}
        )
        self.open.action_dispute()
        conflict = self.env["crm.profile.conflict"].search([("partner_id", "=", self.partner.id)])
        paths = {self.partner: ["profile_html"], conflict: ["left_html", "right_html", "partner_id/profile_html"]}
        for record, columns in paths.items():
            rows = record.with_user(self.confidant).export_data(columns)["datas"]
            self.assertEqual(rows, [[masks.SECRET] * len(columns)])
            self.assertIn("Honda", str(record.with_user(self.exporter).export_data(columns)["datas"]))

    def test_page_beside_a_find(self):
        self.env["crm.profile.intake"].create(
            {
                "partner_id": self.partner.id,
                "attribute_id": self.open.attribute_id.id,
                "value": "Suzuki",
                "source_ref": "forum",
            }
        )
        intake = self.env["crm.profile.intake"].search([("partner_id", "=", self.partner.id)])
        rows = intake.with_user(self.confidant).export_data(["value", "held_html"])["datas"]
        self.assertEqual(rows, [["S*****", masks.SECRET]])

    def test_no_formula_leaves(self):
        """What a customer wrote is no formula in the file, for whom it is masked and for whom not."""
        fact = self.partner._profile_record({"vehicle": "=HYPERLINK(1)"}, "survey")
        for user, shown in ((self.exporter, "'=HYPERLINK(1)"), (self.confidant, "'=*********(*)")):
            self.assertEqual(fact.with_user(user).export_data(["value_text"])["datas"], [[shown]])
        offer = self.env["crm.competitor"].create({"name": "@SUM(1)"})
        self.assertEqual(offer.with_user(self.confidant).export_data(["name"])["datas"], [["'@SUM(1)"]])

    def test_other_models_untouched(self):
        country = self.env.ref("base.vn").with_user(self.confidant)
        self.assertEqual(country.export_data(["code"])["datas"], [["VN"]])


@tagged("post_install", "-at_install")
class TestExportByWeb(HttpCase):
    def exported(self, login, groups, groupby, records=None, names=("attribute_id", "value_display", "value_integer")):
        """The cells of the workbook this user gets of these records, by default the facts about a customer."""
        new_test_user(self.env, login, groups=groups)
        self.authenticate(login, login)
        records = self.facts if records is None else records
        params = {
            "model": records._name,
            "fields": [{"name": name, "label": name, "type": records._fields[name].type} for name in names],
            "ids": records.ids,
            "domain": [],
            "groupby": groupby,
            "import_compat": False,
        }
        values = {"data": json.dumps(params), "csrf_token": http.Request.csrf_token(self), "token": "x"}
        response = self.url_open("/web/export/xlsx", data=values)
        self.assertEqual(response.status_code, 200, response.text[-1500:])
        page = load_workbook(io.BytesIO(response.content)).active
        return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]

    def test_titles_of_finds(self):
        """Grouping what was found on the web by its value does not tell it, either."""
        intake = self.env["crm.profile.intake"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Web"}).id,
                "attribute_id": self.env.ref("crm_profile.attribute_vehicle").id,
                "value": "Suzuki Raider",
                "source_ref": "forum",
            }
        )
        groups = f"crm_profile.group_restricted,{INSIDERS}"
        cells = self.exported("find_masked", groups, ["value"], intake, ("partner_id", "value"))
        self.assertIn("S***** R*****", cells)
        self.assertFalse([cell for cell in cells if "Suzuki" in cell])

    def test_titles_of_groups_tell_nothing(self):
        partner = self.env["res.partner"].create({"name": "Web"})
        self.env["crm.profile.attribute"].create(
            {"name": "W", "code": "export_web", "sensitivity": "restricted", "value_type": "integer"}
        )
        self.facts = partner._profile_record({"export_web": 471147, "vehicle": "Honda"}, "survey")
        groups = f"crm_profile.group_restricted,{INSIDERS}"
        cells = self.exported("export_masked", groups, ["value_key"])
        self.assertFalse([cell for cell in cells if "471147" in cell or "honda" in cell.casefold()])
        self.assertIn(masks.SECRET, cells)
        cells = self.exported("export_open", f"{groups},crm_profile.group_export", ["value_key"])
        self.assertTrue([cell for cell in cells if "471147" in cell])


@tagged("post_install", "-at_install", "pure")
class TestMasks(BaseCase):
    def test_examples(self):
        self.assertFalse(doctest.testmod(masks).failed)

    @settings(max_examples=500, deadline=None)
    @given(st.text(max_size=30))
    def test_no_cell_is_a_formula(self, value):
        """However a spreadsheet splits the line, no cell of it begins like a formula."""
        shown = masks.defused(value)
        for separator in ",;\t|\n":
            for cell in shown.split(separator):
                cell = cell.strip(' "')
                if cell[:1] in tuple("=+-@＝＋－＠"):
                    self.assertRegex(cell, r"^[+-]?\d[\d\s.,]*$")

    @settings(max_examples=500, deadline=None)
    @given(st.from_regex(r"\A[0-9]{7,15}\Z"))
    def test_phone_keeps_its_shape(self, value):
        shown = masks.phone(value)
        self.assertEqual(len(shown), len(value))
        self.assertEqual(sum(char != "*" for char in shown), 4)
