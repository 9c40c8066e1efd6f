import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CustomerSurveyCase, LinkMixin

SECRET = "Chỉ mình tôi biết"


@tagged("post_install", "-at_install")
class TestLink(LinkMixin, CustomerSurveyCase, HttpCase):
    """What the holder of a link may do, and what nobody may."""

    def setUp(self):
        super().setUp()
        self.invitation = self.invite()
        self.user_input = self.invitation.user_input_id
        self.invitation.expires_on = self.user_input.deadline = fields.Datetime.now() + timedelta(days=9)
        self.survey_token, self.answer_token = self.tokens(self.invitation)
        self.opener.cookies.clear()
        self.count = self.quiet_survey.answer_count

    def _complete(self):
        self.answer(self.invitation, {"reason": "natural", "liked": SECRET})

    def _state(self):
        self.invitation.invalidate_recordset()
        self.user_input.invalidate_recordset()
        return self.invitation.state, self.user_input.state

    def _decline(self, **data):
        page = self.url_open(self.start_url(self.invitation)).text
        return self.url_open(
            f"/survey/decline/{self.survey_token}/{self.answer_token}", data={"csrf_token": self.csrf(page), **data}
        )

    def test_page_is_in_the_customers_language(self):
        response = self.url_open(self.start_url(self.invitation))
        self.assertIn(self.quiet_survey.with_context(lang="vi_VN").title, response.text)
        html = re.search(r"<html[^>]*>", response.text).group()
        self.assertIn('lang="vi-VN"', html, "scripts and screen readers speak it as well")

    def test_get_changes_nothing(self):
        before = self._state()
        Interaction = self.env["crm.interaction"]
        count = Interaction.search_count([])
        for url in (
            self.start_url(self.invitation),
            f"/survey/{self.survey_token}/{self.answer_token}",
            f"/survey/decline/{self.survey_token}/{self.answer_token}",
            f"/survey/decline/{self.survey_token}/{self.answer_token}?never_again=1",
            f"/survey/retry/{self.survey_token}/{self.answer_token}",
            f"/survey/print/{self.survey_token}?answer_token={self.answer_token}",
            f"/survey/begin/{self.survey_token}/{self.answer_token}",
        ):
            self.url_open(url)
        self.assertEqual(self._state(), before)
        self.assertEqual(Interaction.search_count([]), count)
        self.quiet_survey.invalidate_recordset()
        self.assertEqual(self.quiet_survey.answer_count, self.count)

    def test_decline(self):
        response = self._decline()
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._state()[0], "refused")
        self.assertEqual(self.invitation.final_disposition, "2.11")
        inbound = self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("direction", "=", "in"), ("purpose", "=", "survey")]
        )
        self.assertEqual(inbound.mapped("state"), ["refused"])
        self.assertFalse(self.env["crm.contact.consent"].search([("partner_id", "=", self.customer.id)]))
        # A declined link no longer opens the questionnaire.
        result = self.rpc(f"/survey/begin/{self.survey_token}/{self.answer_token}", {})
        self.assertEqual(result[1], {"error": "crm_closed"})
        self.assertIn("o_crm_survey_message", self.url_open(self.start_url(self.invitation)).text)

    def test_never_again(self):
        response = self._decline(never_again="1")
        invitation = self.invitation.with_context(lang="vi_VN")
        self.assertIn(invitation._link_message("never_again"), response.text)
        self.assertNotEqual(invitation._link_message("never_again"), invitation._link_message("declined"))
        decision = self.customer._contact_decisions("phone", "survey", fields.Datetime.now())[self.customer.id]
        self.assertEqual(decision.verdict, "deny")

    def test_decline_needs_the_page(self):
        response = self.url_open(f"/survey/decline/{self.survey_token}/{self.answer_token}", data={"x": "1"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._state()[0], "sent")

    def test_answered_link_shows_no_answers(self):
        self._complete()
        for url in (
            self.start_url(self.invitation),
            f"/survey/{self.survey_token}/{self.answer_token}",
            f"/survey/print/{self.survey_token}?answer_token={self.answer_token}",
            f"/survey/print/{self.survey_token}?answer_token={self.answer_token}&review=True",
            f"/survey/results/{self.quiet_survey.id}",
        ):
            self.assertNotIn(SECRET, self.url_open(url).text, url)
        question = self.question(self.quiet_survey, "liked")
        result = self.rpc(
            f"/survey/next_question/{self.survey_token}/{self.answer_token}", {"previous_page_id": question.id}
        )
        self.assertNotIn(SECRET, str(result))
        result = self.rpc(
            f"/survey/submit/{self.survey_token}/{self.answer_token}",
            {"question_id": question.id, str(question.id): "changed"},
        )
        self.assertEqual(result[1], {"error": "unauthorized"})
        line = self.user_input.user_input_line_ids.filtered(lambda x: x.question_id == question)
        self.assertEqual(line.value_text_box, SECRET)

    def test_one_participation(self):
        self._complete()
        self.url_open(f"/survey/retry/{self.survey_token}/{self.answer_token}")
        self.url_open(f"/survey/start/{self.survey_token}")
        self.url_open(f"/survey/start/{self.survey_token}?email=x@example.com")
        self.quiet_survey.invalidate_recordset()
        self.assertEqual(self.quiet_survey.answer_count, self.count)
        with self.assertRaises(UserError):
            self.quiet_survey._create_answer(partner=self.customer)

    def test_resume(self):
        self.rpc(f"/survey/begin/{self.survey_token}/{self.answer_token}", {})
        self.assertEqual(self._state(), ("started", "in_progress"))
        question = self.question(self.quiet_survey, "reason")
        option = self.label(self.quiet_survey, "reason", "moved")
        self.rpc(
            f"/survey/submit/{self.survey_token}/{self.answer_token}",
            {"question_id": question.id, str(question.id): str(option.id)},
        )
        page = self.url_open(self.start_url(self.invitation)).text
        self.assertIn(self.question(self.quiet_survey, "liked").with_context(lang="vi_VN").title, page)

    def test_other_tokens(self):
        other = self.invite(self.make_customers(1), program=self.make_program("ended", self.churn_survey))
        mixed = self.url_open(f"/survey/{self.survey_token}/{other.user_input_id.access_token}")
        self.assertNotIn("o_survey_start", mixed.text)
        guessed = self.url_open(f"/survey/{self.survey_token}/00000000-0000-4000-8000-000000000000")
        self.assertNotIn("o_survey_start", guessed.text)
        result = self.rpc(f"/survey/begin/{self.survey_token}/{other.user_input_id.access_token}", {})
        self.assertEqual(result[1], {"error": "token_wrong"})

    def test_expired(self):
        self.user_input.deadline = fields.Datetime.now() - timedelta(minutes=1)
        page = self.url_open(self.start_url(self.invitation))
        self.assertIn("o_crm_survey_message", page.text)
        result = self.rpc(f"/survey/begin/{self.survey_token}/{self.answer_token}", {})
        self.assertEqual(result[1], {"error": "answer_deadline"})
        self.assertEqual(self._state(), ("sent", "new"))

    def test_employee_and_interviewer(self):
        values = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        main = self.env.ref("base.main_company")
        far = {"company_id": main.id, "company_ids": [(6, 0, main.ids)]}
        new_test_user(self.env, "plain_employee", groups="base.group_user", **values)
        new_test_user(self.env, "an_interviewer", groups="crm_survey.group_interviewer", **values)
        new_test_user(self.env, "far_interviewer", groups="crm_survey.group_interviewer", **far)
        for login in ("plain_employee", "far_interviewer"):
            self.authenticate(login, login)
            page = self.url_open(self.start_url(self.invitation))
            self.assertEqual(page.status_code, 200)
            self.assertIn("o_crm_survey_message", page.text)
            self.assertNotIn("o_survey_start", page.text)
        self.authenticate("an_interviewer", "an_interviewer")
        page = self.url_open(self.start_url(self.invitation)).text
        self.assertIn("o_survey_start", page)
        self.assertIn("o_crm_survey_interviewer", page)
        self.rpc(f"/survey/begin/{self.survey_token}/{self.answer_token}", {})
        self.user_input.invalidate_recordset()
        self.assertEqual(self.user_input.interviewer_id.login, "an_interviewer")
        # who may not read answers does not get them printed, either
        page = self.url_open(f"/survey/print/{self.survey_token}?answer_token={self.answer_token}")
        self.assertNotIn("/survey/print", page.url)

    def test_answers_are_escaped(self):
        attack = "<img src=x onerror=alert(1)>"
        self.answer(self.invitation, {"liked": attack})
        self.invitation._write_back()
        self.assertEqual(self.invitation.writeback_state, "done", self.invitation.writeback_error)
        user = new_test_user(
            self.env,
            "survey_reader",
            groups="crm_survey.group_manager,survey.group_survey_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate(user.login, user.login)
        for url in (
            f"/survey/print/{self.survey_token}?answer_token={self.answer_token}",
            f"/survey/results/{self.quiet_survey.id}",
        ):
            page = self.url_open(url)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn(attack, page.text)

    def test_core_results_page_shows_no_answers(self):
        """Core's results page shows single answers and filters by any: it leads to our own instead."""
        self.answer(self.invitation, {"reason": "natural", "liked": "plain words"})
        user = new_test_user(
            self.env,
            "survey_reader",
            groups="crm_survey.group_manager,survey.group_survey_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate(user.login, user.login)
        said = self.user_input.user_input_line_ids.suggested_answer_id[:1]
        for query in ("", f"?filters=A,0,{said.id}"):
            response = self.url_open(f"/survey/results/{self.quiet_survey.id}{query}")
            self.assertIn("/odoo/survey-results", response.url)
            self.assertNotIn("plain words", response.text)

    def test_public_and_portal_have_no_rpc(self):
        self._complete()
        portal = new_test_user(self.env, "survey_portal", groups="base.group_portal")
        for user in (portal, self.env.ref("base.public_user")):
            for model in (
                "crm.survey.program",
                "crm.survey.program.step",
                "crm.survey.invitation",
                "crm.survey.attempt",
                "crm.churn.interview",
                "crm.churn.reason",
                "survey.user_input",
                "survey.user_input.line",
                "survey.survey",
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[model].with_user(user).search([])

    def test_core_survey_officer_sees_no_customer_answers(self):
        self._complete()
        officer = new_test_user(self.env, "core_officer", groups="survey.group_survey_manager")
        self.assertFalse(
            self.env["survey.user_input"].with_user(officer).search([("survey_id", "=", self.quiet_survey.id)])
        )
        self.assertFalse(
            self.env["survey.user_input.line"].with_user(officer).search([("survey_id", "=", self.quiet_survey.id)])
        )
