from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.schedule import minimum_days
from .crm_service_subscription import MERGEABLE


class CrmServiceOccurrence(models.Model):
    """Services moved by a person, and the minimum interval that no move may break."""

    _inherit = "crm.service.occurrence"

    def _may_postpone(self):
        """:return: whether each of these can be moved to another day"""
        return all(
            o.state == "planned" or (o.state == "visit" and o.visit_id.state in MERGEABLE and not o.visit_id.is_touched)
            for o in self
        )

    def action_postpone(self):
        """Ask for the other day, and whether the following services move along."""
        self.ensure_one()
        if not self._may_postpone():
            raise UserError(self.env._("This service is closed or on a visit that was agreed: move the visit."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Another Day: %(service)s", service=self.display_name),
            "res_model": "crm.service.occurrence.postpone",
            "view_mode": "form",
            "target": "new",
            "context": {"default_occurrence_id": self.id},
        }

    def _postpone(self, day, reason=False, keeps_rhythm=True):
        """Put a planned service on another day; from now on no machine moves it.

        :param day: the new day
        :param reason: why, shown with the service
        :param keeps_rhythm: the following ones stay where they are; otherwise they are counted from the new day
        :raise UserError: it is closed, or the day breaks a minimum interval
        """
        self.ensure_one()
        if not self._may_postpone():
            raise UserError(self.env._("This service is closed or on a visit that was agreed: move the visit."))
        self._check_minimum(day)
        if self.state == "visit":
            self._off_visit()
        moved = day - self.due_date
        self._set(
            {
                "due_date": day,
                "window_start": min(day, max(filter(None, (self.window_start + moved, self.earliest_date)))),
                "window_end": self.window_end + moved,
                "postponed_from": self.postponed_from or self.due_date,
                "postpone_reason": reason,
                "keeps_rhythm": keeps_rhythm,
            }
        )
        series = self.series_id
        if not keeps_rhythm and self.task_id.kind == "interval" and self.seq > series.base_seq:
            usage = self.task_id.usage * (self.seq - series.base_seq)
            series._set({"anchor": day, "base_seq": self.seq, "counted": True, "base_meter": series.base_meter + usage})
        series._count_from_postponed()
        series._replan()
        self.subscription_id._refresh_next_due()

    def _off_visit(self):
        """Take these, and their work, off their visits; a visit left empty is cancelled."""
        visits, by_visit = self.visit_id, self.grouped("visit_id")
        self._set({"state": "planned", "visit_id": False, "included_in_id": False})
        visits.invalidate_recordset(["occurrence_ids"])
        emptied = visits.filtered(lambda visit: not visit.occurrence_ids)
        emptied._cancel()
        for visit, services in by_visit.items():
            if visit in emptied:
                visit._remember_left(services)
            visit._reduce(services)

    def _check_minimum(self, day, ahead=True):
        """Would these be done too soon after the ones before them (or too near to those that follow)?

        :param day: day they are to be done on
        :param ahead: look at those that follow, too; what was done is a fact, and the ones after it give way
        :raise UserError: a minimum interval would be broken; the message says which and when it is possible
        """
        bound = self.filtered(lambda o: o.task_id.kind == "chain" or o.task_id.min_gap)
        if not bound:
            return
        neighbours = self.search(
            [("series_id", "in", bound.series_id.ids), ("state", "not in", ("skipped", "cancelled"))]
        )
        by_series = neighbours.grouped("series_id")
        for occurrence in bound:
            others = by_series.get(occurrence.series_id, self.browse()).sorted("seq")
            before = others.filtered(lambda o, seq=occurrence.seq: o.seq < seq and o._held_day())[-1:]
            after = others.filtered(lambda o, seq=occurrence.seq: o.seq > seq and o._fixed_day())[:1]
            occurrence._check_gap(occurrence.seq, before._held_day() if before else occurrence._begun_day(), day)
            if after and ahead:
                occurrence._check_gap(after.seq, day, after._fixed_day())

    def _check_gap(self, seq, first, second):
        rule = self.task_id._rule()
        earliest = rule and minimum_days(rule, seq, first or None)
        if earliest and second < earliest:
            raise UserError(
                self.env._(
                    "“%(service)s” cannot be on %(day)s: after %(before)s it may be done on %(earliest)s at the"
                    " earliest (minimum interval).",
                    service=self.display_name,
                    day=format_date(self.env, second),
                    before=format_date(self.env, first),
                    earliest=format_date(self.env, earliest),
                )
            )

    def _give_way(self, day):
        """These were done on ``day``: untouched visits that follow too soon are taken back and dated anew."""
        bound = self.filtered(lambda o: o.task_id.min_gap)
        later = self.search([("series_id", "in", bound.series_id.ids), ("state", "=", "visit")])
        for occurrence in bound:
            earliest = minimum_days(occurrence.task_id._rule(), occurrence.seq + 1, day)
            later.filtered(
                lambda o, this=occurrence, earliest=earliest: (
                    o.series_id == this.series_id
                    and o.seq > this.seq
                    and o.visit_id.planned_date < earliest
                    and o._may_postpone()
                )
            )._off_visit()

    def _held_day(self):
        """:return: day it was done or is agreed for, False when it was missed"""
        if self.state == "missed":
            return False
        return self.done_date or self._fixed_day() or (self.state == "planned" and self.due_date)

    def _fixed_day(self):
        """:return: day it was done or its visit is planned for, False while it is only dated"""
        if self.done_date:
            return self.done_date
        return self.visit_id.planned_date if self.state in ("visit", "included") else False

    def _begun_day(self):
        series = self.series_id
        counted = series._has_begun() and series.task_id.kind == "chain" and series.base_seq < self.seq
        return series.anchor if counted else series.last_done
