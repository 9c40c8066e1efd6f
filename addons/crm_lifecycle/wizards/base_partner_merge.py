from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Give the remaining customer one status for each company; core hands over the stages set by hand.

        :raise AccessError: a colleague's customer is among them, whose figures the user would see afterwards
        """
        customers = (src_partners | dst_partner).commercial_partner_id
        customers._lifecycle_check_handover()
        companies = self._lifecycle_before_merge_sudo(src_partners, dst_partner)
        for model in ("crm.segment.member", "crm.segment.decision", "crm.segment.campaign.line", "crm.referral"):
            self.env[model]._before_merge_sudo(src_partners | dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # The history has no foreign key by which core could find it.
        self.env["crm.lifecycle.transition"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lifecycle_transition SET partner_id = %s WHERE partner_id = ANY(%s)",
                dst_partner.id,
                src_partners.ids,
            )
        )
        self.env["crm.lifecycle.transition"].invalidate_model()
        self._lifecycle_after_merge_sudo(customers | dst_partner.commercial_partner_id, companies)
        return result

    @api.model
    def _lifecycle_before_merge_sudo(self, sources, target):
        # As superuser: the merge concerns every company that knows these customers. Core would delete all rows of the
        # sources as soon as one breaks the unique key; the figures are decided anew from purchases and declarations.
        partners = sources | target
        customers = partners | partners.commercial_partner_id
        statuses = self.env["crm.lifecycle.status"].sudo().search([("partner_id", "in", customers.ids)])
        companies = statuses.company_id
        statuses.filtered(lambda status: status.partner_id in sources).unlink()
        return companies

    @api.model
    def _lifecycle_after_merge_sudo(self, customers, companies):
        # As superuser, for the same reason. Also those whose contact went to another customer, with its purchases.
        for company in companies:
            self.env["crm.lifecycle.dirty"]._mark(customers, company, cause="import")
