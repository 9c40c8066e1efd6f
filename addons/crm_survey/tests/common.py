"""Base class of the survey tests, also for addons that build on this one."""

import json
import re
from datetime import timedelta

from odoo.addons.crm_contact_policy.tests.common import WORKDAY_MORNING, ContactPolicyCase


class CustomerSurveyCase(ContactPolicyCase):
    """A company with the shipped quiet and churn surveys, running programs, and a Vietnamese customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.at = WORKDAY_MORNING
        for code in ("en_US", "vi_VN"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env.user.lang = "en_US"
        cls.env["ir.module.module"]._load_module_terms(["web", "survey", "crm_survey"], ["vi_VN"])
        cls.customer.lang = "vi_VN"
        cls.quiet_survey = cls.env.ref("crm_survey.survey_quiet")
        cls.churn_survey = cls.env.ref("crm_survey.survey_churn")
        cls.program = cls.make_program("quiet", cls.quiet_survey)
        cls.stage = {
            code: cls.env.ref(f"crm_lifecycle.stage_{code}")
            for code in ("suspect", "prospect", "new", "established", "quiet", "ended")
        }

    @classmethod
    def make_program(cls, stage, survey, **values):
        """A program of the test company that asks by e-mail two days after a customer enters ``stage``."""
        return cls.env["crm.survey.program"].create(
            {
                "name": f"Program {stage}",
                "company_id": cls.company.id,
                "survey_id": survey.id,
                "trigger": "stage",
                "stage_ids": [(6, 0, cls.env.ref(f"crm_lifecycle.stage_{stage}").ids)],
                "delay_days": 2,
                "leave_cancels": False,
                "step_ids": [(0, 0, {"channel_id": cls.env.ref("crm_contact_policy.channel_email").id})],
                **values,
            }
        )

    @classmethod
    def move(cls, partners, stage, at=None, trigger="rule", source="established"):
        """Write a stage change of customers as the engine does."""
        at = at or cls.at
        return cls.env["crm.lifecycle.transition"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "from_stage_id": cls.env.ref(f"crm_lifecycle.stage_{source}").id,
                    "to_stage_id": cls.env.ref(f"crm_lifecycle.stage_{stage}").id,
                    "effective_on": at.date(),
                    "recorded_on": at,
                    "trigger": trigger,
                }
                for partner in partners
            ]
        )

    @classmethod
    def invite(cls, partners=None, program=None, at=None):
        """Ask customers by hand: invitations whose e-mail went out at ``at``."""
        at = at or cls.at
        partners = partners if partners is not None else cls.customer
        program = program or cls.program
        invitations = program._invite({partner.id: (at, False) for partner in partners}, at)
        invitations._contact_next(at)
        return invitations

    @classmethod
    def question(cls, survey, code):
        """The question of a survey with this code."""
        return survey.question_ids.filtered(lambda q: q.code == code)

    @classmethod
    def label(cls, survey, code, label):
        """The label of a question of a survey."""
        return cls.question(survey, code).suggested_answer_ids.filtered(lambda a: a.code == label)

    def answer(self, invitation, answers):
        """Answer as the web page does: {question code: label code, text, number or matrix {row: column}}."""
        user_input, survey = invitation.user_input_id, invitation.survey_id
        user_input._mark_in_progress()
        for code, value in answers.items():
            question = self.question(survey, code)
            comment = None
            if question.question_type == "matrix":
                value = {
                    str(question.matrix_row_ids.filtered(lambda r, c=row: r.code == c).id): [
                        self.label(survey, code, column).id
                    ]
                    for row, column in value.items()
                }
            elif question.question_type == "simple_choice":
                value = self.label(survey, code, value).id
            user_input._save_lines(question, value, comment)
        user_input._mark_done()
        return user_input

    def mails(self, invitations):
        """The messages queued for these invitations."""
        return self.env["mail.mail"].search(
            [("model", "=", "crm.survey.invitation"), ("res_id", "in", invitations.ids)]
        )

    def later(self, **delta):
        """``self.at`` plus so many days, hours …"""
        return self.at + timedelta(**delta)


class LinkMixin:
    """Opens and answers a personal link over HTTP, as a browser does."""

    def start_url(self, invitation):
        return invitation.user_input_id.get_start_url()

    def tokens(self, invitation):
        return invitation.survey_id.access_token, invitation.user_input_id.access_token

    def rpc(self, route, params):
        """Call a JSON route; returns its result."""
        response = self.url_open(
            route,
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.assertEqual(response.status_code, 200)
        return response.json().get("result")

    def csrf(self, html):
        return re.search(r'name="csrf_token" value="([^"]+)"', html).group(1)

    def answer_by_http(self, invitation, answers):
        """Start and answer the questionnaire question by question; returns the last page."""
        survey_token, answer_token = self.tokens(invitation)
        page = self.url_open(self.start_url(invitation)).text
        csrf = self.csrf(page)
        result = self.rpc(f"/survey/begin/{survey_token}/{answer_token}", {})
        user_input = invitation.user_input_id
        for _number in range(40):
            user_input.invalidate_recordset()
            if user_input.state == "done":
                break
            question_id = int(re.search(r'name="question_id" value="(\d+)"', result[1]["survey_content"]).group(1))
            question = self.env["survey.question"].browse(question_id)
            value = answers.get(question.code, "")
            result = self.rpc(
                f"/survey/submit/{survey_token}/{answer_token}",
                {"question_id": question_id, str(question_id): value, "csrf_token": csrf, "token": answer_token},
            )
        return result
