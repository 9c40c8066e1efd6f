from odoo import api, fields, models
from odoo.tools import SQL


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

    @api.ondelete(at_uninstall=False)
    def _unlink_from_statuses(self):
        """Take the class from the customers: their column has no foreign key."""
        self.env.cr.execute(
            SQL("UPDATE crm_lifecycle_status SET value_class_id = NULL WHERE value_class_id = ANY(%s)", self.ids)
        )
        self.env["crm.lifecycle.status"].invalidate_model(["value_class_id"])
