from odoo import fields, models


class CrmServiceVisitLine(models.Model):
    """A line of a visit's checklist."""

    _name = "crm.service.visit.line"
    _inherit = "crm.service.visit.detail.mixin"
    _description = "Visit Checklist Line"
    _order = "visit_id, sequence, id"

    task_id = fields.Many2one("crm.service.plan.task", ondelete="set null", index="btree_not_null")
    sequence = fields.Integer(default=10)
    name = fields.Char("Check", required=True)
    required = fields.Boolean()
    is_done = fields.Boolean("Done")
    remark = fields.Char()
