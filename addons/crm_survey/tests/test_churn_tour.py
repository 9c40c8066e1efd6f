from odoo.tests import HttpCase, tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install", "tour")
class TestChurnTour(CustomerSurveyCase, HttpCase):
    """From the menu: open an interview, write down our view, close it, win the customer back."""

    def test_churn_interview(self):
        self.user = self.env["res.users"].create(
            {
                "name": "Churn Manager",
                "login": "churn_tour",
                "password": "churn_tour",
                "lang": "en_US",
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                "group_ids": [(6, 0, self.env.ref("sales_team.group_sale_salesman_all_leads").ids)],
            }
        )
        leaver = self.env["res.partner"].create({"name": "Leaver of the Tour", "email": "leaver@example.com"})
        interview = self.env["crm.churn.interview"].create({"partner_id": leaver.id})
        self.start_tour("/odoo", "crm_survey_churn_interview", login="churn_tour")
        self.assertEqual((interview.state, interview.outcome), ("done", "ended"))
        self.assertEqual(interview.primary_reason_id.code, "response_to_failure")
        self.assertEqual(interview.salesperson_note, "They found us too dear")
        self.assertEqual((interview.agreement, interview.win_back_chance), ("different", "high"))
        self.assertEqual(interview.lead_id.partner_id, leaver)
        leaver.invalidate_recordset()
        self.assertEqual(leaver.lifecycle_stage_id.code, "ended")
