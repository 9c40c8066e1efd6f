from odoo import fields, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Contacts and consents move along (core, by SQL); where partners differ, the strictest consent wins."""
        at = fields.Datetime.now()
        partners = src_partners | dst_partner
        rows = self.env["crm.contact.consent"]._differing_words_sudo(partners, at)
        self.env["crm.contact.preference"]._merge_strictest_sudo(partners, dst_partner, at)
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        contacts = self.env["crm.interaction"].sudo().search([("partner_id", "=", dst_partner.id)])
        self.env.add_to_compute(contacts._fields["commercial_partner_id"], contacts)
        mentions = self.env["crm.mention"].sudo().with_context(active_test=False)
        mentions = mentions.search([("partner_id", "=", dst_partner.id)])
        self.env.add_to_compute(mentions._fields["commercial_partner_id"], mentions)
        for model in ("crm.contact.consent", "crm.contact.preference"):
            words = self.env[model].sudo().search([("partner_id", "=", dst_partner.id)])
            self.env.add_to_compute(words._fields["company_id"], words)
        evidence = self.env._("The strictest consent of the merged contacts.")
        self.env["crm.contact.consent"]._record_sudo(dst_partner, rows, at, "merge", evidence)
        self.env.flush_all()
        return result
