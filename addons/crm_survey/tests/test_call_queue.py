from ast import literal_eval
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..domain import calls
from .test_calls import MONDAY, NIGHT, CallCase


@tagged("post_install", "-at_install")
class TestQueue(CallCase):
    """Whom to call, why, when, and in which order."""

    def test_order_agrees_with_the_reference(self):
        """SQL and :func:`calls.turn` say the same, and call-backs come before the most valuable."""
        invitations = self.queue(self.make_customers(6))
        moments = [(-1, None), (-2, -2), (3, 3), (5, None), (0, 0), (-9, None)]
        with freeze_time(MONDAY):
            for value, (invitation, (due, back)) in enumerate(zip(invitations, moments, strict=True)):
                invitation.write(
                    {
                        "due": MONDAY + timedelta(hours=due),
                        "call_back_on": back is not None and MONDAY + timedelta(hours=back),
                        "call_value": value,
                    }
                )
            order = "call_turn, due, id"
            Queue = self.env["crm.survey.invitation"].with_user(self.ann)
            found = Queue.search([("id", "in", invitations.ids)], order=order)
            turns = [calls.turn(i.due, i.call_back_on or None, MONDAY) for i in found]
            self.assertEqual(turns, sorted(turns))
            self.assertEqual(turns, found.mapped("call_turn"))
            self.assertEqual(found.ids, [invitations[i].id for i in (4, 1, 5, 0, 3, 2)])

    def test_value_decides(self):
        rich, poor = self.make_customers(2)
        status = self.env["crm.lifecycle.status"].sudo()
        stage = self.stage["established"]
        status.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "stage_id": stage.id,
                    "since": MONDAY.date(),
                    "expected_amount": amount,
                }
                for partner, amount in ((poor, 10), (rich, 5000))
            ]
        )
        invitations = self.queue(poor | rich)
        self.assertEqual(dict(zip(invitations.partner_id, invitations.mapped("call_value"), strict=True))[rich], 5000)
        with freeze_time(MONDAY):
            Queue = self.env["crm.survey.invitation"].with_user(self.ann)
            self.assertEqual(Queue._next_callable(MONDAY).partner_id, rich)

    def test_why_in_words(self):
        self.program._activate(MONDAY - timedelta(days=9))
        change = self.env["crm.lifecycle.transition"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "from_stage_id": self.stage["established"].id,
                "to_stage_id": self.stage["quiet"].id,
                "effective_on": MONDAY.date() - timedelta(days=3),
                "recorded_on": MONDAY - timedelta(days=3),
                "trigger": "rule",
                "reason_code": "silent",
                "reason_params": {"days": 119, "usual": 28},
            }
        )
        self.program._run(MONDAY)
        invitation = self.program.invitation_ids.with_user(self.ann)
        self.assertEqual(invitation.state, "to_call")
        self.assertTrue(invitation.call_why.startswith("Gone quiet since"), invitation.call_why)
        self.assertIn(change.with_context(lang="en_US").reason, invitation.call_why)

    def test_best_time_from_what_happened(self):
        invitation = self.queue().with_user(self.ann)
        self.assertEqual(invitation.call_best, "09:00–11:00")
        evening = datetime(2026, 2, 10, 11, 30)  # 18:30 there
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "channel_id": self.phone.id,
                    "direction": direction,
                    "date": evening + timedelta(days=day),
                    "outcome_id": outcome and self.env.ref(f"crm_contact_policy.{outcome}").id,
                }
                for day, direction, outcome in (
                    (0, "in", False),
                    (1, "out", "outcome_satisfied"),
                    (2.6, "out", "outcome_no_answer"),
                )
            ]
        )
        invitation.invalidate_recordset()
        with freeze_time(MONDAY):
            self.assertIn("17:00–19:00 (reached: 2)", invitation.call_best)
            self.env["crm.contact.preference"].create(
                {
                    "partner_id": self.customer.id,
                    "hour_from": 13,
                    "hour_to": 16,
                    "source": "person",
                    "date": MONDAY - timedelta(days=1),
                }
            )
            invitation.invalidate_recordset()
            self.assertIn("13:00–16:00", invitation.call_best)

    def test_next_call_skips_whom_the_gate_holds(self):
        first, second, third = self.queue(self.make_customers(3))
        second.user_id = self.ben
        Queue = self.env["crm.survey.invitation"].with_user(self.ann)
        self.env["crm.contact.consent"].create(
            {"partner_id": first.partner_id.id, "purpose": "survey", "status": "withdrawn", "source": "phone",
             "date": MONDAY - timedelta(days=1)}
        )  # fmt: skip
        with freeze_time(MONDAY):
            action = Queue.action_next_call()
            self.assertEqual(action["context"]["default_invitation_id"], third.id)
            self.assertEqual(third.user_id, self.ann)
            # Who is still on the phone goes back to that call.
            self.assertEqual(Queue.action_next_call()["context"]["default_invitation_id"], third.id)
            dialog = self.dialog(third)
            dialog.go_on = True
            closed = dialog.with_context(disposition="busy").action_log()
            self.assertEqual(closed["type"], "ir.actions.act_window_close")
            with self.assertRaises(UserError):
                Queue.action_next_call()
        with freeze_time(NIGHT), self.assertRaises(UserError):
            Queue.action_next_call()

    def test_interview_under_way_stays_in_the_queue(self):
        """Whoever leaves the questionnaire in the middle finds the call again; the program leaves it alone."""
        invitation = self.queue()
        Queue = self.env["crm.survey.invitation"].with_user(self.ann)
        with freeze_time(MONDAY):
            self.dialog(invitation)
            invitation.user_input_id.with_user(self.ann).sudo()._mark_in_progress()
            self.assertEqual((invitation.state, invitation.due), ("started", False))
            domain = self.env.ref("crm_survey.crm_survey_invitation_action_queue").domain
            self.assertIn(invitation, Queue.search(literal_eval(domain)))
            self.assertEqual(Queue.action_next_call()["context"]["default_invitation_id"], invitation.id)
        email = self.env.ref("crm_contact_policy.channel_email")
        self.program.step_ids = [(0, 0, {"sequence": 20, "channel_id": email.id, "days": 0})]
        self.program._run(MONDAY + timedelta(minutes=5))
        self.assertFalse(self.mails(invitation))

    def test_queue_costs_no_more_for_many(self):
        few, many = self.queue(self.make_customers(3)), self.queue(self.make_customers(30, name="Many"))
        names = ["call_why", "call_best", "call_last", "call_hint", "call_turn", "call_allowed"]
        with freeze_time(MONDAY):
            self.assertSameQueryCount(
                lambda: few.with_user(self.ann).read(names), lambda: many.with_user(self.ann).read(names)
            )
