from odoo import fields, models


class CrmValueClass(models.Model):
    """A class of value (A, B, C …) by the company's own rule."""

    _name = "crm.value.class"
    _description = "Value Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Applies to")
    min_amount = fields.Float(string="Revenue from", help="Total untaxed revenue in the company's currency.")
    min_orders = fields.Integer(string="Purchases from")
