from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..domain.names import CUSTOMER_TYPES


class SurveySurvey(models.Model):
    """Questionnaires for customers, answered by invitation only."""

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[
            ("lifecycle", "Customer"),
            ("qualification", "Lead qualification"),
            ("churn", "Churn interview"),
        ],
        ondelete={"lifecycle": "set default", "qualification": "set default", "churn": "set default"},
    )
    crm_program_ids = fields.One2many("crm.survey.program", "survey_id", string="Programs")
    crm_variant_ids = fields.One2many("crm.survey.program.variant", "survey_id", string="Other questionnaire of")

    @api.depends("survey_type")
    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        if self.env.user.has_group("crm_survey.group_manager"):
            for survey in self:
                survey.allowed_survey_types = (survey.allowed_survey_types or []) + list(CUSTOMER_TYPES)
        return result

    @api.constrains("survey_type", "access_mode", "users_login_required", "is_time_limited", "certification")
    def _check_customer_survey(self):
        """A customer survey is answered by invitation, without login, in the customer's own time."""
        for survey in self.filtered(lambda s: s.survey_type in CUSTOMER_TYPES):
            if survey.access_mode != "token" or survey.users_login_required:
                raise ValidationError(
                    self.env._(
                        "“%(survey)s” asks customers: it must be open to invited people only, without login.",
                        survey=survey.title,
                    )
                )
            if survey.is_time_limited or survey.certification:
                raise ValidationError(
                    self.env._(
                        "“%(survey)s” asks customers: it can neither be limited in time nor be a certification.",
                        survey=survey.title,
                    )
                )

    @api.constrains("survey_type")
    def _check_restricted_questions(self):
        """Restricted facts are asked in customer surveys only: others may copy every answer into a lead."""
        for survey in self.filtered(lambda s: s.survey_type not in CUSTOMER_TYPES):
            survey.question_and_page_ids._check_restricted_target()

    @api.constrains("questions_layout")
    def _check_follow_layout(self):
        """Which follow-up to a scale is asked is decided on the way from one page to the next."""
        for survey in self.filtered(lambda s: s.questions_layout != "page_per_question"):
            if survey.question_ids.follow_question_id:
                raise ValidationError(
                    self.env._(
                        "“%(survey)s” has questions that follow a scale: show one question a page.",
                        survey=survey.title,
                    )
                )

    @api.onchange("survey_type")
    def _onchange_survey_type_customer(self):
        if self.survey_type in CUSTOMER_TYPES:
            self.access_mode = "token"
            self.users_login_required = False
            self.users_can_go_back = True

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("survey_type", self.env.context.get("default_survey_type")) in CUSTOMER_TYPES:
                vals.setdefault("access_mode", "token")
                vals.setdefault("users_can_go_back", True)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        customer = self.filtered(lambda s: s.survey_type in CUSTOMER_TYPES)
        if customer and self.env["survey.user_input"].sudo().search_count(
            Domain("survey_id", "in", customer.ids) & Domain("test_entry", "=", False), limit=1
        ):
            raise UserError(self.env._("Customers were asked with this survey: close it instead of deleting it."))

    def get_formview_id(self, access_uid=None):
        """Customer surveys open in this addon's own form."""
        if self.survey_type in CUSTOMER_TYPES:
            return self.env.ref("crm_survey.survey_survey_view_form").id
        return super().get_formview_id(access_uid=access_uid)

    # -- actions -----------------------------------------------------------------------------------

    def action_send_survey(self):
        """Customer surveys are sent through a program and the contact gate, never by the share dialog."""
        self.ensure_one()
        if self.survey_type not in CUSTOMER_TYPES:
            return super().action_send_survey()
        self.check_validity()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask customers"),
            "res_model": "crm.survey.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_survey_id": self.id, "default_program_id": self.crm_program_ids[:1].id},
        }

    def action_survey_user_input(self):
        """Open all participations, those of customer surveys too."""
        action = super().action_survey_user_input()
        return self._customer_answers_action(action)

    def action_survey_user_input_completed(self):
        """Open the completed participations, those of customer surveys too."""
        action = super().action_survey_user_input_completed()
        return self._customer_answers_action(action)

    def _customer_answers_action(self, action):
        """Core's action hides every survey type it does not know: show ours its answers."""
        if self[:1].survey_type in CUSTOMER_TYPES:
            action["domain"] = [("survey_id.survey_type", "in", CUSTOMER_TYPES)]
        return action

    def copy(self, default=None):
        """Let the follow-up questions of a copy follow the copied scale."""
        # Core pairs the questions and labels of both in the order they are read: let that be the one of the sequence.
        self._forget_order()
        copies = super().copy(default)
        copies._forget_order()
        for old, new in zip(self, copies, strict=True):
            twins = dict(zip(old.question_ids.sorted(), new.question_ids.sorted(), strict=False))
            for question in old.question_ids.filtered("follow_question_id"):
                if twins.get(question) and twins.get(question.follow_question_id):
                    twins[question].follow_question_id = twins[question.follow_question_id]
        return copies

    def _forget_order(self):
        """Read questions and labels anew: a copy made in this transaction holds them in the order of their making."""
        self.question_ids.invalidate_recordset(["suggested_answer_ids", "matrix_row_ids"])
        self.invalidate_recordset(["question_and_page_ids", "question_ids"])

    # -- answers -----------------------------------------------------------------------------------

    def _get_conditional_maps(self):
        """A question whose triggers were archived is asked of nobody new; core would ask everybody."""
        by_question, by_label = super()._get_conditional_maps()
        for question in self.question_ids:
            gone = question.with_context(active_test=False).triggering_answer_ids - question.triggering_answer_ids
            by_question[question] |= gone
            for label in gone:
                by_label[label] |= question
        return by_question, by_label

    def _get_next_page_or_question(self, user_input, page_or_question_id, go_back=False):
        """A question archived while somebody was at it: go on from where it stood."""
        shown = user_input.survey_id._get_pages_or_questions(user_input)
        if page_or_question_id and shown and page_or_question_id not in shown.ids:
            gone = self.env["survey.question"].browse(page_or_question_id)
            before = shown.filtered(lambda q: (q.sequence, q.id) < (gone.sequence, gone.id)).sorted()
            if go_back:
                return before[-1:]
            page_or_question_id = before[-1:].id or 0
        # Core returns None where everything before or after is left out for this respondent.
        question = super()._get_next_page_or_question(user_input, page_or_question_id, go_back=go_back)
        return question or self.env["survey.question"]

    def _is_last_page_or_question(self, user_input, page_or_question):
        """A scale with follow-ups is not the last page: the answer decides, so the button says “Continue”."""
        if page_or_question.id and page_or_question in self.question_ids.follow_question_id:
            return False
        return super()._is_last_page_or_question(user_input, page_or_question)

    def _check_answer_creation(self, user, partner, email, test_entry=False, check_attempts=True, invite_token=False):
        """One participation per invitation: nobody makes a second one by link, retry or share dialog."""
        if self.survey_type in CUSTOMER_TYPES and not test_entry:
            raise UserError(self.env._("This survey is answered by personal invitation only."))
        return super()._check_answer_creation(
            user, partner, email, test_entry=test_entry, check_attempts=check_attempts, invite_token=invite_token
        )

    def _prepare_invited_answer_vals(self, invitations, deadlines, at=None):
        """Return the values of one ``survey.user_input`` per invitation; a fixed number of queries.

        :param invitations: ``crm.survey.invitation`` of this survey without an input
        :param deadlines: {invitation id: naive UTC datetime until which the link works}
        :param at: naive UTC, the moment at which facts count as fresh; now if not given
        :raises UserError: if the survey is closed or has no question
        """
        self.ensure_one()
        self.check_access("read")
        self.check_validity()
        languages = self.env["res.lang"]._get_active_by("code")
        supported = set(self._get_supported_lang_codes())
        plans = self._plan_invited(invitations, at or fields.Datetime.now())
        everything = self._prepare_user_input_predefined_questions().ids
        return [
            {
                "survey_id": self.id,
                "partner_id": invitation.partner_id.id,
                "email": invitation.recipient_id.email,
                "nickname": invitation.recipient_id.name,
                "deadline": deadlines[invitation.id],
                "lang_id": languages[lang].id if (lang := invitation.lang) in supported else False,
                # Whoever has got nothing left to answer since the gate held the message is asked everything.
                "predefined_question_ids": [fields.Command.set(plans[invitation.id].asked or everything)],
                "crm_settled_question_ids": list(plans[invitation.id].settled) or False,
                "crm_invitation_id": invitation.id,
            }
            for invitation in invitations
        ]
