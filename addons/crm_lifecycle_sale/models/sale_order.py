from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _crm_lifecycle_idx = models.Index(
        "(partner_id, date_order) INCLUDE (amount_untaxed, currency_rate, company_id) WHERE state = 'sale'"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Mark the customers of new quotations: they may become prospects."""
        orders = super().create(vals_list)
        orders._lifecycle_mark()
        return orders

    def write(self, vals):
        """Mark the customers on both sides of a change of customer, company, day or currency."""
        if "state" in vals or not vals.keys() & {"partner_id", "company_id", "date_order", "currency_id"}:
            return super().write(vals)
        self._lifecycle_mark()
        result = super().write(vals)
        self._lifecycle_mark()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_lifecycle_mark(self):
        """Mark the customers of deleted quotations: they may be prospects no longer."""
        self._lifecycle_mark()

    def _action_confirm(self):
        """Mark the customers: a purchase may change their stage."""
        result = super()._action_confirm()
        self._lifecycle_mark()
        return result

    def _action_cancel(self):
        """Mark the customers: a purchase may be undone."""
        result = super()._action_cancel()
        self._lifecycle_mark()
        return result

    def _lifecycle_mark(self):
        """Queue the customers of these orders for a refresh, by one insert for each company."""
        for company, orders in self.grouped("company_id").items():
            self.env["crm.lifecycle.dirty"]._mark(orders.partner_id, company)
