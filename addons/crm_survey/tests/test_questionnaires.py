from odoo.tests import Form, tagged
from odoo.tools import is_html_empty

from ..domain.names import CUSTOMER_TYPES
from .common import CustomerSurveyCase

# What each questionnaire must at least ask, by code; issue of a question is its mapping.
SHIPPED = {
    "before": {"occupation", "values", "hobbies", "networks", "sources", "income"},
    "prospect": {"heard", "impression", "effort", "substitute", "competitor", "competitor_likes"},
    "lead_person": {"need", "when", "need_date", "budget", "payment", "deciding", "questions"},
    "lead_company": {"need", "when", "need_date", "budget", "payment_term", "process", "decision_maker", "questions"},
    "new": {"heard", "satisfaction", "effort", "requests", "complaint", "channel"},
    "established": {"recommend", "parts", "trend", "loss"},
    "frequent": {"recommend", "recommend_why", "parts", "trend", "loss", "comparison"},
    "volume": {"recommend", "recommend_why", "parts", "effort", "trend", "loss", "share", "comparison"},
    "quiet": {"reason", "liked", "disliked", "recommend", "refer", "refer_whom"},
    "churn": {"primary_reason", "cause", "trouble", "need_now", "competitor", "comparison", "bring_back"},
    "after_service": {"satisfaction", "effort", "recommend", "solved", "left", "reminder"},
}
OFFERS = ("discount", "voucher", "special offer", "giảm giá", "khuyến mãi", "ưu đãi", "tặng")


