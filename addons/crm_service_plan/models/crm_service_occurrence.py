from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.schedule import overdue_to_close

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
    included_in_id = fields.Many2one("crm.service.occurrence", readonly=True, ondelete="set null")
    done_date = fields.Date("Done On", readonly=True)
    days_late = fields.Integer(
        readonly=True, aggregator="avg", help="Done this many days after (before: negative) the due day."
    )

    _seq_unique = models.Constraint(
        "UNIQUE(subscription_id, task_id, seq)", "This service of the subscription exists already."
    )
    _agenda_idx = models.Index("(company_id, state, due_date)")
    _series_state_idx = models.Index("(series_id, state)")

    @api.depends("task_id", "seq")
    def _compute_display_name(self):
        for occurrence in self:
            occurrence.display_name = f"{occurrence.task_id.name} {occurrence.seq}"

    @api.depends("shift_code", "shift_label", "nominal_date", "decided_by")
    @api.depends_context("lang")
    def _compute_shift_reason(self):
        for occurrence in self:
            parts = []
            if occurrence.decided_by == "usage":
                parts.append(self.env._("by the meter's use"))
            day = format_date(self.env, occurrence.nominal_date)
            if occurrence.shift_code == "holiday":
                parts.append(self.env._("%(day)s is a holiday: %(name)s", day=day, name=occurrence.shift_label or ""))
            elif occurrence.shift_code == "day_off":
                parts.append(self.env._("%(day)s is a day off", day=day))
            occurrence.shift_reason = ", ".join(parts)

    def _may_skip(self):
        """:return: whether each of these can be left out"""
        return all(occurrence.state == "planned" for occurrence in self)

    def _check_skip(self):
        if not self._may_skip():
            raise UserError(self.env._("Only planned services can be left out."))

    def action_skip(self):
        """Leave planned services out this once; the following ones stay as they are."""
        self._check_skip()
        self.write({"state": "skipped"})
        self.subscription_id._refresh_next_due()

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
            occurrence.write(
                {
                    "state": "included" if occurrence.included_in_id else "done",
                    "done_date": day,
                    "days_late": (day - occurrence.due_date).days,
                }
            )
            occurrence.series_id._completed(occurrence.seq, day, meter)
        self.series_id._replan(as_of)
        self.subscription_id._refresh_next_due()

    def _give_up(self, company, as_of):
        """Mark as missed what its plan's policy gives up; a visit left with nothing open is missed too.

        :param company: branch
        :param as_of: today
        :return: the occurrences given up
        """
        overdue = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", OPEN),
                ("window_end", "<", as_of),
                ("subscription_id.state", "=", "active"),
                ("plan_id.missed_policy", "!=", "keep"),
                "|",
                ("visit_id", "=", False),
                ("visit_id.state", "!=", "in_progress"),
            ]
        )
        open_ones = self.search(
            [("series_id", "in", overdue.series_id.ids), ("state", "in", OPEN), ("due_date", "<=", as_of)]
        )
        lost = self.browse()
        for series, group in open_ones.grouped("series_id").items():
            rows = [(o.seq, o.due_date, o.window_end) for o in group]
            numbers = set(overdue_to_close(series.subscription_id.plan_id.missed_policy, as_of, rows))
            lost += group.filtered(lambda o, numbers=numbers: o.seq in numbers)
        lost &= overdue
        lost.write({"state": "missed"})
        swallowed = self.search(
            [("included_in_id", "in", lost.ids), ("state", "=", "included"), ("done_date", "=", False)]
        )
        swallowed.write({"state": "missed"})
        visits = lost.visit_id
        visits.filtered(lambda v: not v.occurrence_ids.filtered(lambda o: o.state == "visit"))._set_missed()
        lost.subscription_id._refresh_next_due()
        return lost
