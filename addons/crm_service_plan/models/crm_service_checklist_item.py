from odoo import fields, models


class CrmServiceChecklistItem(models.Model):
    """A line of a task's checklist; copied to each visit."""

    _name = "crm.service.checklist.item"
    _description = "Service Checklist Item"
    _order = "task_id, sequence, id"

    task_id = fields.Many2one("crm.service.plan.task", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Check", required=True, translate=True)
    required = fields.Boolean(default=True, help="The visit cannot be finished before this is ticked.")
