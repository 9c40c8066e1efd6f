from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
    kind = fields.Selection(
        [
            ("interval", "Every so often"),
            ("rrule", "On calendar days"),
            ("chain", "A series with minimum intervals"),
            ("dates", "Steps before a date"),
        ],
        "Comes Round",
        default="interval",
        required=True,
        help="Every so often: by time, by use of the meter, or whichever comes first.\n"
        "On calendar days: a rule as calendars know it (RFC 5545), e.g. the second Tuesday of every month.\n"
        "A series: each dose counts from the one before, never sooner than its minimum.\n"
        "Steps before a date: e.g. 90, 30 and 7 days before a loan matures; the date stands on the subscription.",
    )
    rrule = fields.Char("Rule of the Calendar", help="RFC 5545, e.g. FREQ=MONTHLY;BYDAY=2TU")
    step_ids = fields.One2many("crm.service.plan.step", "task_id", "Steps", copy=True)
    goes_on = fields.Boolean("Last Step Repeats", help="E.g. a booster every year, for ever.")
    min_gap = fields.Integer("Never Sooner Than", help="Days that always lie between two services; 0: no minimum.")
    season_from = fields.Selection("_month_selection", "Season Begins", help="Empty: all year.")
    season_to = fields.Selection("_month_selection", "Season Ends")
    applied_rule = fields.Json(readonly=True, copy=False, help="The rule in force while a change waits for review.")
    is_pending = fields.Boolean("Change Waits", compute="_compute_is_pending")
    preview = fields.Text("Next Dates", compute="_compute_preview")
    interval = fields.Integer("Every", default=6, help="0: not by time.")
    interval_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")], default="month", required=True
    )
    usage = fields.Float("Or After", digits=(16, 1), help="Meter units between two services; 0: not by use.")
    meter_unit = fields.Char(help="The unit the use is counted in, e.g. km; for reading only.")
    timing = fields.Selection(
        [("fixed", "Fixed"), ("floating", "From last done")],
        required=True,
        compute="_compute_timing",
        store=True,
        readonly=False,
        precompute=True,
        help="Fixed: always counted from the start, an early service keeps its anniversary.\n"
        "From last done: the next one is counted from the day the last was finished.",
    )
    follow_percent = fields.Integer(
        "Follows the Real Day",
        default=100,
        help="100: the next one is counted from the day it was done; 0: from the day it was due; 50: from half way.",
    )
    makes_lead = fields.Boolean(
        "An Opportunity, Too",
        help="With each visit the customer's salesperson gets an opportunity, e.g. when a loan matures.",
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
    staff_ids = fields.Many2many(
        "crm.service.staff",
        "crm_service_task_staff_rel",
        "task_id",
        "staff_id",
        "Done By",
        help="Nobody listed: every member of the staff may do it. Otherwise only these.",
    )
    resource_type_ids = fields.Many2many(
        "crm.service.resource.type",
        "crm_service_task_resource_type_rel",
        "task_id",
        "type_id",
        "Tools",
        help="One of each kind is booked with the visit.",
    )

    _check_numbers = models.Constraint(
        "CHECK(LEAST(interval, usage, repeat, window_before, window_after, duration, min_gap) >= 0)",
        "Intervals, windows and hours are 0 or more.",
    )

    _check_follow = models.Constraint(
        "CHECK(follow_percent BETWEEN 0 AND 100)", "What follows the real day does so by 0 to 100 percent."
    )

    @api.depends("kind")
    def _compute_timing(self):
        forced = {"chain": "floating", "rrule": "fixed", "dates": "fixed"}
        for task in self:
            task.timing = forced.get(task.kind) or task.timing or "floating"

    @api.constrains("included_task_ids", "plan_id")
    def _check_included(self):
        if self._has_cycle("included_task_ids"):
            raise ValidationError(self.env._("A task cannot include itself, not even through others."))
        for task in self:
            if task.included_task_ids.plan_id - task.plan_id:
                raise ValidationError(
                    self.env._("Task “%(task)s” can only include tasks of its own plan.", task=task.name)
                )
