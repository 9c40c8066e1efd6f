from odoo import api, fields, models


class CrmServicePlanChangeLine(models.TransientModel):
    """One service that would be added, moved or removed."""

    _name = "crm.service.plan.change.line"
    _description = "Effect of a Changed Plan on a Service"
    _order = "id"

    change_id = fields.Many2one("crm.service.plan.change", required=True, index=True, ondelete="cascade")
    kind = fields.Selection([("added", "Added"), ("moved", "Moved"), ("removed", "Removed")], readonly=True)
    subscription_id = fields.Many2one("crm.service.subscription", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="subscription_id.partner_id", store=True, string="Customer")
    asset_id = fields.Many2one(related="subscription_id.asset_id", store=True)
    task_id = fields.Many2one("crm.service.plan.task", readonly=True, ondelete="cascade")
    old_date = fields.Date("Was", readonly=True)
    new_date = fields.Date("Becomes", readonly=True)
    reason = fields.Char("Why This Day", readonly=True)

    @api.model
    def _prepare_vals(self, change, row):
        """:param row: as `crm.service.planner._difference` gives it"""
        kind, subscription_id, task_id, old, new, code, label, nominal = row
        return {
            "change_id": change.id,
            "kind": kind,
            "subscription_id": subscription_id,
            "task_id": task_id,
            "old_date": old,
            "new_date": new,
            "reason": self.env["crm.service.occurrence"]._shift_text(code, label, nominal, "time") if code else False,
        }
