from collections import namedtuple
from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

Ranked = namedtuple("Ranked", ["user", "score", "reasons"])
FIXED_STATES = ("confirmed", "scheduled", "in_progress")


class CrmServiceStaffMixin(models.AbstractModel):
    """Who does a visit, and what happens when it is done."""

    _name = "crm.service.staff.mixin"
    _description = "Doing Visits"

    def _rank_candidates(self):
        """Who could do the visit, the best first; bridges add their own reasons.

        :return: list of :class:`Ranked` ``(user, score, reasons)``; who is busy at that hour is left out
        """
        self.ensure_one()
        group = self.env.ref("crm_service_plan.group_user")
        users = self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("company_ids", "in", self.company_id.ids), ("share", "=", False)]
        )
        busy = self._overlapping(users).user_id
        served = self._counts_by_user(users, [("asset_id", "=", self.asset_id.id or -1), ("state", "=", "done")])
        load = self._counts_by_user(
            users,
            [("planned_date", "=", self.planned_date), ("state", "in", FIXED_STATES), ("id", "!=", self._origin.id)],
        )
        result = []
        for user in users - busy:
            reasons = [self.env._("%(count)s visits on that day", count=load.get(user, 0))]
            if served.get(user):
                reasons.append(self.env._("served it %(count)s times before", count=served[user]))
            result.append(Ranked(user, served.get(user, 0) - load.get(user, 0), reasons))
        return sorted(result, key=lambda ranked: (-ranked.score, ranked.user.id))

    def _counts_by_user(self, users, domain):
        rows = self.env["crm.service.visit"]._read_group(
            [("user_id", "in", users.ids), *domain], ["user_id"], ["__count"]
        )
        return dict(rows)

    def _overlapping(self, users):
        """:return: fixed visits of these users at the time of this one"""
        self.ensure_one()
        if not self.planned_start or not self.planned_stop:
            return self.env["crm.service.visit"]
        return self.env["crm.service.visit"].search(
            [
                ("user_id", "in", users.ids),
                ("state", "in", ("scheduled", "in_progress")),
                ("planned_start", "<", self.planned_stop),
                ("planned_stop", ">", self.planned_start),
                ("planned_start", ">", self.planned_start - timedelta(days=7)),
                ("id", "!=", self._origin.id),
            ]
        )

    def _check_double_booking(self):
        """:raises UserError: the person is on another scheduled visit at that time"""
        for visit in self:
            other = visit._overlapping(visit.user_id)[:1]
            if other:
                raise UserError(
                    self.env._(
                        "%(person)s is on “%(visit)s” at that time.",
                        person=visit.user_id.name,
                        visit=other.display_name,
                    )
                )

    def _finish(self, day=None, hours=0.0, cost=0.0, meter=0.0, note=None, as_of=None):
        """The visit was done; what follows is dated at once.

        :param day: day of completion; default today
        :param hours: hours worked
        :param cost: company currency
        :param meter: reading of the asset's meter, 0 = not read
        :param note: report to the customer
        :param as_of: today, for the horizon of what follows; default the branch's today
        :return: next due date of the subscriptions served, or False
        :raises UserError: already closed, or a required line of the checklist is open
        """
        self.ensure_one()
        self._check_may("finish")
        self._check_checklist()
        day = day or self.company_id._service_today()
        self._move(
            {
                "state": "done",
                "done_date": day,
                "hours": hours,
                "cost": cost,
                "meter": meter,
                "note": note if note is not None else self.note,
            }
        )
        if meter and self.asset_id:
            self.env["crm.service.meter.reading"].with_context(service_keep_schedule=True).create(
                {"asset_id": self.asset_id.id, "date": day, "value": meter, "visit_id": self.id, "source": "visit"}
            )
            self.asset_id._refresh_meter_sudo(as_of)
        self.reminder_log_ids._withdraw()
        self._log_interaction()
        self.occurrence_ids.filtered(lambda o: o.state in ("visit", "included"))._close_done(day, meter, as_of)
        self.invalidate_recordset(["next_due"])
        return self.next_due

    def _accept_reading(self):
        """The technician looked again: the doubtful reading of this visit counts, and dates follow it."""
        readings = self.env["crm.service.meter.reading"].search(
            [("visit_id", "in", self.ids), ("state", "=", "questioned")]
        )
        readings.action_accept()

    def _check_checklist(self):
        missing = self.line_ids.filtered(lambda line: line.required and not line.is_done)
        if missing:
            raise UserError(
                self.env._("Still open on the checklist: %(lines)s", lines=", ".join(missing.mapped("name")))
            )
