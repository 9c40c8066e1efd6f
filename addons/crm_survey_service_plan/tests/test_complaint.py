from odoo.addons.crm_survey.tests.test_answer_back import AnswerBackCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestComplaintCase(AnswerBackCase):
    """A complaint in a survey is a case, once."""

    def _cases(self):
        return self.env["crm.service.case"].search([("partner_id", "=", self.customer.id)])

    def test_a_case(self):
        invitation = self.answered({"trouble": "Giao trễ hai tuần"})
        case = self._cases()
        self.assertEqual((case.is_complaint, case.state, case.company_id), (True, "new", self.company))
        self.assertIn("Giao trễ hai tuần", case.description)
        self.assertEqual(case.survey_origin_id, invitation)
        self.assertFalse(invitation.follow_up_ids, "the case is the follow-up")
        said = self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("is_complaint", "=", True)]
        )
        self.assertEqual((said.res_model, said.res_id), (case._name, case.id), "one complaint in the ledger")
        self.again(invitation)
        self.assertEqual(self._cases(), case)

    def test_answers_set_aside(self):
        """The case is no complaint while its answers do not count; who works on it is told both times."""
        invitation = self.answered({"trouble": "Giao trễ hai tuần"})
        case = self._cases()
        case.user_id = self.manager
        complaints = [("partner_id", "=", self.customer.id), ("is_complaint", "=", True)]
        invitation.user_input_id._review("set_aside", "Clicked through", self.at)
        self.assertFalse(case.is_complaint)
        self.assertFalse(self.env["crm.interaction"].search(complaints))
        self.assertIn(self.manager.partner_id, case.message_ids[:1].notified_partner_ids)
        self.assertIn("Clicked through", case.message_ids[:1].body)
        self.again(invitation)
        self.assertEqual((self._cases(), case.is_complaint), (case, False))
        invitation.user_input_id._review("accepted", "Spoke to her", self.at)
        invitation._write_back()
        self.assertTrue(case.is_complaint)
        self.assertEqual(len(self.env["crm.interaction"].search(complaints)), 1)
        self.assertEqual((self._cases(), invitation.follow_up_ids), (case, invitation.follow_up_ids.browse()))
        self.assertIn("Spoke to her", case.message_ids[:1].body)

    def test_a_detractor_is_followed_up_all_the_same(self):
        invitation = self.answered({"trouble": "Late", "nps": "1"})
        self.assertEqual(len(self._cases()), 1)
        self.assertEqual(invitation.follow_up_ids.reason_code, "nps")

    def test_no_complaint_no_case(self):
        self.answered({"trouble": "không", "nps": "9"})
        self.assertFalse(self._cases())
