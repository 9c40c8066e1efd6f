from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.grouping import overdue_to_close
from ..domain.schedule import followed

OPEN = ("planned", "visit")


class CrmServiceOccurrence(models.Model):
    """One dated service, made far ahead; light on purpose. Its identity is subscription, task and number."""

    _name = "crm.service.occurrence"
    _description = "Planned Service"
    _order = "due_date, id"
    _privacy = {"erase": "blank"}

    subscription_id = fields.Many2one("crm.service.subscription", required=True, readonly=True, ondelete="cascade")
    series_id = fields.Many2one("crm.service.series", index=True, readonly=True, ondelete="cascade")
    task_id = fields.Many2one("crm.service.plan.task", required=True, index=True, readonly=True, ondelete="restrict")
    seq = fields.Integer("No.", required=True, readonly=True, aggregator=None)
    plan_id = fields.Many2one(related="subscription_id.plan_id", store=True, index=True)
    partner_id = fields.Many2one(related="subscription_id.partner_id", store=True, index=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    asset_id = fields.Many2one(related="subscription_id.asset_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="subscription_id.company_id", store=True)
    nominal_date = fields.Date("By the Rule", readonly=True)
    due_date = fields.Date("Due", required=True, readonly=True)
    window_start = fields.Date("From", readonly=True)
    window_end = fields.Date("Until", readonly=True)
    decided_by = fields.Selection([("time", "Time"), ("usage", "Use")], readonly=True)
    shift_code = fields.Char(readonly=True)
    shift_label = fields.Char(readonly=True)
    shift_reason = fields.Char("Why This Day", compute="_compute_shift_reason")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("paused", "Paused"),
            ("visit", "On a Visit"),
            ("included", "Included"),
            ("done", "Done"),
            ("missed", "Missed"),
            ("skipped", "Skipped"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
    )
    visit_id = fields.Many2one("crm.service.visit", index="btree_not_null", readonly=True, ondelete="set null")
    left_visit_id = fields.Many2one(
        "crm.service.visit", index="btree_not_null", readonly=True, ondelete="set null", copy=False,
        help="The cancelled visit it was on before it was planned anew.",
    )  # fmt: skip
    included_in_id = fields.Many2one(
        "crm.service.occurrence", readonly=True, ondelete="set null", index="btree_not_null"
    )
    done_date = fields.Date("Done On", readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null", index="btree_not_null")
    compliance = fields.Selection(
        [("on_time", "On Time"), ("late", "Late"), ("missed", "Missed")],
        readonly=True,
        help="On time: done within the window. Empty as long as it is open.",
    )
    earliest_date = fields.Date("Not Before", readonly=True, help="The minimum interval after the one before.")
    postponed_from = fields.Date(readonly=True, help="A person moved it from this day: no machine moves it any more.")
    postpone_reason = fields.Char(readonly=True)
    keeps_rhythm = fields.Boolean(readonly=True, help="The following services are counted as if it had not been moved.")
    days_late = fields.Integer(
        readonly=True, aggregator="avg", help="Done this many days after (before: negative) the due day."
    )

    _seq_unique = models.Constraint(
        "UNIQUE(subscription_id, task_id, seq)", "This service of the subscription exists already."
    )
    _agenda_idx = models.Index("(company_id, state, due_date)")
    _series_state_idx = models.Index("(series_id, state)")

    @api.depends("task_id", "seq")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for occurrence in self:
            task = occurrence.task_id
            steps = task.step_ids.sorted(lambda step: (step.sequence, step.id))
            if task.kind in ("chain", "dates") and steps and occurrence.seq > 0:
                name = steps[min(occurrence.seq, len(steps)) - 1].name
                occurrence.display_name = f"{task.name}: {name}"
            else:
                # Below 1: brought along by another record of the customer, outside the count.
                occurrence.display_name = f"{task.name} {occurrence.seq}" if occurrence.seq > 0 else task.name

    @api.depends("shift_code", "shift_label", "nominal_date", "decided_by", "postponed_from", "postpone_reason")
    @api.depends_context("lang")
    def _compute_shift_reason(self):
        for occurrence in self:
            o = occurrence
            parts = [o._shift_text(o.shift_code, o.shift_label, o.nominal_date, o.decided_by)]
            if o.postponed_from:
                day = format_date(self.env, o.postponed_from)
                parts.append(self.env._("moved by hand from %(day)s", day=day))
                parts.append(o.postpone_reason)
            occurrence.shift_reason = ", ".join(filter(None, parts))

    @api.model
    def _shift_text(self, code, label, nominal, decided_by):
        """:return: why a service falls on its day, in the reader's language"""
        day = format_date(self.env, nominal)
        parts = [self.env._("by the meter's use")] if decided_by == "usage" else []
        if code == "holiday":
            parts.append(self.env._("%(day)s is a holiday: %(name)s", day=day, name=label or ""))
        elif code == "day_off":
            parts.append(self.env._("%(day)s is a day off", day=day))
        elif code == "season":
            parts.append(self.env._("%(day)s is out of season", day=day))
        elif code == "minimum":
            parts.append(self.env._("%(day)s is too soon after the one before", day=day))
        return ", ".join(parts)

    def _public_name(self):
        """:return: the service as customers call it: without a number, with the step of a series"""
        self.ensure_one()
        return self.display_name if self.task_id.kind in ("chain", "dates") else self.task_id.name

    def _agreed(self):
        """:return: whether day and hour are agreed with the customer: the time is booked"""
        self.ensure_one()
        return self.visit_id.state == "scheduled" and bool(self.visit_id.planned_start)

    def write(self, vals):
        """Services are dated and closed by the planner and the visits alone.

        :raise UserError: when a person writes by RPC
        """
        if not self.env.su and vals:
            self.check_access("write")
            raise UserError(self.env._("Services are planned by themselves: use their buttons or those of the visit."))
        return super().write(vals)

    def _set(self, vals):
        """Write what only the planner, the visits and the buttons may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    def _may_skip(self):
        """:return: whether each of these can be left out"""
        return all(o.state == "planned" and o.task_id.kind != "chain" for o in self)

    def _check_skip(self):
        if self.task_id.filtered(lambda task: task.kind == "chain"):
            raise UserError(
                self.env._("A dose of a series cannot be left out: the ones after it are counted from it. Postpone it.")
            )
        if not self._may_skip():
            raise UserError(self.env._("Only planned services can be left out."))

    def action_skip(self):
        """Leave planned services out this once; the following ones stay as they are."""
        self._check_skip()
        self._set({"state": "skipped"})
        self.subscription_id._refresh_next_due()

    def _leave_out(self):
        """Their visit is cancelled: they are left out this once; a dose of a series stays to be planned."""
        open_ones = self.filtered(lambda o: o.state in ("visit", "included"))
        doses = open_ones.filtered(lambda o: o.task_id.kind == "chain")
        for visit, services in doses.grouped("visit_id").items():
            visit._remember_left(services)
        doses._set({"state": "planned", "visit_id": False, "included_in_id": False})
        (open_ones - doses)._set({"state": "skipped"})

    def _take_back(self):
        """Their visit is to take place after all."""
        back = self.filtered(lambda o: o.state in ("missed", "skipped"))
        back.filtered("included_in_id")._set({"state": "included", "compliance": False})
        back.filtered(lambda o: not o.included_in_id)._set({"state": "visit", "compliance": False})

    def action_view_visit(self):
        """Open the visit that serves this occurrence."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.visit",
            "view_mode": "form",
            "res_id": self.visit_id.id,
        }

    def _close_done(self, day, meter, as_of=None):
        """The services were done: record it, and date what follows.

        :param day: day of completion
        :param meter: reading then, 0 = none
        :return: None
        """
        for occurrence in self:
            late = day > (occurrence.window_end or occurrence.due_date)
            occurrence._set(
                {
                    "state": "included" if occurrence.included_in_id else "done",
                    "done_date": day,
                    "days_late": (day - occurrence.due_date).days,
                    "compliance": "late" if late else "on_time",
                    "done_by_id": (occurrence.visit_id.user_id or self.env.user).id,
                }
            )
            occurrence.series_id._completed(occurrence.seq, day, meter, occurrence._rhythm(day))
        self._give_way(day)
        self.series_id._count_from_postponed()
        self.series_id._replan(as_of)
        self.subscription_id._refresh_next_due()

    def _rhythm(self, day):
        """:return: from which day the next one is counted when this one is done on ``day``; None: from that day, as
            always in a series: its minimum intervals lie between days on which doses were given
        """
        task = self.task_id
        if self.keeps_rhythm and self.postponed_from and task.kind != "chain":
            return day - (self.due_date - self.postponed_from)
        if task.kind != "interval" or task.follow_percent == 100:
            return None
        rule = task._rule()
        return rule and rule.floating and followed(rule, self.nominal_date or self.due_date, day, task.follow_percent)

    def _held_by_visit(self, as_of):
        """:return: whether its visit is under way, or a person agreed on a day to come: no machine gives it up"""
        self.ensure_one()
        visit = self.visit_id
        agreed = visit.is_touched or visit.state in ("confirmed", "scheduled")
        return visit.state == "in_progress" or bool(agreed and visit.planned_date and visit.planned_date >= as_of)

    def _overdue(self, company, as_of):
        """:return: services of the branch that a plan in use gives up when their window is over on ``as_of``"""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", OPEN),
                ("window_end", "<", as_of),
                ("subscription_id.state", "=", "active"),
                ("plan_id.active", "=", True),
                ("plan_id.missed_policy", "!=", "keep"),
                # A dose that was missed is still to be given: the following ones are counted from it.
                ("task_id.kind", "!=", "chain"),
            ]
        )

    def _give_up(self, as_of):
        """Mark as missed what its plan's policy gives up of these; a visit left with nothing open is missed too.

        :param as_of: today
        :return: the occurrences given up
        """
        overdue = self.filtered(lambda o: not o._held_by_visit(as_of))
        open_ones = self.search(
            [("series_id", "in", overdue.series_id.ids), ("state", "in", OPEN), ("due_date", "<=", as_of)]
        )
        lost = self.browse()
        for series, group in open_ones.grouped("series_id").items():
            rows = [(o.seq, o.due_date, o.window_end) for o in group]
            numbers = set(overdue_to_close(series.subscription_id.plan_id.missed_policy, as_of, rows))
            lost += group.filtered(lambda o, numbers=numbers: o.seq in numbers)
        lost &= overdue
        lost._set({"state": "missed", "compliance": "missed"})
        swallowed = self.search(
            [("included_in_id", "in", lost.ids), ("state", "=", "included"), ("done_date", "=", False)]
        )
        swallowed._set({"state": "missed", "compliance": "missed"})
        visits = lost.visit_id
        visits.filtered(lambda v: not v.occurrence_ids.filtered(lambda o: o.state == "visit"))._set_missed()
        lost.subscription_id._refresh_next_due()
        return lost
