from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .test_answer_back import AnswerBackCase


@tagged("post_install", "-at_install")
class TestFollowUp(AnswerBackCase):
    def test_who_is_unhappy(self):
        for answers, reason in (
            ({"nps": "6"}, "nps"),
            ({"csat": "2"}, "csat"),
            ({"ces": "3"}, "ces"),
            ({"ces": "1", "nps": "0"}, "nps"),
            ({"nps": "7", "csat": "3", "ces": "4"}, False),
        ):
            with self.subTest(answers):
                invitation = self.answered(answers, partner=self.make_customers(1))
                self.assertEqual(invitation.follow_up_ids.reason_code, reason)
                self.assertEqual(len(invitation.follow_up_ids), 1 if reason else 0)

    def test_deadline_and_activity(self):
        invitation = self.invite(program=self.back_program)
        self.answer(invitation, {"nps": "2", "ces": "2"})
        # Half past six on Wednesday morning in Ho Chi Minh City is still Tuesday by UTC.
        invitation.done_on = datetime(2026, 3, 3, 23, 30)
        invitation._write_back()
        one = invitation.follow_up_ids
        self.assertEqual(one.deadline, fields.Date.to_date("2026-03-07"))
        activity = one.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.manager, one.deadline))
        self.assertIn("2/10", activity.summary)
        self.assertEqual(one.reason, "Recommends us 2/10 · ease 2/7")
        self.assertTrue(one.is_overdue)
        self.assertIn(one, one.search([("is_overdue", "=", True)]))
        self.assertNotIn(one, one.search([("is_overdue", "=", False)]))

    def test_program_decides(self):
        self.back_program.follow_up = False
        self.assertFalse(self.answered({"nps": "0"}).follow_up_ids)

    def test_without_account_manager(self):
        other = new_test_user(self.env, "back_other", groups="sales_team.group_sale_salesman")
        self.back_program.follow_up_user_id = other
        self.customer.user_id = False
        self.assertEqual(self.answered({"nps": "0"}).follow_up_ids.user_id, other)

    def test_done_says_what_was_done(self):
        one = self.answered({"nps": "0"}).follow_up_ids.with_user(self.manager)
        with self.assertRaises(UserError):
            one.action_done()
        with self.assertRaises(ValidationError):
            one.state = "done"
        one.what_done = "Called and apologised"
        one.action_done()
        self.assertEqual((one.state, one.closed_by_id), ("done", self.manager))
        self.assertTrue(one.closed_on)
        self.assertFalse(one.activity_ids.filtered("active"))
        with self.assertRaises(UserError):
            one.action_done()
        one.action_reopen()
        self.assertEqual((one.state, len(one.activity_ids.filtered("active"))), ("open", 1))
        one.action_drop()
        self.assertEqual(one.state, "dropped")

    def test_activity_done_with_a_word(self):
        one = self.answered({"nps": "0"}).follow_up_ids
        one.activity_ids.with_user(self.manager).action_feedback(feedback="Called her")
        self.assertEqual((one.state, one.what_done, one.closed_by_id), ("done", "Called her", self.manager))
        other = self.answered({"nps": "0"}, partner=self.make_customers(1)).follow_up_ids
        other.activity_ids.action_feedback()
        self.assertEqual(other.state, "open", "nobody said what was done")

    def test_closed_stays_closed(self):
        invitation = self.answered({"nps": "0"})
        one = invitation.follow_up_ids
        one.what_done = "Called"
        one.action_done()
        self.again(invitation)
        self.assertEqual((invitation.follow_up_ids, one.state), (one, "done"))
        self.assertFalse(one.activity_ids.filtered("active"))

    def test_the_customer_is_told_in_their_language(self):
        one = self.answered({"nps": "0"}).follow_up_ids
        with self.assertRaises(UserError):
            one.action_tell()
        one.reply = "Chúng tôi đã thay <b>phụ tùng</b>."
        one.with_user(self.manager)._tell_sudo(self.at)
        self.assertEqual(one.interaction_id.state, "done", one.interaction_id.reason)
        self.assertEqual((one.interaction_id.purpose, one.interaction_id.direction), ("support", "out"))
        mail = self.env["mail.mail"].search([("model", "=", one._name), ("res_id", "=", one.id)])
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("&lt;b&gt;", mail.body_html)
        template = self.env.ref("crm_survey.mail_template_follow_up").with_context(lang="vi_VN")
        self.assertEqual(mail.subject, template.subject)
        self.assertEqual(one.told_on, self.at)
        with self.assertRaises(UserError):
            one.action_tell()

    def test_the_gate_is_asked(self):
        one = self.answered({"nps": "0"}).follow_up_ids
        one.reply = "We are sorry"
        self.env["crm.contact.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "support",
                "status": "withdrawn",
                "source": "person",
                "date": self.later(days=-1),
            }
        )
        one._tell_sudo(self.at)
        self.assertFalse(one.told_on)
        self.assertEqual(one.interaction_id.state, "denied")
        self.assertTrue(one.reply_hint)
        self.assertFalse(self.env["mail.mail"].search([("model", "=", one._name), ("res_id", "=", one.id)]))

    def test_the_customers_words_stay(self):
        """What the customer said is neither changed nor taken for a formula."""
        one = self.answered({"nps": "0"}).follow_up_ids
        for vals in ({"complaint": "All fine"}, {"scores": {}}, {"invitation_id": self.invite().id}):
            with self.subTest(vals), self.assertRaises(AccessError):
                one.with_user(self.manager).write(vals)
        one.complaint = "=1+1"
        self.manager.group_ids |= self.env.ref("crm_profile.group_export") | self.env.ref("base.group_allow_export")
        self.assertEqual(one.with_user(self.manager).export_data(["complaint"])["datas"], [["'=1+1"]])

    def test_activity_of_somebody_outside_of_sales(self):
        """They are done with their activity, though the follow-up is not theirs to close."""
        clerk = new_test_user(self.env, "back_clerk", groups="base.group_user")
        one = self.answered({"nps": "0"}).follow_up_ids
        one.activity_ids.user_id = clerk
        activity = one.activity_ids
        activity.with_user(clerk)._action_done(feedback="Told the boss")
        self.assertEqual((one.state, activity.active), ("open", False))

    def test_another_company(self):
        one = self.answered({"nps": "0"}).follow_up_ids
        main = self.env.ref("base.main_company")
        far = new_test_user(
            self.env,
            "back_far",
            groups="sales_team.group_sale_manager",
            company_id=main.id,
            company_ids=[(6, 0, main.ids)],
        )
        far_one = one.with_user(far).with_context(allowed_company_ids=main.ids)
        with self.assertRaises(AccessError):
            far_one.read(["complaint"])
        with self.assertRaises(AccessError):
            far_one.write({"what_done": "x"})
        with self.assertRaises(AccessError):
            far_one.action_tell()

    def test_merged_customers(self):
        """Both follow-ups, and both customers' words, are kept when two contacts turn out to be one."""
        twin = self.env["res.partner"].create({"name": "Twin", "email": "twin@example.com", "user_id": self.manager.id})
        first = self.answered({"nps": "0", "offers": "yes", "friends": "Hoa 0912345678"})
        second = self.answered({"nps": "1", "offers": "no", "friends": "Nam 0912345679"}, partner=twin)
        ones = first.follow_up_ids + second.follow_up_ids
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin + self.customer).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(ones.exists().mapped("partner_id"), self.customer)
        self.assertEqual(len(self.env["crm.lead"].search([("referred_by_id", "=", self.customer.id)])), 2)
        self.again(second)
        self.assertEqual(len(self.env["crm.survey.follow.up"].search([("partner_id", "=", self.customer.id)])), 2)
        given = self.env["crm.contact.consent"].search(
            [("partner_id", "=", self.customer.id), ("source", "=", "survey")]
        )
        self.assertEqual(len(given), 2)

    def test_next_action_of_the_customer(self):
        one = self.answered({"nps": "0"}).follow_up_ids
        actions = self.customer.with_user(self.manager)._next_actions()
        mine = [action for action in actions[self.customer.id] if action.code == "follow_up"]
        self.assertEqual([(action.due, action.action["res_id"]) for action in mine], [(one.deadline, one.id)])

    def test_overdue_list(self):
        one = self.answered({"nps": "0"}).follow_up_ids
        day = one.deadline + timedelta(days=1)
        self.assertTrue(one.filtered_domain(one._get_overdue_domain(day)))
        self.assertFalse(one.filtered_domain(one._get_overdue_domain(one.deadline)))


