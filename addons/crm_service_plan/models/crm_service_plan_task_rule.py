from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date, formatLang
from odoo.tools.misc import babel_locale_parse, get_lang

from ..domain import schedule

RULE_FIELDS = (
    "kind", "interval", "interval_unit", "usage", "timing", "first", "repeat", "window_before", "window_after",
    "shift", "rrule", "goes_on", "min_gap", "season_from", "season_to", "active",
)  # fmt: skip
# A change of these makes another calendar: counting goes on from what was done last.
GRID_FIELDS = ("kind", "interval", "interval_unit", "usage", "rrule", "first")
PREVIEW = 6
PREVIEW_DAYS = 366 * 6


class CrmServicePlanTask(models.Model):
    """The rule of a task: a change of a task that customers are subscribed to waits until its effect was looked at."""

    _inherit = "crm.service.plan.task"

    @api.model
    def _month_selection(self):
        months = babel_locale_parse(get_lang(self.env).code).months["stand-alone"]["wide"]
        return [(str(number), months[number].capitalize()) for number in range(1, 13)]

    @api.depends("kind", "interval", "interval_unit", "usage", "meter_unit", "rrule", "step_ids", "goes_on")
    @api.depends_context("lang")
    def _compute_rule_text(self):
        for task in self:
            task.rule_text = getattr(task, f"_rule_text_{task.kind or 'interval'}")()

    def _rule_text_interval(self):
        texts = {
            "day": self.env._("every %(number)s days", number=self.interval),
            "week": self.env._("every %(number)s weeks", number=self.interval),
            "month": self.env._("every %(number)s months", number=self.interval),
            "year": self.env._("every %(number)s years", number=self.interval),
        }
        parts = [texts[self.interval_unit or "month"]] if self.interval else []
        if self.usage:
            use = f"{formatLang(self.env, self.usage, digits=0)} {self.meter_unit or ''}".strip()
            parts.append(self.env._("every %(use)s", use=use))
        return self.env._(" or ").join(parts)

    def _rule_text_rrule(self):
        return self.env._("on calendar days: %(rule)s", rule=self.rrule or "")

    def _rule_text_chain(self):
        text = self.env._("series of %(count)s", count=len(self.step_ids))
        return self.env._("%(series)s, the last repeats", series=text) if self.goes_on else text

    def _rule_text_dates(self):
        return self.env._("%(count)s steps before a date", count=len(self.step_ids))

    @api.depends(*RULE_FIELDS, "step_ids.delay", "step_ids.unit", "step_ids.least", "step_ids.most", "applied_rule")
    def _compute_is_pending(self):
        for task in self:
            task.is_pending = bool(task.applied_rule) and task.applied_rule != task._rule_vals()

    @api.depends(*RULE_FIELDS, "step_ids.delay", "step_ids.unit", "step_ids.least", "step_ids.most")
    @api.depends_context("lang", "service_as_of")
    def _compute_preview(self):
        for task in self:
            task.preview = task._preview_text(task.env.context.get("service_as_of") or fields.Date.context_today(task))

    def _preview_text(self, start):
        """The next dates of somebody who starts on ``start``, one a line, in the reader's language."""
        rule = self._rule_of(self._rule_vals())
        try:
            calendar = (self.company_id or self.env.company)._service_calendar_sudo()
            until = start + schedule.timedelta(days=PREVIEW_DAYS)
            dues = schedule.plan_dates(rule, schedule.Base(start), until, calendar)[:PREVIEW]
        except schedule.ScheduleError as error:
            return self.env["crm.service.subscription"]._error_text(error.code)
        if not dues and rule.usage:
            return self.env._("By the meter alone: the days come from how fast it moves.")
        describe = self.env["crm.service.occurrence"]._shift_text
        lines = []
        for due in dues:
            why = describe(due.reason, due.label, due.nominal, "time")
            day = format_date(self.env, due.due, date_format="EEE d MMM y")
            lines.append(f"{day} – {why}" if why else day)
        return "\n".join(lines)

    @api.constrains(*RULE_FIELDS, "step_ids")
    def _check_rule(self):
        for task in self:
            try:
                schedule.check_rule(task._rule_of(task._rule_vals()))
            except schedule.ScheduleError as error:
                raise ValidationError(
                    self.env._(
                        "Task “%(task)s”: %(problem)s",
                        task=task.name,
                        problem=self.env["crm.service.subscription"]._error_text(error.code),
                    )
                ) from error

    @api.constrains("season_from", "season_to")
    def _check_season(self):
        for task in self:
            if bool(task.season_from) != bool(task.season_to):
                raise ValidationError(
                    self.env._("Task “%(task)s”: a season has a first and a last month.", task=task.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        if not self.env.context.get("service_apply_now"):
            running = dict(
                self.env["crm.service.subscription"]._read_group(
                    [("plan_id", "in", tasks.plan_id.ids), ("state", "=", "active")], ["plan_id"], ["__count"]
                )
            )
            tasks.filtered(lambda task: task.plan_id in running).applied_rule = {"active": False}
        self._trigger_daily()
        return tasks

    def write(self, vals):
        ruled = vals.keys() & {*RULE_FIELDS, "step_ids"}
        if ruled:
            self._freeze_rule()
        result = super().write(vals)
        if ruled:
            self._rule_edited()
        return result

    def _rule_vals(self):
        """:return: the rule as it is written on the form, as a dict that can be kept"""
        self.ensure_one()
        vals = {name: self[name] or False for name in RULE_FIELDS}
        vals["steps"] = self.step_ids._step_vals()
        return vals

    def _rule_of(self, vals):
        """:return: :class:`schedule.Rule` of the kept ``vals``"""
        kind = vals.get("kind") or "interval"
        by_interval = kind == "interval"
        return schedule.Rule(
            kind=kind,
            every=(vals.get("interval") or 0) if by_interval else 0,
            unit=vals.get("interval_unit") or "month",
            usage=(vals.get("usage") or 0.0) if kind in ("interval", "rrule") else 0.0,
            floating=by_interval and vals.get("timing") == "floating",
            at_start=vals.get("first") == "start",
            repeat=(vals.get("repeat") or 0) if kind in ("interval", "rrule") else 0,
            before=vals.get("window_before") or 0,
            after=vals.get("window_after") or 0,
            shift=vals.get("shift") or "none",
            rrule=(vals.get("rrule") or "") if kind == "rrule" else "",
            steps=self.env["crm.service.plan.step"]._steps_of(vals.get("steps") or [])
            if kind in ("chain", "dates")
            else (),
            goes_on=kind == "chain" and bool(vals.get("goes_on")),
            gap=vals.get("min_gap") or 0,
            season=self._season(vals),
        )

    @api.model
    def _season(self, vals):
        if not vals.get("season_from") or not vals.get("season_to"):
            return frozenset()
        first, last = int(vals["season_from"]), int(vals["season_to"])
        return frozenset((first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1))

    def _rule(self, draft=False):
        """The rule services are dated by.

        :param draft: the rule as it will be once the waiting change is applied
        :return: :class:`schedule.Rule`, None for a task that is not in force
        """
        self.ensure_one()
        vals = self._rule_vals() if draft or not self.applied_rule else self.applied_rule
        return self._rule_of(vals) if vals.get("active") else None

    def _freeze_rule(self):
        """Before a change: what customers are dated by stays in force until the change is applied."""
        if self.env.context.get("service_apply_now") or not self.ids:
            return
        unfrozen = self.filtered(lambda task: task.id and not task.applied_rule)
        used = unfrozen._used_ids_sudo()
        for task in unfrozen.filtered(lambda task: task.id in used):
            task._set_applied(task._rule_vals())

    def _used_ids_sudo(self):
        """:return: ids of the tasks that customers are subscribed to

        Runs as superuser: whether a task is used at all does not depend on whose branch it is; nothing else leaves.
        """
        rows = self.env["crm.service.series"].sudo()._read_group([("task_id", "in", self.ids)], ["task_id"])
        return {task.id for (task,) in rows}

    def _set_applied(self, rule):
        # Beside write(), which would take this for another change of the rule.
        return super().write({"applied_rule": rule})  # pylint: disable=super-method-mismatch

    def _rule_edited(self):
        """After a change: nothing waits when it came to the same; without subscriptions it holds at once."""
        if self.env.context.get("service_apply_now"):
            self._apply_rule()
            return
        same = self.filtered(lambda task: task.applied_rule and task.applied_rule == task._rule_vals())
        same._set_applied(False)

    def _apply_rule(self):
        """The waiting changes hold from now on; the untouched future is dated anew by the next run, called at once."""
        grids = self.filtered(
            lambda task: (
                not task.applied_rule
                or [task.applied_rule.get(name) for name in GRID_FIELDS]
                != [task[name] or False for name in GRID_FIELDS]
            )
        )
        self._set_applied(False)
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_series SET dirty = TRUE, rule_changed = (rule_changed OR task_id = ANY(%s))
                    WHERE task_id = ANY(%s)""",
                grids.ids,
                self.ids,
            )
        )
        self.env["crm.service.series"].invalidate_model(["dirty", "rule_changed"])
        self._trigger_daily()

    def _mark_series(self):
        """Something around the rule changed: the next run dates the untouched future anew."""
        self.env["crm.service.series"].search([("task_id", "in", self.ids)])._set({"dirty": True})
        self._trigger_daily()

    def _discard_rule(self):
        """Take the waiting changes back."""
        for task in self.with_context(active_test=False).filtered("applied_rule"):
            vals = dict(task.applied_rule)
            steps = vals.pop("steps", None)
            if steps is not None and steps != task.step_ids._step_vals():
                names = task.step_ids.mapped("name")
                vals["step_ids"] = [(5, 0, 0)] + [
                    (
                        0,
                        0,
                        {
                            "name": names[n] if n < len(names) else str(n + 1),
                            "sequence": n,
                            "delay": row[0],
                            "unit": row[1],
                            "least": row[2],
                            "most": row[3],
                        },
                    )
                    for n, row in enumerate(steps)
                ]
            task.write(vals)

    def _trigger_daily(self):
        cron = self.env.ref("crm_service_plan.ir_cron_plan", raise_if_not_found=False)
        if cron:
            cron._trigger()
