from odoo import models


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "crm.customer.mark.mixin"]

    _crm_lifecycle_idx = models.Index(
        "(partner_id, date_order) WHERE partner_id IS NOT NULL AND state IN ('paid', 'done')"
    )

    def write(self, vals):
        """Mark the customers of orders paid, cancelled or closed with their session, which also tells their cost."""
        result = super().write(vals)
        if "state" in vals:
            self._lifecycle_mark()
        return result
