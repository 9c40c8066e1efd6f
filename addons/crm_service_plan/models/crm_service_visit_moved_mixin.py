from odoo import api, models


class CrmServiceVisitMovedMixin(models.AbstractModel):
    """No visit is moved or finished so early that a minimum interval breaks, whoever does it and from where."""

    _name = "crm.service.visit.moved.mixin"
    _description = "Visits That Move"

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
