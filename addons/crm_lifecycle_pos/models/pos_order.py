from odoo import api, models


class PosOrder(models.Model):
    _inherit = "pos.order"

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

    def write(self, vals):
        """Mark the customers on both sides of a change of customer."""
        if "partner_id" not in vals:
            return super().write(vals)
        self._lifecycle_mark()
        result = super().write(vals)
        self._lifecycle_mark()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_mark(self):
        """Mark the customers of deleted orders."""
        self._lifecycle_mark()

    def _lifecycle_mark(self):
        """Queue the customers of these orders for a refresh, by one insert for each company."""
        for company, orders in self.filtered("partner_id").grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(orders.partner_id, company)
