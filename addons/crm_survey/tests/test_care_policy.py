"""A survey program named in a care policy asks that policy's customers only; a churn interview tells the cause."""

from odoo.addons.crm_lifecycle.tests.common import TODAY, LifecycleCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestCarePolicy(LifecycleCase):
    def test_only_the_policy_s_customers_are_asked(self):
        rich, poor = self.make_customers(2)
        gold = self.env["crm.value.class"].create({"name": "Vàng", "min_amount": 1000, "company_id": self.company.id})
        self.buy(rich, TODAY, amount=5000)
        self.buy(poor, TODAY)
        self.run_all()
        survey = self.env["survey.survey"].create({"title": "Hỏi thăm", "survey_type": "lifecycle"})
        program = self.env["crm.survey.program"].create(
            {
                "name": "P",
                "survey_id": survey.id,
                "company_id": self.company.id,
                "stage_ids": [(6, 0, self.stages["new"].ids)],
            }
        )
        customers = self.env["res.partner"].search([("id", "in", (rich | poor).ids)])
        self.assertEqual(customers.filtered_domain(program._get_partner_domain()), customers)
        self.env["crm.care.policy"].create(
            {
                "name": "Chăm sóc đặc biệt",
                "company_id": self.company.id,
                "value_class_ids": [(6, 0, gold.ids)],
                "program_ids": [(6, 0, program.ids)],
            }
        )
        found = self.env["res.partner"].search(program._get_partner_domain())
        self.assertEqual(found & customers, rich)
        self.assertEqual(customers.filtered_domain(program._get_partner_domain()), rich)
