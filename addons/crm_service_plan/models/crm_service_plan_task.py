from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, formatLang

from ..domain import schedule


class CrmServicePlanTask(models.Model):
    """One thing that comes round: by time, by use of the asset's meter, or whichever comes first."""

    _name = "crm.service.plan.task"
    _description = "Service Plan Task"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one("crm.service.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    interval = fields.Integer("Every", default=6, help="0: not by time.")
    interval_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")], default="month", required=True
    )
    usage = fields.Float("Or After", digits=(16, 1), help="Meter units between two services; 0: not by use.")
    meter_unit = fields.Char(help="The unit the use is counted in, e.g. km; for reading only.")
    timing = fields.Selection(
        [("fixed", "Fixed"), ("floating", "From last done")],
        default="floating",
        required=True,
        help="Fixed: always counted from the start, an early service keeps its anniversary.\n"
        "From last done: the next one is counted from the day the last was finished.",
    )
    first = fields.Selection(
        [("after", "One interval after the start"), ("start", "On the start day")],
        "First Service",
        default="after",
        required=True,
    )
    repeat = fields.Integer("How Often", help="Number of services in all; 0: without end.")
    window_before = fields.Integer("Days Before", default=7, help="May be done this many days early.")
    window_after = fields.Integer("Days After", default=7, help="May be done this many days late.")
    shift = fields.Selection(
        [
            ("none", "Keep the day"),
            ("earlier", "Working day before"),
            ("later", "Working day after"),
            ("nearest", "Nearest working day"),
            ("drop", "Leave it out"),
        ],
        "On a Day Off",
        default="later",
        required=True,
    )
    duration = fields.Float("Hours", default=1.0)
    price = fields.Monetary()
    product_id = fields.Many2one("product.product", "Service Product", domain="[('type', '=', 'service')]")
    included_task_ids = fields.Many2many(
        "crm.service.plan.task",
        "crm_service_task_included_rel",
        "task_id",
        "included_id",
        "Includes",
        domain="[('plan_id', '=', plan_id), ('id', '!=', id)]",
        help="Smaller services that are done with this one when both fall into one visit.",
    )
    checklist_ids = fields.One2many("crm.service.checklist.item", "task_id", "Checks", copy=True)
    description = fields.Text("Instructions", translate=True)
    rule_text = fields.Char("When", compute="_compute_rule_text")

    _check_numbers = models.Constraint(
        "CHECK(LEAST(interval, usage, repeat, window_before, window_after, duration) >= 0)",
        "Intervals, windows and hours are 0 or more.",
    )

    @api.depends("interval", "interval_unit", "usage", "meter_unit")
    @api.depends_context("lang")
    def _compute_rule_text(self):
        units = dict(self._fields["interval_unit"]._description_selection(self.env))
        for task in self:
            parts = []
            if task.interval:
                parts.append(f"{task.interval} {units[task.interval_unit].lower()}")
            if task.usage:
                parts.append(f"{formatLang(self.env, task.usage, digits=0)} {task.meter_unit or ''}".strip())
            between = self.env._(" or ")
            task.rule_text = self.env._("every %(interval)s", interval=between.join(parts)) if parts else ""

    @api.constrains("interval", "usage", "first", "repeat")
    def _check_rule(self):
        for task in self:
            try:
                schedule.check_rule(task._rule())
            except schedule.ScheduleError as error:
                raise ValidationError(
                    self.env._(
                        "Task “%(task)s”: %(problem)s",
                        task=task.name,
                        problem=self.env["crm.service.subscription"]._error_text(error.code),
                    )
                ) from error

    @api.constrains("included_task_ids", "plan_id")
    def _check_included(self):
        if self._has_cycle("included_task_ids"):
            raise ValidationError(self.env._("A task cannot include itself, not even through others."))
        for task in self:
            if task.included_task_ids.plan_id - task.plan_id:
                raise ValidationError(
                    self.env._("Task “%(task)s” can only include tasks of its own plan.", task=task.name)
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {
            "interval",
            "interval_unit",
            "usage",
            "timing",
            "first",
            "repeat",
            "window_before",
            "window_after",
            "shift",
            "active",
        }:
            self._mark_changed()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        self._trigger_daily()
        return tasks

    def _mark_changed(self):
        """The untouched future of these tasks is dated anew by the next run, which is called at once."""
        self.flush_recordset()
        self._mark_series()
        self._trigger_daily()

    def _mark_series(self):
        self.env.cr.execute(
            SQL("UPDATE crm_service_series SET dirty = TRUE WHERE task_id = ANY(%s) AND dirty IS NOT TRUE", self.ids)
        )
        self.env["crm.service.series"].invalidate_model(["dirty"])

    def _trigger_daily(self):
        cron = self.env.ref("crm_service_plan.ir_cron_plan", raise_if_not_found=False)
        if cron:
            cron._trigger()

    def _rule(self):
        """:return: :class:`schedule.Rule` of the task"""
        self.ensure_one()
        return schedule.Rule(
            every=self.interval,
            unit=self.interval_unit,
            usage=self.usage,
            floating=self.timing == "floating",
            at_start=self.first == "start",
            repeat=self.repeat,
            before=self.window_before,
            after=self.window_after,
            shift=self.shift,
        )
