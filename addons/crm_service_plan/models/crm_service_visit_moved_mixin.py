from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CrmServiceVisitMovedMixin(models.AbstractModel):
    """No visit is moved or finished so early that a minimum interval breaks, whoever does it and from where."""

    _name = "crm.service.visit.moved.mixin"
    _description = "Visits That Move"

    was_emptied = fields.Boolean(readonly=True, copy=False, help="Services left the visit when it was cancelled.")
    left_occurrence_ids = fields.One2many(
        "crm.service.occurrence", "left_visit_id", "Services That Left", readonly=True, groups="base.group_user"
    )

    def write(self, vals):
        """A visit that moves calls back what still waits at the gate for its old day."""
        result = super().write(vals)
        if vals.keys() & {"planned_start", "due_date"}:
            self.reminder_log_ids._forget_moved()
        return result

    @api.constrains("planned_start", "planned_date", "due_date")
    def _check_minimum_interval(self):
        for visit in self.filtered(lambda visit: visit.state not in ("done", "missed", "cancelled")):
            visit._open_services()._check_minimum(visit.planned_date or visit.due_date)

    def _remember_left(self, services):
        """These services leave the visit, which is cancelled: they are planned anew, and served once."""
        self._move({"was_emptied": True})
        services._set({"left_visit_id": self.id})

    def action_reopen(self):
        """See the base: services that left come back, unless they went to another visit meanwhile.

        :raises UserError: they did, they are planned no more, or a minimum interval would be broken
        """
        self._check_may("reopen")
        for visit in self.filtered("was_emptied"):
            services = visit._services_to_fetch()
            visit._assign([(visit, services)])
            visit._move({"was_emptied": False})
            services._set({"left_visit_id": False})
        result = super().action_reopen()
        self._check_minimum_interval()
        return result

    def _services_to_fetch(self):
        """:return: services that left this cancelled visit and still wait for one
        :raises UserError: nothing may be served twice, and no visit is opened without its services
        """
        self.ensure_one()
        left = self.left_occurrence_ids
        if taken := left.visit_id - self:
            raise UserError(
                self.env._(
                    "“%(visit)s” cannot be reopened: its services are on another visit now (%(others)s).",
                    visit=self.display_name,
                    others=", ".join(
                        f"{other.display_name}, {format_date(self.env, other.done_date or other.planned_date)}"
                        for other in taken
                    ),
                )
            )
        waiting = left.filtered(lambda o: o.state == "planned" and o.subscription_id.state == "active")
        if waiting < left or not left:
            raise UserError(
                self.env._(
                    "“%(visit)s” cannot be reopened: its services were planned anew or paused meanwhile.",
                    visit=self.display_name,
                )
            )
        return waiting

    def unlink(self):
        """What was to be served on deleted visits is planned again; what was done stays done."""
        self.check_access("unlink")
        open_services = self._open_services().filtered(lambda o: not o.done_date)
        open_services._set({"state": "planned", "visit_id": False, "included_in_id": False})
        self.reminder_log_ids._withdraw()
        return super().unlink()

    def _finish(self, day=None, *args, **kwargs):
        """See the base: refuse a day that is too soon after the service before."""
        self.ensure_one()
        self._open_services()._check_minimum(day or self.company_id._service_today(), ahead=False)
        return super()._finish(day, *args, **kwargs)

    def _open_services(self):
        return self.occurrence_ids.filtered(lambda o: o.state in ("visit", "included"))
