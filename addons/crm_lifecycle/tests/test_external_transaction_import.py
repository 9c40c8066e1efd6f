"""The import of a ledger file, as a manager does it."""

import base64
import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import file_open

FILE = """Mã đơn hàng;Mã khách hàng;Tên khách hàng;Ngày mua;Thành tiền;Màu
HD1;K1;Lan;31/12/2025;1.250.000 đ;đỏ
HD2;K2;Hùng;30/12/2025;=350.000;xanh
HD3;;Tuấn;29/12/2025;120.000;đen
HD4;K4;Hà;28/12/2025;80.000;
"""


class ImportCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "mail_create_nolog": True})
        cls.company = cls.env["res.company"].create({"name": "Sao Mai", "currency_id": cls.env.ref("base.VND").id})
        cls.manager = new_test_user(
            cls.env,
            "import_manager",
            "sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, [cls.company.id])],
        )

    def wizard(self, data, **values):
        data = data.encode() if isinstance(data, str) else data
        model = self.env["crm.external.transaction.import"].with_user(self.manager).with_company(self.company)
        return model.create({"file": base64.b64encode(data), "filename": "ledger.csv", **values})

    def imported(self):
        return self.env["crm.external.transaction"].search([("company_id", "=", self.company.id)], order="external_ref")


@tagged("post_install", "-at_install")
class TestExternalTransactionImport(ImportCase):
    def test_from_file_to_purchases(self):
        model = self.env["crm.external.transaction.import"].with_user(self.manager).with_company(self.company)
        with Form(model) as form:
            form.file = base64.b64encode(FILE.encode("utf-16"))
        wizard = form.save()
        wizard.action_read()
        self.assertEqual(
            wizard.column_ids.mapped("target"), ["external_ref", "customer", "name", "date", "amount", False]
        )
        self.assertEqual(wizard.column_ids[0].sample, "HD1 · HD2 · HD3")
        wizard.action_check()
        self.assertEqual((wizard.state, wizard.created_count, wizard.rejected_count), ("check", 2, 2))
        self.assertFalse(self.imported(), "a check writes nothing")
        wizard.action_import()
        self.assertEqual((wizard.state, wizard.created_count, wizard.partner_created_count), ("done", 2, 2))
        self.assertEqual(self.imported().mapped("amount"), [1_250_000, 80_000])
        self.assertEqual(
            wizard.error_ids.mapped(lambda error: (error.line, error.field_label, error.value)),
            [(3, "Amount", "=350.000"), (4, "Customer code", "")],
        )
        self.assertEqual(wizard.action_open()["res_model"], "crm.external.transaction")

    def test_rejected_lines_are_mended_and_come_in(self):
        wizard = self.wizard(FILE)
        wizard.action_read()
        wizard.action_import()
        text = base64.b64decode(wizard.rejected_file).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        self.assertEqual(rows[0][:3], ["Line", "Reason", "Mã đơn hàng"])
        self.assertEqual([cells[0] for cells in rows[1:]], ["3", "4"])
        self.assertEqual(rows[1][6], "'=350.000", "a spreadsheet must not take it for a formula")
        self.assertIn("is not a number", rows[1][1])
        mended = text.replace("'=350.000", "350.000").replace(";;Tuấn", ";K3;Tuấn")
        again = self.wizard(mended)
        again.action_read()
        self.assertEqual(again.column_ids[:2].mapped("target"), [False, False])
        again.action_import()
        self.assertEqual((again.created_count, again.rejected_count), (2, 0))
        self.assertEqual(len(self.imported()), 4)

    def test_dong_without_decimals_are_thousands(self):
        wizard = self.wizard("Mã KH,Ngày,Số tiền\nK1,2025-01-01,350.000\n")
        wizard.action_read()
        wizard.action_import()
        self.assertEqual(self.imported().amount, 350_000)

    def test_columns_must_be_told(self):
        wizard = self.wizard("foo,bar\n1,2\n")
        wizard.action_read()
        with self.assertRaisesRegex(UserError, "Date, Amount, Customer code"):
            wizard.action_check()
        wizard.column_ids.write({"target": "date"})
        with self.assertRaisesRegex(UserError, "Two columns"):
            wizard.action_check()

    def test_files_that_cannot_be_read_are_told_in_words(self):
        with self.assertRaisesRegex(UserError, "Choose a CSV"):
            self.env["crm.external.transaction.import"].with_user(self.manager).create({}).action_read()
        for data, words in (
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "neither a CSV"),
            (b"PK\x03\x04", "damaged"),
            (b"a\n", "no lines"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.wizard(data).action_read()

    def test_the_samples_come_in_whole(self):
        for name in ("purchases.csv", "don-hang.xlsx"):
            with self.subTest(name), file_open(f"crm_lifecycle/static/sample/{name}", "rb") as sample:
                wizard = self.wizard(sample.read())
                wizard.action_read()
                self.assertTrue(all(wizard.column_ids.mapped("target")))
                wizard.action_import()
                self.assertEqual((wizard.created_count, wizard.rejected_count), (40, 0))
                wizard.action_import()
                self.assertEqual((wizard.unchanged_count, wizard.created_count), (40, 0))

    @settings(max_examples=examples(200), deadline=None)
    @given(
        st.lists(
            st.lists(
                st.one_of(
                    st.sampled_from(
                        ["K1", "K2", "31/12/2025", "2025-13-01", "1.000", "1,5", "=cmd()", "lan@example.com", '"']
                    ),
                    st.text(st.characters(codec="utf-8"), max_size=15),
                ),
                min_size=1,
                max_size=7,
            ),
            max_size=12,
        ),
        st.sampled_from([",", ";", "\t"]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
        st.booleans(),
    )
    def test_any_lines_are_taken_or_given_back(self, lines, delimiter, encoding, quoted):
        lines = [["Mã đơn hàng", "Mã khách hàng", "Ngày mua", "Thành tiền", "Email", "Ghi chú"], *lines]
        if quoted:
            out = io.StringIO(newline="")
            csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(lines)
            text = out.getvalue()
        else:
            text = "\n".join(delimiter.join(cells) for cells in lines)
        wizard = self.wizard(text.encode(encoding))
        try:
            wizard.action_read()
            wizard.action_import()
        except UserError:
            return
        taken = wizard.created_count + wizard.updated_count + wizard.unchanged_count
        self.assertEqual(taken + wizard.rejected_count, wizard.line_count)
        if wizard.rejected_count:
            text = base64.b64decode(wizard.rejected_file).decode("utf-8-sig")
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
            self.assertEqual(len(rows), wizard.rejected_count + 1)
        wizard.action_import()
        self.assertEqual((wizard.created_count, wizard.updated_count, wizard.unchanged_count), (0, 0, taken))


@tagged("post_install", "-at_install")
class TestDownloadRejected(HttpCase):
    def test_only_who_imported_downloads(self):
        for login in ("import_anna", "import_ben"):
            new_test_user(self.env, login, "sales_team.group_sale_manager", password=login)
        anna = self.env["res.users"].search([("login", "=", "import_anna")])
        wizard = (
            self.env["crm.external.transaction.import"]
            .with_user(anna)
            .create({"file": base64.b64encode(FILE.encode()), "filename": "ledger.csv"})
        )
        wizard.action_read()
        wizard.action_check()
        url = wizard.action_download_rejected()["url"]
        self.authenticate("import_anna", "import_anna")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("HD2", answer.content.decode("utf-8-sig"))
        self.authenticate("import_ben", "import_ben")
        self.assertIn(self.url_open(url).status_code, (403, 404))
