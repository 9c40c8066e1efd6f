from odoo import fields, models


class CrmServiceSubscription(models.Model):
    _inherit = "crm.service.subscription"

    sale_line_id = fields.Many2one("sale.order.line", "Sold With", readonly=True, copy=False, index="btree_not_null")
