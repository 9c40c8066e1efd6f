from odoo import api, models
from odoo.fields import Domain


class CrmSurveyAnswerTargetComplaint(models.AbstractModel):
    """A complaint in a survey becomes a case: whoever works on cases answers it."""

    _inherit = "crm.survey.answer.target.complaint"

    @api.model
    def _open_cases(self, complaints):
        """Open a case for each complaint that has none; the case books the complaint in the ledger itself."""
        cases = super()._open_cases(complaints)
        rest = {invitation: text for invitation, text in complaints.items() if invitation not in cases}
        Case = self.env["crm.service.case"].with_context(mail_create_nosubscribe=True)
        known = Case.search(Domain("survey_origin_id", "in", [invitation.id for invitation in rest]))
        found = {case.survey_origin_id: case for case in known}
        new = [invitation for invitation in rest if invitation not in found]
        made = Case.create([self._prepare_case_vals(invitation, rest[invitation]) for invitation in new])
        found.update(zip(new, made, strict=True))
        return {**cases, **found}

    @api.model
    def _set_aside(self, invitations, reason):
        """The case is no complaint while its answers do not count; whoever works on it decides what becomes of it."""
        result = super()._set_aside(invitations, reason)
        self._review_cases(
            invitations,
            False,
            lambda env: env._("The answers behind this case were set aside. %(reason)s", reason=reason),
        )
        return result

    @api.model
    def _set_back(self, invitations, reason):
        result = super()._set_back(invitations, reason)
        self._review_cases(
            invitations, True, lambda env: env._("The answers behind this case count again. %(reason)s", reason=reason)
        )
        return result

    @api.model
    def _review_cases(self, invitations, is_complaint, say):
        """Mark the cases of these answers as complaints or not, and tell whoever works on them.

        :param say: function of an environment to the words
        """
        cases = self.env["crm.service.case"].search(Domain("survey_origin_id", "in", invitations.ids))
        cases.write({"is_complaint": is_complaint})
        for case in cases:
            case._tell_of_review(say)

    def _prepare_case_vals(self, invitation, text):
        """Return the values of the case; who received it is nobody: the customer wrote it."""
        return {
            "name": self.env._("Complaint in “%(survey)s”", survey=invitation.survey_id.title),
            "description": text,
            "is_complaint": True,
            "partner_id": invitation.partner_id.commercial_partner_id.id,
            "contact_id": (invitation.recipient_id or invitation.partner_id).id,
            "company_id": invitation.company_id.id,
            "channel_id": self.env.ref("crm_contact_policy.channel_web").id,
            "receiver_id": False,
            "survey_origin_id": invitation.id,
        }
