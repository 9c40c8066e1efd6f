from odoo import fields, models


class CrmServiceVisitFinishLine(models.TransientModel):
    """A line of the checklist in the dialog."""

    _name = "crm.service.visit.finish.line"
    _description = "Finish a Visit: Checklist Line"
    _order = "id"

    finish_id = fields.Many2one("crm.service.visit.finish", required=True, ondelete="cascade")
    line_id = fields.Many2one("crm.service.visit.line", ondelete="cascade")
    name = fields.Char("Check", readonly=True)
    required = fields.Boolean(readonly=True)
    is_done = fields.Boolean("Done")
    remark = fields.Char()
