from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..domain import goal
from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestProgramGoal(CustomerSurveyCase):
    """How many answers, spread over the time, for how much money and how many hours."""

    def sample(self, customers, **values):
        """A running calendar program that asks a sample of these customers today."""
        program = self.make_program(
            "quiet",
            self.quiet_survey,
            trigger="calendar",
            day_ids=[Command.create({"date": self.at.date()})],
            partner_domain=f"[('id', 'in', {customers.ids})]",
            **{"target_mode": "number", "target_number": 10, "expected_share": 0.5, **values},
        )
        program._activate(self.at)
        return program

    def finish(self, invitations):
        invitations.write({"state": "done", "final_disposition": "1.1", "due": False})

    # -- the target ------------------------------------------------------------------------------------

    def test_sample_size_of_the_population(self):
        customers = self.make_customers(300)
        program = self.sample(customers, target_mode="margin", target_margin=0.05)
        self.assertEqual((program.population, program.target_count), (300, 169))
        program.target_margin = 0.1
        self.assertEqual(program.target_count, 73)

    def test_population_of_a_stage(self):
        self.customer._lifecycle_declare("quiet", "said so")
        self.program.partner_domain = f"[('id', 'in', {(self.customer | self.make_customers(3)).ids})]"
        self.assertEqual(self.program.population, 1)

    def test_no_more_are_out_than_it_takes(self):
        program = self.sample(self.make_customers(60))
        program._run(self.at)
        self.assertEqual(len(program.invitation_ids), 20, "10 answers at a rate of one half")
        program._run(self.later(minutes=30))
        self.assertEqual(len(program.invitation_ids), 20)
        self.finish(program.invitation_ids[:4])
        program.invitation_ids[4:10].write({"state": "expired"})
        program._run(self.later(hours=1))
        self.assertEqual(len(program.invitation_ids), 22, "6 answers missing: 12 out, of which 10 still are")

    def test_spread_over_the_period(self):
        program = self.sample(self.make_customers(60), last_day=self.at.date() + timedelta(days=4))
        program._run(self.at)
        self.assertEqual(len(program.invitation_ids), 4, "10 / (0.5 x 5 days)")
        for hour in (1, 2):
            program._run(self.later(hours=hour))
        self.assertEqual(len(program.invitation_ids), 4, "the day's share is out")
        program._run(self.later(days=1))
        self.assertEqual(len(program.invitation_ids), 9, "10 / (0.5 x 4 days)")
        self.finish(program.invitation_ids[:8])
        program._run(self.later(days=2))
        self.assertEqual(len(program.invitation_ids), 9 + 2, "2 / (0.5 x 3 days)")

    def test_draw_is_reproducible_and_random(self):
        customers = self.make_customers(60)
        program = self.sample(customers)
        program._run(self.at)
        wanted = sorted(customers.ids, key=lambda pid: goal.draw_key(f"{program.seed}:{self.at.date()}", pid))[:20]
        self.assertEqual(sorted(program.invitation_ids.partner_id.ids), sorted(wanted))
        twin = self.sample(customers, seed=program.seed)
        twin.cap_per_run = 7
        for hour in range(4):
            twin._run(self.later(hours=hour))
        self.assertEqual(twin.invitation_ids.partner_id, program.invitation_ids.partner_id)
        other = self.sample(customers, seed=program.seed + 1)
        other._run(self.at)
        self.assertNotEqual(other.invitation_ids.partner_id, program.invitation_ids.partner_id)

    def test_killed_and_run_again(self):
        """A run that dies half-way leaves nothing; run twice, nobody is asked twice and nobody is left out."""
        customers = self.make_customers(60)
        program = self.sample(customers)
        twin = self.sample(customers, seed=program.seed)
        with self.assertRaises(InterruptedError), self.env.cr.savepoint():
            program._collect(self.at)
            raise InterruptedError
        self.env.invalidate_all()
        self.assertFalse(program.invitation_ids)
        program._run(self.at)
        program._run(self.at)
        twin._run(self.at)
        self.assertEqual(len(program.invitation_ids), 20)
        self.assertEqual(len(program.invitation_ids.partner_id), 20)
        self.assertEqual(program.invitation_ids.partner_id, twin.invitation_ids.partner_id)
        self.assertEqual(len(self.mails(program.invitation_ids)), 20)

    def test_events_are_drawn_and_let_go(self):
        customers = self.make_customers(10)
        self.program.write(
            {"delay_days": 0, "target_mode": "number", "target_number": 1, "expected_share": 0.5, "expiry_days": 5}
        )
        self.program._activate(self.at - timedelta(days=1))
        self.move(customers, "quiet")
        self.program._run(self.at)
        sent = self.program.invitation_ids.filtered(lambda i: i.state == "sent")
        wanted = sorted(customers.ids, key=lambda pid: goal.draw_key(str(self.program.seed), pid))[:2]
        self.assertEqual(sorted(sent.partner_id.ids), sorted(wanted))
        self.program._run(self.later(days=5, minutes=1))
        rest = self.program.invitation_ids.filtered(lambda i: i.cancel_reason == "not_drawn")
        self.assertTrue(rest)
        self.assertFalse(any(rest.mapped("final_disposition")), "who was not drawn is not in the sample")

    # -- the end -----------------------------------------------------------------------------------------

    def test_target_reached(self):
        program = self.sample(self.make_customers(60), target_number=2)
        program._run(self.at)
        one, two, sent, *_rest = program.invitation_ids
        waiting = program._invite({self.customer.id: (self.at, False)}, self.at)
        self.assertFalse(waiting, "the filter holds")
        program.partner_domain = "[]"
        waiting = program._invite({self.customer.id: (self.later(days=3), False)}, self.at)
        self.finish(one | two)
        program._run(self.later(hours=1))
        self.assertEqual((program.state, program.stop_reason), ("done", "target"))
        self.assertEqual((waiting.state, waiting.final_disposition), ("cancelled", "4.8"))
        self.assertEqual((sent.state, sent.due), ("sent", False))
        self.env["crm.survey.program"]._expire_resting(self.later(days=40))
        self.assertEqual(sent.state, "expired", "links of a finished program expire")

    def test_budget(self):
        program = self.sample(self.make_customers(40), budget_amount=100, cost_per_answer=40)
        program._run(self.at)
        self.finish(program.invitation_ids[0])
        program._run(self.later(hours=1))
        self.assertEqual((program.state, program.spent_amount), ("running", 40))
        self.finish(program.invitation_ids[1])
        program._run(self.later(hours=2))
        self.assertEqual((program.state, program.stop_reason, program.spent_amount), ("done", "budget", 80))
        self.assertIn("budget", program.message_ids[0].body)
        with self.assertRaises(UserError):
            program._activate(self.later(hours=3))
        program.budget_amount = 1000
        program._activate(self.later(hours=3))
        self.assertEqual((program.state, program.stop_reason), ("running", False))

    def test_interviewer_hours(self):
        phone = self.env.ref("crm_contact_policy.channel_phone")
        self.program.step_ids.channel_id = phone
        self.program.write({"budget_hours": 1, "minutes_per_call": 20})
        self.program._activate(self.at - timedelta(days=1))
        invitations = self.invite(self.make_customers(3))
        called, talked, waiting = invitations
        Attempt = self.env["crm.survey.attempt"]
        for _number in range(2):
            Attempt.create({"invitation_id": called.id, "channel_id": phone.id, "disposition": "no_answer"})
        self.assertAlmostEqual(self.program.spent_hours, 40 / 60)
        self.program._run(self.later(hours=1))
        self.assertEqual(self.program.state, "running")
        long_call = Attempt.create(
            {"invitation_id": talked.id, "channel_id": phone.id, "disposition": "no_answer"}
        )
        long_call.sudo().write({"duration": 0.5, "cost": 30})
        self.program.invalidate_recordset()
        self.assertAlmostEqual(self.program.spent_hours, 70 / 60)
        self.assertEqual(self.program.spent_amount, 30)
        self.program._run(self.later(hours=1))
        self.assertEqual((self.program.state, self.program.stop_reason), ("done", "hours"))
        self.assertEqual((waiting.state, waiting.final_disposition), ("cancelled", "3.11"))

    def test_period(self):
        program = self.sample(self.make_customers(40), last_day=self.at.date())
        program._run(self.at)
        self.assertEqual(program.state, "running")
        program._run(self.later(days=1))
        self.assertEqual((program.state, program.stop_reason), ("done", "period"))
        program._run(self.later(days=2))

    def test_asking_by_hand_keeps_to_the_budget(self):
        self.program.write({"budget_amount": 10, "cost_per_answer": 20})
        wizard = self.env["crm.survey.ask"].create(
            {"program_id": self.program.id, "partner_ids": [(6, 0, self.customer.ids)]}
        )
        with self.assertRaises(UserError):
            wizard.action_ask()

    def test_asking_by_hand_waits_for_the_draw(self):
        program = self.sample(self.make_customers(5), target_number=1)
        program.partner_domain = "[]"
        program.trigger = "manual"
        invitations = program._invite_sudo({self.customer.id: (self.at, False)}, self.at)
        self.assertEqual(invitations.state, "planned")
        program._run(self.later(minutes=1))
        self.assertEqual(invitations.state, "sent")

    # -- what people see -----------------------------------------------------------------------------------

    def test_making_a_program(self):
        form = Form(self.env["crm.survey.program"])
        form.name = "Twice a year"
        form.trigger = "calendar"
        form.survey_id = self.quiet_survey
        form.calendar_mode = "months"
        form.calendar_start = self.at.date()
        form.partner_domain = f"[('id', 'in', {self.make_customers(300).ids})]"
        form.target_mode = "margin"
        form.last_day = self.at.date() + timedelta(days=60)
        self.assertEqual(form.target_count, 169)
        with form.step_ids.new() as step:
            step.channel_id = self.env.ref("crm_contact_policy.channel_email")
        with form.variant_ids.new() as variant:
            variant.customer_kind = "company"
            variant.survey_id = self.churn_survey
        with form.quota_ids.new() as quota:
            quota.name = "Persons"
            quota.customer_kind = "person"
            quota.target = 100
        program = form.save()
        self.assertTrue(program.next_day)
        self.assertEqual(program.variant_ids.company_id, self.company)
        copied = program.copy()
        self.assertEqual((len(copied.quota_ids), len(copied.variant_ids), copied.state), (1, 1, "draft"))

    def test_activation_tells_the_reach(self):
        customers = self.make_customers(40)
        program = self.make_program(
            "quiet",
            self.quiet_survey,
            trigger="calendar",
            day_ids=[Command.create({"date": self.env.cr.now().date()})],
            partner_domain=f"[('id', 'in', {customers.ids})]",
            target_mode="number",
            target_number=10,
            expected_share=0.5,
            budget_amount=100,
            cost_per_answer=20,
            quota_ids=[Command.create({"name": "All", "target": 99})],
        )
        program.day_ids.date = program._local_day(self.env.cr.now())
        wizard = self.env["crm.survey.activate"].create({"program_id": program.id})
        self.assertEqual(wizard.current_count, 40)
        self.assertEqual(wizard.allow_count + wizard.hold_count + wizard.deny_count, 40)
        self.assertEqual(wizard.now_reach, min(wizard.allow_count, 10), "5 answers can be paid, one half answers")
        self.assertEqual(wizard.week_reach, 10)
        for text in ("10 answers", "All", "5 more answers"):
            self.assertIn(text, wizard.limits)
        wizard.action_confirm()
        self.assertEqual(program.state, "running")
