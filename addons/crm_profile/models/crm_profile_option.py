from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmProfileOption(models.Model):
    """One of the values a choice attribute can take."""

    _name = "crm.profile.option"
    _description = "Profile Attribute Option"
    _order = "attribute_id, sequence, id"

    attribute_id = fields.Many2one("crm.profile.attribute", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable technical name.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint("unique(attribute_id, code)", "An attribute has each option code once.")

    @api.constrains("code")
    def _check_code(self):
        for option in self:
            if "," in option.code:
                raise ValidationError(self.env._("An option's code holds no comma."))

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if self.env["crm.profile.fact"].sudo().search_count([("option_ids", "in", self.ids)], limit=1):
            raise UserError(self.env._("There are facts with this option: archive it instead."))
