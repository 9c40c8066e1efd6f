from odoo import api, fields, models


class CrmServiceVisitPart(models.Model):
    """A part or material used on a visit."""

    _name = "crm.service.visit.part"
    _inherit = "crm.service.visit.detail.mixin"
    _description = "Part Used on a Visit"
    _order = "visit_id, id"

    currency_id = fields.Many2one(related="visit_id.currency_id")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict", index=True)
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    unit_cost = fields.Monetary(compute="_compute_amounts", store=True, readonly=False, precompute=True)
    unit_price = fields.Monetary("Price", compute="_compute_amounts", store=True, readonly=False, precompute=True)
    cost = fields.Monetary(compute="_compute_totals", store=True)
    price = fields.Monetary("Amount", compute="_compute_totals", store=True)

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "The quantity is more than 0.")

    @api.depends("product_id", "visit_id.company_id")
    def _compute_amounts(self):
        for part in self:
            product = part.product_id.with_company(part.visit_id.company_id)
            currency = part.currency_id or self.env.company.currency_id
            company = part.visit_id.company_id or self.env.company
            today = company._service_today()
            part.unit_cost = product.cost_currency_id._convert(product.standard_price, currency, company, today)
            part.unit_price = product.currency_id._convert(product.lst_price, currency, company, today)

    @api.depends("quantity", "unit_cost", "unit_price")
    def _compute_totals(self):
        for part in self:
            part.cost = part.quantity * part.unit_cost
            part.price = part.quantity * part.unit_price
