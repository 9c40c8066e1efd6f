from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_reports import ReportCase


@tagged("post_install", "-at_install")
class TestCoding(ReportCase):
    """What customers wrote is sorted by codes, and counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Codes are given by somebody who reads what all customers wrote.
        cls.seller.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.tags = cls.env["crm.survey.tag"].create([{"name": "Thợ giỏi"}, {"name": "Chờ lâu"}])

    def lines(self, invitations, user=None):
        lines = invitations.user_input_id.user_input_line_ids.filtered(lambda x: x.answer_type == "text_box")
        return lines.with_user(user or self.seller).with_context(allowed_company_ids=self.company.ids)

    def offered(self, user=None):
        env = self.env(user=user or self.seller, context={"allowed_company_ids": self.company.ids})
        Line = env["survey.user_input.line"]
        return Line.search(Line.action_code_verbatims()["domain"])

    def test_code_of_a_code(self):
        self.assertEqual(self.tags.mapped("code"), ["tho_gioi", "cho_lau"])
        twin = self.env["crm.survey.tag"].create({"name": "Chờ lâu"})
        self.assertEqual(twin.code, "cho_lau_2")

    def test_offered_from_eight_on(self):
        self.answered([10] * 7, words="Tốt")
        self.assertFalse(self.offered())
        self.answered([10], words="Tốt")
        self.assertEqual(len(self.offered()), 8)
        second = self.make_program("established", self.quiet_survey)
        self.answered([10] * 3, program=second, words="Của chương trình nhỏ")
        self.assertEqual(len(self.offered()), 8)

    def test_coded_in_the_list(self):
        invitations = self.answered([10] * 8, words="Tốt")
        line = self.lines(invitations)[0]
        with Form(line, "crm_survey.survey_user_input_line_view_code_form") as form:
            form.tag_ids.add(self.tags[0])
        self.assertEqual(line.tag_ids, self.tags[0])

    def test_words_are_never_changed(self):
        invitations = self.answered([10] * 8, words="Tốt")
        for user in (self.seller, self.manager):
            line = self.lines(invitations, user)[0]
            for vals in (
                {"value_text_box": "Khác"},
                {"skipped": True},
                {"tag_ids": [(6, 0, self.tags.ids)], "question_id": self.recommend.id},
            ):
                with self.assertRaises(AccessError):
                    line.write(vals)
        with self.assertRaises(AccessError):
            self.lines(invitations)[0].unlink()

    def test_restricted_words(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Secret", "code": "coding_secret", "value_type": "text", "sensitivity": "restricted"}
        )
        self.liked.write({"target_kind": "attribute", "target_attribute_id": attribute.id})
        invitations = self.answered([10] * 8, words="private")
        self.assertFalse(self.offered())
        with self.assertRaises(AccessError):
            self.lines(invitations)[0].write({"tag_ids": [(6, 0, self.tags.ids)]})
        self.seller.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.assertEqual(len(self.offered()), 8)
        self.lines(invitations)[0].write({"tag_ids": [(6, 0, self.tags.ids)]})

    def test_other_surveys_stay_closed(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Internal",
                "survey_type": "custom",
                "question_and_page_ids": [(0, 0, {"title": "Why?", "question_type": "text_box"})],
            }
        )
        line = self.env["survey.user_input.line"].create(
            {
                "user_input_id": self.env["survey.user_input"].create({"survey_id": survey.id}).id,
                "question_id": survey.question_ids.id,
                "answer_type": "text_box",
                "value_text_box": "x",
            }
        )
        with self.assertRaises(AccessError):
            line.with_user(self.seller).write({"tag_ids": [(6, 0, self.tags.ids)]})

    def test_report(self):
        first = self.answered([10] * 8, self.seller, words="Tốt")
        second = self.answered([10] * 6, self.other, words="Lâu")
        third = self.answered([10] * 5, self.third, words="Không biết")
        self.lines(first)[:6].write({"tag_ids": [(6, 0, self.tags.ids)]})
        self.lines(first)[6:].write({"tag_ids": [(6, 0, self.tags[1].ids)]})
        self.lines(second).write({"tag_ids": [(6, 0, self.tags[1].ids)]})
        report = self.report("crm.survey.tag.report", dimension="none")
        self.assertEqual((report.coded_count, report.waiting_count), (14, len(third)))
        found = {line.tag_id: (line.customers, line.answers) for line in report.line_ids}
        self.assertEqual(found, {self.tags[0]: (6, 14), self.tags[1]: (14, 14)})
        lines = self.report("crm.survey.tag.report", dimension="salesperson").line_ids
        found = {(line.name, line.tag_id.name): line.customers for line in lines}
        self.assertEqual(found[self.seller.name, "Thợ giỏi"], 6)
        self.assertEqual(found[self.other.name, "Chờ lâu"], 6)

    def test_report_hides_small_groups(self):
        first = self.answered([10] * 8, self.seller, words="Tốt")
        second = self.answered([10] * 3, self.other, words="Lâu")
        self.lines(first + second).write({"tag_ids": [(6, 0, self.tags.ids)]})
        lines = self.report("crm.survey.tag.report", dimension="salesperson").line_ids
        self.assertTrue(all(lines.mapped("hidden")))
        self.assertFalse(any(lines.mapped("customers")) or lines.tag_id)

    def test_only_who_is_done_counts(self):
        """As in the other reports: whoever is still at it, or broke off, is not counted, nor offered to be coded."""
        done = self.answered([10] * 8, words="Tốt") + self.answered([9], code="1.2", words="Tạm")
        open_ones = self.answered([0] * 8, code=False, words="Đang trả lời")
        open_ones.write({"state": "started"})
        left = self.answered([0], code="2.12", words="Bỏ ngang")
        aside = self.answered([0], words="Không đọc")
        aside.user_input_id.quality_state = "set_aside"
        self.assertEqual(self.offered(self.manager), self.lines(done, self.manager))
        self.lines(done + open_ones + left + aside, self.manager).write({"tag_ids": [(6, 0, self.tags[0].ids)]})
        report = self.report("crm.survey.tag.report", dimension="none")
        self.assertEqual((report.coded_count, report.waiting_count), (9, 0))
        self.assertEqual(report.line_ids.mapped("answers"), [9])
        scores = self.report(dimension="none", metric="nps")
        self.assertEqual(scores.answer_count, report.coded_count)
        self.lines(done[:1], self.manager).write({"tag_ids": [(5, 0, 0)]})
        again = self.report("crm.survey.tag.report", dimension="none")
        self.assertEqual((again.coded_count, again.waiting_count), (8, 1))
