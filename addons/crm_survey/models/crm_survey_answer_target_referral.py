from odoo import api, models
from odoo.fields import Domain

from ..domain import referral


class CrmSurveyAnswerTargetReferral(models.AbstractModel):
    """Whoever a customer recommends becomes a lead that names the referrer, credited with the customer to come."""

    _name = "crm.survey.answer.target.referral"
    _description = "Survey answer to referred leads"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        by_id = {invitation.id: invitation for invitation in invitations}
        known = self._get_known(invitations)
        common = {
            "source_id": self.env.ref("crm_survey.utm_source_survey").id,
            "tag_ids": [(4, self.env.ref("crm_survey.crm_tag_referral").id)],
        }
        vals_list = []
        for answer in answers:
            invitation = by_id[answer.invitation_id]
            text = answer.comment or (answer.value if isinstance(answer.value, str) else "")
            for person in referral.parse(text):
                if (invitation.id, person.key) not in known:
                    known.add((invitation.id, person.key))
                    vals_list.append({**common, **self._prepare_lead_vals(invitation, person)})
        Lead = self.env["crm.lead"].with_context(mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True)
        Lead.create(vals_list)

    def _get_known(self, invitations):
        """Return the (invitation id, key) of the people who are leads already, those lost or archived too."""
        leads = self.env["crm.lead"].with_context(active_test=False).search_fetch(
            Domain("survey_origin_id", "in", invitations.ids), ["survey_origin_id", "survey_referred"]
        )
        return {(lead.survey_origin_id.id, lead.survey_referred) for lead in leads}

    def _prepare_lead_vals(self, invitation, person):
        """Return the values of the lead; the account manager of the referrer is the one to ask for an introduction."""
        referrer = invitation.recipient_id or invitation.partner_id
        user = invitation._get_account_manager()
        env = self.with_context(lang=user.lang or invitation.company_id.partner_id.lang or self.env.lang).env
        return {
            "name": env._(
                "%(person)s, recommended by %(referrer)s", person=person.name, referrer=referrer.display_name
            ),
            "contact_name": person.name,
            "phone": person.phone or False,
            "email_from": person.email or False,
            "company_id": invitation.company_id.id,
            "user_id": user.id,
            "referred_by_id": referrer.id,
            "survey_origin_id": invitation.id,
            "survey_referred": person.key,
        }
