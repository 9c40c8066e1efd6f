import base64
import csv
import io

from odoo.exceptions import AccessError
from odoo.tests import tagged
from openpyxl import load_workbook

from .test_reports import ReportCase


@tagged("post_install", "-at_install")
class TestExport(ReportCase):
    """The answers as a table of codes."""

    def export(self, user=None, file_format="csv", **values):
        env = self.env(user=user or self.manager, context={"allowed_company_ids": self.company.ids, "lang": "en_US"})
        wizard = env["crm.survey.export"].create(
            {"survey_id": self.quiet_survey.id, "program_id": self.program.id, "file_format": file_format, **values}
        )
        action = wizard.action_export()
        self.assertIn(f"crm.survey.export/{wizard.id}/file", action["url"])
        return base64.b64decode(wizard.file)

    def rows(self, **values):
        return list(csv.DictReader(io.StringIO(self.export(**values).decode("utf-8-sig"))))

    def unmasked(self):
        self.manager.group_ids |= self.env.ref("crm_profile.group_export")

    def test_codes(self):
        invitations = self.answered([10] * 8, words="Thợ giỏi")
        line = {"question_id": self.question(self.quiet_survey, "reason").id, "answer_type": "suggestion"}
        label = self.label(self.quiet_survey, "reason", "natural")
        self.env["survey.user_input.line"].create(
            [{**line, "user_input_id": i.user_input_id.id, "suggested_answer_id": label.id} for i in invitations]
        )
        silent = self.invite(self.make_customers(1))
        self.unmasked()
        rows = self.rows()
        self.assertEqual(len(rows), 9)
        one = rows[0]
        self.assertEqual((one["aapor"], one["wave"], one["program"]), ("1.1", "1", self.program.name))
        self.assertEqual((one["recommend"], one["reason"], one["liked"]), ("10", "natural", "Thợ giỏi"))
        self.assertEqual(one["customer"], invitations.sorted("id")[0].partner_id.name)
        last = next(row for row in rows if row["input"] == str(silent.user_input_id.id))
        self.assertEqual((last["aapor"], last["recommend"]), ("", ""))

    def test_masked_without_the_export_group(self):
        self.answered([10] * 8, words="Thợ giỏi")
        self.assertFalse(self.manager.has_group("crm_profile.group_export"))
        one = self.rows()[0]
        self.assertEqual((one["recommend"], one["liked"]), ("10", "T** g***"))
        self.assertRegex(one["email"], r"^.\*\*\*@…$")
        self.assertIn("*", one["customer"])

    def test_too_few_stay_empty(self):
        self.unmasked()
        self.answered([10] * 4, words="Tốt")
        self.assertEqual({row["recommend"] for row in self.rows()}, {""})
        self.answered([10] * 3, words="Tốt")
        self.assertEqual({(row["recommend"], row["liked"]) for row in self.rows()}, {("10", "")})
        self.answered([10], words="Tốt")
        self.assertEqual({row["liked"] for row in self.rows()}, {"Tốt"})

    def test_no_formula_leaves(self):
        self.unmasked()
        for attack in ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3", "\t=1", "x;=1"):
            self.env["survey.user_input"].search([("survey_id", "=", self.quiet_survey.id)]).test_entry = True
            self.answered([10] * 8, words=attack)
            for row in self.rows():
                self.assertNotRegex(row["liked"], r"(^|[;,\t])\s*[=+\-@]", attack)
        book = load_workbook(io.BytesIO(self.export(file_format="xlsx")))
        self.assertFalse(
            [cell.coordinate for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        )

    def test_workbook(self):
        self.answered([10] * 8)
        book = load_workbook(io.BytesIO(self.export(file_format="xlsx")))
        answers, codes = book.worksheets
        header = [cell.value for cell in answers[1]]
        self.assertEqual(answers.cell(2, header.index("recommend") + 1).value, 10)
        meanings = {(row[1].value, row[4].value) for row in codes.iter_rows(min_row=2)}
        self.assertIn(("reason", "natural"), meanings)

    def test_restricted_question_is_left_out(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Secret", "code": "export_secret", "value_type": "text", "sensitivity": "restricted"}
        )
        self.liked.write({"target_kind": "attribute", "target_attribute_id": attribute.id})
        self.answered([10] * 8, words="private")
        self.unmasked()
        self.assertNotIn("liked", self.rows()[0])
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.assertEqual(self.rows()[0]["liked"], "private")

    def test_question_mark_in_the_title(self):
        self.quiet_survey.title = "How are you? 100 % well/ill"
        wizard = self.env["crm.survey.export"].create({"survey_id": self.quiet_survey.id, "file_format": "csv"})
        path, query = wizard.action_export()["url"].split("?")
        self.assertTrue(path.endswith("/How%20are%20you%3F%20100%20%25%20well-ill.csv"), path)
        self.assertEqual(query, "download=true")

    def test_managers_only(self):
        with self.assertRaises(AccessError):
            self.env["crm.survey.export"].with_user(self.seller).create({"survey_id": self.quiet_survey.id})