@tagged("post_install", "-at_install")
class TestQuestionnaires(CustomerSurveyCase):
    """The questionnaires that are shipped: complete, mapped, in both languages and editable."""

    def _survey(self, name):
        return self.env.ref(f"crm_survey.survey_{name}")

    def test_each_asks_what_it_must(self):
        for name, codes in SHIPPED.items():
            with self.subTest(name=name):
                survey = self._survey(name)
                self.assertIn(survey.survey_type, CUSTOMER_TYPES)
                survey.check_validity()
                self.assertLessEqual(codes, set(survey.question_ids.mapped("code")))
                self.assertTrue(all(survey.question_ids.mapped("code")))

    def test_interviewers_are_told_how_to_ask(self):
        """A prompt for each question, short enough to be read at a glance, which offers nothing."""
        for name in SHIPPED:
            for question in self._survey(name).question_ids.with_context(lang="en_US"):
                with self.subTest(name=name, question=question.code):
                    note = question.interviewer_note or ""
                    self.assertTrue(20 < len(note) < 180, note)
                    self.assertFalse([word for word in OFFERS if word in note.lower()])

    def test_labels_fit_their_facts(self):
        """The code of a label is the code of the fact's option; otherwise the answer could not be recorded."""
        for name in SHIPPED:
            for question in self._survey(name).question_ids.filtered("target_attribute_id"):
                attribute = question.target_attribute_id
                with self.subTest(name=name, question=question.code):
                    codes = set(question.suggested_answer_ids.mapped("code"))
                    if attribute.value_type in ("choice", "multi"):
                        self.assertLessEqual(codes, set(attribute.option_ids.mapped("code")))
                        kind = "multiple_choice" if attribute.value_type == "multi" else "simple_choice"
                        self.assertEqual(question.question_type, kind)
                    elif attribute.value_type == "boolean":
                        self.assertEqual(codes, {"yes", "no"})
                    elif attribute.value_type == "date":
                        self.assertEqual(question.question_type, "date")
                    elif attribute.value_type in ("integer", "float"):
                        self.assertIn(question.question_type, ("scale", "numerical_box"))

    def test_no_fact_is_asked_twice(self):
        """Two questions of one plan must not write the same fact: the second would contradict the first."""
        for name in SHIPPED:
            attributes = [q.target_attribute_id.code for q in self._survey(name).question_ids if q.target_attribute_id]
            self.assertEqual(len(attributes), len(set(attributes)), name)

    def test_persons_are_asked_of_persons(self):
        for name, wanted in (("before", "for_person"), ("lead_person", "for_person"), ("lead_company", "for_company")):
            attributes = self._survey(name).question_ids.target_attribute_id
            self.assertTrue(all(attributes.mapped(wanted)), name)

    def test_measures(self):
        for name, measures in {
            "new": {"csat", "ces"},
            "established": {"nps"},
            "frequent": {"nps", "competitor"},
            "volume": {"nps", "ces", "competitor"},
            "quiet": {"nps", "csat"},
            "churn": {"nps", "competitor"},
            "after_service": {"nps", "csat", "ces"},
        }.items():
            self.assertEqual(set(self._survey(name).question_ids.mapped("metric")) - {False}, measures, name)

    def test_both_languages(self):
        """Every text a customer reads is there in Vietnamese, names of brands and “…” aside."""
        same = {"Facebook", "Zalo", "TikTok", "YouTube", "Instagram", "LinkedIn"}
        missing = set()
        for name in SHIPPED:
            survey = self._survey(name)
            questions = survey.question_ids
            labels = questions.suggested_answer_ids | questions.matrix_row_ids
            texts = [(survey, field) for field in ("title", "description", "description_done")]
            texts += [(label, "value") for label in labels]
            texts += [
                (question, field)
                for question in questions
                for field in ("title", "description", "comments_message", "scale_min_label", "scale_max_label")
            ]
            for record, field in texts:
                english, vietnamese = (record.with_context(lang=lang)[field] for lang in ("en_US", "vi_VN"))
                if english and not is_html_empty(english) and english == vietnamese:
                    missing.add(str(english))
        self.assertFalse(missing - same)

    def test_churn_questionnaire_sells_nothing(self):
        """Win-back offers are never mixed into the questionnaire."""
        survey = self._survey("churn")
        for lang in ("en_US", "vi_VN"):
            spoken = survey.with_context(lang=lang)
            words = " ".join(
                str(text or "")
                for text in (
                    spoken.description,
                    spoken.description_done,
                    *spoken.question_ids.mapped("title"),
                    *spoken.question_ids.suggested_answer_ids.mapped("value"),
                )
            ).lower()
            self.assertFalse([offer for offer in OFFERS if offer in words], lang)

    def test_income_is_restricted_and_optional(self):
        question = self.question(self._survey("before"), "income")
        self.assertTrue(question.is_restricted)
        self.assertFalse(question.constr_mandatory)

    def test_questionnaires_are_edited_in_the_form(self):
        survey = self._survey("frequent")
        with Form(survey, "crm_survey.survey_survey_view_form") as form:
            form.title = "Ours"
        self.assertEqual(survey.title, "Ours")

    def test_programs_wait(self):
        """Each questionnaire has a program that asks nobody until it is started."""
        for name in SHIPPED:
            program = self.env.ref(f"crm_survey.crm_survey_program_{name}")
            with self.subTest(name=name):
                self.assertEqual(program.survey_id, self._survey(name))
                self.assertTrue(program.step_ids)
                if not program.activated_on:
                    self.assertEqual(program.state, "draft")
                    self.assertFalse(program.invitation_ids)

    def test_qualification_reaches_lead_and_facts(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.customer.id, "company_id": self.company.id, "type": "lead"}
        )
        invitation = self.invite(program=self.make_program("prospect", self._survey("lead_person")))
        self.answer(
            invitation,
            {
                "when": "later",
                "need_date": "2027-03-01",
                "budget": "12000000",
                "questions": "Do you work on Sunday?",
            },
        )
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        values = self.customer._profile_values(["need_when", "need_date", "budget"])[self.customer.id]
        self.assertEqual(values["need_when"], "later")
        self.assertEqual(str(values["need_date"]), "2027-03-01")
        self.assertEqual(values["budget"], 12000000)
        self.assertIn("Do you work on Sunday?", lead.description)
