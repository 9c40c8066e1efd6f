from odoo import models

from ..domain.uniting import Service
from .crm_service_subscription import MERGEABLE


class CrmServiceOccurrence(models.Model):
    """What two subscriptions that become one say of each service."""

    _inherit = "crm.service.occurrence"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _as_service(self):
        """:return: :class:`Service`, for the decision what becomes of it when two subscriptions become one"""
        self.ensure_one()
        if self.done_date:
            return Service(self.id, self.seq, self.done_date, "done")
        if self.state in ("missed", "skipped", "cancelled"):
            return Service(self.id, self.seq, self.due_date, "closed")
        visit = self.visit_id
        held = self.postponed_from or (visit and (visit.state not in MERGEABLE or visit.is_touched))
        day = visit.planned_date if visit and held else self.nominal_date or self.due_date
        return Service(self.id, self.seq, day, "agreed" if held else "open")
