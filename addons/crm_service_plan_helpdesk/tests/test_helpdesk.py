"""A case and its ticket follow each other, without end and without loop."""

from odoo.addons.crm_service_plan.tests.common import ServicePlanCase
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import new_test_user


@tagged("post_install", "-at_install")
class TestHelpdesk(ServicePlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.user = new_test_user(cls.env, "hd_service", groups="crm_service_plan.group_user", **values)
        cls.agent = new_test_user(cls.env, "hd_agent", groups="helpdesk_mgmt.group_helpdesk_user", **values)
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "in_progress", "awaiting", "done", "cancelled")
        }

    def make_case(self, **vals):
        return self.env["crm.service.case"].create(
            {"name": "Pump leaks", "partner_id": self.customer.id, "company_id": self.company.id, **vals}
        )

    def test_case_makes_ticket_and_both_follow(self):
        case = self.make_case(description="<b>wet</b>").with_user(self.user)
        case.action_make_ticket()
        ticket = case.sudo().ticket_ids
        self.assertEqual(
            (ticket.name, ticket.partner_id, ticket.stage_id), ("Pump leaks", self.customer, self.stages["new"])
        )
        self.assertNotIn("<b>", ticket.description)
        case.action_make_ticket()
        self.assertEqual(case.sudo().ticket_ids, ticket, "one to one")
        case.action_take()
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        ticket.with_user(self.agent).stage_id = self.stages["awaiting"]
        self.assertEqual(case.state, "waiting")
        self.assertTrue(case.responded_on)
        case.action_resume()
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        ticket.with_user(self.agent).stage_id = self.stages["done"]
        self.assertEqual(case.state, "solved")
        self.assertTrue(case.solved_on)
        case.action_close()
        self.assertEqual((case.state, ticket.stage_id), ("closed", self.stages["done"]))
        ticket.with_user(self.agent).stage_id = self.stages["in_progress"]
        self.assertEqual((case.state, case.solved_on), ("assigned", False))
        case.action_cancel()
        self.assertEqual(ticket.stage_id, self.stages["cancelled"])

    def test_ticket_makes_case(self):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "No heating",
                "description": "<p>Cold <i>since</i> Monday</p>",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "channel_id": self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone").id,
            }
        )
        self.assertFalse(ticket.service_case_id)
        ticket.action_make_case()
        case = ticket.service_case_id
        self.assertEqual((case.name, case.partner_id, case.channel_id.code), ("No heating", self.customer, "phone"))
        self.assertNotIn("<i>", case.description)
        self.assertEqual(case.ticket_number, ticket.number)

    def test_by_itself_as_chosen(self):
        for choice, from_case, from_ticket in (
            ("none", 0, 0),
            ("case", 1, 0),
            ("ticket", 0, 1),
            ("both", 1, 1),
        ):
            with self.subTest(choice=choice):
                self.company.service_ticket_sync = choice
                self.assertEqual(len(self.make_case().ticket_ids), from_case)
                ticket = self.env["helpdesk.ticket"].create(
                    {"name": "x", "description": "x", "company_id": self.company.id, "partner_id": self.customer.id}
                )
                self.assertEqual(len(ticket.service_case_id), from_ticket)
                self.assertEqual(len(ticket.service_case_id.ticket_ids), from_ticket)

    def test_sla_is_shown(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Team", "use_sla": True, "company_id": self.company.id, "user_ids": [(6, 0, self.agent.ids)]}
        )
        self.env["helpdesk.sla"].create(
            {"name": "Four hours", "team_ids": [(6, 0, team.ids)], "hours": 4, "stage_id": self.stages["done"].id}
        )
        self.company.service_ticket_team_id = team
        case = self.make_case()
        case.action_make_ticket()
        self.assertTrue(case.ticket_deadline)
        self.assertEqual(case.ticket_deadline, case.ticket_ids.sla_deadline)

    def test_links_are_not_forged(self):
        case = self.make_case()
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "x", "company_id": self.company.id, "user_id": self.agent.id}
        )
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).service_case_id = case
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).action_make_case()
