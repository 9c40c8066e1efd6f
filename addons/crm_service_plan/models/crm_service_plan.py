from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class CrmServicePlan(models.Model):
    """What is done periodically, when the customer is reminded, and what happens when it is missed."""

    _name = "crm.service.plan"
    _description = "Service Plan"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies. A head company's plan is for its branches too."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    description = fields.Html(translate=True, help="Shown to the customer on the portal.")
    task_ids = fields.One2many("crm.service.plan.task", "plan_id", "Tasks", copy=True)
    reminder_ids = fields.One2many(
        "crm.service.reminder", "plan_id", "Reminders", copy=True, default=lambda self: self._default_reminders()
    )
    lead_days = fields.Integer(
        "Make Visits",
        default=lambda self: self.env.company.service_lead_days,
        help="A visit is made this many days before it is due.",
    )
    missed_policy = fields.Selection(
        [("keep", "Keep all open"), ("catch_up", "Catch up once"), ("skip", "Skip")],
        "When Missed",
        default="catch_up",
        required=True,
        help="Keep all: every service stays open until it is done.\n"
        "Catch up once: several missed services are done once, with the latest.\n"
        "Skip: a service whose window is over is given up.",
    )
    user_id = fields.Many2one("res.users", "Coordinator", default=lambda self: self.env.user)
    subscription_ids = fields.One2many("crm.service.subscription", "plan_id", "Subscriptions")
    subscription_count = fields.Integer(compute="_compute_counts")
    due_count = fields.Integer("Due in 7 Days", compute="_compute_counts")
    overdue_count = fields.Integer("Overdue", compute="_compute_counts")
    done_count = fields.Integer("Done in 30 Days", compute="_compute_counts")
    error_count = fields.Integer("With Errors", compute="_compute_counts")

    _check_lead = models.Constraint("CHECK(lead_days >= 0)", "Visits are made 0 or more days before they are due.")

    @api.model
    def _default_reminders(self):
        template = self.env.ref("crm_service_plan.mail_template_visit_reminder", raise_if_not_found=False)
        channel = self.env.ref("crm_contact_policy.channel_email", raise_if_not_found=False)
        if not template or not channel:
            return []
        return [(0, 0, {"days_before": 7, "channel_id": channel.id, "template_id": template.id})]

    @api.depends("company_id")
    def _compute_currency_id(self):
        for plan in self:
            plan.currency_id = (plan.company_id or self.env.company).currency_id

    @api.depends_context("service_as_of")
    def _compute_counts(self):
        Visit, Subscription = self.env["crm.service.visit"], self.env["crm.service.subscription"]
        today = self.env.context.get("service_as_of") or fields.Date.context_today(self)
        mine = Domain("plan_ids", "in", self.ids)
        counts = {
            "due_count": Visit._read_group(
                mine
                & Visit._get_open_domain()
                & Domain("due_date", ">=", today)
                & Domain("due_date", "<=", today + timedelta(7)),
                ["plan_ids"],
                ["__count"],
            ),
            "overdue_count": Visit._read_group(mine & Visit._get_overdue_domain(today), ["plan_ids"], ["__count"]),
            "done_count": Visit._read_group(
                mine & Domain("state", "=", "done") & Domain("done_date", ">", today - timedelta(30)),
                ["plan_ids"],
                ["__count"],
            ),
            "subscription_count": Subscription._read_group(
                [("plan_id", "in", self.ids), ("state", "=", "active")], ["plan_id"], ["__count"]
            ),
            "error_count": Subscription._read_group(
                [("plan_id", "in", self.ids), ("error_code", "!=", False)], ["plan_id"], ["__count"]
            ),
        }
        for name, rows in counts.items():
            by_plan = {plan.id: count for plan, count in rows}
            for plan in self:
                plan[name] = by_plan.get(plan.id, 0)

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self.task_ids._mark_changed()
        return result

    def action_view_subscriptions(self):
        """Subscriptions of the plan; those with an error first when asked for by context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_subscription_action")
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {
            "default_plan_id": self.id,
            "search_default_with_error": self.env.context.get("with_error", 0),
        }
        return action

    def action_view_visits(self):
        """Open visits of the plan, narrowed by the filter named in context key ``visit_filter``."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_visit_action_list")
        action["domain"] = [("plan_ids", "in", self.ids)]
        action["context"] = {f"search_default_{self.env.context.get('visit_filter', 'open')}": 1}
        return action
