from odoo import api, fields, models
from odoo.exceptions import UserError

# Where somebody stands in the plan: what a person may know better than the machine.
POSITION = {"anchor", "base_meter", "given"}


class CrmServiceSeries(models.Model):
    """Where one task of one subscription stands: what its next dates are counted from. Kept by the planner."""

    _name = "crm.service.series"
    _description = "Service Task of a Subscription"
    _order = "subscription_id, task_id"
    _rec_name = "task_id"

    subscription_id = fields.Many2one("crm.service.subscription", required=True, ondelete="cascade")
    task_id = fields.Many2one("crm.service.plan.task", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="subscription_id.company_id")
    timing = fields.Selection(related="task_id.timing")
    rule_text = fields.Char(related="task_id.rule_text")
    anchor = fields.Date("Counted From", required=True, help="The start, or the day the task was last done.")
    base_seq = fields.Integer("Last Number", default=0)
    given = fields.Integer(
        "Done Elsewhere",
        help="How many were done before we took over, e.g. doses of a series; the last on the day counted from.",
    )
    counted = fields.Boolean(readonly=True, help="The anchor stands for a service that was done, not for the start.")
    last_done = fields.Date(readonly=True)
    last_seq = fields.Integer(readonly=True)
    rule_changed = fields.Boolean(readonly=True)
    base_meter = fields.Float("Meter Then", digits=(16, 1))
    error = fields.Char("Problem", compute="_compute_error")
    not_before = fields.Date()
    planned_until = fields.Date(readonly=True)
    dirty = fields.Boolean(readonly=True, help="To be dated anew by the next run.")
    error_code = fields.Char(readonly=True)

    _subscription_task_unique = models.Constraint(
        "UNIQUE(subscription_id, task_id)", "A task stands only once in a subscription."
    )
    _given_not_negative = models.Constraint("CHECK(given >= 0)", "Done elsewhere is 0 or more.")
    _to_plan_idx = models.Index("(planned_until)")
    _dirty_idx = models.Index("(id) WHERE dirty")

    @api.depends("error_code")
    def _compute_error(self):
        for series in self:
            series.error = self.env["crm.service.subscription"]._error_text(series.error_code)

    def write(self, vals):
        """A person may say where a customer stands in the plan (day and meter of the last time); the rest is counted.

        :raise UserError: for anything else
        """
        if not self.env.su:
            self.check_access("write")
            refused = vals.keys() - POSITION
            if refused:
                labels = [self._fields[name]._description_string(self.env) for name in sorted(refused)]
                raise UserError(self.env._("This is counted by itself (%(fields)s).", fields=", ".join(labels)))
        if "given" in vals:
            self._check_nothing_done()
        result = super().write(vals)
        if "given" in vals:
            for series in self:
                series._set({"base_seq": series.given, "counted": bool(series.given)})
        if POSITION & vals.keys():
            self._replan()
        return result

    def _check_nothing_done(self):
        """:raise UserError: we did one ourselves, the count goes on from it; or the steps count back from a date"""
        for series in self:
            if series.last_done:
                raise UserError(
                    self.env._("“%(task)s” was done here already: it counts on by itself.", task=series.task_id.name)
                )
            if series.task_id.kind == "dates":
                raise UserError(
                    self.env._("The steps of “%(task)s” count back from its date.", task=series.task_id.name)
                )

    def _set(self, vals):
        """Write what only the planner may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    def _replan(self, as_of=None):
        """Date the untouched future of these series anew, at once.

        :param as_of: today; the horizon counts from here
        """
        if not self:
            return
        self.flush_model()
        self.env.cr.execute("UPDATE crm_service_series SET dirty = TRUE WHERE id = ANY(%s)", [self.ids])
        self.invalidate_recordset(["dirty"])
        for company, series in self.grouped("company_id").items():
            day = as_of or company._service_today()
            self.env["crm.service.planner"]._plan_batch(company, series.ids, day)

    def _completed(self, seq, day, meter, rhythm=None):
        """A service was done: floating series count from it.

        :param seq: its number
        :param day: the day it was done
        :param meter: the meter then; 0 = not read
        :param rhythm: day the next ones are counted from instead, after a postponement that moves nothing else
        """
        self.ensure_one()
        vals = {"last_done": max(day, self.last_done or day), "last_seq": max(seq, self.last_seq)}
        rule = self.task_id._rule()
        if rule and rule.one_by_one and not (self._has_begun() and seq < self.base_seq):
            vals |= {
                "anchor": rhythm or day,
                "base_seq": seq,
                "counted": True,
                "base_meter": meter or self.base_meter,
                "not_before": False,
            }
        self._set(vals)

    def _count_from_postponed(self):
        """A person put off the next dose of a series: those after it count from its new day, or they would come too
        soon after it.
        """
        chains = self.filtered(lambda series: series.task_id.kind == "chain")
        put_off = self.env["crm.service.occurrence"].search(
            [
                ("series_id", "in", chains.ids),
                ("state", "in", ("planned", "visit", "paused")),
                ("postponed_from", "!=", False),
            ],
            order="seq",
        )
        for dose in put_off:
            series = dose.series_id
            if dose.seq in (series.base_seq, series.base_seq + 1):
                series._set({"anchor": dose.due_date, "base_seq": dose.seq, "counted": True, "not_before": False})

    def _has_begun(self):
        """:return: whether the anchor is the day of a service done"""
        return self.counted or (self.timing == "floating" and self.base_seq > 0)
