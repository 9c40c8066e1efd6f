from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CustomerSurveyCase, LinkMixin


@tagged("post_install", "-at_install", "tour")
class TestPhoneTour(LinkMixin, CustomerSurveyCase, HttpCase):
    """A customer answers on a phone-width page in Vietnamese."""

    browser_size = "390x844"
    touch_enabled = True

    def test_customer_answers_on_a_phone(self):
        invitation = self.invite()
        invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.start_tour(self.start_url(invitation), "crm_survey_customer_phone", login=None)
        invitation.invalidate_recordset()
        self.assertEqual((invitation.state, invitation.final_disposition), ("done", "1.1"))
        invitation._write_back()
        self.assertEqual(self.customer._profile_value("quiet_reason"), "moved")
        self.assertEqual(self.customer._profile_value("recommend_score"), 9)
        self.assertEqual(self.customer._profile_value("likes"), "Thợ làm kỹ")

    def test_marks_on_a_phone(self):
        """CSAT, CES and NPS with a thumb, the worst NPS mark included, and why after a bad mark."""
        survey = self.env.ref("crm_survey.survey_after_service")
        invitation = self.invite(program=self.make_program("established", survey))
        invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.start_tour(self.start_url(invitation), "crm_survey_customer_marks", login=None)
        said = {
            line.question_id.code: line.value_scale
            for line in invitation.user_input_id.user_input_line_ids
            if line.answer_type == "scale"
        }
        self.assertEqual(said, {"satisfaction": 2, "effort": 7, "recommend": 0})
        invitation._write_back()
        values = self.customer._profile_values(["recommend_score", "dislikes"])[self.customer.id]
        self.assertEqual(values, {"recommend_score": 0, "dislikes": "Chờ lâu"})

    def test_customer_declines_on_a_phone(self):
        invitation = self.invite()
        invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.start_tour(self.start_url(invitation), "crm_survey_customer_declines", login=None)
        invitation.invalidate_recordset()
        self.assertEqual((invitation.state, invitation.final_disposition), ("refused", "2.11"))
