from odoo import api, models


class CrmContactPolicy(models.Model):
    _inherit = "crm.contact.policy"

    @api.model
    def _for_partners(self, partners, company):
        """A contact policy chosen by a customer's care policy comes before those found by their filters."""
        found = super()._for_partners(partners, company)
        # Read with the rights of the gate, which asks as superuser.
        policies = self.env["crm.care.policy"].search(
            [("company_id", "=", company.id), ("contact_policy_id.active", "=", True)], limit=1
        )
        if policies:
            care = policies._for_customers_sudo(partners.commercial_partner_id, company)
            for partner in partners:
                policy, _reason = care.get(partner.commercial_partner_id.id, (policies.browse(), None))
                if policy.contact_policy_id.active:
                    found[partner.id] = self.browse(policy.contact_policy_id.id)
        return found
