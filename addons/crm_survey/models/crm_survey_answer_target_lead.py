from markupsafe import Markup
from odoo import api, models
from odoo.fields import Domain

from ..domain import answers as answers_domain
from .crm_survey_answer_target_partner import VALUE_TYPES


class CrmSurveyAnswerTargetLead(models.AbstractModel):
    """Answers fill the customer's newest open lead; restricted answers never go there."""

    _name = "crm.survey.answer.target.lead"
    _description = "Survey answer to lead field"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _get_allowed_fields(self):
        """Names of the lead fields that a respondent may fill; bridges add theirs."""
        return {"description", "expected_revenue", "date_deadline", "phone", "street", "city", "website", "function"}

    @api.model
    def _get_field_domain(self):
        """Return the domain of the fields offered for a mapping."""
        return Domain("model", "=", "crm.lead") & Domain("name", "in", sorted(self._get_allowed_fields()))

    @api.model
    def _apply(self, invitations, answers, questions):
        leads = self._get_leads(invitations)
        for answer in answers:
            question = questions[answer.question_id]
            field, lead = question.target_lead_field_id, leads.get(answer.partner_id)
            if not lead or question.is_restricted or field.name not in self._get_allowed_fields():
                continue
            value = answers_domain.convert(answer, VALUE_TYPES.get(field.ttype, "float"))
            if field.ttype == "html":
                # Built by interpolation: whatever the customer typed is escaped.
                value = Markup("<p><b>%s</b> %s</p>") % (question.title, value)
                if value not in (lead[field.name] or ""):
                    lead[field.name] = (lead[field.name] or Markup("")) + value
            elif not lead[field.name]:
                lead[field.name] = value

    def _get_leads(self, invitations):
        """Return {partner id: newest open lead of the customer in the invitation's company}."""
        leads = {}
        for lead in self.env["crm.lead"].search(
            Domain("partner_id", "in", (invitations.partner_id | invitations.recipient_id).ids)
            & Domain("company_id", "in", invitations.company_id.ids + [False])
            & Domain("won_status", "=", "pending"),
            order="id",
        ):
            leads[lead.partner_id.id] = lead
        return {
            i.partner_id.id: lead
            for i in invitations
            if (lead := leads.get(i.recipient_id.id) or leads.get(i.partner_id.id))
        }
