from odoo import fields, models

from ..domain import answers as answers_domain
from ..domain import follow_up


class CrmSurveyInvitation(models.Model):
    """What was answered may call for somebody to go back to the customer."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    follow_up_ids = fields.One2many("crm.survey.follow.up", "invitation_id", string="Follow-ups")

    def _get_account_manager(self):
        """Return who looks after the customer: account manager, else whom the program names; may be nobody."""
        self.ensure_one()
        partner = self.partner_id
        candidates = [
            partner.user_id,
            partner.commercial_partner_id.user_id,
            self.program_id.follow_up_user_id,
            self.program_id.user_id,
        ]
        return next((user for user in candidates if user.active and not user.share), candidates[0].browse())

    def _after_recording(self, answers, questions):
        """Open a follow-up for poor scores, beside what the complaints opened."""
        result = super()._after_recording(answers, questions)
        poor = {}
        for answer in answers:
            if found := self._poor_score(answer, questions[answer.question_id]):
                poor.setdefault(answer.invitation_id, {}).update(found)
        by_invitation = {invitation: poor[invitation.id] for invitation in self if invitation.id in poor}
        self.env["crm.survey.follow.up"]._note_scores(by_invitation)
        return result

    @staticmethod
    def _poor_score(answer, question):
        """Return {metric: [score, best score]} of a poor answer to a score question, else nothing."""
        metric = question.metric
        if metric not in follow_up.METRICS or question.is_restricted:
            return {}
        try:
            score = answers_domain.convert(answer, "integer")
        except answers_domain.Unusable:
            return {}
        poor = follow_up.is_poor(metric, score, question.scale_min)
        return {metric: [score, question.scale_max]} if poor else {}
