from odoo import fields
from odoo.tests import tagged

from .test_answer_back import AnswerBackCase


@tagged("post_install", "-at_install")
class TestRecordingPerformance(AnswerBackCase):
    """Recording needs as many queries for a hundred customers as for ten, whatever is recorded."""

    def _answered(self, number, survey, program, answers, link=None):
        """Invitations whose customers gave the same kind of answer; lines are written as the web page leaves them."""
        customers = self.make_customers(number)
        customers.user_id = self.manager
        invitations = self.invite(customers, program=program)
        if link:
            link(invitations)
        vals_list = []
        for index, invitation in enumerate(invitations):
            for code, prepare in answers.items():
                question = self.question(survey, code)
                vals_list.append(
                    {
                        "user_input_id": invitation.user_input_id.id,
                        "question_id": question.id,
                        **prepare(question, index),
                    }
                )
        self.env["survey.user_input.line"].create(vals_list)
        invitations.write({"state": "done", "writeback_state": "queued", "done_on": fields.Datetime.now()})
        return invitations

    @staticmethod
    def scale(value):
        return lambda question, index: {"answer_type": "scale", "value_scale": value}

    @staticmethod
    def words(kind, text):
        return lambda question, index: {"answer_type": kind, f"value_{kind}": f"{text} {index}"}

    @staticmethod
    def label(code):
        return lambda question, index: {
            "answer_type": "suggestion",
            "suggested_answer_id": question.suggested_answer_ids.filtered(lambda a: a.code == code).id,
        }

    def _assert_constant(self, survey, program, answers, link=None):
        few = self._answered(10, survey, program, answers, link)
        many = self._answered(100, survey, program, answers, link)
        self.assertSameQueryCount(few._write_back, many._write_back)
        few._write_back()
        self.assertEqual(set(few.mapped("writeback_state")), {"done"}, few.mapped("writeback_error"))

    def test_consents(self):
        self._assert_constant(self.survey, self.back_program, {"offers": self.label("yes")})

    def test_follow_ups(self):
        self._assert_constant(self.survey, self.back_program, {"nps": self.scale(2)})

    def test_complaints(self):
        self.without_cases()
        self._assert_constant(self.survey, self.back_program, {"trouble": self.words("text_box", "Late")})

    def test_churn(self):
        program = self.make_program("ended", self.churn_survey, delay_days=0)
        self._assert_constant(
            self.churn_survey,
            program,
            {"primary_reason": self.label("competition"), "competitor": self.words("char_box", "Rival")},
        )

    def test_contact_fields(self):
        field = self.env["ir.model.fields"]._get("res.partner", "function")
        self.question(self.survey, "trouble").write({"target_kind": "partner", "target_partner_field_id": field.id})
        self._assert_constant(self.survey, self.back_program, {"trouble": self.words("text_box", "Trade")})

    def test_why_quiet(self):
        self._assert_constant(self.quiet_survey, self.program, {"reason": self.label("moved")})

    def test_qualification(self):
        """Leads are judged and advised together."""
        self.survey.survey_type = "qualification"
        field = self.env["ir.model.fields"]._get("crm.lead", "description")
        self.question(self.survey, "trouble").write({"target_kind": "lead", "target_lead_field_id": field.id})
        self.question(self.survey, "csat").write(
            {"target_kind": "attribute", "target_attribute_id": self.env.ref("crm_profile.attribute_budget").id}
        )

        def link(invitations):
            leads = self.env["crm.lead"].create(
                [
                    {"name": "Lead", "partner_id": i.partner_id.id, "company_id": self.company.id} for i in invitations
                ]
            )
            for invitation, lead in zip(invitations, leads, strict=True):
                invitation.lead_id = lead

        answers = {"trouble": self.words("text_box", "Tyres"), "csat": self.scale(4)}
        self._assert_constant(self.survey, self.back_program, answers, link)

    def test_referrals(self):
        """Each person recommended is a new lead: what core asks for a lead is asked, and nothing of ours beside it."""
        words = {"friends": lambda question, index: {
            "answer_type": "text_box", "value_text_box": f"Hoa 09123456{index:02d}"
        }}
        few = self._answered(10, self.survey, self.back_program, words)
        many = self._answered(100, self.survey, self.back_program, words)
        self.queryCount(few._write_back)
        self.queryCount(many._write_back)

        def leads(number):
            vals = {"contact_name": "Hoa", "company_id": self.company.id, "user_id": self.manager.id}
            return lambda: self.env["crm.lead"].create(
                [
                    {**vals, "name": "Hoa", "phone": f"09123456{i:02d}", "referred_by_id": self.customer.id}
                    for i in range(number)
                ]
            )

        self.queryCount(leads(10))
        core = self.queryCount(leads(100)) - self.queryCount(leads(10))
        ours = self.queryCount(many._write_back) - self.queryCount(few._write_back)
        self.assertLessEqual(ours, core + 2, "not one query more for each customer than core's own leads need")
