from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import CustomerSurveyCase

MONDAY = datetime(2026, 3, 2, 3, 0)  # 10:00 in Ho Chi Minh City
NIGHT = datetime(2026, 3, 2, 15, 0)  # 22:00


@tagged("post_install", "-at_install")
class CallCase(CustomerSurveyCase):
    """A program that calls, two interviewers, and customers in their queue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env.ref("crm_contact_policy.channel_phone")
        cls.program.step_ids.channel_id = cls.phone
        cls.program.max_calls = 3
        cls.ann, cls.ben = (
            new_test_user(
                cls.env,
                login,
                name=login.capitalize(),
                groups="crm_survey.group_interviewer",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
                tz="Asia/Ho_Chi_Minh",
            )
            for login in ("ann", "ben")
        )

    def queue(self, partners=None, at=MONDAY, **kwargs):
        return self.invite(partners, at=at, **kwargs)

    def dialog(self, invitation, user=None):
        """The dialog of the call, as ``action_call`` opens it."""
        action = invitation.with_user(user or self.ann).action_call()
        self.assertEqual(action["res_model"], "crm.survey.call")
        return self.env["crm.survey.call"].with_user(user or self.ann).with_context(**action["context"]).create({})

    def log(self, dialog, outcome, **values):
        dialog.write({"go_on": False, **values})
        return dialog.with_context(disposition=outcome).action_log()

    def activities(self, partner):
        return self.env["mail.activity"].search([("res_model", "=", "res.partner"), ("res_id", "=", partner.id)])


class TestCall(CallCase):
    def test_call_is_booked_and_measured(self):
        invitation = self.queue()
        with freeze_time(MONDAY):
            dialog = self.dialog(invitation)
            self.assertEqual((invitation.call_user_id, invitation.user_id), (self.ann, self.ann))
            booked = invitation.interaction_id
            self.assertEqual((booked.state, booked.booked_on), ("planned", MONDAY))
        with freeze_time(MONDAY + timedelta(minutes=6)):
            self.log(dialog, "no_answer", note="Rang ten times")
        attempt = invitation.attempt_ids
        self.assertEqual((attempt.disposition, attempt.user_id), ("no_answer", self.ann))
        self.assertEqual(attempt.interaction_id, booked)
        self.assertAlmostEqual(attempt.duration, 0.1)
        self.assertEqual(attempt.started_on, MONDAY)
        self.assertEqual((booked.state, booked.note), ("done", "Rang ten times"))
        self.assertAlmostEqual(booked.duration, 0.1)
        self.assertEqual((invitation.state, invitation.call_user_id.id), ("to_call", False))
        self.assertGreaterEqual(invitation.due, MONDAY + timedelta(hours=4))

    def test_gate_refuses_at_the_moment_of_the_call(self):
        invitation = self.queue()
        with freeze_time(NIGHT), self.assertRaisesRegex(UserError, "Quiet hours"):
            invitation.with_user(self.ann).action_call()
        self.assertFalse(invitation.call_since)
        self.assertFalse(self.env["crm.interaction"].search([("res_id", "=", invitation.id), ("state", "=", "held")]))
        self.env["crm.contact.consent"].create(
            {"partner_id": self.customer.id, "purpose": "survey", "status": "withdrawn", "source": "phone"}
        )
        with freeze_time(datetime.now() + timedelta(days=1)), self.assertRaises(UserError):
            invitation.with_user(self.ann).action_call()

    def test_bypass_needs_the_group_and_a_reason(self):
        invitation = self.queue()
        wednesday, sunday = datetime(2026, 3, 4, 3, 0), datetime(2026, 3, 8, 3, 0)
        self.env["crm.interaction"].sudo().create(
            {"partner_id": self.customer.id, "channel_id": self.phone.id, "purpose": "survey", "state": "done",
             "date": datetime(2026, 3, 3, 3, 0)}
        )
        with freeze_time(wednesday):
            with self.assertRaisesRegex(UserError, "Rest of"):
                invitation.with_user(self.ann).action_call()
            with self.assertRaises(AccessError):
                invitation.with_user(self.ann)._start_call_sudo(wednesday, bypass_reason="Because")
            self.ann.group_ids |= self.env.ref("crm_contact_policy.group_bypass")
        with freeze_time(wednesday):
            action = invitation.with_user(self.ann).action_call()
            self.assertEqual(action["res_model"], "crm.survey.call.bypass")
            self.assertFalse(invitation.call_since)
            Bypass = self.env["crm.survey.call.bypass"].with_user(self.ann).with_context(**action["context"])
            opened = Bypass.create({"reason": "She asked for it"}).action_call()
            self.assertEqual(opened["res_model"], "crm.survey.call")
        self.assertEqual(invitation.interaction_id.bypass_reason, "She asked for it")
        self.assertEqual(invitation.interaction_id.bypass_user_id, self.ann)
        # Nobody passes the night or a Sunday, the group included.
        other = self.queue(self.make_customers(1, name="Night owl"))
        with freeze_time(sunday), self.assertRaisesRegex(UserError, "Day off"):
            other.with_user(self.ann).action_call()
        with freeze_time(NIGHT), self.assertRaisesRegex(UserError, "Quiet hours"):
            other.with_user(self.ann).action_call()

    def test_one_interviewer_at_a_time(self):
        invitation = self.queue()
        with freeze_time(MONDAY):
            self.dialog(invitation)
            with self.assertRaisesRegex(UserError, "Ann"):
                invitation.with_user(self.ben).action_call()
            again = invitation.with_user(self.ann).action_call()
            self.assertEqual(again["res_model"], "crm.survey.call")
        # A dialog forgotten in the morning does not hold the customer in the afternoon.
        with freeze_time(MONDAY + timedelta(hours=4)):
            invitation.with_user(self.ben).action_call()
        self.assertEqual(invitation.call_user_id, self.ben)

    def test_call_back_is_an_activity_that_the_next_attempt_closes(self):
        invitation = self.queue()
        agreed = MONDAY + timedelta(days=1, hours=1)
        with freeze_time(MONDAY):
            self.log(self.dialog(invitation), "call_back", call_back_on=agreed, note="After the meeting")
        activity = self.activities(self.customer)
        self.assertEqual(activity.activity_type_id.category, "phonecall")
        self.assertEqual((activity.user_id, activity.date_deadline), (self.ann, agreed.date()))
        self.assertEqual((invitation.state, invitation.due, invitation.call_back_on), ("to_call", agreed, agreed))
        planned = activity.crm_interaction_id
        self.assertEqual((planned.state, planned.date, planned.res_id), ("planned", agreed, invitation.id))
        # The planned call does not stand in its own way at the gate, and brings its note along.
        with freeze_time(agreed):
            dialog = self.dialog(invitation)
            self.assertIn("After the meeting", dialog.call_note)
            self.assertTrue(activity.active)
            self.log(dialog, "no_answer")
        self.assertFalse(activity.active)
        self.assertEqual(activity.crm_interaction_id.state, "done")
        self.assertFalse(self.activities(self.customer))

    def test_call_back_moved_and_dropped(self):
        invitation = self.queue()
        agreed = MONDAY + timedelta(days=1)
        with freeze_time(MONDAY):
            self.log(self.dialog(invitation), "call_back", call_back_on=agreed)
        activity = self.activities(self.customer)
        invitation.with_user(self.ann).write({"call_back_on": agreed + timedelta(days=2)})
        self.assertEqual(activity.date_deadline, (agreed + timedelta(days=2)).date())
        with freeze_time(agreed + timedelta(days=2)):
            dialog = self.dialog(invitation)
            dialog.action_not_called()
            self.assertFalse(invitation.call_since)
            self.assertTrue(activity.active)
            self.log(self.dialog(invitation), "refused")
        self.assertFalse(activity.exists().active)
        self.assertEqual(invitation.final_disposition, "2.11")

    def test_handover_takes_the_activity_along(self):
        first, second = self.queue(self.make_customers(2))
        agreed = MONDAY + timedelta(days=1)
        with freeze_time(MONDAY):
            self.log(self.dialog(first), "call_back", call_back_on=agreed)
            activity = self.activities(first.partner_id)
            Handover = self.env["crm.survey.handover"].with_user(self.ann)
            context = {"active_model": "crm.survey.invitation", "active_ids": (first | second).ids}
            form = Form(Handover.with_context(**context))
            form.user_id = self.ben
            form.note = "Speaks only Vietnamese"
            form.save().action_handover()
            self.assertEqual((first | second).user_id, self.ben)
            self.assertEqual((activity.user_id, activity.date_deadline), (self.ben, agreed.date()))
            self.assertEqual(self.activities(second.partner_id).user_id, self.ben)
        with freeze_time(agreed):
            self.assertIn("Speaks only", self.dialog(first, self.ben).call_note)
            with self.assertRaises(UserError):
                second.with_user(self.ann).action_take()

    def test_handover_stays_within_the_company(self):
        main = self.env.ref("base.main_company")
        far = new_test_user(
            self.env, "far", groups="crm_survey.group_interviewer", company_id=main.id, company_ids=[(6, 0, main.ids)]
        )
        wizard = self.env["crm.survey.handover"].with_user(self.ann).create(
            {"invitation_ids": [(6, 0, self.queue().ids)], "user_id": far.id}
        )
        with self.assertRaises(UserError):
            wizard.action_handover()

    def test_last_try_closes_with_non_contact(self):
        invitation = self.queue()
        at = MONDAY
        for outcome in ("no_answer", "busy", "voicemail"):
            self.assertEqual(invitation.state, "to_call")
            with freeze_time(at):
                self.log(self.dialog(invitation), outcome)
            at = (invitation.due or at) + timedelta(minutes=1)
        self.assertEqual((invitation.state, invitation.final_disposition), ("expired", "2.2"))
        self.assertEqual(len(invitation.attempt_ids), 3)
        with self.assertRaises(UserError):
            self.env["crm.survey.attempt"].with_user(self.ann).create(
                {"invitation_id": invitation.id, "channel_id": self.phone.id, "disposition": "busy"}
            )

    def test_agreed_call_is_made_beyond_the_limit(self):
        self.program.max_calls = 1
        invitation = self.queue()
        with freeze_time(MONDAY):
            self.log(self.dialog(invitation), "call_back", call_back_on=MONDAY + timedelta(days=1))
        self.assertEqual(invitation.state, "to_call")

    def test_wrong_number(self):
        """Nothing we have reaches them: eligibility unknown; with an e-mail step to come, that is tried."""
        invitation, other = self.queue(self.make_customers(2))
        with freeze_time(MONDAY):
            self.log(self.dialog(invitation), "wrong_number")
        self.assertEqual((invitation.state, invitation.final_disposition), ("expired", "3.3"))
        email = self.env.ref("crm_contact_policy.channel_email")
        self.program.step_ids = [(0, 0, {"sequence": 20, "channel_id": email.id, "days": 0})]
        with freeze_time(MONDAY):
            self.log(self.dialog(other), "wrong_number")
        self.assertEqual((other.state, other.final_disposition), ("sent", False))
        self.program._run(MONDAY + timedelta(minutes=5))
        self.assertEqual(len(self.mails(other)), 1)
        self.program._run(MONDAY + timedelta(days=40))
        self.assertEqual((other.state, other.final_disposition), ("expired", "2.2"))

    def test_calls_count_as_asked_when_time_is_over(self):
        called, never = self.queue(self.make_customers(2))
        with freeze_time(MONDAY):
            self.log(self.dialog(called), "no_answer")
        self.program._run(MONDAY + timedelta(days=31))
        self.assertEqual((called.final_disposition, never.final_disposition), ("2.2", "3.11"))

    def test_broken_off_by_how_far_it_came(self):
        invitations = self.queue(self.make_customers(2))
        half = ["reason", "liked", "disliked", "satisfaction", "recommend"]
        for invitation, codes in zip(invitations, (["liked"], half), strict=True):
            with freeze_time(MONDAY):
                dialog = self.dialog(invitation)
                user_input = invitation.user_input_id.with_user(self.ann).sudo()
                user_input._mark_in_progress()
                for code in codes:
                    question = self.question(self.quiet_survey, code)
                    scale = "3" if question.question_type == "scale" else "x"
                    user_input._save_lines(question, question.suggested_answer_ids[:1].id or scale)
                self.log(dialog, "break_off")
        self.assertEqual(invitations.mapped("final_disposition"), ["2.12", "1.2"])
        self.assertEqual(invitations.mapped("writeback_state"), ["none", "queued"])

    def test_interrupted_interview_returns_to_the_queue(self):
        invitation = self.queue()
        with freeze_time(MONDAY):
            dialog = self.dialog(invitation)
            invitation.user_input_id.with_user(self.ann).sudo()._mark_in_progress()
            self.assertEqual(invitation.state, "started")
            self.log(dialog, "call_back", call_back_on=MONDAY + timedelta(hours=2))
        self.assertEqual(invitation.state, "to_call")
        with freeze_time(MONDAY + timedelta(hours=2)):
            dialog = self.dialog(invitation)
        with freeze_time(MONDAY + timedelta(hours=2, minutes=12)):
            invitation.user_input_id.with_user(self.ann).sudo()._mark_done()
        self.assertEqual((invitation.state, invitation.final_disposition), ("done", "1.1"))
        done = invitation.attempt_ids.filtered(lambda a: a.disposition == "completed")
        self.assertEqual((len(done), done.user_id), (1, self.ann))
        self.assertAlmostEqual(done.duration, 0.2)
        self.assertFalse(invitation.call_since)
        self.assertFalse(self.activities(self.customer))
        self.assertEqual(dialog.state, "done")

    def test_finished_by_link(self):
        """What was said on the phone is kept; the customer goes on where it stopped, and nobody takes credit."""
        invitation = self.queue()
        with freeze_time(MONDAY):
            dialog = self.dialog(invitation)
            user_input = invitation.user_input_id
            user_input.with_user(self.ann).sudo()._mark_in_progress()
            user_input._save_lines(self.question(self.quiet_survey, "liked"), "Thợ làm kỹ")
            dialog.go_on = False
            dialog.action_by_link()
        self.assertEqual((invitation.state, invitation.interaction_id.state), ("started", "done"))
        mail = self.mails(invitation)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(user_input.access_token, mail.body_html)
        self.assertEqual(set(invitation.attempt_ids.mapped("disposition")), {"sent", "by_link"})
        self.assertEqual(user_input.user_input_line_ids.value_text_box, "Thợ làm kỹ")
        user_input.with_user(self.env.ref("base.public_user")).sudo()._mark_done()
        self.assertEqual((invitation.state, invitation.final_disposition), ("done", "1.1"))
        self.assertNotIn("completed", invitation.attempt_ids.mapped("disposition"))

    def test_link_waits_for_the_gate(self):
        self.policy.hours_ids = [
            (0, 0, {"channel_id": self.env.ref("crm_contact_policy.channel_email").id, "hour_from": 12, "hour_to": 20})
        ]
        invitation = self.queue()
        with freeze_time(MONDAY):
            dialog = self.dialog(invitation)
            dialog.go_on = False
            dialog.action_by_link()
        held = invitation.interaction_id
        self.assertEqual((held.state, invitation.state), ("held", "started"))
        self.assertFalse(self.mails(invitation))
        held._release_held(MONDAY + timedelta(hours=3))
        self.assertEqual(held.state, "done")
        title = self.quiet_survey.with_context(lang="vi_VN").title
        self.assertIn(title.lower(), self.mails(invitation).subject.lower())

    def test_link_needs_an_address(self):
        invitation = self.queue()
        invitation.recipient_id.email = False
        with freeze_time(MONDAY):
            dialog = self.dialog(invitation)
            with self.assertRaises(UserError):
                dialog.action_by_link()
