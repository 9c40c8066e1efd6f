from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging two customers keeps every invitation and interview: core would delete those of the same program."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._keep_survey_invitations_sudo(src_partners, dst_partner)
        self._keep_churn_interviews_sudo(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _keep_survey_invitations_sudo(self, src_partners, dst_partner):
        """Number the invitations of the merged customers on; sudo: whoever merges must lose none he cannot see.

        Of two that are still open in one program only one stays open: the customer is asked once.
        """
        invitations = self.env["crm.survey.invitation"].sudo()
        partners = src_partners | dst_partner
        found = invitations.search(Domain("partner_id", "in", partners.ids), order="program_id, create_date, id")
        for batch in found.grouped("program_id").values():
            twins = batch.filtered(lambda i: i.state in ("planned", "held", "to_call", "sent"))
            mine = twins.filtered(lambda i: i.partner_id == dst_partner)
            (twins - (mine or twins)[:1])._cancel("merged")
            top = max(batch.mapped("wave"))
            for number, invitation in enumerate(batch.filtered(lambda i: i.partner_id != dst_partner), start=top + 1):
                invitation.wave = number
        self.env.flush_all()

    def _keep_churn_interviews_sudo(self, src_partners, dst_partner):
        """Give interviews of the same company and day a day of their own; sudo: as above."""
        interviews = self.env["crm.churn.interview"].sudo()
        found = interviews.search(Domain("partner_id", "in", (src_partners | dst_partner).ids), order="id")
        for batch in found.grouped("company_id").values():
            taken = set(batch.filtered(lambda i: i.partner_id == dst_partner).mapped("ended_on"))
            for interview in batch.filtered(lambda i: i.partner_id != dst_partner):
                while interview.ended_on in taken:
                    interview.ended_on -= timedelta(days=1)
                taken.add(interview.ended_on)
        self.env.flush_all()
