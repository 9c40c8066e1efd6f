from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmProfileUse(models.Model):
    """What we need facts for, and how deep that goes: a letter needs an address, selling needs more."""

    _name = "crm.profile.use"
    _description = "Use of Facts"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    depth = fields.Selection(
        [("1", "1 – Contact"), ("2", "2 – Descriptive"), ("3", "3 – Intimate")], required=True, default="2"
    )
    method_id = fields.Many2one("crm.collection.method", "Usual Method", ondelete="set null")
    attribute_ids = fields.Many2many("crm.profile.attribute", string="What It Needs")
    description = fields.Text(translate=True)

    _code_unique = models.Constraint("unique(code)", "There is already a use with this code.")

    @api.constrains("depth", "attribute_ids")
    def _check_depth(self):
        for use in self:
            deeper = use.attribute_ids.filtered(lambda attribute, use=use: attribute.depth > use.depth)
            if deeper:
                raise ValidationError(
                    self.env._("“%(name)s” goes deeper than “%(use)s”.", name=deeper[0].name, use=use.name)
                )
