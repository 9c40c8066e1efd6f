from odoo import api, fields, models

SYNCED = {"active", "attendee_ids", "duration", "name", "partner_ids", "privacy", "start", "stop", "user_id"}


class CalendarEvent(models.Model):
    """A meeting with a customer is a planned visit; it is done when it is over, cancelled when it is called off."""

    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._ledger_sync_sudo()
        return events

    def write(self, vals):
        touched = SYNCED & vals.keys()
        result = super().write(vals)
        if touched:
            self.exists()._ledger_sync_sudo()
        return result

    def unlink(self):
        planned = self._ledger_entries_sudo().filtered(lambda i: i.state == "planned")
        result = super().unlink()
        planned.write({"state": "cancelled"})
        return result

    def _ledger_entries_sudo(self):
        """The contacts of these meetings. Sudo: who has a calendar need not keep the ledger."""
        if not self.ids:
            return self.env["crm.interaction"].sudo()
        return (
            self.env["crm.interaction"]
            .sudo()
            .search([("res_model", "=", "calendar.event"), ("res_id", "in", self.ids)])
        )

    def _ledger_sync_sudo(self, at=None):
        """Bring the contacts of these meetings up to date: one for each customer invited.

        :param at: now, naive UTC

        Sudo: see :meth:`_ledger_entries_sudo`.
        """
        at = at or fields.Datetime.now()
        ledger = self.env["crm.interaction"]
        events = self.sudo().filtered("start")
        customers = ledger._ledger_customers_sudo(events.partner_ids)
        entries = events._ledger_entries_sudo()
        if not customers and not entries:
            return
        wanted, vals_list = set(), []
        for event in events.filtered("active"):
            declined = event.attendee_ids.filtered(lambda a: a.state == "declined").partner_id
            for partner in (event.partner_ids & customers.sudo()) - declined:
                wanted.add((event.id, partner.id))
                vals_list.append(event._prepare_ledger_vals(partner, at))
        ledger._ledger_record(vals_list, per_partner=True)
        gone = entries.filtered(lambda i: i.state == "planned" and (i.res_id, i.partner_id.id) not in wanted)
        gone.write({"state": "cancelled"})

    def _prepare_ledger_vals(self, partner, at):
        vals = {
            "partner_id": partner.id,
            "channel": "visit",
            "purpose": "sale",
            "state": "done" if (self.stop or self.start) <= at else "planned",
            "date": self.start,
            "duration": max(self.duration or 0, 0),
            "user_id": self.user_id.id,
            "company_id": self.user_id.company_id.id or self.env.company.id,
            "res_model": self._name,
            "res_id": self.id,
        }
        # the title of a private meeting stays its own, also where its owner's meetings are private by default
        vals["subject"] = self.env._("Meeting") if self.effective_privacy == "private" else self.name
        return vals

    @api.model
    def _cron_ledger_done(self, at=None, batch=500):
        """Meetings that are over become contacts that were made.

        :param at: now, naive UTC (default: the clock)
        :param batch: meetings per transaction
        """
        at = at or fields.Datetime.now()
        cron = self.env["ir.cron"]
        due = self.env["crm.interaction"].search(
            [("res_model", "=", "calendar.event"), ("state", "=", "planned"), ("date", "<=", at)]
        )
        events = self.browse(set(due.mapped("res_id"))).exists().filtered(lambda e: (e.stop or e.start) <= at)
        cron._commit_progress(remaining=len(events))
        for start in range(0, len(events), batch):
            part = events[start : start + batch]
            part._ledger_sync_sudo(at)
            if not cron._commit_progress(len(part)):
                break
