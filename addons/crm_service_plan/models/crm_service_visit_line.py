from odoo import fields, models


class CrmServiceVisitLine(models.Model):
    """A line of a visit's checklist."""

    _name = "crm.service.visit.line"
    _description = "Visit Checklist Line"
    _order = "visit_id, sequence, id"

    visit_id = fields.Many2one("crm.service.visit", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="visit_id.company_id", store=True)
    task_id = fields.Many2one("crm.service.plan.task", ondelete="set null")
    sequence = fields.Integer(default=10)
    name = fields.Char("Check", required=True)
    required = fields.Boolean()
    is_done = fields.Boolean("Done")
    remark = fields.Char()
