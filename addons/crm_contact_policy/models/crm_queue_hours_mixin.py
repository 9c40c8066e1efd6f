from collections import defaultdict

from odoo import api, models


class CrmQueueHoursMixin(models.AbstractModel):
    """A message in a queue: hours are asked again when it leaves, as the queue may have kept it until they ended."""

    _name = "crm.queue.hours.mixin"
    _description = "Message that Waits for Contact Hours"

    # Channel code, field that holds a message in the queue until then, and the queue's job.
    _queue_channel = _queue_field = _queue_cron = ""

    @api.model
    def _queue_job_sudo(self):
        """Sudo: whoever sends need not read the jobs."""
        return self.env.ref(self._queue_cron).sudo()

    def _wait_for_hours_sudo(self, at):
        """Put off those that must not leave at ``at`` (naive UTC), and return them.

        Sudo: whoever runs the queue need not read the ledger.
        """
        by_moment = defaultdict(self.browse)
        for message, moment in self._hours_to_wait_sudo(at).items():
            by_moment[moment] += message
        for moment, messages in by_moment.items():
            messages.sudo().write({self._queue_field: moment})
            self._queue_job_sudo()._trigger(at=moment)
        return self.browse().union(*by_moment.values())

    def _hours_to_wait_sudo(self, at):
        """{message: when it may leave} of those booked at the gate that must not leave at ``at`` (naive UTC).

        Sudo: as for waiting.
        """
        booked = self._booked_contacts_sudo()
        contacts = self.env["crm.interaction"].union(*booked.values())
        moments = contacts._hours_to_wait_sudo(self._queue_channel, at)
        return {message: moments[contact] for message, contact in booked.items() if contact in moments}

    def _booked_contacts_sudo(self):
        """{message: the contact it was booked as}; to be extended. Sudo: as for waiting."""
        return {}
