from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestProgramEvents(CustomerSurveyCase):
    """What starts a program, and what does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold = cls.env["crm.value.class"].create(
            {"name": "Vàng", "min_amount": 1000, "company_id": cls.company.id}
        )
        cls.day = cls.at.date()
        cls.number = 0

    def program_by(self, trigger, **values):
        """A running program started the day before."""
        program = self.make_program("quiet", self.quiet_survey, trigger=trigger, **{"delay_days": 0, **values})
        program._activate(self.at - timedelta(days=1))
        return program

    def buy(self, partner, day, amount=100):
        TestProgramEvents.number += 1
        return self.env["crm.external.transaction"].create(
            {
                "external_ref": f"E{self.number}",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "date": day,
                "amount": amount,
            }
        )

    def change_class(self, partner, **values):
        return self.env["crm.value.class.change"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "to_class_id": self.gold.id,
                "changed_on": self.day,
                **values,
            }
        )

    # -- value classes and segments -------------------------------------------------------------------

    def test_class_entered(self):
        program = self.program_by("class", value_class_ids=[Command.set(self.gold.ids)])
        one, imported, other = self.make_customers(3)
        self.change_class(one)
        self.change_class(imported, is_live=False)
        self.change_class(other, to_class_id=False, from_class_id=self.gold.id)
        program._collect(self.later(hours=2))
        self.assertEqual(program.invitation_ids.partner_id, one)
        program._collect(self.later(hours=3))
        self.assertEqual(len(program.invitation_ids), 1)

    def test_preview_of_a_customer_in_no_class(self):
        program = self.program_by("class", value_class_ids=[Command.set(self.gold.ids)])
        would, sentences = program._preview(self.customer, self.later(hours=2))
        self.assertFalse(would)
        self.assertIn("in no value class", " ".join(sentences))

    def test_engine_marks_what_starts_nothing(self):
        """An imported purchase lifts a customer into the class; so do new rules: neither is the customer's doing."""
        customer, same = self.make_customers(2)
        Run = self.env["crm.lifecycle.run"]
        for partner in (customer, same):
            self.buy(partner, self.day - timedelta(days=40))
        Run._execute(self.company, self.day - timedelta(days=2))
        self.buy(customer, self.day - timedelta(days=1), amount=5000)
        customer.lifecycle_refresh(as_of=self.day)
        change = self.env["crm.value.class.change"].search([("partner_id", "=", customer.id)])
        self.assertEqual((change.to_class_id, change.is_live), (self.gold, False))
        self.gold.min_amount = 50
        self.assertTrue(self.company.lifecycle_full_requested)
        Run._execute(self.company, self.day)
        change = self.env["crm.value.class.change"].search([("partner_id", "=", same.id)])
        self.assertEqual((change.to_class_id, change.is_live), (self.gold, False))

    def test_engine_marks_what_the_customer_did(self):
        customer = self.make_customers(1)
        Run = self.env["crm.lifecycle.run"]
        self.buy(customer, self.day - timedelta(days=40))
        Run._execute(self.company, self.day - timedelta(days=2))
        self.buy(customer, self.day - timedelta(days=1), amount=5000)
        self.env["crm.lifecycle.dirty"].search([]).unlink()
        self.env["crm.lifecycle.dirty"]._mark(customer, self.company)
        customer.lifecycle_refresh(as_of=self.day)
        change = self.env["crm.value.class.change"].search([("partner_id", "=", customer.id)])
        self.assertEqual((change.to_class_id, change.is_live), (self.gold, True))

    def test_segment_joined(self):
        first, later, by_hand = self.make_customers(3, comment="x")
        later.comment = by_hand.comment = False
        segment = self.env["crm.segment"].create(
            {
                "name": "S",
                "company_id": self.company.id,
                "include_suspects": True,
                "domain": f"[('comment', '!=', False), ('id', 'in', {(first | later | by_hand).ids})]",
            }
        )
        segment._refresh_sudo(self.day - timedelta(days=3))
        program = self.program_by("segment", segment_ids=[Command.set(segment.ids)])
        later.comment = "y"
        self.env["crm.segment.decision"].create(
            {"segment_id": segment.id, "partner_id": by_hand.id, "decision": "add", "reason": "r"}
        )
        segment._refresh_sudo(self.day)
        program._collect(self.later(hours=1))
        self.assertEqual(program.invitation_ids.partner_id, later | by_hand, "the first fill starts nothing")
        newcomer = self.make_customers(1)
        segment.domain = f"[('id', 'in', {(first | later | newcomer).ids})]"
        segment._refresh_sudo(self.day + timedelta(days=1))
        self.assertIn(newcomer, segment._partners())
        program._collect(self.later(days=1))
        self.assertNotIn(newcomer, program.invitation_ids.partner_id, "new criteria start nothing")

    def test_imported_purchases_bring_nobody_in(self):
        customer, imported = self.make_customers(2)
        segment = self.env["crm.segment"].create({"name": "S", "company_id": self.company.id})
        program = self.program_by("segment", segment_ids=[Command.set(segment.ids)])
        self.buy(imported, self.day - timedelta(days=300))
        # The import happened when the customers joined; tests run at another time than the one they tell of.
        self.env.cr.execute("UPDATE crm_external_transaction SET create_date = %s", (self.at,))
        self.env["crm.segment.member"].create(
            [
                {
                    "segment_id": segment.id,
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "origin": "rule",
                    "entered_on": self.day,
                }
                for partner in (customer, imported)
            ]
        )
        program._collect(self.later(hours=1))
        self.assertEqual(program.invitation_ids.partner_id, customer)

    def test_who_left_the_class_is_not_asked(self):
        program = self.program_by("class", value_class_ids=[Command.set(self.gold.ids)], leave_cancels=True)
        self.change_class(self.customer)
        program._run(self.later(hours=1))
        self.assertEqual(program.invitation_ids.cancel_reason, "left_stage")

    def test_groups_must_be_named(self):
        for trigger in ("stage", "class", "segment"):
            with self.subTest(trigger=trigger), self.assertRaises(ValidationError):
                self.make_program("quiet", self.quiet_survey, trigger=trigger, stage_ids=False)

    def test_confidential_segment_is_refused(self):
        segment = self.env["crm.segment"].create({"name": "S", "company_id": self.company.id})
        segment.is_confidential = True
        with self.assertRaises(ValidationError):
            self.program_by("segment", segment_ids=[Command.set(segment.ids)])

    # -- purchases -----------------------------------------------------------------------------------

    def test_days_after_a_purchase(self):
        program = self.program_by("purchase", delay_days=7)
        early, late, returned = self.make_customers(3)
        self.buy(early, self.day - timedelta(days=30))
        self.buy(late, self.day, amount=10)
        self.buy(late, self.day, amount=20)
        self.buy(returned, self.day, amount=-20)
        program._run(self.later(hours=1))
        invitation = program.invitation_ids
        self.assertEqual(invitation.partner_id, late, "an old purchase imported today starts nothing, nor a return")
        self.assertEqual(program._local_day(invitation.due), self.day + timedelta(days=7))
        program._run(self.later(hours=2))
        self.assertEqual(len(program.invitation_ids), 1)

    def test_purchase_posted_late(self):
        program = self.program_by("purchase")
        program._run(self.later(days=4))
        self.buy(self.customer, self.day)
        program._run(self.later(days=4, hours=1))
        self.assertEqual(program.invitation_ids.partner_id, self.customer)

    def test_purchase_before_the_start_on_the_same_day(self):
        before, after = self.make_customers(2)
        self.buy(before, self.day)
        program = self.make_program("quiet", self.quiet_survey, trigger="purchase", delay_days=0)
        program._activate(self.at)
        self.buy(after, self.day)
        program._run(self.later(hours=1))
        self.assertEqual(program.invitation_ids.partner_id, after)

    def test_purchase_while_paused(self):
        program = self.program_by("purchase")
        program.action_pause()
        self.buy(self.customer, self.day)
        program._activate(self.later(hours=2))
        program._run(self.later(hours=3))
        self.assertFalse(program.invitation_ids)

    def test_first_purchase(self):
        program = self.program_by("first_purchase")
        regular, new = self.make_customers(2)
        self.buy(regular, self.day - timedelta(days=90))
        self.buy(regular, self.day)
        self.buy(new, self.day)
        program._run(self.later(hours=1))
        self.assertEqual(program.invitation_ids.partner_id, new)
        self.buy(new, self.day + timedelta(days=3))
        program.repeat_days = 1
        program._run(self.later(days=3))
        self.assertEqual(len(program.invitation_ids), 1)

    def test_again_after_the_next_purchase(self):
        program = self.program_by("purchase", repeat_days=1)
        self.buy(self.customer, self.day)
        program._run(self.later(hours=1))
        self.buy(self.customer, self.day + timedelta(days=5))
        # create_date is the clock's, the run's moment the test's
        self.env.cr.execute("UPDATE crm_survey_invitation SET create_date = %s", (self.at,))
        program._run(self.later(days=5))
        self.assertEqual(sorted(program.invitation_ids.mapped("wave")), [1, 2])

    # -- calendar ------------------------------------------------------------------------------------

    def calendar_program(self, customers, **values):
        return self.make_program(
            "quiet",
            self.quiet_survey,
            trigger="calendar",
            partner_domain=f"[('id', 'in', {customers.ids})]",
            **values,
        )

    def test_on_certain_days(self):
        customers = self.make_customers(3)
        program = self.calendar_program(
            customers,
            day_ids=[Command.create({"date": self.day + timedelta(days=days)}) for days in (-10, 2, 40)],
        )
        program._activate(self.at)
        program._run(self.later(hours=1))
        self.assertFalse(program.invitation_ids, "a day before the start is past")
        program._run(self.later(days=2))
        self.assertEqual(program.invitation_ids.partner_id, customers)
        program._run(self.later(days=2, hours=1))
        self.assertEqual(len(program.invitation_ids), 3)
        program.invitation_ids._cancel("user")
        program._run(self.later(days=40))
        self.assertEqual(sorted(program.invitation_ids.mapped("wave")), [1, 1, 1, 2, 2, 2])

    def test_calendar_asks_customers_of_its_company(self):
        """The job sees the contacts of all companies."""
        ours, theirs, anybody = self.make_customers(3)
        ours.company_id = self.company
        theirs.company_id = self.env.ref("base.main_company")
        program = self.calendar_program(ours | theirs | anybody, day_ids=[Command.create({"date": self.day})])
        program._activate(self.at)
        program._run(self.later(hours=1))
        self.assertEqual(program.invitation_ids.partner_id, ours | anybody)

    def test_calendar_asks_neither_colleagues_nor_ourselves(self):
        asked = self.customer | self.env.user.partner_id | self.company.partner_id
        self.assertTrue(self.env.user._is_internal())
        program = self.calendar_program(asked, day_ids=[Command.create({"date": self.day})])
        program._activate(self.at)
        program._run(self.later(hours=1))
        self.assertEqual(program.invitation_ids.partner_id, self.customer)

    def test_every_so_many_months(self):
        program = self.calendar_program(
            self.customer, calendar_mode="months", calendar_start=date(2026, 3, 31), calendar_months=1
        )
        program._activate(self.at)
        program._run(self.at)
        self.assertFalse(program.invitation_ids)
        program._run(self.later(days=28))
        program.invitation_ids._cancel("user")
        program._run(self.later(days=58))
        self.assertEqual(len(program.invitation_ids), 2)
        self.assertEqual(
            sorted(key.split(",")[1] for key in program.invitation_ids.mapped("event_key")),
            ["2026-03-31", "2026-04-30"],
        )

    def test_calendar_without_days_is_refused(self):
        with self.assertRaises(ValidationError):
            self.calendar_program(self.customer)

    def test_who_is_still_being_asked_is_not_asked_twice(self):
        program = self.calendar_program(
            self.customer,
            expiry_days=90,
            day_ids=[Command.create({"date": self.day + timedelta(days=days)}) for days in (0, 20)],
        )
        program._activate(self.at)
        program._run(self.at)
        program._run(self.later(days=20))
        self.assertEqual(len(program.invitation_ids), 1)
