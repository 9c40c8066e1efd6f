from odoo import api, models
from odoo.fields import Domain

from ..domain import answers as answers_domain
from ..domain import churn

QUIET_REASON = "quiet_reason"


class CrmSurveyAnswerTargetAttribute(models.AbstractModel):
    """Answers become profile facts with the answer as their source; contradictions are crm_profile's to decide."""

    _name = "crm.survey.answer.target.attribute"
    _description = "Survey answer to profile fact"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        by_id = {invitation.id: invitation for invitation in invitations}
        # One query for all: whoever looks at the customers one by one finds them in the cache.
        (invitations.partner_id | invitations.recipient_id).fetch(["is_company", "commercial_partner_id"])
        values = {}
        quiet = {}
        for answer in answers:
            attribute = questions[answer.question_id].target_attribute_id
            invitation = by_id[answer.invitation_id]
            value = answers_domain.convert(answer, attribute.value_type)
            values.setdefault((invitation, self._get_holder(invitation, attribute)), {})[attribute.code] = value
            if attribute.code == QUIET_REASON:
                quiet[invitation] = value
        entries = [
            (partner.id, facts, self._source_ref(invitation), self._answered_on(invitation))
            for (invitation, partner), facts in values.items()
        ]
        self.env["res.partner"]._profile_record_many(entries, "survey")
        self._record_lulls(quiet)

    @staticmethod
    def _get_holder(invitation, attribute):
        """Return whom the fact is about: the customer, or the person or company of it that such a fact suits."""
        candidates = [invitation.partner_id, invitation.recipient_id, invitation.partner_id.commercial_partner_id]
        return next((p for p in candidates if p and attribute._fits(p)), invitation.partner_id)

    def _record_lulls(self, quiet):
        """Keep why a customer fell silent where natural causes are told from dissatisfaction; once an answer.

        :param quiet: {``crm.survey.invitation``: code of the reason}
        """
        Cause = self.env["crm.lull.cause"]
        ids = [invitation.id for invitation in quiet]
        known = set(Cause.search(Domain("survey_origin_id", "in", ids)).survey_origin_id.ids)
        vals_list = []
        for invitation, code in quiet.items():
            cause, kind = churn.QUIET_REASONS.get(code, ("unknown", None))
            if invitation.id not in known:
                vals_list.append(
                    {
                        "partner_id": invitation.partner_id.id,
                        "company_id": invitation.company_id.id,
                        "cause": cause,
                        "kind": kind,
                        "source": "interview" if invitation.user_input_id.interviewer_id else "survey",
                        "said_on": self._answered_on(invitation),
                        "survey_origin_id": invitation.id,
                    }
                )
        Cause.create(vals_list)
