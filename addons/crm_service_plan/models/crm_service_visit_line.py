from odoo import api, fields, models


class CrmServiceVisitLine(models.Model):
    """A line of a visit's checklist."""

    _name = "crm.service.visit.line"
    _description = "Visit Checklist Line"
    _order = "visit_id, sequence, id"

    visit_id = fields.Many2one("crm.service.visit", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="visit_id.company_id", store=True)
    task_id = fields.Many2one("crm.service.plan.task", ondelete="set null", index="btree_not_null")
    sequence = fields.Integer(default=10)
    name = fields.Char("Check", required=True)
    required = fields.Boolean()
    is_done = fields.Boolean("Done")
    remark = fields.Char()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.visit_id._check_not_done()
        return lines

    def write(self, vals):
        """Refuse to change the checklist of a finished visit, but by a manager."""
        (self.visit_id | self.env["crm.service.visit"].browse(vals.get("visit_id", []))._origin)._check_not_done()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_done(self):
        self.visit_id._check_not_done()
