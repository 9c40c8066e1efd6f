from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CustomerSurveyCase, LinkMixin


@tagged("post_install", "-at_install")
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

    def test_customer_declines_on_a_phone(self):
        invitation = self.invite()
        invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.start_tour(self.start_url(invitation), "crm_survey_customer_declines", login=None)
        invitation.invalidate_recordset()
        self.assertEqual((invitation.state, invitation.final_disposition), ("refused", "2.11"))