@tagged("post_install", "-at_install")
class TestAnswersSetAside(AnswerBackCase):
    """What does not count calls for nothing, until it counts again."""

    def setUp(self):
        super().setUp()
        self.without_cases()
        self.reviewer = new_test_user(
            self.env,
            "back_reviewer",
            groups="crm_survey.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def _review(self, invitation, decision, reason="Clicked through", at=None):
        answers = invitation.user_input_id.with_user(self.reviewer)
        answers.with_context(allowed_company_ids=self.company.ids)._review(decision, reason, at or self.at)

    def _complaints(self):
        return self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("is_complaint", "=", True)]
        )

    def test_rests_and_comes_back(self):
        invitation = self.answered({"trouble": "Giao trễ", "nps": "2"})
        one = invitation.follow_up_ids
        self.assertTrue(self._complaints())
        self._review(invitation, "set_aside")
        self.assertEqual((one.state, one.closed_by_id, one.closed_on), ("set_aside", self.reviewer, self.at))
        self.assertFalse(one.activity_ids.filtered("active"))
        self.assertFalse(self._complaints())
        self.assertNotIn(one, one.search([("is_overdue", "=", True)]))
        told = one.message_ids[:1]
        self.assertEqual(told.notified_partner_ids, self.manager.partner_id)
        self.assertIn("Clicked through", told.body)
        # Recorded again, an error say, it still rests.
        self.again(invitation)
        self.assertEqual((invitation.follow_up_ids, one.state), (one, "set_aside"))
        self.assertFalse(self._complaints())
        day = one.deadline + timedelta(days=10)
        self._review(invitation, "accepted", "Spoke to her", datetime.combine(day, self.at.time()))
        self.assertEqual((one.state, one.closed_on, one.deadline), ("open", False, day))
        activity = one.activity_ids.filtered("active")
        self.assertEqual((activity.user_id, activity.date_deadline), (self.manager, day))
        self.assertEqual(invitation.writeback_state, "queued")
        invitation._write_back()
        self.assertEqual(invitation.follow_up_ids, one)
        self.assertTrue(self._complaints())
        self.assertEqual(len(one.activity_ids.filtered("active")), 1)

    def test_what_was_done_stays(self):
        invitation = self.answered({"nps": "0"})
        one = invitation.follow_up_ids
        one.what_done = "Called"
        one.action_done()
        self._review(invitation, "set_aside")
        self.assertEqual(one.state, "done")
        self._review(invitation, "accepted")
        self.assertEqual(one.state, "done")

    def test_set_aside_before_it_was_recorded(self):
        invitation = self.invite(program=self.back_program)
        self.answer(invitation, {"nps": "0", "trouble": "Giao trễ"})
        self._review(invitation, "set_aside")
        invitation._write_back()
        self.assertFalse(invitation.follow_up_ids)
        self._review(invitation, "accepted")
        invitation._write_back()
        self.assertEqual((invitation.follow_up_ids.state, invitation.follow_up_ids.reason_code), ("open", "complaint"))

    def test_accepted_at_once_tells_nobody(self):
        invitation = self.answered({"nps": "0"})
        before = invitation.follow_up_ids.message_ids
        self._review(invitation, "accepted")
        self.assertEqual(invitation.follow_up_ids.message_ids, before)
        self.assertEqual(invitation.writeback_state, "done")
