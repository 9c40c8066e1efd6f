from odoo import fields, models


class CrmCollectionPlanLine(models.Model):
    """One attribute a plan wants."""

    _name = "crm.collection.plan.line"
    _description = "Collection Plan Line"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("crm.collection.plan", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    attribute_id = fields.Many2one("crm.profile.attribute", required=True, ondelete="cascade")
    depth = fields.Selection(related="attribute_id.depth")
    kind = fields.Selection(related="attribute_id.kind")
    is_required = fields.Boolean("Must Have")
    max_age_months = fields.Integer("Stale after (months)", help="An older fact is asked again. 0: never.")
    held_count = fields.Integer("Held", compute="_compute_held_count")

    _attribute_unique = models.Constraint("unique(plan_id, attribute_id)", "An attribute comes once in a plan.")

    def _compute_held_count(self):
        self.held_count = 0
        for plan, lines in self.grouped("plan_id").items():
            held = plan._held_counts() if plan else {}
            for line in lines:
                line.held_count = held.get(line.attribute_id, 0)
