from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CustomerSurveyCase, LinkMixin


class KnownCase(CustomerSurveyCase):
    """A questionnaire of three facts, a follow-up to two of them, and an open question."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Attribute = cls.env["crm.profile.attribute"]
        cls.job = Attribute.create(
            {
                "name": "Job",
                "code": "known_job",
                "value_type": "choice",
                "retention_months": 12,
                "option_ids": [
                    Command.create({"name": "Farmer", "code": "farmer"}),
                    Command.create({"name": "Other", "code": "other"}),
                ],
            }
        )
        cls.score = Attribute.create({"name": "Score", "code": "known_score", "value_type": "integer"})
        cls.wish = Attribute.create({"name": "Wish", "code": "known_wish", "value_type": "text"})
        cls.survey = cls.env["survey.survey"].create(
            {"title": "Known", "survey_type": "lifecycle", "questions_layout": "page_per_question"}
        )
        Question = cls.env["survey.question"]

        def ask(code, kind, sequence, **values):
            return Question.create(
                {
                    "survey_id": cls.survey.id,
                    "title": code,
                    "code": code,
                    "question_type": kind,
                    "sequence": sequence,
                    **values,
                }
            )

        def fact(attribute):
            return {"target_kind": "attribute", "target_attribute_id": attribute.id}

        labels = [Command.create({"value": v, "code": v}) for v in ("farmer", "other")]
        cls.q_job = ask("job", "simple_choice", 1, suggested_answer_ids=labels, **fact(cls.job))
        farmer = cls.q_job.suggested_answer_ids.filtered(lambda label: label.code == "farmer")
        cls.q_land = ask("land", "char_box", 2, triggering_answer_ids=[Command.set(farmer.ids)])
        cls.q_score = ask("score", "scale", 3, **fact(cls.score))
        cls.q_why = ask("why", "text_box", 4, follow_question_id=cls.q_score.id, follow_min=0, follow_max=6)
        cls.q_wish = ask("wish", "text_box", 5, **fact(cls.wish))
        cls.program.survey_id = cls.survey
        cls.today = cls.at.date()

    def know(self, partner, attribute, value, **values):
        return self.env["crm.profile.fact"]._record(
            [
                {
                    "partner_id": partner.id,
                    "attribute_id": attribute.id,
                    "value": value,
                    "source": "partner",
                    "collected_on": self.today - timedelta(days=30),
                    **values,
                }
            ]
        )

    def asked(self, partner):
        plan = self.survey.with_company(self.company)._plan_for_sudo(partner, self.today)[partner.id]
        return self.env["survey.question"].browse(plan.asked).mapped("code")


@tagged("post_install", "-at_install")
class TestProgramKnown(KnownCase):
    def test_nothing_known(self):
        self.assertEqual(self.asked(self.customer), ["job", "land", "score", "why", "wish"])

    def test_known_is_left_out_with_its_follow_ups(self):
        self.know(self.customer, self.job, "other")
        self.know(self.customer, self.score, 9)
        self.assertEqual(self.asked(self.customer), ["wish"])

    def test_follow_up_of_a_known_answer_is_asked(self):
        self.know(self.customer, self.job, "farmer")
        self.know(self.customer, self.score, 0)
        self.assertEqual(self.asked(self.customer), ["land", "why", "wish"])
        invitation = self.invite()
        user_input = invitation.user_input_id
        self.assertEqual(user_input.predefined_question_ids, self.q_land | self.q_why | self.q_wish)
        self.assertFalse(user_input._get_inactive_conditional_questions() & user_input.predefined_question_ids)
        self.assertEqual(self.survey._get_pages_or_questions(user_input), self.q_land | self.q_why | self.q_wish)

    def test_doubtful_old_or_disputed_is_asked_again(self):
        for values, months in (
            ({"confidence": 0.2}, 0),
            ({"source": "third_party"}, 0),
            ({"collected_on": self.today - timedelta(days=400)}, 0),
            ({"collected_on": self.today - timedelta(days=100)}, 3),
        ):
            partner = self.make_customers(1)
            self.know(partner, self.job, "other", **values)
            plan = self.survey.with_company(self.company)._plan_for_sudo(partner, self.today, months)[partner.id]
            self.assertIn(self.q_job.id, plan.asked, values)
        self.know(self.customer, self.job, "other")
        self.assertNotIn("job", self.asked(self.customer))
        self.know(self.customer, self.job, "farmer", source="employee")
        self.assertIn("job", self.asked(self.customer), "a colleague says otherwise")

    def test_fresh_enough_for_the_program(self):
        self.know(self.customer, self.wish, "x")
        self.program.fresh_months = 2
        self.assertNotIn(self.q_wish, self.invite().user_input_id.predefined_question_ids)
        other = self.make_customers(1)
        self.know(other, self.wish, "x", collected_on=self.today - timedelta(days=70))
        self.assertIn(self.q_wish, self.invite(other).user_input_id.predefined_question_ids)

    def test_a_program_may_ask_all_the_same(self):
        self.know(self.customer, self.wish, "x")
        self.program.skip_known = False
        self.assertEqual(len(self.invite().user_input_id.predefined_question_ids), 5)

    def test_not_collected_is_not_asked(self):
        plan = self.env["crm.collection.plan"].create(
            {
                "name": "Only jobs",
                "company_id": self.company.id,
                "domain": f"[('id', '=', {self.customer.id})]",
                "depth": "3",
                "line_ids": [Command.create({"attribute_id": self.job.id})],
            }
        )
        plan.action_start()
        self.assertEqual(self.asked(self.customer), ["job", "land"])
        self.assertEqual(len(self.asked(self.make_customers(1))), 5, "the plan is about others")

    def test_nothing_left_to_ask(self):
        for attribute, value in ((self.job, "other"), (self.score, 9), (self.wish, "x")):
            self.know(self.customer, attribute, value)
        wizard = self.env["crm.survey.ask"].create(
            {"program_id": self.program.id, "partner_ids": [(6, 0, self.customer.ids)]}
        )
        self.assertEqual((wizard.ask_count, wizard.known_count), (0, 1))
        would, sentences = self.program._preview(self.customer, self.at)
        self.assertFalse(would)
        self.assertTrue(any("Nothing is left to ask" in sentence for sentence in sentences))
        invitation = self.invite()
        self.assertEqual((invitation.state, invitation.cancel_reason), ("cancelled", "known"))
        self.assertFalse(self.mails(invitation) or invitation.interaction_id or invitation.user_input_id)

    def test_learnt_while_the_gate_held(self):
        self.program._activate(self.at)
        invitation = self.invite(at=self.later(hours=13))
        self.assertEqual(invitation.state, "held")
        for attribute, value in ((self.job, "other"), (self.score, 9), (self.wish, "x")):
            self.know(self.customer, attribute, value)
        held = invitation.interaction_id
        self.program._run(self.later(hours=14))
        self.assertEqual((invitation.cancel_reason, held.state), ("known", "cancelled"))

    def test_partial_counts_what_came_up(self):
        """Of job, score, wish – the follow-ups never came up – two of three answered are a partial interview."""
        two, one = self.make_customers(2)
        for partner, answered in ((two, ("job", "score")), (one, ("job",))):
            invitation = self.invite(partner)
            user_input = invitation.user_input_id
            user_input._mark_in_progress()
            for code in answered:
                question = self.question(self.survey, code)
                label = self.label(self.survey, code, "other").id if code == "job" else "9"
                user_input._save_lines(question, label)
            self.assertEqual(invitation._count_answered()[invitation.id], (len(answered), 3))
        self.program._run(self.later(days=31))
        codes = {i.partner_id: i.final_disposition for i in self.program.invitation_ids}
        self.assertEqual(codes, {two: "1.2", one: "2.12"})

    def test_preview_lists_the_questions(self):
        self.know(self.customer, self.wish, "x")
        self.program.trigger = "manual"
        asked, known, outside = self.program._preview_questions(self.customer, self.at)
        self.assertEqual((asked, known, outside), (["job", "land", "score", "why"], ["wish"], []))
        html = self.program._preview_html(self.customer, self.at)
        self.assertIn("wish", html.split("Left out")[1])

    def test_preview_does_not_tell_of_restricted_facts(self):
        self.wish.sensitivity = "restricted"
        self.know(self.customer, self.wish, "x")
        user = new_test_user(
            self.env,
            "preview_seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.program.trigger = "manual"
        asked, known, _outside = self.program.with_user(user)._preview_questions(
            self.customer.with_user(user), self.at
        )
        self.assertEqual((asked, known), (["job", "land", "score", "why", "wish"], []))


@tagged("post_install", "-at_install")
class TestKnownByLink(LinkMixin, KnownCase, HttpCase):
    def test_only_what_is_left_comes_up(self):
        """Question by question over HTTP: the follow-up of the known job, not the job."""
        self.know(self.customer, self.job, "farmer")
        self.know(self.customer, self.score, 9)
        invitation = self.invite()
        invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.answer_by_http(invitation, {"land": "2 ha", "wish": "rain"})
        self.assertEqual((invitation.state, invitation.final_disposition), ("done", "1.1"))
        said = {line.question_id.code: line.display_name for line in invitation.user_input_id.user_input_line_ids}
        self.assertEqual(set(said), {"land", "wish"})
        self.assertEqual(invitation.user_input_id.predefined_question_ids, self.q_land | self.q_wish)

    def test_sections_and_one_page(self):
        """The other layouts show the settled follow-up at once, and no page without a question."""
        self.q_why.unlink()
        page = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "Page", "is_page": True, "sequence": 0, "question_type": False}
        )
        rest = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "Rest", "is_page": True, "sequence": 4, "question_type": False}
        )
        for layout, partner in zip(("page_per_section", "one_page"), self.make_customers(2), strict=True):
            self.know(partner, self.job, "farmer")
            self.know(partner, self.score, 9)
            self.know(partner, self.wish, "x")
            with self.subTest(layout=layout):
                self.survey.questions_layout = layout
                invitation = self.invite(partner)
                user_input = invitation.user_input_id
                user_input.deadline = fields.Datetime.now() + timedelta(days=9)
                if layout == "page_per_section":
                    self.assertEqual(self.survey._get_pages_or_questions(user_input), page)
                    self.assertTrue(rest.question_ids)
                survey_token, answer_token = self.tokens(invitation)
                self.url_open(self.start_url(invitation))
                content = self.rpc(f"/survey/begin/{survey_token}/{answer_token}", {})[1]["survey_content"]
                self.assertIn(f'name="{self.q_land.id}"', content)
                self.assertNotIn(f'name="{self.q_job.id}"', content)
                wrapper = content.split(f'name="{self.q_land.id}"')[0].rpartition("js_question-wrapper")[2]
                self.assertNotIn("d-none", wrapper)
