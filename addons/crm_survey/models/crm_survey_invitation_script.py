from odoo import fields, models
from odoo.fields import Domain


class CrmSurveyInvitation(models.Model):
    """What the interviewer sees while on the phone: what to say first, and what is certain of the customer."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _call_intro(self):
        """What to say first, in the customer's language."""
        self.ensure_one()
        survey = self.survey_id.with_context(lang=self.lang)
        return survey.interviewer_intro or self.with_context(lang=self.lang).env._(
            "Good day, this is %(user)s from %(company)s. May I speak with %(customer)s? "
            "We would like to ask a few short questions – “%(survey)s”. Is it convenient now?",
            user=self.env.user.name,
            company=self.company_id.sudo().name,
            customer=self._call_partner().name,
            survey=survey.title,
        )

    def _call_facts_sudo(self, today):
        """What is certain of the customer, as [(what, value)] in the reader's language.

        Neither restricted, doubtful, disputed nor expired facts, nor what is intimate unless the questionnaire asks it.
        Sudo: an interviewer has no access to the profile, and sees only what may be said to the customer.
        """
        self.ensure_one()
        asked = self.survey_id.sudo().question_ids.target_attribute_id
        fact = self.env["crm.profile.fact"].sudo()
        domain = (
            Domain("partner_id", "in", (self.partner_id | self._call_partner()).ids)
            & Domain("sensitivity", "=", "normal")
            & (Domain("attribute_id.depth", "!=", "3") | Domain("attribute_id", "in", asked.ids))
            & fact._get_sure_domain()
            & (Domain("expires_on", "=", False) | Domain("expires_on", ">", today))
        )
        facts = fact.search(domain).sorted(lambda f: (f.kind, f.attribute_id.sequence, f.attribute_id.id))
        return [(f.attribute_id.name, f.value_display) for f in facts]

    def _interviewer_page_sudo(self):
        """What the questionnaire's page shows to the interviewer beside it. Sudo: see :meth:`_call_facts_sudo`."""
        invitation = self.sudo()
        return {
            "crm_interviewer": True,
            "crm_intro": invitation._call_intro(),
            "crm_facts": invitation._call_facts_sudo(fields.Date.context_today(invitation)),
            "crm_back_url": f"/odoo/survey-calls/{invitation.id}",
        }
