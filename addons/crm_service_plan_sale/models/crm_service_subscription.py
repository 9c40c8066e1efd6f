from odoo import fields, models


class CrmServiceSubscription(models.Model):
    _inherit = "crm.service.subscription"

    sale_line_id = fields.Many2one("sale.order.line", "Sold With", readonly=True, copy=False, index="btree_not_null")

    def _prepare_taken_vals(self, other):
        """See the base: the sale that started it."""
        vals = super()._prepare_taken_vals(other)
        if other.sale_line_id and not self.sale_line_id:
            vals["sale_line_id"] = other.sale_line_id.id
        return vals
