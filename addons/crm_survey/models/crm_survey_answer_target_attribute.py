from odoo import api, models

from ..domain import answers as answers_domain


class CrmSurveyAnswerTargetAttribute(models.AbstractModel):
    """Answers become profile facts with the answer as their source."""

    _name = "crm.survey.answer.target.attribute"
    _description = "Survey answer to profile fact"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        by_id = {invitation.id: invitation for invitation in invitations}
        values = {}
        for answer in answers:
            attribute = questions[answer.question_id].target_attribute_id
            value = answers_domain.convert(answer, attribute.value_type)
            values.setdefault(answer.invitation_id, {})[attribute.code] = value
        # One query for all: whoever looks at the customers one by one finds them in the cache.
        invitations.partner_id.fetch(["is_company"])
        entries = []
        for invitation_id, facts in values.items():
            invitation = by_id[invitation_id]
            day = self._answered_on(invitation)
            entries.append((invitation.partner_id.id, facts, self._source_ref(invitation), day))
        self.env["res.partner"]._profile_record_many(entries, "survey")
