from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def write(self, vals):
        """A customer who declines a meeting takes the planned visit out of the ledger; accepting brings it back."""
        result = super().write(vals)
        if "state" in vals:
            self.event_id._ledger_sync_sudo()
        return result
