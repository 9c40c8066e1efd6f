from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Facts and assessments move along (core, by SQL); then one statement counts for each attribute."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        for model in ("crm.profile.fact", "crm.competitor.assessment"):
            moved = self.env[model].sudo().search([("partner_id", "=", dst_partner.id)])
            self.env.add_to_compute(moved._fields["company_id"], moved)
        self.env["crm.profile.fact"]._settle_merged_sudo(dst_partner)
        self.env.flush_all()
        return result
