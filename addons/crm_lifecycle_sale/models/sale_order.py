from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.customer.mark.mixin"]

    _crm_lifecycle_idx = models.Index(
        "(partner_id, date_order) INCLUDE (amount_untaxed, currency_rate, company_id) WHERE state = 'sale'"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Mark the customers of new quotations: they may become prospects."""
        orders = super().create(vals_list)
        orders._lifecycle_mark()
        return orders

    @api.model
    def _lifecycle_fields(self):
        """Add the day and the currency of the amount."""
        return super()._lifecycle_fields() | {"date_order", "currency_id"}

    @api.model
    def _lifecycle_watches(self, vals):
        """Leave confirming and cancelling, which also write a day, to their own hooks."""
        return "state" not in vals and super()._lifecycle_watches(vals)

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
