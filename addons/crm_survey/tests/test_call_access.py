from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_calls import MONDAY, CallCase


@tagged("post_install", "-at_install")
class TestCallAccess(CallCase):
    """An interviewer calls and reports; nothing that happened is altered, nothing of another company is seen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        main = cls.env.ref("base.main_company")
        cls.far = new_test_user(
            cls.env,
            "far_away",
            groups="crm_survey.group_interviewer",
            company_id=main.id,
            company_ids=[(6, 0, main.ids)],
        )
        cls.invitation = cls.invite(at=MONDAY)

    def report(self, user=None, **values):
        return self.env["crm.survey.attempt"].with_user(user or self.ann).create(
            {
                "invitation_id": self.invitation.id,
                "channel_id": self.phone.id,
                "disposition": "no_answer",
                **values,
            }
        )

    def test_attempts_stay_as_they_are(self):
        attempt = self.report()
        for vals in ({"disposition": "refused"}, {"note": "x"}, {"duration": 9}, {"user_id": self.ben.id}):
            with self.subTest(vals), self.assertRaises(UserError):  # an access error is one, too
                attempt.with_user(self.ann).write(vals)
        with self.assertRaises(AccessError):
            attempt.with_user(self.ann).unlink()
        manager = new_test_user(
            self.env,
            "call_manager",
            groups="crm_survey.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for vals in ({"disposition": "refused"}, {"duration": 9}, {"user_id": self.ben.id}, {"date": MONDAY}):
            with self.subTest(vals), self.assertRaises(UserError):
                attempt.with_user(manager).write(vals)

    def test_nothing_measured_is_reported_by_hand(self):
        attempt = self.report(duration=8, started_on=MONDAY, user_id=self.ben.id)
        self.assertEqual((attempt.duration, attempt.started_on, attempt.user_id), (0, False, self.ann))
        attempt = self.env["crm.survey.attempt"].with_user(self.ann).with_context(
            default_duration=8, default_user_id=self.ben.id, default_disposition="busy"
        ).create({"invitation_id": self.invitation.id, "channel_id": self.phone.id})  # fmt: skip
        self.assertEqual((attempt.duration, attempt.user_id, attempt.disposition), (0, self.ann, "busy"))
        for vals in (
            {"disposition": "sent"},
            {"disposition": "bounced"},
            {"disposition": "completed"},
            {"date": self.env.cr.now() + timedelta(days=1)},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                self.report(**vals)

    def test_cost_is_not_the_interviewers(self):
        self.company.crm_survey_hourly_cost = 60
        with freeze_time(MONDAY):
            dialog = self.dialog(self.invitation)
        with freeze_time(MONDAY + timedelta(minutes=30)):
            self.log(dialog, "no_answer")
        attempt = self.invitation.attempt_ids
        self.assertEqual(attempt.cost, 30)
        for record, name in (
            (attempt, "cost"),
            (self.company, "crm_survey_hourly_cost"),
            (self.ben, "crm_survey_hourly_cost"),
            (self.invitation, "call_value"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                record.with_user(self.ann).read([name])
        with self.assertRaises(AccessError):
            self.env["crm.survey.productivity"].with_user(self.ann).search([])

    def test_engine_fields_of_the_call(self):
        for vals in ({"call_user_id": self.ben.id}, {"call_since": False}, {"finish_by_link": True}, {"call_value": 9}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.invitation.with_user(self.ann).write(vals)

    def test_other_company_neither_sees_nor_calls(self):
        attempt = self.report()
        main = self.far.company_id
        mine = self.invitation.with_user(self.far).with_context(allowed_company_ids=main.ids)
        for record in (mine, attempt.with_user(self.far).with_context(allowed_company_ids=main.ids)):
            with self.assertRaises(AccessError):
                record.read(["partner_id"])
        with freeze_time(MONDAY):
            for call in (mine.action_call, mine.action_take, mine.action_open_survey):
                with self.subTest(call.__name__), self.assertRaises(AccessError):
                    call()
            with self.assertRaises(AccessError):
                mine._send_link_sudo(MONDAY)
            with self.assertRaises(AccessError):
                self.report(self.far.with_context(allowed_company_ids=main.ids))
            self.assertFalse(mine.browse()._next_callable(MONDAY))
            wizard = self.env["crm.survey.call"].with_user(self.far).with_context(allowed_company_ids=main.ids)
            with self.assertRaises(AccessError):
                wizard.create({"invitation_id": self.invitation.id}).read(["sheet", "phone"])

    def test_dialog_about_what_one_may_not_see(self):
        """Related fields are read as superuser: a dialog about another company's customer is refused as a whole."""
        main = self.far.company_id
        Dialog = self.env["crm.survey.call"].with_user(self.far).with_context(allowed_company_ids=main.ids)
        with self.assertRaises(AccessError):
            Dialog.create({"invitation_id": self.invitation.id}).read(["phone"])
        other = self.make_program("quiet", self.quiet_survey, company_id=main.id)
        theirs = self.env["crm.survey.invitation"].create(
            {"program_id": other.id, "partner_id": self.make_customers(1).id}
        )
        dialog = Dialog.create({"invitation_id": theirs.id})
        with self.assertRaises(AccessError):
            dialog.write({"invitation_id": self.invitation.id})

    def test_form_about_what_one_may_not_see(self):
        """A form that is not saved yet tells no more than one that is."""
        Dialog = self.env["crm.survey.call"].with_user(self.far).with_context(
            allowed_company_ids=self.far.company_id.ids
        )
        for name in ("phone", "email", "call_why", "sheet"):
            with self.subTest(name), self.assertRaises(AccessError):
                values = {"invitation_id": self.invitation.id}
                Dialog.onchange(values, ["invitation_id"], {"invitation_id": {}, name: {}})

    def test_the_link_is_the_customers(self):
        """An interviewer neither browses tokens, nor sends the link to somebody else, nor cancels."""
        with self.assertRaises(AccessError):
            self.invitation.user_input_id.with_user(self.ann).read(["access_token"])
        self.assertTrue(self.invitation.with_user(self.ann).action_open_survey()["url"])
        planned = self.env["crm.survey.invitation"].create(
            {"program_id": self.program.id, "partner_id": self.make_customers(1).id}
        )
        contact = self.env["res.partner"].create({"name": "Colleague", "parent_id": planned.partner_id.id})
        planned.with_user(self.ann).recipient_id = contact
        with self.assertRaises(AccessError):
            planned.with_user(self.ann).recipient_id = self.ann.partner_id
        with self.assertRaises(AccessError):
            planned.with_user(self.ann).action_cancel()

    def test_colleagues_dialog_is_closed(self):
        with freeze_time(MONDAY):
            dialog = self.dialog(self.invitation)
            with self.assertRaises(AccessError):
                dialog.with_user(self.ben).read(["note"])
