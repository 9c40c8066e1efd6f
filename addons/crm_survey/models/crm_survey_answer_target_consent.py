from odoo import api, models
from odoo.fields import Domain

from ..domain import answers as answers_domain


class CrmSurveyAnswerTargetConsent(models.AbstractModel):
    """A clear yes or no becomes a word of the customer, with the answer as its evidence; silence says nothing."""

    _name = "crm.survey.answer.target.consent"
    _description = "Survey answer to consent"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        by_id = {invitation.id: invitation for invitation in invitations}
        channels = {c.code: c.id for c in self.env["crm.contact.channel"].with_context(active_test=False).search([])}
        vals_list = []
        for answer in answers:
            question, invitation = questions[answer.question_id], by_id[answer.invitation_id]
            for code, given in answers_domain.consents(answer):
                channel_id = channels.get(code) if code else question.target_consent_channel_id.id
                vals_list.append(self._prepare_consent_vals(invitation, question, answer, channel_id, given))
        known = self._get_known({vals["partner_id"] for vals in vals_list})
        self.env["crm.contact.consent"].create([vals for vals in vals_list if self._key(vals) not in known])

    def _prepare_consent_vals(self, invitation, question, answer, channel_id, given):
        return {
            "partner_id": invitation.recipient_id.id or invitation.partner_id.id,
            "purpose": question.target_consent_purpose,
            "channel_id": channel_id or False,
            "status": "given" if given else "withdrawn",
            "date": answer.on,
            "source": "survey",
            "evidence": self._evidence(invitation, question, answer),
        }

    def _evidence(self, invitation, question, answer):
        """Return which answer it was, and the very words asked and said, in the language of the questionnaire."""
        asked = question.with_context(lang=invitation.user_input_id.lang_id.code or invitation.lang).title
        return f"{self._source_ref(invitation)}\n{asked}\n{answer.text}"

    def _get_known(self, partner_ids):
        found = self.env["crm.contact.consent"].search_fetch(
            Domain("source", "=", "survey") & Domain("partner_id", "in", list(partner_ids)),
            ["purpose", "channel_id", "status", "evidence"],
        )
        return {
            self._key(
                {
                    "purpose": word.purpose,
                    "channel_id": word.channel_id.id,
                    "status": word.status,
                    "evidence": word.evidence or "",
                }
            )
            for word in found
        }

    @staticmethod
    def _key(vals):
        # Not the customer: who was merged meanwhile said it only once.
        reference = vals["evidence"].partition("\n")[0]
        return (reference, vals["purpose"], vals["channel_id"] or False, vals["status"])
