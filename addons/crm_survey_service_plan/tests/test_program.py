"""Surveys after a visit, a solved case and the end of a contract."""

from datetime import timedelta

from odoo.addons.crm_survey.tests.common import CustomerSurveyCase
from odoo.fields import Command
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestServicePrograms(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = cls.at.date()
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True, "email": "firm@example.com"})
        cls.person = cls.make_customers(1, parent_id=cls.firm.id, name="Buyer")
        cls.branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})

    def program_by(self, trigger, **values):
        program = self.make_program("quiet", self.quiet_survey, trigger=trigger, **{"delay_days": 3, **values})
        program._activate(self.at - timedelta(days=1))
        return program

    def make_visit(self, partner, day=None, **values):
        """A visit done; how it gets done is the service addon's test."""
        visit = self.env["crm.service.visit"].create(
            {"name": "Repair", "partner_id": partner.id, "company_id": self.company.id, "due_date": self.day, **values}
        )
        visit._move({"state": "done", "done_date": day or self.day})
        return visit

    def run_once_more(self, program, at):
        program._run(at)
        program._run(at + timedelta(hours=1))
        return program.invitation_ids

    def test_visit_done(self):
        program = self.program_by("visit")
        before, elsewhere = self.make_customers(2)
        visit = self.make_visit(self.person)
        self.make_visit(before, day=self.day - timedelta(days=9))
        self.make_visit(elsewhere, company_id=self.env.ref("base.main_company").id)
        open_visit = self.env["crm.service.visit"].create(
            {"name": "Open", "partner_id": elsewhere.id, "company_id": self.company.id, "due_date": self.day}
        )
        invitation = self.run_once_more(program, self.later(hours=1))
        self.assertEqual(invitation.partner_id, self.firm)
        self.assertEqual(invitation.recipient_id, self.person, "who was visited is asked")
        self.assertEqual(invitation.event_key, f"crm.service.visit,{visit.id}")
        self.assertEqual(program._local_day(invitation.due), self.day + timedelta(days=3))
        self.assertEqual(open_visit.state, "due")

    def test_the_shipped_program(self):
        """“After a service” is there with the visit as its start; a customer visited is asked by it."""
        program = self.env.ref("crm_survey.crm_survey_program_after_service")
        program.write({"trigger": "manual", "state": "draft"})
        self.env["crm.survey.program"]._ask_after_visits()
        self.assertEqual(program.trigger, "visit")
        mine = program.copy({"company_id": self.company.id})
        mine._activate(self.at - timedelta(days=1))
        self.make_visit(self.customer)
        invitation = self.run_once_more(mine, self.later(hours=1))
        self.assertEqual((invitation.partner_id, invitation.survey_id), (self.customer, program.survey_id))

    def test_a_shipped_program_in_use_stays(self):
        program = self.env.ref("crm_survey.crm_survey_program_after_service")
        program.write({"trigger": "manual", "state": "draft"})
        self.env["crm.survey.invitation"].create({"program_id": program.id, "partner_id": self.customer.id})
        self.env["crm.survey.program"]._ask_after_visits()
        self.assertEqual(program.trigger, "manual", "somebody asks with it by hand")
        program.invitation_ids.unlink()
        program.state = "running"
        self.env["crm.survey.program"]._ask_after_visits()
        self.assertEqual(program.trigger, "manual")
        program.write({"trigger": "first_purchase", "state": "draft"})
        self.env["crm.survey.program"]._ask_after_visits()
        self.assertEqual(program.trigger, "first_purchase")

    def test_installed_so(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_survey"), ("name", "=", "crm_survey_program_after_service")]
        )
        program = self.env["crm.survey.program"].browse(data.res_id)
        if program.state != "draft" or program.invitation_ids:
            self.skipTest("this database uses the program already")
        self.assertEqual(program.trigger, "visit")

    def test_visit_of_a_branch(self):
        program = self.program_by("visit")
        self.env.user.company_ids |= self.branch
        self.make_visit(self.customer, company_id=self.branch.id, user_id=False)
        self.assertEqual(self.run_once_more(program, self.later(hours=1)).partner_id, self.customer)

    def test_only_visits_of_some_plans(self):
        wanted, other = self.env["crm.service.plan"].create([{"name": "Wanted"}, {"name": "Other"}])
        program = self.program_by("visit", service_plan_ids=[Command.set(wanted.ids)])
        one, two = self.make_customers(2)
        self.make_visit(one, plan_ids=[Command.set(wanted.ids)])
        self.make_visit(two, plan_ids=[Command.set(other.ids)])
        self.assertEqual(self.run_once_more(program, self.later(hours=1)).partner_id, one)

    def test_health_visits_start_nothing(self):
        plan = self.env["crm.service.plan"].create({"name": "Vaccination", "is_sensitive": True})
        program = self.program_by("visit")
        self.make_visit(self.customer, plan_ids=[Command.set(plan.ids)], user_id=False)
        self.assertFalse(self.run_once_more(program, self.later(hours=1)))

    def make_case(self, **values):
        return self.env["crm.service.case"].create(
            {"name": "Pump leaks", "partner_id": self.firm.id, "company_id": self.company.id, **values}
        )

    def test_case_solved(self):
        program = self.program_by("case")
        solved = self.make_case(contact_id=self.person.id)
        again, old, cancelled = (self.make_case(partner_id=p.id) for p in self.make_customers(3))
        solved._move({"state": "solved", "solved_on": self.at})
        again._move({"state": "assigned", "solved_on": self.at})
        old._move({"state": "solved", "solved_on": self.at - timedelta(days=2)})
        cancelled._move({"state": "cancelled"})
        invitation = self.run_once_more(program, self.later(hours=1))
        self.assertEqual(invitation.partner_id, self.firm)
        self.assertEqual(invitation.recipient_id, self.person)

    def test_only_cases_of_some_kinds(self):
        complaint = self.env["crm.service.case.category"].create({"name": "Complaint"})
        program = self.program_by("case", case_category_ids=[Command.set(complaint.ids)])
        one, two = self.make_customers(2)
        for partner, category in ((one, complaint), (two, complaint.browse())):
            case = self.make_case(partner_id=partner.id, category_id=category.id)
            case._move({"state": "solved", "solved_on": self.at})
        self.assertEqual(self.run_once_more(program, self.later(hours=1)).partner_id, one)

    def test_end_of_a_contract(self):
        program = self.program_by("contract")
        expired, cancelled, renewed, running = self.make_customers(4)
        contracts = {
            partner: self.env["crm.service.contract"].create(
                {
                    "name": "Care",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "start_date": self.day - timedelta(days=364),
                    "end_date": self.day,
                }
            )
            for partner in (expired, cancelled, renewed, running)
        }
        for contract in contracts.values():
            contract._move({"state": "running"})
        contracts[cancelled]._end(self.day, keep=False, lost=True)
        contracts[renewed].action_renew()
        contracts[renewed].next_ids._move({"state": "running"})
        (contracts[expired] | contracts[renewed])._expire(self.day)
        invitations = self.run_once_more(program, self.later(days=1))
        self.assertEqual(invitations.partner_id, expired | cancelled)

    def test_visit_before_the_start_on_the_same_day(self):
        self.make_visit(self.customer)
        program = self.make_program("quiet", self.quiet_survey, trigger="visit")
        program._activate(self.at)
        later = self.make_customers(1)
        self.make_visit(later)
        self.assertEqual(self.run_once_more(program, self.later(hours=1)).partner_id, later)

    def test_planner_without_rights_on_visits(self):
        """Who plans surveys sees how many would be asked, not the visits."""
        planner = new_test_user(
            self.env,
            "service_survey_planner",
            groups="crm_survey.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        program = self.make_program("quiet", self.quiet_survey, trigger="visit")
        self.assertFalse(self.env["crm.service.visit"].with_user(planner).has_access("read"))
        program.with_user(planner).get_view(view_type="form")
        wizard = self.env["crm.survey.activate"].with_user(planner).create({"program_id": program.id})
        self.assertEqual(wizard.week_count, 0)
        wizard.action_confirm()
        self.assertEqual(program.state, "running")

    def test_same_queries_for_few_and_many(self):
        program = self.program_by("visit")
        for number, day in ((10, self.day), (90, self.day + timedelta(days=10))):
            for partner in self.make_customers(number):
                self.make_visit(partner, day=day)
        few, many = self.at, self.later(days=10)
        self.assertEqual([len(program._events(at, at)) for at in (few, many)], [10, 90])
        self.assertSameQueryCount(lambda: program._events(few, few), lambda: program._events(many, many))
