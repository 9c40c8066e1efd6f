from odoo import fields, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    service_type_id = fields.Many2one(
        "crm.service.resource.type", "Kind", index="btree_not_null", ondelete="restrict", help="What tasks ask for."
    )
    service_capacity = fields.Integer("At Once", default=1, help="How many visits it serves at the same time.")
    service_note = fields.Char("Where It Is")

    _service_capacity_positive = models.Constraint(
        "CHECK(service_capacity IS NULL OR service_capacity BETWEEN 1 AND 100)",
        "A tool serves 1 to 100 visits at once.",
    )

    def _action_service_leaves(self):
        """:return: action: days off, or time in repair, of these resources"""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Days Off: %(name)s", name=", ".join(self.mapped("name"))),
            "res_model": "resource.calendar.leaves",
            "view_mode": "list,form,calendar",
            "domain": [("resource_id", "in", self.ids)],
            "context": {
                "default_resource_id": self[:1].id,
                "default_calendar_id": self[:1].calendar_id.id,
                "default_company_id": self[:1].company_id.id,
            },
        }

    def action_service_leaves(self):
        """When the tool cannot be used."""
        return self._action_service_leaves()
