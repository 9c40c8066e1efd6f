from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase


@tagged("post_install", "-at_install", "tour")
class TestCaseTour(ServicePlanCase, HttpCase):
    def test_from_the_form_to_the_published_answer(self):
        """Reported on the public form; a case, a visit, solved; its answer published."""
        company = self.env.ref("base.public_user").company_id
        partner = self.env["res.partner"].create({"name": "Tour Customer", "email": "tour.customer@example.com"})
        new_test_user(
            self.env,
            "case_tour",
            groups="crm_service_plan.group_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            lang="en_US",
        )
        self.start_tour("/service/report", "service_case_public")
        case = self.env["crm.service.case"].sudo().search([("name", "=", "Tour engine does not start")])
        self.assertEqual((case.contact_email, case.description), ("tour.customer@example.com", "It only clicks"))
        self.start_tour("/odoo/service-cases", "service_case_colleague", login="case_tour")
        self.assertEqual((case.state, case.partner_id, case.solution), ("solved", partner, "Battery charged"))
        self.assertEqual(case.visit_ids.state, "done")
        answer = self.env["crm.service.answer"].sudo().search([("case_id", "=", case.id)])
        self.assertEqual(answer.state, "published")
        self.assertIn("Battery charged", self.url_open(f"/service/answers/{answer.id}").text)
