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
        self.assertEqual(case.survey_invitation_id, invitation)
        self.assertFalse(invitation.follow_up_ids, "the case is the follow-up")
        said = self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("is_complaint", "=", True)]
        )
        self.assertEqual((said.res_model, said.res_id), (case._name, case.id), "one complaint in the ledger")
        self.again(invitation)
        self.assertEqual(self._cases(), case)

    def test_a_detractor_is_followed_up_all_the_same(self):
        invitation = self.answered({"trouble": "Late", "nps": "1"})
        self.assertEqual(len(self._cases()), 1)
        self.assertEqual(invitation.follow_up_ids.reason_code, "nps")

    def test_no_complaint_no_case(self):
        self.answered({"trouble": "không", "nps": "9"})
        self.assertFalse(self._cases())
