from odoo.tests import HttpCase, new_test_user, tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install", "tour")
class TestReportTours(CustomerSurveyCase, HttpCase):
    """From the menu down to what one customer said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "report_tour",
            groups="sales_team.group_sale_manager",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def test_manager_reads_the_churn_report_down_to_a_verbatim(self):
        rival = self.env["crm.competitor"].create({"name": "Xe Tam Đảo"})
        named = self.env["res.partner"].create({"name": "Tour Customer"})
        failure = self.env.ref("crm_survey.churn_reason_core_service_failure")
        moved = self.env.ref("crm_survey.churn_reason_circumstances")
        self.env["crm.churn.interview"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "state": "done",
                    "primary_reason_id": (moved if number < 2 else failure).id,
                    "competitor_id": rival.id,
                    "value_lost": 1000,
                    "customer_note": "Gọi mãi không ai nghe" if partner == named else False,
                }
                for number, partner in enumerate(self.make_customers(7) + named)
            ]
        )
        self.start_tour("/odoo", "crm_survey_manager_churn_report", login="report_tour")

    def test_codes_by_keyboard(self):
        self.env["crm.survey.tag"].create([{"name": "Chờ lâu"}, {"name": "Thợ giỏi"}])
        invitations = self.invite(self.make_customers(8))
        self.env["survey.user_input.line"].create(
            [
                {
                    "user_input_id": invitation.user_input_id.id,
                    "question_id": self.question(self.quiet_survey, "liked").id,
                    "answer_type": "text_box",
                    "value_text_box": "Chờ gần một giờ",
                }
                for invitation in invitations
            ]
        )
        invitations.write({"state": "done", "final_disposition": "1.1"})
        self.start_tour("/odoo", "crm_survey_code_verbatims", login="report_tour")
        tags = invitations.user_input_id.user_input_line_ids.tag_ids
        self.assertEqual(tags.mapped("name"), ["Chờ lâu"])
