from datetime import timedelta

from lxml import etree
from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.module import get_module_path
from odoo.tests import HttpCase, tagged
from odoo.tools import convert_file

from .common import CustomerSurveyCase, LinkMixin


@tagged("post_install", "-at_install")
class TestUpgrade(LinkMixin, CustomerSurveyCase, HttpCase):
    """A live survey is edited, copied, translated, archived and updated; its answers stay what they were."""

    def setUp(self):
        super().setUp()
        self.survey = self.env.ref("crm_survey.survey_volume").copy()
        self.volume_program = self.make_program("established", self.survey)
        self.invitation = self.invite(self.make_customers(1), program=self.volume_program)
        self.said = {
            "recommend": "0",
            "recommend_why": "Late again",
            "parts": {"product": "4", "sales": "3", "delivery": "1", "after_sales": "4", "paperwork": "5"},
            "effort": "6",
            "share": "40",
            "response": "day",
        }
        self.answer(self.invitation, self.said)
        self.before = self._stored()

    def _stored(self):
        """What the database holds of the answers, by stable codes."""
        lines = self.env["survey.user_input.line"].search([("user_input_id", "=", self.invitation.user_input_id.id)])
        return {
            (
                line.id,
                line.question_id.code,
                line.answer_type,
                line.value_scale,
                line.value_numerical_box,
                line.value_text_box,
                line.suggested_answer_id.code,
                line.matrix_row_id.code,
            )
            for line in lines
        }

    def _assert_kept(self):
        self.env.invalidate_all()
        self.assertEqual(self._stored(), self.before)
        self.invitation._write_back()
        self.assertEqual(self.invitation.writeback_state, "done", self.invitation.writeback_error)
        facts = self.invitation.partner_id._profile_values(["recommend_score", "response_time", "competitor_share"])
        self.assertEqual(
            facts[self.invitation.partner_id.id],
            {"recommend_score": 0, "response_time": "day", "competitor_share": 40},
        )

    def test_labels_and_titles_edited(self):
        self.question(self.survey, "recommend").title = "Would you recommend us at all?"
        self.label(self.survey, "response", "day").value = "Until tomorrow"
        self.label(self.survey, "parts", "1").value = "Bad"
        self._assert_kept()

    def test_translated(self):
        vietnamese = self.survey.with_context(lang="vi_VN")
        self.question(vietnamese, "recommend").title = "Anh/chị có giới thiệu chúng tôi không?"
        self.label(vietnamese, "response", "day").value = "Đến mai"
        self._assert_kept()
        self.assertNotEqual(self.label(self.survey, "response", "day").value, "Đến mai")

    def test_everything_deleted(self):
        """Whoever deletes a questionnaire question by question archives it."""
        asked = self.survey.question_ids
        asked.suggested_answer_ids.unlink()
        asked.matrix_row_ids.unlink()
        self.survey.question_and_page_ids.unlink()
        self.assertFalse(self.survey.question_ids)
        self._assert_kept()

    def test_archived_and_closed(self):
        self.survey.question_ids.action_archive()
        self.survey.action_archive()
        self._assert_kept()
        with self.assertRaises(UserError):
            self.survey.unlink()

    def test_type_and_scale_stay(self):
        for code, vals in (
            ("recommend", {"question_type": "char_box"}),
            ("recommend", {"metric": False, "scale_max": 7}),
            ("parts", {"question_type": "simple_choice"}),
        ):
            with self.subTest(code=code, vals=vals), self.assertRaises(UserError):
                self.question(self.survey, code).write(vals)
        self._assert_kept()

    def test_copy_is_a_new_survey_of_the_same_codes(self):
        copy = self.survey.copy()
        self.assertFalse(copy.user_input_ids)
        for name in ("code", "metric", "question_type", "target_kind", "scale_min", "scale_max", "follow_min"):
            self.assertEqual(copy.question_ids.mapped(name), self.survey.question_ids.mapped(name), name)
        self.assertEqual(copy.question_ids.target_attribute_id, self.survey.question_ids.target_attribute_id)
        self.assertEqual(
            copy.question_ids.matrix_row_ids.mapped("code"), self.survey.question_ids.matrix_row_ids.mapped("code")
        )
        self.assertFalse(copy.question_ids & self.survey.question_ids)
        self.assertEqual(copy.question_ids.follow_question_id, self.question(copy, "recommend"))
        self.assertEqual(self.question(copy, "competitor").triggering_answer_ids, self.label(copy, "elsewhere", "yes"))
        copy.question_ids.unlink()
        self._assert_kept()

    def test_archived_while_somebody_answers(self):
        """The question on somebody's screen is archived: the answer is kept, the rest is asked, nothing breaks."""
        survey = self.env.ref("crm_survey.survey_after_service").copy()
        invitation = self.invite(self.make_customers(1), program=self.make_program("new", survey))
        invitation.expires_on = invitation.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.opener.cookies.clear()
        survey_token, answer_token = self.tokens(invitation)
        self.rpc(f"/survey/begin/{survey_token}/{answer_token}", {})
        submit = f"/survey/submit/{survey_token}/{answer_token}"
        first, second = self.question(survey, "satisfaction"), self.question(survey, "effort")
        self.rpc(submit, {"question_id": first.id, str(first.id): "5"})
        (first | second).action_archive()
        page = self.rpc(submit, {"question_id": second.id, str(second.id): "7"})[1]["survey_content"]
        self.assertIn(f'name="question_id" value="{self.question(survey, "solved").id}"', page)
        for code in ("solved", "recommend", "reminder", "wish"):
            question = self.question(survey, code)
            self.rpc(submit, {"question_id": question.id, str(question.id): ""})
        user_input = invitation.user_input_id
        user_input.invalidate_recordset()
        self.assertEqual(user_input.state, "done")
        said = {line.question_id.code: line.value_scale for line in user_input.user_input_line_ids if not line.skipped}
        self.assertEqual(said, {"satisfaction": 5, "effort": 7})
        self.assertLessEqual({"satisfaction", "effort"}, set(user_input.predefined_question_ids.mapped("code")))

    def test_archived_trigger(self):
        """A question that only followed an archived label is not suddenly asked of everybody."""
        chosen = {**self.said, "elsewhere": "yes"}
        asked = self.invite(self.make_customers(1), program=self.make_program("quiet", self.survey))
        self.answer(asked, chosen)
        self.label(self.survey, "elsewhere", "yes").unlink()
        other = self.invite(self.make_customers(1), program=self.make_program("new", self.survey))
        self.answer(other, {"recommend": "8", "elsewhere": "no"})
        codes = set(other.user_input_id.predefined_question_ids.mapped("code"))
        self.assertFalse(codes & {"competitor", "comparison"})
        self.assertIn("elsewhere", codes)
        self._assert_kept()

    def _update(self, name):
        """Load a data file as a module update does."""
        convert_file(self.env, "crm_survey", f"data/{name}", {}, mode="update", noupdate=False)
        self.env.invalidate_all()

    def test_module_update_resets_nothing(self):
        survey = self.env.ref("crm_survey.survey_quiet")
        title, deleted = self.question(survey, "liked"), self.question(survey, "disliked")
        label = self.label(survey, "reason", "forgot")
        title.title = "Ours: what was good?"
        title.target_kind = False
        survey.description = "<p>Ours</p>"
        deleted.unlink()
        label.unlink()
        own = self.env["survey.question"].create(
            {"survey_id": survey.id, "title": "Our own question", "question_type": "char_box"}
        )
        self._update("survey_quiet_data.xml")
        self.assertEqual((title.title, title.target_kind), ("Ours: what was good?", False))
        self.assertIn("Ours", survey.description)
        self.assertEqual(self.env.ref("crm_survey.survey_quiet_disliked"), deleted)
        self.assertFalse(deleted.active or label.active)
        self.assertNotIn(deleted, survey.question_ids)
        self.assertIn(own, survey.question_ids)

    def test_all_questionnaires_are_shipped_once(self):
        """Every data file of a questionnaire leaves alone what the user has changed."""
        path = get_module_path("crm_survey")
        for name in self.env["ir.module.module"].get_module_info("crm_survey")["data"]:
            if name.startswith("data/survey_"):
                with self.subTest(name=name):
                    self.assertEqual(etree.parse(f"{path}/{name}").getroot().get("noupdate"), "1")
