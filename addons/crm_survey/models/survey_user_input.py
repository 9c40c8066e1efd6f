from odoo import SUPERUSER_ID, api, fields, models

from ..domain import metrics, validity
from ..domain.names import CUSTOMER_TYPES


class SurveyUserInput(models.Model):
    """A participation by personal invitation."""

    _inherit = "survey.user_input"

    crm_invitation_id = fields.Many2one(
        "crm.survey.invitation", string="Invitation", readonly=True, index="btree_not_null", ondelete="set null"
    )
    crm_company_id = fields.Many2one(
        "res.company",
        string="Company that asked",
        compute="_compute_crm_company_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Whose answers these are, even after the customer and the invitation were deleted.",
    )
    # An archived question stays part of what was asked: its answer counts, and so does the plan.
    predefined_question_ids = fields.Many2many(context={"active_test": False})
    interviewer_id = fields.Many2one(
        "res.users", readonly=True, help="The employee who filled in what the customer said."
    )

    @api.depends("crm_invitation_id.company_id", "survey_id")
    def _compute_crm_company_id(self):
        """The company of the invitation, kept when that is deleted; without one, whose survey it is or who tries it."""
        for user_input in self:
            user_input.crm_company_id = (
                user_input.crm_invitation_id.company_id
                or user_input.crm_company_id
                or user_input._get_uninvited_company()
            )

    def _get_uninvited_company(self):
        """Return the company of a participation in a customer survey without invitation; none for other surveys."""
        survey = self.survey_id.with_context(active_test=False)
        if survey.survey_type not in CUSTOMER_TYPES:
            return self.env["res.company"]
        companies = survey.crm_program_ids.company_id | survey.crm_variant_ids.company_id
        if len(companies) != 1 and self.env.user._is_internal() and not self.env.user._is_superuser():
            return self.env.company
        return companies if len(companies) == 1 else companies.browse()

    def _get_print_questions(self):
        """Core prints answers as superuser: left out is what the reader may not see, restricted or others' words."""
        questions = super()._get_print_questions()
        if self.survey_id.survey_type in CUSTOMER_TYPES:
            lines = self.user_input_line_ids
            seen = lines.with_user(self.env.user)._filtered_access("read")
            questions -= (lines - seen.with_env(lines.env)).question_id
        if self.env.user.has_group("crm_profile.group_restricted"):
            return questions
        return questions.filtered(lambda question: not question.is_restricted)

    def _get_inactive_conditional_questions(self):
        """Leave out the follow-ups whose scale was answered otherwise, or not at all."""
        inactive = super()._get_inactive_conditional_questions()
        following = self.survey_id.question_ids.filtered("follow_question_id") - inactive
        if not following:
            return inactive
        given = {
            line.question_id: line.value_scale
            for line in self.user_input_line_ids
            if line.answer_type == "scale" and line.question_id not in inactive
        }
        return inactive | following.filtered(
            lambda q: not metrics.follows(given.get(q.follow_question_id), q.follow_min, q.follow_max)
        )

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Core takes the number 0 for no answer."""
        return super()._save_lines(
            question, validity.as_sent(answer), comment=comment, overwrite_existing=overwrite_existing
        )

    def _get_named_competitor(self):
        """Return the competitor the respondent named in this questionnaire, to be compared with; else ``""``."""
        named = self.user_input_line_ids.filtered(
            lambda line: (
                line.answer_type == "char_box"
                and line.question_id.question_type == "char_box"
                and (line.target_kind == "competitor" or line.question_id.target_churn == "competitor_id")
            )
        )
        return named[-1:].value_char_box or ""

    def _mark_in_progress(self):
        result = super()._mark_in_progress()
        invited = self.filtered("crm_invitation_id")
        user = self.env.user
        if invited and user._is_internal() and user.id != SUPERUSER_ID:
            invited.filtered(lambda i: i.partner_id != user.partner_id).write({"interviewer_id": user.id})
        invited._invitations_sudo()._on_started()
        return result

    def _mark_done(self):
        """Queue the write-back: the respondent's request only sets a flag and wakes the job."""
        result = super()._mark_done()
        self.filtered(lambda i: not i.test_entry)._invitations_sudo()._on_completed()
        return result

    def _invitations_sudo(self):
        """Invitations of these answers; sudo: the respondent is the public user and holds only the token."""
        return self.sudo().crm_invitation_id
