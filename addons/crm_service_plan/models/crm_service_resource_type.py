from odoo import fields, models


class CrmServiceResourceType(models.Model):
    """A kind of tool or place: a task asks for the kind, a visit books one of it."""

    _name = "crm.service.resource.type"
    _description = "Kind of Tool or Equipment"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    resource_ids = fields.One2many("resource.resource", "service_type_id", "Tools")
    resource_count = fields.Integer(compute="_compute_resource_count")

    def _compute_resource_count(self):
        counts = dict(
            self.env["resource.resource"]._read_group(
                [("service_type_id", "in", self.ids)], ["service_type_id"], ["__count"]
            )
        )
        for kind in self:
            kind.resource_count = counts.get(kind, 0)
