"""Surveys after a ticket of OCA Helpdesk Management is solved."""

from datetime import timedelta

from odoo.addons.crm_survey.tests.common import CustomerSurveyCase
from odoo.fields import Command
from odoo.tests import Form, tagged


@tagged("post_install", "-at_install")
class TestHelpdeskPrograms(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.cancelled = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
        cls.new = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True, "email": "firm@example.com"})
        cls.person = cls.make_customers(1, parent_id=cls.firm.id)

    def make_ticket(self, partner, stage, closed_on=None, **values):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "No heating",
                "description": "cold",
                "partner_id": partner.id,
                "company_id": self.company.id,
                **values,
            }
        )
        ticket.stage_id = stage
        if stage.closed:
            ticket.closed_date = closed_on or self.at
        return ticket

    def program_by(self, **values):
        program = self.make_program("quiet", self.quiet_survey, trigger="ticket", **values)
        program._activate(self.at - timedelta(days=1))
        return program

    def asked(self, program):
        program._run(self.later(hours=1))
        program._run(self.later(hours=2))
        return program.invitation_ids

    def test_ticket_solved(self):
        program = self.program_by()
        self.assertEqual(program.ticket_stage_ids, self.done)
        one, two, three = self.make_customers(3)
        ticket = self.make_ticket(self.person, self.done)
        self.make_ticket(one, self.cancelled)
        self.make_ticket(two, self.new)
        self.make_ticket(three, self.done, closed_on=self.at - timedelta(days=2))
        invitation = self.asked(program)
        self.assertEqual((invitation.partner_id, invitation.recipient_id), (self.firm, self.person))
        self.assertEqual(invitation.event_key, f"helpdesk.ticket,{ticket.id}")
        self.assertEqual(invitation.due, self.later(days=2))

    def test_opened_again_is_not_solved(self):
        program = self.program_by()
        ticket = self.make_ticket(self.customer, self.done)
        ticket.stage_id = self.new
        self.assertFalse(self.asked(program))

    def test_other_company_and_team(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Team", "company_id": self.company.id})
        program = self.program_by(ticket_team_ids=[Command.set(team.ids)])
        mine, other, elsewhere = self.make_customers(3)
        self.make_ticket(mine, self.done, team_id=team.id)
        self.make_ticket(other, self.done)
        self.make_ticket(elsewhere, self.done, company_id=self.env.ref("base.main_company").id)
        self.assertEqual(self.asked(program).partner_id, mine)

    def test_every_closing_stage(self):
        program = self.program_by(ticket_stage_ids=False)
        self.make_ticket(self.customer, self.cancelled)
        self.assertEqual(self.asked(program).partner_id, self.customer)

    def test_making_a_program(self):
        form = Form(self.env["crm.survey.program"])
        form.name = "After a ticket"
        form.trigger = "ticket"
        form.survey_id = self.quiet_survey
        self.assertEqual(form.ticket_stage_ids[:], self.done)
        self.assertEqual(form.save().trigger, "ticket")
