from odoo import api, fields, models
from odoo.exceptions import UserError

MOST_LINES = 2000
AT_ONCE = 5000


class CrmServicePlanChange(models.TransientModel):
    """What a changed plan does to its customers, shown before it is done."""

    _name = "crm.service.plan.change"
    _description = "Effect of a Changed Plan"

    plan_id = fields.Many2one("crm.service.plan", required=True, readonly=True, ondelete="cascade")
    as_of = fields.Date(required=True, readonly=True, default=lambda self: self.env.company._service_today())
    line_ids = fields.One2many("crm.service.plan.change.line", "change_id", "Differences", readonly=True)
    added_count = fields.Integer("Added", readonly=True)
    moved_count = fields.Integer("Moved", readonly=True)
    removed_count = fields.Integer("Removed", readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    hidden_count = fields.Integer("Not Listed", readonly=True)
    pending_text = fields.Text("Changed Tasks", compute="_compute_pending_text")

    @api.depends("plan_id")
    @api.depends_context("lang")
    def _compute_pending_text(self):
        for change in self:
            tasks = change.plan_id._pending_tasks()
            change.pending_text = "\n".join(f"{task.name}: {task.rule_text}" for task in tasks)

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        for change in changes:
            change._compare()
        return changes

    def _compare(self):
        """Fill in the differences; nothing is changed."""
        rows = self.plan_id._difference_sudo(self.as_of)
        kinds = [row[0] for row in rows]
        subscriptions = self.env["crm.service.subscription"].browse({row[1] for row in rows})
        Line = self.env["crm.service.plan.change.line"]
        readable = set(subscriptions._filtered_access("read").ids)
        listed = [row for row in rows if row[1] in readable][:MOST_LINES]
        self.write(
            {
                "added_count": kinds.count("added"),
                "moved_count": kinds.count("moved"),
                "removed_count": kinds.count("removed"),
                "customer_count": subscriptions._count_customers_sudo(),
                "hidden_count": len(rows) - len(listed),
            }
        )
        Line.create([Line._prepare_vals(self, row) for row in listed])

    def action_apply(self):
        """The changed plan holds from now on; only the untouched future is dated anew."""
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("write")
        fresh = self.create({"plan_id": plan.id, "as_of": self.as_of})
        seen = (self.added_count, self.moved_count, self.removed_count)
        if (fresh.added_count, fresh.moved_count, fresh.removed_count) != seen:
            raise UserError(self.env._("Something changed meanwhile: please look at the differences again."))
        plan._apply_changes(self.as_of, at_once=AT_ONCE)
        return {"type": "ir.actions.act_window_close"}

    def action_discard(self):
        """Take the change back: the plan is again what customers are served by."""
        self.ensure_one()
        self.plan_id.check_access("write")
        self.plan_id._pending_tasks()._discard_rule()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
