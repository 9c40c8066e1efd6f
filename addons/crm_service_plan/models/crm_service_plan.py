from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import one_by_one


class CrmServicePlan(models.Model):
    """What is done periodically, when the customer is reminded, and what happens when it is missed."""

    _name = "crm.service.plan"
    _description = "Service Plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    is_sensitive = fields.Boolean(
        "Health Data",
        tracking=True,
        help="Subscriptions, services and visits of this plan are for those with the right to health data alone.",
    )
    bundle_days = fields.Integer(
        "Propose Together",
        default=7,
        help="Visits of one customer, asset or address up to this many days apart are proposed as one; 0: never.",
    )
    pending_count = fields.Integer("Changes to Review", compute="_compute_pending_count")
    problem = fields.Text(readonly=True, copy=False, help="Why some services could not be planned in the last run.")
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

    @api.depends("task_ids.is_pending", "task_ids.active")
    def _compute_pending_count(self):
        for plan in self:
            plan.pending_count = len(plan._pending_tasks())

    def _pending_tasks(self):
        """:return: tasks with a change that waits to be looked at"""
        return self.with_context(active_test=False).task_ids.filtered("is_pending")

    def action_review(self):
        """Show what the changed plan (or a changed working calendar) does to the customers, before it is done."""
        self.ensure_one()
        change = self.env["crm.service.plan.change"].create({"plan_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Changes: %(plan)s", plan=self.name),
            "res_model": "crm.service.plan.change",
            "res_id": change.id,
            "view_mode": "form",
            "target": "new",
        }

    def _difference_sudo(self, as_of):
        """What the waiting changes would do; nothing is changed.

        :param as_of: today
        :return: rows as `crm.service.planner._difference` gives them

        Runs as superuser: a plan is one for all branches, so its change concerns all of them; the dialog lists only the
        subscriptions its reader may see.
        """
        plan = self.sudo()
        pending = plan._pending_tasks()
        planner = plan.env["crm.service.planner"]
        with self.env.cr.savepoint() as trial:
            # New tasks have no place in the subscriptions yet: they are given one for the look, and it is taken back.
            pending.flush_recordset()
            self.env.cr.execute(
                "UPDATE crm_service_plan_task SET applied_rule = NULL WHERE id = ANY(%s) AND active", [pending.ids]
            )
            subscriptions = plan.env["crm.service.subscription"].search(
                [("plan_id", "=", plan.id), ("state", "=", "active")]
            )
            planner._sync_series(subscriptions, as_of)
            series = plan.env["crm.service.series"].search([("subscription_id", "in", subscriptions.ids)])
            rows = planner._difference(series.ids, as_of, pending)
            trial.rollback()
        self.env.invalidate_all(flush=False)
        return rows

    def _apply_changes(self, as_of=None, at_once=None):
        """The waiting changes hold from now on.

        :param as_of: today
        :param at_once: date up to this many series now, more by the next run, which is called; default all now
        """
        as_of = as_of or self.env.company._service_today()
        tasks = self._pending_tasks()
        tasks._apply_rule()
        self.message_post(
            body=self.env._("The change holds from %(day)s on.", day=format_date(self.env, as_of)),
            subtype_xmlid="mail.mt_note",
        )
        self._replan_sudo(as_of, at_once)

    def _replan_sudo(self, as_of, at_once):
        """Date the plan's subscriptions anew.

        Runs as superuser: a plan is one for all branches.
        """
        plans = self.sudo()
        subscriptions = plans.env["crm.service.subscription"].search(
            [("plan_id", "in", plans.ids), ("state", "=", "active")]
        )
        planner = plans.env["crm.service.planner"]
        planner._sync_series(subscriptions, as_of)
        series = plans.env["crm.service.series"].search([("subscription_id", "in", subscriptions.ids)])
        if at_once is None or len(series) <= at_once:
            series._replan(as_of)
        else:
            series._set({"dirty": True})
            plans.task_ids._trigger_daily()

    @api.model
    def _tell_problems(self):
        """Write on each plan what keeps its subscriptions from being planned, and tell its coordinator when new."""
        rows = self.env["crm.service.subscription"]._read_group(
            [("error_code", "!=", False), ("state", "=", "active"), ("plan_id.active", "=", True)],
            ["plan_id", "error_code"],
            ["__count"],
        )
        texts = {}
        for plan, code, count in rows:
            text = self.env["crm.service.subscription"]._error_text(code)
            texts.setdefault(plan, []).append(self.env._("%(count)s subscriptions: %(text)s", count=count, text=text))
        told = self.with_context(active_test=False).search([("problem", "!=", False)])
        plans = (told | self.union(*texts)).with_env(self.env)
        one_by_one(self.env, plans, lambda some: some._tell(texts), lambda plan, error: None)

    def _tell(self, texts):
        """:param texts: ``{plan: what is wrong with it}``; plans that are not in it are well again"""
        stale = self.filtered(lambda plan: plan not in texts)
        stale.write({"problem": False})
        stale.activity_unlink(["mail.mail_activity_data_warning"])
        for plan in self - stale:
            lines = texts[plan]
            if not plan.problem:
                plan.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("Not everything could be planned"),
                    note="<br/>".join(lines),
                    user_id=plan.user_id.id or self.env.uid,
                )
            if plan.problem != "\n".join(lines):
                plan.problem = "\n".join(lines)

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self.task_ids._mark_series()
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
