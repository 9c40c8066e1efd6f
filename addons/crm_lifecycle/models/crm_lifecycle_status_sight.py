from odoo import api, models


class CrmLifecycleStatus(models.Model):
    """Which customers a reader sees."""

    _inherit = "crm.lifecycle.status"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _sees_some(self):
        """Tell whether a record rule shows the reader some customers only, as it does with one's own documents."""
        if self.env.su:
            return False
        domain = self.env["ir.rule"]._compute_domain(self._name, "read")
        return any(condition.field_expr.split(".")[0] == "partner_id" for condition in domain.iter_conditions())
