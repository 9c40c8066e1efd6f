from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.customer.mark.mixin"]

    _crm_lifecycle_idx = models.Index(
        "(partner_id, date_order) INCLUDE (amount_untaxed, currency_rate, company_id, id) WHERE state = 'sale'"
    )
    _crm_lifecycle_day_idx = models.Index(  # the newest, and those of a month
        "(date_order) INCLUDE (id, partner_id, company_id, amount_untaxed, currency_rate, user_id, team_id)"
        " WHERE state = 'sale'"
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
        """Leave the day that confirming writes along with the state to the mark of the state."""
        watched = vals.keys() & self._lifecycle_fields()
        return bool(watched - {"date_order"}) if "state" in vals else bool(watched)

    def write(self, vals):
        """Mark the customers of orders confirmed, cancelled or taken back to a quotation, whichever way it was done."""
        result = super().write(vals)
        if "state" in vals:
            self._lifecycle_mark()
        return result
