from collections import defaultdict
from datetime import UTC, timedelta

from odoo import api, fields, models

from ..domain.sla import moment_after, verdict, worked

RUNNING_STATES = ("new", "assigned")
SLA_STATES = [
    ("none", "Not Promised"),
    ("running", "In Time"),
    ("warned", "Soon Late"),
    ("hold", "On Hold"),
    ("met", "Kept"),
    ("breached", "Late"),
]
OFFICE = "base.group_user"
PROMISES = ("response", "solve")
SECOND = 1 / 3600


class CrmServiceCaseClockMixin(models.AbstractModel):
    """What was promised and what of it is used up: a ledger of working time, kept in spans."""

    _name = "crm.service.case.clock.mixin"
    _description = "Clock of Cases"

    sla_id = fields.Many2one(
        "crm.service.sla", "Promise", readonly=True, copy=False, groups=OFFICE, ondelete="restrict"
    )
    span_ids = fields.One2many("crm.service.case.span", "case_id", "Time", readonly=True, groups=OFFICE)
    response_hours = fields.Float("Answer Promised", readonly=True, copy=False, groups=OFFICE)
    response_used = fields.Float("Hours until Answer", readonly=True, copy=False, groups=OFFICE)
    response_deadline = fields.Datetime("Answer By", readonly=True, copy=False, groups=OFFICE)
    response_state = fields.Selection(
        SLA_STATES, "Answer", readonly=True, copy=False, default="none", groups=OFFICE, index=True
    )
    response_told = fields.Selection(SLA_STATES, "Told of Answer", readonly=True, copy=False, groups=OFFICE)
    solve_hours = fields.Float("Solution Promised", readonly=True, copy=False, groups=OFFICE)
    solve_used = fields.Float("Hours until Solution", readonly=True, copy=False, groups=OFFICE)
    solve_deadline = fields.Datetime("Solve By", readonly=True, copy=False, groups=OFFICE)
    solve_state = fields.Selection(
        SLA_STATES, "In Time", readonly=True, copy=False, default="none", groups=OFFICE, index=True
    )
    solve_told = fields.Selection(SLA_STATES, "Told of Solution", readonly=True, copy=False, groups=OFFICE)
    alarm_on = fields.Datetime(readonly=True, copy=False, groups=OFFICE, index="btree_not_null")
    alarm_error = fields.Char(readonly=True, copy=False, groups=OFFICE)

    def _calendar(self):
        """:return: `resource.calendar` the case's hours count in: its team's, else its branch's"""
        self.ensure_one()
        return self.team_id.calendar_id or self.company_id.resource_calendar_id

    def _apply_sla(self):
        """Look up the promise; the hours are copied, so a promise changed later changes no case."""
        for company, cases in self.sudo().grouped("company_id").items():
            slas = self.env["crm.service.sla"].sudo()._applicable(company)
            for case in cases:
                sla = slas._first_fit(case)
                if sla != case.sla_id:
                    vals = {"sla_id": sla.id, "response_hours": sla.response_hours, "solve_hours": sla.solve_hours}
                    if sla not in case.contract_id.sla_ids:
                        vals["promised_from"] = False
                    case._move(vals)

    def _clock_turn(self):
        """The state, the person, the team or the working hours changed: close the running span, begin the next."""
        self._clock_roll()
        now = self._service_now()
        self.env["crm.service.case.span"].sudo().create(
            [
                {
                    "case_id": case.id,
                    "state": case.state,
                    "start": max(now, case.received_on) if case.span_ids else case.received_on,
                    "counts": case.state in RUNNING_STATES,
                    "user_id": case.user_id.id,
                    "calendar_id": case._calendar().id,
                }
                for case in self.sudo()
                if case.state in (*RUNNING_STATES, "waiting")
            ]
        )
        self._clock_update()

    def _clock_roll(self):
        """Close the running spans now, by the working hours under which they began."""
        now = self._service_now()
        spans = self.env["crm.service.case.span"].sudo().search([("case_id", "in", self.ids), ("stop", "=", False)])
        for calendar, group in spans.grouped("calendar_id").items():
            work = self._work_sudo(calendar, min(group.mapped("start")), now)
            for span in group:
                hours = worked(work, span.start, now) if span.counts else 0.0
                span.write({"stop": max(now, span.start), "hours": hours})
        spans.flush_recordset()  # before the next ones are inserted: only one may be open

    def _clock_update(self):
        """Deadlines, warnings and verdicts as of now; unchanged rows are not rewritten. Queries: by calendar."""
        now = self._service_now()
        cases = self.sudo()
        used = cases._used_hours(now)
        for calendar, group in cases.grouped(lambda case: case._calendar()).items():
            hours = max(max(case.response_hours, case.solve_hours) for case in group)
            work = self._work_sudo(calendar, now, now + timedelta(days=40 + hours))
            for case in group:
                vals = case._prepare_clock_vals(now, used[case.id], work)
                changed = {name: value for name, value in vals.items() if case[name] != value}
                if changed:
                    case._move(changed)

    def _used_hours(self, now):
        """:return: ``{case id: {promise: hours}}``, the running span included"""
        spans = self.env["crm.service.case.span"].sudo().search([("case_id", "in", self.ids), ("counts", "=", True)])
        spans = spans.filtered(lambda span: span.start >= (span.case_id.promised_from or span.start))
        running = spans.filtered(lambda span: not span.stop)
        current = {}
        for calendar, group in running.grouped("calendar_id").items():
            work = self._work_sudo(calendar, min(group.mapped("start")), now)
            current.update({span.id: worked(work, span.start, now) for span in group})
        used = defaultdict(lambda: dict.fromkeys(PROMISES, 0.0))
        for span in spans:
            hours = current.get(span.id, span.hours)
            used[span.case_id.id]["solve"] += hours
            answered = span.case_id.responded_on
            if not answered or span.start < answered:
                used[span.case_id.id]["response"] += hours
        return used

    def _prepare_clock_vals(self, now, used, work):
        """:return: values of both promises of one case, and when it rings next"""
        running = self.state in RUNNING_STATES
        moments, vals = [], {}
        for promise, met in (("response", bool(self.responded_on)), ("solve", self.state in ("solved", "closed"))):
            target, hours = self[f"{promise}_hours"], used[promise]
            percent = self.sla_id.warn_percent or 100
            state = verdict(target, hours, running, met, percent)
            if self.state == "cancelled":
                state = "none"
            ticking = running and target and not met and state != "breached"
            left = target - hours
            deadline = (
                (moment_after(work, now, left) if left > 0 else self[f"{promise}_deadline"]) if ticking else False
            )
            told = self[f"{promise}_told"]
            if ticking and told not in ("warned", "breached"):
                moments.append(moment_after(work, now, target * percent / 100 - hours))
            if running and not met and target and told != "breached":
                # A promise is broken by the first second after it: at a closing time that is the next morning.
                moments.append(now if state == "breached" else moment_after(work, now, max(left, 0) + SECOND))
            kept = self[f"{promise}_deadline"] if state == "breached" or met else deadline
            vals.update(
                {f"{promise}_used": round(hours, 4), f"{promise}_state": state, f"{promise}_deadline": kept or False}
            )
        vals["alarm_on"] = min((moment for moment in moments if moment), default=False)
        return vals

    @api.model
    def _work_sudo(self, calendar, start, stop):
        """:return: ordered ``[(start, stop)]`` (naive UTC) of working time, days off taken out; no calendar = always

        Runs as superuser: whoever handles a case may not read working hours, but promises count in them.
        """
        if not calendar or stop <= start:
            return [(start, stop)] if stop > start else []
        first, last = (moment.replace(tzinfo=UTC) for moment in (start, stop))
        intervals = calendar.sudo()._work_intervals_batch(first, last)[False]
        return [tuple(moment.astimezone(UTC).replace(tzinfo=None) for moment in interval[:2]) for interval in intervals]
