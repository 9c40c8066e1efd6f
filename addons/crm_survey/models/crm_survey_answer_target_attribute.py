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
        for invitation_id, facts in values.items():
            invitation = by_id[invitation_id]
            (invitation.recipient_id or invitation.partner_id)._profile_record(
                facts,
                "survey",
                source_ref=self._source_ref(invitation),
                collected_on=(invitation.done_on or invitation.write_date).date(),
            )
