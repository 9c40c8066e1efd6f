from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MERGEABLE = ("due", "reminded")
STAMPS = {"state", "pause_date", "end_date", "next_due", "error_code"}


class CrmServiceSubscription(models.Model):
    """A customer, or one asset of theirs, on a service plan."""

    _name = "crm.service.subscription"
    _description = "Service Subscription"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "next_due, id"
    _rec_names_search = ["partner_id.name", "asset_id.code", "plan_id.name"]
    _privacy = {"erase": "blank", "report": ("plan_id", "asset_id", "company_id", "start_date", "state", "end_date")}

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    asset_id = fields.Many2one("crm.service.asset", index="btree_not_null", ondelete="restrict")
    plan_id = fields.Many2one("crm.service.plan", required=True, index=True, tracking=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", "Branch", required=True, index=True, default=lambda self: self.env.company
    )
    start_date = fields.Date(
        "Start", required=True, default=fields.Date.context_today, help="Intervals count from here."
    )
    plan_from = fields.Date(
        required=True,
        compute="_compute_plan_from",
        store=True,
        readonly=False,
        precompute=True,
        help="No service is planned before this day.",
    )
    target_date = fields.Date(
        "Date It Is About", tracking=True, help="E.g. the day a loan matures: steps before a date count back from here."
    )
    needs_date = fields.Boolean(compute="_compute_needs_date")
    start_meter = fields.Float("Meter at Start", digits=(16, 1), help="Use counts from here.")
    state = fields.Selection(
        [("active", "Active"), ("paused", "Paused"), ("ended", "Ended")],
        default="active",
        required=True,
        tracking=True,
        copy=False,
        readonly=True,
        index=True,
    )
    pause_date = fields.Date("Paused On", readonly=True, copy=False)
    end_date = fields.Date("Ended On", readonly=True, copy=False, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        "Coordinator",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    next_due = fields.Date(readonly=True, copy=False, index=True)
    error_code = fields.Char(readonly=True, copy=False, index="btree_not_null")
    error = fields.Char("Problem", compute="_compute_error")
    contract_id = fields.Many2one(
        "crm.service.contract",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    series_ids = fields.One2many("crm.service.series", "subscription_id", "Tasks")
    occurrence_ids = fields.One2many("crm.service.occurrence", "subscription_id", "Services")
    occurrence_count = fields.Integer(compute="_compute_counts")
    visit_count = fields.Integer(compute="_compute_counts")
    may_pause = fields.Boolean(compute="_compute_may")
    may_resume = fields.Boolean(compute="_compute_may")
    may_end = fields.Boolean(compute="_compute_may")

    @api.depends("plan_id.task_ids.kind")
    def _compute_needs_date(self):
        for subscription in self:
            subscription.needs_date = "dates" in subscription.plan_id.task_ids.mapped("kind")

    @api.depends("asset_id.partner_id")
    def _compute_partner_id(self):
        for subscription in self:
            ended = subscription.state == "ended" and subscription.partner_id
            subscription.partner_id = ended or subscription.asset_id.partner_id or subscription.partner_id

    @api.depends("start_date")
    def _compute_plan_from(self):
        for subscription in self:
            if not subscription.plan_from:
                today = (subscription.company_id or self.env.company)._service_today()
                subscription.plan_from = max(subscription.start_date or today, today)

    @api.depends("plan_id")
    def _compute_user_id(self):
        for subscription in self:
            subscription.user_id = subscription.user_id or subscription.plan_id.user_id

    @api.depends("error_code")
    def _compute_error(self):
        for subscription in self:
            subscription.error = self._error_text(subscription.error_code)

    @api.depends("occurrence_ids")
    def _compute_counts(self):
        rows = self.env["crm.service.occurrence"]._read_group(
            [("subscription_id", "in", self.ids)], ["subscription_id"], ["__count", "visit_id:count_distinct"]
        )
        counts = {subscription.id: (total, visits) for subscription, total, visits in rows}
        for subscription in self:
            subscription.occurrence_count, subscription.visit_count = counts.get(subscription.id, (0, 0))

    @api.depends("state")
    def _compute_may(self):
        for subscription in self:
            subscription.may_pause = subscription.state == "active"
            subscription.may_resume = subscription.state == "paused"
            subscription.may_end = subscription.state != "ended"

    @api.depends("plan_id", "asset_id", "partner_id")
    def _compute_display_name(self):
        for subscription in self:
            whose = subscription.asset_id.code or subscription.partner_id.display_name
            subscription.display_name = f"{subscription.plan_id.name} · {whose}"

    @api.constrains("asset_id", "company_id", "plan_id")
    def _check_companies(self):
        for subscription in self:
            root = subscription.company_id.root_id
            if subscription.asset_id and subscription.asset_id.company_id != root:
                raise ValidationError(
                    self.env._("%(asset)s belongs to another company.", asset=subscription.asset_id.display_name)
                )
            plan_company = subscription.plan_id.company_id
            if plan_company and plan_company not in subscription.company_id.parent_ids:
                raise ValidationError(
                    self.env._("The plan “%(plan)s” belongs to another company.", plan=subscription.plan_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            STAMPS & vals.keys() - {"state"} or vals.get("state", "active") != "active" for vals in vals_list
        ):
            self._refuse_stamps(STAMPS)
        subscriptions = super().create(vals_list)
        subscriptions._start()
        return subscriptions

    def write(self, vals):
        """Renew the dates when the start, the plan or the customer changes.

        :raise UserError: state and stamps are written by the buttons alone
        """
        if not self.env.su and STAMPS & vals.keys():
            self.check_access("write")
            self._refuse_stamps(STAMPS & vals.keys())
        result = super().write(vals)
        if vals.keys() & {"start_date", "plan_from", "start_meter", "plan_id"}:
            self._restart()
        if vals.keys() & {"partner_id", "asset_id", "company_id", "target_date"}:
            self.series_ids._replan()
        return result

    def _set(self, vals):
        """Write what only the buttons and the planner may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    @api.model
    def _refuse_stamps(self, names):
        labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
        raise UserError(self.env._("Use the buttons: this is not set by hand (%(fields)s).", fields=", ".join(labels)))

    def _start(self):
        """Date the services of new subscriptions."""
        planner = self.env["crm.service.planner"]
        planner._sync_series(self)
        self.env["crm.service.series"].search([("subscription_id", "in", self.ids)])._replan()

    def _restart(self):
        """Another start: every task nothing was done of yet counts from there; the untouched future is dated anew."""
        self.env["crm.service.planner"]._sync_series(self)
        for subscription in self:
            untouched = subscription.series_ids.filtered(lambda series: not series.base_seq)
            untouched._set(
                {
                    "anchor": subscription.start_date,
                    "base_meter": subscription.start_meter,
                    "not_before": subscription.plan_from,
                }
            )
        self.series_ids._replan()

    def action_view_occurrences(self):
        """All services of the subscription, past and planned."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_occurrence_action")
        action["domain"] = [("subscription_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_view_visits(self):
        """Visits that served the subscription."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_visit_action_history")
        action["domain"] = [("subscription_ids", "in", self.ids)]
        return action

    def action_replan(self):
        """Date the untouched future anew, e.g. after an error was mended."""
        self.series_ids._replan()

    def _count_customers_sudo(self):
        """:return: how many customers these are

        Runs as superuser: the number is of all branches, no name leaves.
        """
        return len(self.sudo().partner_id)

    def _refresh_next_due(self):
        self.env["crm.service.planner"]._refresh_next_due(self.ids)

    @api.model
    def _error_text(self, code):
        texts = {
            "no_interval": self.env._("a task has neither an interval nor a use to count by"),
            "bad_interval": self.env._("a task has a negative interval or window"),
            "no_date": self.env._("the date its steps lead to is missing: enter it on the subscription"),
            "no_steps": self.env._("a series or a countdown needs at least one step"),
            "step_window": self.env._("a step is due before its minimum or after its maximum"),
            "rrule_syntax": self.env._("this is no rule of RFC 5545; an example: FREQ=MONTHLY;BYDAY=2TU"),
            "rrule_time": self.env._("a calendar rule gives days, not hours: daily is the most frequent"),
            "rrule_never": self.env._("the calendar rule never gives a date"),
            "no_working_day": self.env._("the working calendar has no working day within a year"),
            "no_meter": self.env._(
                "a task counts by use only, but the meter's rate is not known yet: two readings a week apart are needed"
            ),
            "database": self.env._("the services could not be stored; see the log"),
            "visit": self.env._("its visit could not be made; see the log"),
            "missed": self.env._("its missed services could not be closed; see the log"),
        }
        return texts.get(code, code or False)
