import base64
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import ContactPolicyCase, examples
from odoo.addons.crm_profile.domain import tabular
from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..domain import mention_file

GOOD = """Ngày;Nguồn;Link;Tác giả;Nội dung;Cảm xúc;Khách hàng;Đối thủ;Khiếu nại
05/03/2026;Facebook;https://example.com/1;lan;Máy chạy êm;tích cực;{email};;
06/03/2026;báo;;Báo Sớm;"=HYPERLINK(""x"")";;;xe hai bánh;
07/03/2026;forum;;hùng;Chờ lâu quá;tiêu cực;{email};;có
"""
BAD = """date,source,url,text,sentiment,customer,competitor,complaint
2026-03-01,web,,,positive,,,
31/31/2026,web,,Một,positive,,,
2026-03-01,tivi,,Hai,positive,,,
2026-03-01,web,javascript:1,Ba,positive,,,
2026-03-01,web,,Bốn,vui,,,
2026-03-01,web,,Năm,,ai@example.com,,
2026-03-01,web,,Sáu,,,Không Có,
2026-03-01,web,,Bảy,,,,có lẽ
2026-03-01,web,,Tám,,,,
2026-03-01,web,,Tám,,,,
"""


@tagged("post_install", "-at_install")
class TestMentionImport(ContactPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.competitor = cls.env["crm.competitor"].create({"name": "Xe Hai Bánh"})

    def run_file(self, text, check=False):
        wizard = self.env["crm.mention.import"].create({"file": base64.b64encode(text.encode())})
        wizard.action_check() if check else wizard.action_import()
        return wizard

    def mentions(self):
        return self.env["crm.mention"].search([("company_id", "=", self.company.id)], order="date")

    def test_good(self):
        text = GOOD.format(email=self.customer.email)
        self.assertEqual(self.run_file(text, check=True).good_count, 3)
        self.assertFalse(self.mentions())
        wizard = self.run_file(text)
        self.assertEqual((wizard.good_count, wizard.error_count), (3, 0))
        first, second, third = self.mentions()
        self.assertEqual((first.source, first.sentiment, first.partner_id), ("social", "positive", self.customer))
        self.assertEqual((second.competitor_id, second.source), (self.competitor, "press"))
        self.assertTrue(third.is_complaint)
        self.assertEqual(len(self.customer.interaction_ids), 2)
        again = self.run_file(text)
        self.assertEqual((again.good_count, again.error_count, len(self.mentions())), (0, 3, 3))

    def test_one_address_in_two_spellings(self):
        """The same customer twice, once in capitals: both mentions are theirs."""
        email = self.customer.email
        wizard = self.run_file(f"text,email\nHay,{email}\nTốt,{email.upper()}\n")
        self.assertEqual((wizard.good_count, wizard.error_count), (2, 0))
        self.assertEqual(self.mentions().partner_id, self.customer)

    def test_each_bad_line_with_its_reason(self):
        wizard = self.run_file(BAD)
        self.assertEqual((wizard.good_count, wizard.error_count), (1, 9))
        self.assertEqual(wizard.error_ids.mapped("line"), [2, 3, 4, 5, 6, 7, 8, 9, 11])
        self.assertTrue(all(wizard.error_ids.mapped("message")))
        rejected = base64.b64decode(wizard.rejected_file).decode("utf-8-sig")
        self.assertEqual(len(rejected.strip().splitlines()), 10)

    def test_not_a_table(self):
        for text in ("", "\x00\x01", "a,b\n1,2\n"):
            with self.assertRaises(UserError):
                self.run_file(text)

    def test_queries_do_not_grow(self):
        def lines(number):
            rows = "".join(f"2026-03-01,Bài {n},{self.customer.email}\n" for n in range(number))
            wizard = self.env["crm.mention.import"].create(
                {"file": base64.b64encode(f"date,text,customer\n{rows}".encode())}
            )
            return wizard.action_import

        self.assertSameQueryCount(lines(5), lines(60))


@tagged("post_install", "-at_install", "pure")
class TestMentionFile(BaseCase):
    @settings(max_examples=examples(1000), deadline=None)
    @given(
        st.lists(
            st.lists(st.text(max_size=12) | st.sampled_from(["=1+1", "2026-03-01", "web", "31/12/24"]), max_size=6),
            min_size=1,
            max_size=6,
        )
    )
    def test_no_line_is_lost(self, cells):
        """Whatever stands in a file: each line that says anything is taken or refused, once."""
        headers = ["date", "source", "text", "sentiment", "complaint"]
        table = tabular.Table(headers, [(number, row) for number, row in enumerate(cells, 2)])
        rows, errors = mention_file.clean_table(table, date(2026, 6, 1))
        lines = [row.line for row in rows] + [error.line for error in errors]
        self.assertEqual(len(lines), len(set(lines)))
        said = {n for n, row in table.rows if any(tabular.cell_text(cell) for cell in row)}
        self.assertEqual(set(lines), said)
