from odoo import api, models
from odoo.fields import Domain

from ..domain import answers as answers_domain

VALUE_TYPES = {
    "char": "text",
    "text": "text",
    "html": "text",
    "integer": "integer",
    "float": "float",
    "boolean": "boolean",
    "date": "date",
    "selection": "choice",
}


class CrmSurveyAnswerTargetPartner(models.AbstractModel):
    """Answers fill a field of the contact, if it is still empty: what is known is not overwritten by a link."""

    _name = "crm.survey.answer.target.partner"
    _description = "Survey answer to contact field"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _get_allowed_fields(self):
        """Names of the contact fields that a respondent may fill; bridges add theirs."""
        return {"function", "phone", "street", "street2", "city", "zip", "website"}

    @api.model
    def _get_field_domain(self):
        """Return the domain of the fields offered for a mapping."""
        return Domain("model", "=", "res.partner") & Domain("name", "in", sorted(self._get_allowed_fields()))

    @api.model
    def _apply(self, invitations, answers, questions):
        partners = {i.id: i.recipient_id or i.partner_id for i in invitations}
        values = {}
        for answer in answers:
            field = questions[answer.question_id].target_partner_field_id
            partner = partners[answer.invitation_id]
            if field.name in self._get_allowed_fields() and not partner[field.name]:
                value = answers_domain.convert(answer, VALUE_TYPES[field.ttype])
                values.setdefault(partner, {}).setdefault(field.name, value)
        for partner, vals in values.items():
            partner.write(vals)
