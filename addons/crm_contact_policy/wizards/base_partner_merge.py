from odoo import fields, models

from ..domain import rules


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Contacts and consents move along (core, by SQL); where partners differ, the strictest consent wins."""
        words = self._differing_consents_sudo(src_partners | dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        contacts = self.env["crm.interaction"].sudo().search([("partner_id", "=", dst_partner.id)])
        self.env.add_to_compute(contacts._fields["commercial_partner_id"], contacts)
        consents = self.env["crm.contact.consent"].sudo()
        self.env.add_to_compute(consents._fields["company_id"], consents.search([("partner_id", "=", dst_partner.id)]))
        consents._merge_strictest_sudo([(dst_partner, *word) for word in words])
        self.env.flush_all()
        return result

    def _differing_consents_sudo(self, partners):
        """(purpose, channel code, statuses) for each scope in which the partners' last words differ.

        Sudo: consents the user may not read bind, too.
        """
        now = fields.Datetime.now()
        consents = self.env["crm.contact.consent"].sudo().search([("partner_id", "in", partners.ids)])
        by_scope = consents.filtered(lambda consent: consent.date <= now).grouped(
            lambda consent: (consent.purpose or "", consent.channel_id.code or "")
        )
        differing = []
        for (purpose, channel), group in by_scope.items():
            statuses = {
                rules.consent_status(words._as_rule_inputs(), purpose, channel, now)
                for words in group.grouped("partner_id").values()
            }
            if len(statuses) > 1:
                differing.append((purpose, channel, statuses))
        return differing
