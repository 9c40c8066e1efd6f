from odoo import models


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "crm.customer.mark.mixin"]

    _crm_lifecycle_idx = models.Index(
        "(partner_id, date_order) WHERE partner_id IS NOT NULL AND state IN ('paid', 'done')"
    )

    def action_pos_order_paid(self):
        """Mark the customers: a purchase or a refund may change their stage."""
        result = super().action_pos_order_paid()
        self._lifecycle_mark()
        return result

    def action_pos_order_cancel(self):
        """Mark the customers: a purchase is undone."""
        result = super().action_pos_order_cancel()
        self._lifecycle_mark()
        return result
