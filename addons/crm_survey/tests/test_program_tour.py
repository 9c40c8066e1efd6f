from odoo.tests import HttpCase, new_test_user, tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install", "tour")
class TestProgramTour(CustomerSurveyCase, HttpCase):
    """A manager makes a program from the menu, sees whom it would reach, and starts it."""

    def test_a_program_from_the_menu(self):
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        self.policy.write(
            {
                "hours_ids": [(5, 0), (0, 0, {"hour_from": 0, "hour_to": 24})],
                **{f"off_{day}": False for day in days},
            }
        )
        new_test_user(
            self.env,
            "program_tour",
            groups="sales_team.group_sale_manager",
            lang="en_US",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        partners = self.make_customers(3)
        for partner, name in zip(partners, ("Quiet One", "Quiet Two", "Quiet Three"), strict=True):
            partner.name = name
        self.env["crm.lifecycle.status"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "stage_id": self.stage["quiet"].id,
                    "engine_stage_id": self.stage["quiet"].id,
                    "since": self.at.date(),
                    "reason_code": "orders",
                    "customer_kind": "person",
                }
                for partner in partners
            ]
        )
        self.start_tour("/odoo", "crm_survey_make_program", login="program_tour")
        program = self.env["crm.survey.program"].search([("name", "=", "Quiet in autumn")])
        self.assertEqual((program.state, program.company_id, program.trigger), ("running", self.company, "stage"))
        self.assertEqual((program.survey_id, program.stage_ids), (self.quiet_survey, self.stage["quiet"]))
        self.assertEqual(program.step_ids.mapped("channel_code"), ["email", "phone"])
        self.assertEqual(program.step_ids.mapped("days"), [0, 7])
        self.assertEqual((program.target_mode, program.target_number), ("number", 20))
        self.assertEqual(program.invitation_ids.partner_id, partners)
        self.assertEqual(set(program.invitation_ids.mapped("state")), {"planned"})
