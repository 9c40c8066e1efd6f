from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestInvitation(CustomerSurveyCase):
    def test_mail_in_the_customers_language(self):
        english = self.make_customers(1, lang="en_US")
        invitations = self.invite(self.customer | english)
        mails = self.mails(invitations)
        self.assertEqual(len(mails), 2)
        subjects = {mail.recipient_ids.lang: mail.subject for mail in mails}
        self.assertEqual(subjects["en_US"], "We miss you")
        self.assertEqual(subjects["vi_VN"], self.quiet_survey.with_context(lang="vi_VN").title)
        langs = {user_input.partner_id.lang: user_input.lang_id.code for user_input in invitations.user_input_id}
        self.assertEqual(langs, {"en_US": "en_US", "vi_VN": "vi_VN"})

    def test_denied_is_kept_with_its_reason(self):
        self.env["crm.contact.consent"].create(
            {"partner_id": self.customer.id, "purpose": "survey", "status": "withdrawn", "source": "phone"}
        )
        invitation = self.invite(at=fields.Datetime.now())
        self.assertEqual((invitation.state, invitation.final_disposition), ("denied", "3.11"))
        self.assertTrue(invitation.contact_reason)
        self.assertFalse(self.mails(invitation))

    def test_how_it_stands(self):
        """One column says what comes next, what it waits for, or what came of it."""
        email = self.env.ref("crm_contact_policy.channel_email")
        self.program.step_ids = [(0, 0, {"sequence": 20, "channel_id": email.id, "days": 31})]
        answered, declined, reminded = self.invite(self.make_customers(3))
        self.answer(answered, {"reason": "natural"})
        declined._decline(self.at)
        planned = self.program._invite({self.make_customers(1).id: (self.at, False)}, self.at)
        self.assertEqual((answered.standing, declined.standing), ("1.1 Complete", "2.11 Refusal"))
        self.assertIn("Reminder: ", reminded.standing)
        self.assertIn("To be asked: ", planned.standing)
        reminded.due = False
        self.assertIn("Waits until ", reminded.standing)
        planned._cancel("left_stage")
        self.assertIn("has left the stage", planned.standing)
        self.assertNotEqual(answered.lang_name, answered.lang)

    def test_no_address(self):
        self.customer.email = False
        invitation = self.invite()
        self.assertEqual((invitation.state, invitation.cancel_reason), ("cancelled", "no_address"))

    def test_company_is_asked_through_its_contact(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": firm.id, "email": "buyer@example.com", "lang": "vi_VN"}
        )
        invitation = self.invite(firm)
        self.assertEqual(invitation.recipient_id, contact)
        self.assertEqual(self.mails(invitation).recipient_ids, contact)

    def test_reminder_only_for_those_who_do_not_answer(self):
        self.program.step_ids = [
            (0, 0, {"sequence": 20, "channel_id": self.env.ref("crm_contact_policy.channel_email").id, "days": 31})
        ]
        self.program.expiry_days = 60
        customers = self.make_customers(2)
        answered, silent = self.invite(customers)
        answered.user_input_id.deadline = silent.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.answer(answered, {"reason": "natural"})
        self.program._run(self.later(days=31))
        self.assertEqual(len(self.mails(answered)), 1)
        self.assertEqual(len(self.mails(silent)), 2)
        self.assertEqual(silent.attempt_ids.mapped("disposition"), ["sent", "sent"])

    def test_expiry_and_partial(self):
        customers = self.make_customers(3)
        silent, partial, broken = self.invite(customers)
        half = ["reason", "liked", "disliked", "satisfaction", "recommend"]
        for invitation, codes in ((partial, half), (broken, ["liked"])):
            invitation.user_input_id._mark_in_progress()
            for code in codes:
                question = self.question(self.quiet_survey, code)
                value = question.suggested_answer_ids[:1].id or ("3" if question.question_type == "scale" else "x")
                invitation.user_input_id._save_lines(question, value)
        self.program._run(self.later(days=31))
        self.assertEqual((silent | partial | broken).mapped("state"), ["expired"] * 3)
        self.assertEqual(silent.final_disposition, "2.2")
        self.assertEqual(partial.final_disposition, "1.2")
        self.assertEqual(broken.final_disposition, "2.12")
        self.assertEqual(partial.writeback_state, "queued")

    def test_reminder_held_back_leaves_the_invitation_sent(self):
        email = self.env.ref("crm_contact_policy.channel_email")
        self.program.step_ids = [(0, 0, {"sequence": 20, "channel_id": email.id, "days": 31})]
        self.program.expiry_days = 40
        invitation = self.invite()
        self.program._run(self.later(days=31, hours=13))
        self.assertEqual(invitation.interaction_id.state, "held")
        self.assertEqual((invitation.state, invitation.due), ("sent", False))
        held = invitation.interaction_id
        self.program._run(self.later(days=41))
        self.assertEqual((invitation.state, held.state), ("expired", "cancelled"))

    def test_held_then_denied_goes_on_with_the_next_step(self):
        phone, email = (self.env.ref(f"crm_contact_policy.channel_{code}") for code in ("phone", "email"))
        self.program.step_ids = [(0, 0, {"sequence": 20, "channel_id": phone.id, "days": 1})]
        invitation = self.invite(at=self.later(hours=13))
        self.assertEqual((invitation.state, invitation.interaction_id.state), ("held", "held"))
        self.env["crm.contact.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "survey",
                "channel_id": email.id,
                "status": "withdrawn",
                "date": self.at,
                "source": "phone",
            }
        )
        invitation.interaction_id._release_held(self.later(days=1))
        self.assertEqual((invitation.state, invitation.step), ("planned", 1))
        self.program._run(max(invitation.due, self.later(days=2)))
        self.assertEqual(invitation.state, "to_call")

    def test_cancelled_at_the_gate_is_not_waited_for(self):
        invitation = self.invite(at=self.later(hours=13))
        self.assertEqual(invitation.state, "held")
        invitation.interaction_id.action_cancel()
        self.program._run(self.later(days=1))
        self.assertEqual((invitation.state, invitation.final_disposition), ("denied", "3.11"))

    def test_program_and_partner_once(self):
        self.invite()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["crm.survey.invitation"].create(
                {"program_id": self.program.id, "partner_id": self.customer.id}
            )

    def test_phone_step_waits_in_the_queue(self):
        phone = self.env.ref("crm_contact_policy.channel_phone")
        self.program.step_ids.channel_id = phone
        invitation = self.invite()
        self.assertEqual(invitation.state, "to_call")
        self.assertTrue(invitation.call_hint)
        user = new_test_user(
            self.env,
            "calling_interviewer",
            groups="crm_survey.group_interviewer",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        Attempt = self.env["crm.survey.attempt"].with_user(user)
        values = {"invitation_id": invitation.id, "channel_id": phone.id}
        Attempt.create({**values, "disposition": "no_answer"})
        self.assertEqual(invitation.state, "to_call")
        back = fields.Datetime.now() + timedelta(days=1)
        Attempt.create({**values, "disposition": "call_back", "call_back_on": back})
        self.assertEqual(invitation.call_back_on, back)
        with self.assertRaises(UserError):
            Attempt.create({**values, "disposition": "completed"})
        Attempt.create({**values, "disposition": "refused", "never_again": True})
        self.assertEqual((invitation.state, invitation.final_disposition), ("refused", "2.11"))
        decision = self.customer._contact_decisions("email", "survey", fields.Datetime.now())[self.customer.id]
        self.assertEqual(decision.verdict, "deny")
        with self.assertRaises(UserError):
            Attempt.create({**values, "disposition": "busy"})
        self.assertEqual(invitation.attempt_count, 3)

    def test_interviewer_fills_in(self):
        self.program.step_ids.channel_id = self.env.ref("crm_contact_policy.channel_phone")
        invitation = self.invite()
        user = self.env["res.users"].create(
            {
                "name": "Interviewer",
                "login": "survey_interviewer",
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                "group_ids": [(6, 0, self.env.ref("crm_survey.group_interviewer").ids)],
            }
        )
        action = invitation.with_user(user).action_open_survey()
        self.assertIn(invitation.user_input_id.access_token, action["url"])
        user_input = invitation.user_input_id.with_user(user).sudo()
        user_input._mark_in_progress()
        user_input._mark_done()
        self.assertEqual(user_input.interviewer_id, user)
        self.assertEqual((invitation.state, invitation.final_disposition), ("done", "1.1"))
        self.assertEqual(invitation.attempt_ids.mapped("disposition"), ["completed"])

    def test_write_back_error_is_kept_and_retried(self):
        one, two = self.invite(self.make_customers(2))
        option = self.label(self.quiet_survey, "reason", "natural")
        self.answer(one, {"reason": "natural"})
        self.answer(two, {"reason": "moved"})
        option.code = "no_such_option"
        with mute_logger("odoo.addons.crm_survey.models.crm_survey_answer_mixin"):
            (one | two)._write_back()
        self.assertEqual((one.writeback_state, two.writeback_state), ("error", "done"))
        self.assertIn("no_such_option", one.writeback_error)
        option.code = "natural"
        one.action_retry_write_back()
        one._write_back()
        self.assertEqual(one.writeback_state, "done")
        self.assertEqual(one.partner_id._profile_value("quiet_reason"), "natural")

    def test_answer_cancels_what_is_held(self):
        invitation = self.invite()
        held = self.env["crm.interaction"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "channel_id": self.env.ref("crm_contact_policy.channel_email").id,
                "purpose": "survey",
                "state": "held",
                "date": self.later(days=3),
                "res_model": "crm.survey.invitation",
                "res_id": invitation.id,
            }
        )
        self.answer(invitation, {"reason": "natural"})
        self.assertEqual(held.state, "cancelled")

    def test_merge_keeps_every_invitation(self):
        twin = self.make_customers(1, name="Twin")
        first, second = self.invite(self.customer), self.invite(twin)
        interviews = self.env["crm.churn.interview"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id, "ended_on": self.at.date()}
                for partner in (self.customer, twin)
            ]
        )
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual((first | second).exists().partner_id, self.customer)
        self.assertEqual(len((first | second).exists()), 2)
        self.assertEqual(sorted((first | second).mapped("state")), ["cancelled", "sent"])
        self.assertEqual(len(interviews.exists()), 2)
