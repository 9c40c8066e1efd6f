from odoo import api, models
from odoo.addons.crm_contact_policy.domain import rules


class CrmSurveyAnswerTarget(models.AbstractModel):
    """Where an answer goes: one model ``crm.survey.answer.target.<kind>`` for each kind of mapping.

    To add a kind: a selection value on ``survey.question.target_kind`` and a model that inherits this one.
    """

    _name = "crm.survey.answer.target"
    _description = "Survey answer target"

    @api.model
    def _apply(self, invitations, answers, questions):
        """Record answers where they belong; must be idempotent and set-based.

        :param invitations: ``crm.survey.invitation`` the answers belong to
        :param answers: list of :class:`~..domain.answers.Answer`, all of this kind
        :param questions: {question id: ``survey.question``}
        :raises Exception: anything; the invitation keeps the error and can be retried
        """
        raise NotImplementedError

    @api.model
    def _source_ref(self, invitation):
        """Return the reference facts keep of their source: this answer."""
        return f"survey.user_input,{invitation.user_input_id.id}"

    @api.model
    def _answered_on(self, invitation):
        """Return the day of the answers by the company's clock."""
        return rules.to_local(invitation.done_on or invitation.write_date, invitation.company_id._contact_tz()).date()
