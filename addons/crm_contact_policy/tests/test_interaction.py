from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestInteraction(ContactPolicyCase):
    def call(self, **values):
        return self.env["crm.interaction"].create(
            {"partner_id": self.customer.id, "date": WORKDAY_MORNING, "purpose": "sale", **values}
        )

    def test_log_from_partner(self):
        """The dialog a salesperson fills in after a call."""
        dialog = self.env["crm.interaction.log"].with_context(active_model="res.partner", active_id=self.customer.id)
        with Form(dialog) as form:
            form.subject = "Hỏi thăm xe"
            form.duration = 0.25
            form.outcome_id = self.env.ref("crm_contact_policy.outcome_again_3")
            form.note = "Đang tính đổi xe"
        form.record.action_save()
        call, planned = self.customer.interaction_ids.sorted("id")
        self.assertEqual((call.state, call.direction, call.channel_id.code), ("done", "out", "phone"))
        self.assertGreaterEqual(call.next_date, call.date + relativedelta(months=3))
        self.assertEqual((planned.previous_id, planned.state, planned.date), (call, "planned", call.next_date))

    def test_next_date_books_the_next(self):
        """A next date plans the next contact; changing it moves it, clearing it gives it up."""
        call = self.call(next_date=WORKDAY_MORNING + timedelta(days=30))
        planned = call.next_ids
        self.assertRecordValues(
            planned, [{"state": "planned", "date": WORKDAY_MORNING + timedelta(days=30), "previous_id": call.id}]
        )
        call.next_date = WORKDAY_MORNING + timedelta(days=40)
        self.assertEqual((call.next_ids, planned.date), (planned, WORKDAY_MORNING + timedelta(days=40)))
        call.next_date = False
        self.assertEqual(planned.state, "cancelled")

    def test_call_list(self):
        """A planned call whose time passed is overdue."""
        planned = self.call(state="planned", date=fields.Datetime.now() - timedelta(hours=1))
        later = self.call(state="planned", date=fields.Datetime.now() + timedelta(hours=1))
        overdue = self.env["crm.interaction"].search([("is_overdue", "=", True), ("partner_id", "=", self.customer.id)])
        self.assertEqual(overdue, planned)
        self.assertEqual((planned | later).mapped("is_overdue"), [True, False])
        planned.action_done()
        self.assertFalse(planned.is_overdue)

    def test_refused_outcome(self):
        call = self.call(outcome_id=self.env.ref("crm_contact_policy.outcome_refused").id)
        self.assertEqual((call.state, call.refused_on), ("refused", WORKDAY_MORNING))

    def test_transitions(self):
        planned = self.call(state="planned")
        planned.action_cancel()
        with self.assertRaises(UserError):
            planned.action_done()
        with self.assertRaises(UserError):
            planned.action_refuse()
        held = self.call(state="held")
        with self.assertRaises(UserError):
            held.action_done()
        held.action_cancel()
        self.assertEqual(held.state, "cancelled")
        done = self.call()
        done.action_refuse()
        self.assertTrue(done.refused_on)
        with self.assertRaises(UserError):
            done.action_open_target()

    def test_advice(self):
        """Who plans a call at night, or to somebody who wants none, is told so."""
        planned = self.call(state="planned", date=WORKDAY_MORNING)
        self.assertFalse(planned.advice)
        planned.date = WORKDAY_MORNING + timedelta(hours=12)
        self.assertIn("Quiet hours", planned.advice)

    def test_default_subject_and_target(self):
        call = self.call()
        self.assertEqual(call.subject, "Phone – Sale")
        call.write({"res_model": "res.partner", "res_id": self.customer.id})
        self.assertEqual(call.action_open_target()["res_id"], self.customer.id)

    def test_count_is_that_of_the_whole_customer(self):
        firm = self.env["res.partner"].create({"name": "Công ty Hải Âu", "is_company": True})
        self.customer.parent_id = firm
        self.call()
        self.call(partner_id=firm.id)
        self.assertEqual((firm.interaction_count, self.customer.interaction_count), (2, 2))

    def test_negative_duration(self):
        with self.assertRaises(ValidationError):
            self.call(duration=-1)

    def test_commercial_partner(self):
        firm = self.env["res.partner"].create({"name": "Công ty Hải Âu", "is_company": True})
        call = self.call()
        self.customer.parent_id = firm
        self.assertEqual(call.commercial_partner_id, firm)
