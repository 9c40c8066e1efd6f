from odoo import models


class CrmServiceContract(models.Model):
    _inherit = "crm.service.contract"

    def _closed(self, as_of):
        """A contract that ended because the customer left ends the relation, with the reason given."""
        result = super()._closed(as_of)
        for contract in self.filtered("is_lost"):
            contract._declare_ended_sudo(as_of)
        return result

    def _declare_ended_sudo(self, as_of):
        # As superuser: whoever ends the contract need not be allowed to set stages.
        contract = self.sudo()
        reason = self.env._(
            "Contract %(contract)s ended: %(reason)s",
            contract=contract.number,
            reason=contract.reason_id.name or self.env._("no reason given"),
        )
        partner = contract.commercial_partner_id.with_company(contract.company_id)
        partner._lifecycle_declare("ended", reason, on=as_of, trigger="contract")
