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
        by_id = {invitation.id: invitation for invitation in invitations}
        values, sources = {}, {}
        for answer in answers:
            field = questions[answer.question_id].target_partner_field_id
            invitation = by_id[answer.invitation_id]
            partner = invitation.recipient_id or invitation.partner_id
            if field.name in self._get_allowed_fields() and not partner[field.name]:
                value = answers_domain.plain(answers_domain.convert(answer, VALUE_TYPES[field.ttype]))
                values.setdefault(partner, {}).setdefault(field.name, value)
                sources[partner] = invitation
        for partner, vals in values.items():
            # The facts that mirror these fields come from the answer, not from a colleague who typed.
            partner.with_context(profile_mirroring=True).write(vals)
        self._record_mirrored(values, sources)

    def _record_mirrored(self, values, sources):
        """Record the facts that mirror the fields just filled, with the answer as their source.

        :param values: {partner: {field name: value}}
        :param sources: {partner: ``crm.survey.invitation``}
        """
        Attribute = self.env["crm.profile.attribute"]
        mirrored = Attribute._mirrored_fields()
        entries = []
        for partner, vals in values.items():
            invitation = sources[partner]
            facts = {
                attribute.code: value
                for name, value in vals.items()
                for attribute in Attribute.browse(mirrored.get(name, ()))
                if attribute.value_type == "text" and attribute._fits(partner)
            }
            if facts:
                entries.append((partner.id, facts, self._source_ref(invitation), self._answered_on(invitation)))
        self.env["res.partner"].with_context(profile_mirroring=True)._profile_record_many(entries, "survey")
