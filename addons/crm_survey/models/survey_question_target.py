from odoo import api, fields, models
from odoo.addons.crm_contact_policy.models.crm_interaction import PURPOSE_SELECTION
from odoo.exceptions import ValidationError

from ..domain import churn

# Kinds of mapping that would turn an interview about the end into a sales talk.
SELLING_KINDS = ("lead", "referral")
SELLING_PURPOSES = ("marketing", "sale")


class SurveyQuestion(models.Model):
    """Where answers go beside the profile: a consent, a complaint, somebody recommended."""

    _inherit = "survey.question"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    target_kind = fields.Selection(
        selection_add=[
            ("consent", "Consent to be contacted"),
            ("complaint", "Complaint"),
            ("referral", "People recommended"),
        ],
        ondelete={"consent": "set null", "complaint": "set null", "referral": "set null"},
    )
    target_consent_purpose = fields.Selection(
        PURPOSE_SELECTION, string="Consent to", help="What the customer agrees to be contacted for."
    )
    target_consent_channel_id = fields.Many2one(
        "crm.contact.channel",
        string="Consent by",
        ondelete="restrict",
        help="Empty: by every channel, or by those the customer ticks (labels with the codes email, sms, phone …).",
    )

    @api.constrains("target_kind", "target_consent_purpose", "question_type")
    def _check_consent(self):
        """A consent is a clear yes: somebody ticks it, nobody infers it from a text."""
        for question in self.filtered(lambda q: q.target_kind == "consent"):
            if not question.target_consent_purpose:
                raise ValidationError(
                    self.env._("What does the customer agree to in “%(question)s”?", question=question.title)
                )
            if question.question_type not in ("simple_choice", "multiple_choice"):
                raise ValidationError(
                    self.env._(
                        "“%(question)s” records a consent: the customer must choose it from labels.",
                        question=question.title,
                    )
                )

    @api.constrains("target_kind", "target_consent_purpose", "survey_id", "title", "description")
    def _check_no_selling(self):
        """A churn interview only listens: neither leads nor offers come of its questions."""
        for question in self.filtered(lambda q: q.survey_id.survey_type == "churn"):
            consent = question.target_kind == "consent" and question.target_consent_purpose in SELLING_PURPOSES
            if consent or question.target_kind in SELLING_KINDS:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” belongs to a churn interview: it listens, it does not sell. Win the customer "
                        "back from the interview's own page, afterwards.",
                        question=question.title,
                    )
                )
            question._check_no_offer()

    def _check_no_offer(self):
        """:raises ValidationError: if the question promises something"""
        for lang, _name in self.env["res.lang"].get_installed():
            question = self.with_context(lang=lang)
            if words := churn.find_offer(question.title) or churn.find_offer(str(question.description or "")):
                raise ValidationError(
                    self.env._(
                        "“%(words)s” sounds like an offer: a churn interview makes none.",
                        words=words,
                    )
                )


class SurveySurvey(models.Model):
    _inherit = "survey.survey"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.constrains("survey_type", "description", "description_done", "title")
    def _check_no_selling(self):
        """Neither does the questionnaire of an interview promise anything, before or after."""
        for survey in self.filtered(lambda s: s.survey_type == "churn"):
            for lang, _name in self.env["res.lang"].get_installed():
                told = survey.with_context(lang=lang)
                for text in (told.title, told.description, told.description_done):
                    if words := churn.find_offer(str(text or "")):
                        raise ValidationError(
                            self.env._("“%(words)s” sounds like an offer: a churn interview makes none.", words=words)
                        )
            survey.question_and_page_ids._check_no_selling()
