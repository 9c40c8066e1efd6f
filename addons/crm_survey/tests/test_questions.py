from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestQuestions(CustomerSurveyCase):
    """Editing a live survey never loses or changes an answer."""

    def setUp(self):
        super().setUp()
        self.quiet_survey = self.quiet_survey.copy()
        self.program.survey_id = self.quiet_survey
        self.invitation = self.invite()
        self.answer(self.invitation, {"reason": "natural", "liked": "Everything"})
        self.lines = self.invitation.user_input_id.user_input_line_ids

    def test_answered_question_is_archived(self):
        question = self.question(self.quiet_survey, "reason")
        unanswered = self.question(self.quiet_survey, "disliked")
        (question | unanswered).unlink()
        self.assertTrue(question.exists())
        self.assertFalse(question.active)
        self.assertFalse(unanswered.exists())
        self.assertNotIn(question, self.quiet_survey.question_and_page_ids)
        self.assertEqual(len(self.lines.exists()), 2)

    def test_removed_in_the_form(self):
        question = self.question(self.quiet_survey, "reason")
        self.quiet_survey.write({"question_and_page_ids": [(2, question.id)]})
        self.quiet_survey.invalidate_recordset()
        self.assertNotIn(question, self.quiet_survey.question_ids)
        self.assertEqual(self.lines.exists().filtered("suggested_answer_id").suggested_answer_id.code, "natural")

    def test_chosen_label_is_archived(self):
        chosen = self.label(self.quiet_survey, "reason", "natural")
        other = self.label(self.quiet_survey, "reason", "forgot")
        (chosen | other).unlink()
        self.assertTrue(chosen.exists() and not chosen.active)
        self.assertFalse(other.exists())
        self.assertEqual(self.lines.exists().suggested_answer_id, chosen)

    def test_archived_question_still_writes_back(self):
        self.question(self.quiet_survey, "reason").unlink()
        self.invitation._write_back()
        self.assertEqual(self.customer._profile_value("quiet_reason"), "natural")

    def test_type_of_answered_question_stays(self):
        with self.assertRaises(UserError):
            self.question(self.quiet_survey, "liked").question_type = "char_box"

    def test_asked_survey_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.quiet_survey.unlink()

    def test_copy_keeps_the_codes(self):
        copy = self.quiet_survey.copy()
        self.assertEqual(copy.question_ids.mapped("code"), self.quiet_survey.question_ids.mapped("code"))
        self.assertEqual(
            copy.question_ids.suggested_answer_ids.mapped("code"),
            self.quiet_survey.question_ids.suggested_answer_ids.mapped("code"),
        )
        self.assertEqual(copy.survey_type, "lifecycle")

    def test_duplicated_question_gets_its_own_code(self):
        question = self.question(self.quiet_survey, "liked")
        self.assertNotEqual(question.copy().code, question.code)

    def test_codes_are_made(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Mine",
                "survey_type": "lifecycle",
                "question_and_page_ids": [
                    (0, 0, {"title": "Bạn đi xe gì?", "question_type": "char_box"}),
                    (0, 0, {"title": "Bạn đi xe gì?", "suggested_answer_ids": [(0, 0, {"value": "Đỏ"})]}),
                ],
            }
        )
        self.assertEqual(survey.question_ids.mapped("code"), ["ban_di_xe_gi", "ban_di_xe_gi_2"])
        self.assertEqual(len(set(survey.question_ids.mapped("code"))), 2)
        self.assertEqual(survey.question_ids.suggested_answer_ids.code, "do")
        self.assertEqual(survey.access_mode, "token")

    def test_customer_survey_needs_an_invitation(self):
        with self.assertRaises(ValidationError):
            self.quiet_survey.access_mode = "public"

    def test_restricted_fact_only_in_customer_surveys(self):
        restricted = self.env["crm.profile.attribute"].search([("sensitivity", "=", "restricted")], limit=1)
        values = {"title": "?", "question_type": "char_box", "target_kind": "attribute"}
        question = self.env["survey.question"].create(
            {**values, "survey_id": self.quiet_survey.id, "target_attribute_id": restricted.id}
        )
        self.assertTrue(question.is_restricted)
        other = self.env["survey.survey"].create({"title": "Custom", "survey_type": "custom"})
        with self.assertRaises(ValidationError):
            self.env["survey.question"].create(
                {**values, "survey_id": other.id, "target_attribute_id": restricted.id}
            )

    def test_answers_reach_allowed_fields_only(self):
        login = self.env["ir.model.fields"]._get("res.partner", "user_id")
        with self.assertRaises(ValidationError):
            self.question(self.quiet_survey, "liked").write(
                {"target_kind": "partner", "target_partner_field_id": login.id}
            )

    def test_core_surveys_still_delete(self):
        survey = self.env["survey.survey"].create(
            {"title": "Custom", "question_and_page_ids": [(0, 0, {"title": "Q", "question_type": "char_box"})]}
        )
        question = survey.question_ids
        user_input = survey._create_answer(email="a@example.com")
        user_input._save_lines(question, "x")
        question.unlink()
        self.assertFalse(question.exists())
