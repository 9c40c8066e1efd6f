import doctest

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, new_test_user, tagged

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

    def test_other_models_untouched(self):
        country = self.env.ref("base.vn").with_user(self.confidant)
        self.assertEqual(country.export_data(["code"])["datas"], [["VN"]])


@tagged("post_install", "-at_install")
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
