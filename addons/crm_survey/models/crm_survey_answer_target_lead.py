from markupsafe import Markup
from odoo import api, models
from odoo.fields import Domain

from ..domain import answers as answers_domain
from .crm_survey_answer_target_partner import VALUE_TYPES


class CrmSurveyAnswerTargetLead(models.AbstractModel):
    """Answers fill the lead that is asked about, or the customer's newest open one; restricted answers never do."""

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
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        values = {}
        for answer in answers:
            question = questions[answer.question_id]
            field, lead = question.target_lead_field_id, leads.get(answer.invitation_id)
            if lead and not question.is_restricted and field.name in self._get_allowed_fields():
                vals = values.setdefault(lead, {})
                vals.update(self._prepare_vals(lead, field, question, answer, vals, langs))
        for lead, vals in values.items():
            if vals:
                lead.write(vals)

    def _prepare_vals(self, lead, field, question, answer, sofar, langs):
        """Return what one answer adds to the lead; what somebody wrote there stays.

        The question stands there in the language of whoever works on the lead, the answer as the customer gave it.
        """
        value = answers_domain.convert(answer, VALUE_TYPES.get(field.ttype, "float"))
        before = sofar.get(field.name, lead[field.name])
        if field.ttype != "html":
            return {} if before else {field.name: answers_domain.plain(value)}
        # Recorded before, in whatever language, is recorded.
        if any(self._get_line(question, value, lang) in (before or "") for lang in langs):
            return {}
        line = self._get_line(question, value, self._get_lang(lead))
        return {field.name: (before or Markup("")) + line}

    @api.model
    def _get_line(self, question, value, lang):
        """Return what stands in the lead; built by interpolation: whatever the customer typed is escaped."""
        return Markup("<p><b>%s</b> %s</p>") % (question.with_context(lang=lang).title, value)

    @api.model
    def _get_lang(self, lead):
        """Return the language of the lead's salesperson, else of its company."""
        company = lead.company_id or self.env.company
        return lead.user_id.lang or company.partner_id.lang or self.env.lang

    @api.model
    def _get_leads(self, invitations):
        """Return {invitation id: lead}: the one asked about, else the newest open one of the customer.

        Only leads of the invitation's company, or of none.
        """
        newest = {}
        for lead in self.env["crm.lead"].search(
            Domain("partner_id", "in", (invitations.partner_id | invitations.recipient_id).ids)
            & Domain("company_id", "in", invitations.company_id.ids + [False])
            & Domain("won_status", "=", "pending"),
            order="id",
        ):
            for company in lead.company_id or invitations.company_id:
                newest[lead.partner_id.id, company.id] = lead
        found = {}
        for invitation in invitations:
            company = invitation.company_id.id
            lead = invitation.lead_id or newest.get((invitation.recipient_id.id, company))
            if lead := lead or newest.get((invitation.partner_id.id, company)):
                found[invitation.id] = lead
        return found
