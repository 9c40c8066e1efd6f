from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """All that is served moves along (core, by SQL); of two subscriptions to one plan one is left."""
        Subscription = self.env["crm.service.subscription"]
        origins = Subscription._origins_sudo(src_partners | dst_partner)
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        Subscription._unite_merged_sudo(origins)
        self.env.flush_all()
        return result
