from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestProgram(CustomerSurveyCase):
    def test_activation_dialog_counts_and_starts_nothing(self):
        self.customer._lifecycle_declare("quiet", "said so")
        self.program.partner_domain = f"[('id', '=', {self.customer.id})]"
        wizard = self.env["crm.survey.activate"].create({"program_id": self.program.id})
        self.assertEqual(wizard.current_count, 1)
        self.assertEqual(wizard.allow_count + wizard.hold_count + wizard.deny_count, 1)
        wizard.action_confirm()
        self.assertEqual(self.program.state, "running")
        self.program._run(self.program.activated_on + timedelta(hours=1))
        self.assertFalse(self.program.invitation_ids)

    def test_activation_with_those_there_today(self):
        self.customer._lifecycle_declare("quiet", "said so")
        self.program.partner_domain = f"[('id', '=', {self.customer.id})]"
        wizard = self.env["crm.survey.activate"].create({"program_id": self.program.id, "include_current": True})
        wizard.action_confirm()
        self.assertEqual(self.program.invitation_ids.partner_id, self.customer)

    def test_unreachable_are_counted(self):
        self.customer._lifecycle_declare("quiet", "said so")
        self.customer.email = False
        self.program.partner_domain = f"[('id', '=', {self.customer.id})]"
        wizard = self.env["crm.survey.activate"].create({"program_id": self.program.id})
        self.assertEqual((wizard.current_count, wizard.unreachable_count, wizard.allow_count), (1, 1, 0))

    def test_program_without_steps_does_not_start(self):
        self.program.step_ids.unlink()
        with self.assertRaises(UserError):
            self.program.action_activate()

    def test_delay_and_cap(self):
        self.program._activate(self.at - timedelta(days=1))
        customers = self.make_customers(5)
        self.move(customers, "quiet")
        self.program.cap_per_run = 2
        self.program._run(self.later(hours=1))
        self.assertEqual(set(self.program.invitation_ids.mapped("state")), {"planned"})
        self.assertEqual(self.program.invitation_ids[0].due, self.later(days=2))
        self.program._run(self.later(days=2))
        self.assertEqual(len(self.program.invitation_ids.filtered(lambda i: i.state == "sent")), 2)
        self.program._run(self.later(days=2, hours=1))
        self.assertEqual(len(self.program.invitation_ids.filtered(lambda i: i.state == "sent")), 4)

    def test_who_left_the_stage_is_not_asked(self):
        self.program.leave_cancels = True
        self.program._activate(self.at - timedelta(days=1))
        self.move(self.customer, "quiet")
        self.program._run(self.later(days=3))
        invitation = self.program.invitation_ids
        self.assertEqual((invitation.state, invitation.cancel_reason), ("cancelled", "left_stage"))
        self.assertEqual(invitation.final_disposition, "4.1")
        self.assertFalse(self.mails(invitation))

    def test_repeat(self):
        self.program.repeat_days = 180
        first = self.program._invite({self.customer.id: (self.at, False)}, self.at)
        self.assertFalse(self.program._invite({self.customer.id: (self.at, False)}, first.create_date))
        second = self.program._invite(
            {self.customer.id: (self.at, False)}, first.create_date + timedelta(days=181)
        )
        self.assertEqual(second.wave, 2)

    def test_paused_program_starts_nothing_later(self):
        self.program._activate(self.at)
        self.program.action_pause()
        self.move(self.customer, "quiet", self.later(hours=1))
        self.program._activate(self.later(hours=2))
        self.program._run(self.later(hours=3))
        self.assertFalse(self.program.invitation_ids)

    def test_other_company_starts_nothing(self):
        self.program._activate(self.at)
        transition = self.move(self.customer, "quiet", self.later(hours=1))
        self.env.cr.execute(
            "UPDATE crm_lifecycle_transition SET company_id = %s WHERE id = %s",
            (self.env.ref("base.main_company").id, transition.id),
        )
        transition.invalidate_recordset()
        self.program._run(self.later(hours=2))
        self.assertFalse(self.program.invitation_ids)

    def test_preview_in_words(self):
        would, sentences = self.program._preview(self.customer, self.at)
        self.assertFalse(would)
        self.assertTrue(any("not running" in sentence for sentence in sentences))
        self.customer._lifecycle_declare("quiet", "said so")
        self.program._activate(self.at)
        self.customer.invalidate_recordset()
        would, sentences = self.program._preview(self.customer, self.at)
        self.assertTrue(would, sentences)
        self.assertTrue(any(self.customer.email in sentence for sentence in sentences))
        self.assertFalse(self.program.invitation_ids)

    def test_preview_wizard(self):
        wizard = self.env["crm.survey.preview"].create(
            {"program_id": self.program.id, "partner_id": self.customer.id}
        )
        self.assertIn("<li>", wizard.text)

    def test_ask_by_hand(self):
        customers = self.make_customers(3)
        customers[2].email = False
        self.invite(customers[0])
        with Form(
            self.env["crm.survey.ask"].with_context(active_model="res.partner", active_ids=customers.ids)
        ) as form:
            form.program_id = self.program
            self.assertEqual((form.ask_count, form.skip_count, form.unreachable_count), (1, 1, 1))
        action = form.record.action_ask()
        invitations = self.env["crm.survey.invitation"].search(action["domain"])
        self.assertIn(customers[1], invitations.partner_id)
        self.assertNotIn(customers[0], invitations.partner_id)

    def test_salesperson_asks_by_hand(self):
        user = new_test_user(
            self.env,
            "asking_salesperson",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        wizard = self.env["crm.survey.ask"].with_user(user).create(
            {"program_id": self.program.id, "partner_ids": [(6, 0, self.customer.ids)]}
        )
        wizard.action_ask()
        invitation = self.program.invitation_ids.with_user(user)
        self.assertIn(invitation.state, ("sent", "held"))
        self.assertTrue(invitation.display_name)
        invitation.with_user(user).action_view_answers()

    def test_salesperson_makes_the_next_step(self):
        user = new_test_user(
            self.env,
            "pressing_salesperson",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        invitation = self.program._invite({self.customer.id: (self.at, False)}, self.at)
        invitation.with_user(user).action_contact_now()
        self.assertIn(invitation.state, ("sent", "held"))
        invitation.with_user(user).action_cancel()
        self.assertEqual(invitation.state, "cancelled")
        self.assertFalse(invitation.interaction_id.state == "held")

    def test_failing_run_is_kept_on_the_program(self):
        self.program._activate(self.at)
        self.env.cr.execute(
            "UPDATE crm_survey_program SET partner_domain = %s WHERE id = %s", ("[('gone', '=', 1)]", self.program.id)
        )
        self.program.invalidate_recordset()
        self.move(self.customer, "quiet", self.later(hours=1))
        with mute_logger("odoo.addons.crm_survey.models.crm_survey_execution_mixin"):
            self.program._run_safely(self.later(hours=2))
        self.assertIn("gone", self.program.run_error)
        self.program.partner_domain = "[]"
        self.program._run_safely(self.later(hours=2))
        self.assertFalse(self.program.run_error)
        self.assertEqual(self.program.invitation_ids.partner_id, self.customer)

    def test_filter_is_checked(self):
        with self.assertRaises(ValidationError):
            self.program.partner_domain = "[('no_such_field', '=', 1)]"

    def _manager(self, login):
        return new_test_user(
            self.env,
            login,
            groups="crm_survey.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_filter_tells_no_secret(self):
        """Programs run with all rights: neither restricted answers nor confidential segments can be asked about."""
        secret = self.env["crm.segment"].create({"name": "Ill", "company_id": self.company.id})
        secret._set_confidential_sudo(True)
        plain = self.env["crm.segment"].create({"name": "Plain", "company_id": self.company.id})
        line = "survey_invitation_ids.user_input_id.user_input_line_ids"
        for domain in (
            [(f"{line}.value_text_box", "ilike", "x")],
            [("survey_invitation_ids", "any", [("user_input_id.user_input_line_ids", "!=", False)])],
            ["!", ("child_ids.profile_fact_ids.attribute_id.fact_ids", "!=", False)],
            [("lifecycle_segment_ids", "in", secret.ids)],
            [("lifecycle_segment_ids.name", "=", "Ill")],
            [("lifecycle_segment_ids", "ilike", "Ill")],
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.program.partner_domain = str(domain)
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.program.quota_ids = [(0, 0, {"name": "Some", "partner_domain": str(domain)})]
        for domain in (
            [("lifecycle_segment_ids", "in", plain.ids), ("create_date.year_number", ">", 2000)],
            [("profile_fact_ids.attribute_id.code", "=", "need"), ("city", "ilike", "Huế")],
        ):
            self.program.partner_domain = str(domain)

    def test_filter_of_fields_the_author_may_not_read(self):
        program = self.program.with_user(self._manager("filter_author"))
        program.partner_domain = "[('city', '=', 'Huế')]"
        with self.assertRaises(ValidationError):
            program.partner_domain = "[('survey_invitation_ids.user_input_id.crm_short_code', '=like', 'a%')]"

    def test_preview_of_another_companys_customer(self):
        main = self.env.ref("base.main_company")
        theirs = self.make_customers(1)
        theirs.company_id = main
        preview = self.env["crm.survey.preview"].with_user(self._manager("previewer")).with_context(
            allowed_company_ids=self.company.ids
        )
        with self.assertRaises(AccessError):
            preview.new({"program_id": self.program.id, "partner_id": theirs.id}).text  # noqa: B018

    def test_plain_survey_cannot_be_used(self):
        survey = self.env["survey.survey"].create({"title": "Party"})
        with self.assertRaises(ValidationError):
            self.program.survey_id = survey

    def test_cron(self):
        self.program._activate(self.at)
        with self.enter_registry_test_mode():
            self.env.ref("crm_survey.ir_cron_run").method_direct_trigger()
        self.assertTrue(self.program.events_until >= self.at)
