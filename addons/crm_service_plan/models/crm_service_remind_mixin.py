from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed

from ..domain.reminders import to_send

REMINDABLE = ("due", "reminded", "confirmed", "scheduled")
BATCH = 500


class CrmServiceRemindMixin(models.AbstractModel):
    """How customers are reminded: always through the contact gate, in their language, each step once."""

    _name = "crm.service.remind.mixin"
    _description = "Reminds of Visits"
    _inherit = ["crm.contact.sender"]

    @api.model
    def _cron_remind(self, at=None):
        """Send the reminder steps that are due, batch by batch.

        :param at: naive UTC datetime; default now
        """
        at = at or fields.Datetime.now()
        progress = self.env["ir.cron"]._commit_progress
        for company in self.env["crm.service.planner"]._companies():
            if self.env["crm.service.visit.reminder"]._try_again(company._service_today(at)):
                progress(1, remaining=1)
            last = 0
            while visits := self._to_remind(company, company._service_today(at), last):
                last = visits[-1].id
                repeat_disturbed(self.env, partial(visits.with_company(company)._remind, at))
                if not progress(len(visits), remaining=1):
                    return
        progress(0, remaining=0)

    @api.model
    def _to_remind(self, company, today, after_id=0):
        """:return: a batch of open visits near or past their day, by id"""
        steps = self.env["crm.service.reminder"].search([("active", "=", True)])
        farthest = max(steps.mapped("days_before"), default=0)
        earliest = min(steps.mapped("days_before"), default=0)
        return self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", REMINDABLE),
                ("planned_date", "<=", today + timedelta(days=max(farthest, 0))),
                ("planned_date", ">=", today + timedelta(days=min(earliest, 0) - 1)),
                ("plan_ids.reminder_ids", "!=", False),
                ("id", ">", after_id),
            ],
            order="id",
            limit=BATCH,
        )

    def _remind(self, at):
        """Book and send what is due for these visits of one branch (the env's company).

        :param at: naive UTC datetime
        :return: the `crm.service.visit.reminder` written
        """
        Log = self.env["crm.service.visit.reminder"]
        today = self.env.company._service_today(at)
        self.reminder_log_ids._forget_moved()
        self.reminder_log_ids._note_cancelled()
        self.reminder_log_ids._give_up_late(today)
        values = []
        for visit in self:
            values += visit._prepare_reminder_vals(today)
        logs = Log.create(values)
        for channel, group in logs.filtered(lambda log: log.state == "waiting").grouped("channel_id").items():
            interactions = group.visit_id._contact_request(
                channel.code, "service", at, subject=self.env._("Service reminder")
            )
            group._link(interactions)
        return logs

    def _prepare_reminder_vals(self, today):
        """Values of the log rows for the steps due: those to send, and those that came too late."""
        self.ensure_one()
        steps = self.plan_ids.reminder_ids.filtered("active")
        day = self.planned_date
        handled = set(self.reminder_log_ids.filtered(lambda log: log.for_date in (False, day)).reminder_id.ids)
        rows = [(step.id, step.days_before, step.channel_code) for step in steps]
        send, late = to_send((self.planned_date - today).days, rows, handled)
        result = []
        for step in steps.filtered(lambda s: s.id in send or s.id in late):
            wanted = step.id in send and not (step.unless_confirmed and self.state in ("confirmed", "scheduled"))
            result.append(
                {
                    "visit_id": self.id,
                    "reminder_id": step.id,
                    "for_date": day,
                    "channel_id": step.channel_id.id,
                    "state": "waiting" if wanted else "skipped",
                }
            )
        return result

    def _contact_recipients(self):
        """:return: ``{visit id: customer}``"""
        return {visit.id: visit.partner_id for visit in self}

    def _contact_deliver(self, interactions):
        """Queue the messages of allowed reminders.

        :param interactions: `crm.interaction`, one for each visit of self
        """
        waiting = self.reminder_log_ids.filtered(lambda log: log.state == "waiting").sorted("id")
        by_key = {(log.visit_id.id, log.channel_id): log for log in waiting}
        pairs = [
            (interaction, by_key.get((interaction.res_id, interaction.channel_id))) for interaction in interactions
        ]
        for interaction, log in pairs:
            if log:
                log.interaction_id = interaction
        self.env["crm.service.visit.reminder"].union(*(log for __, log in pairs if log))._send()

    def _contact_rejected(self, interactions):
        """Denied by the policy: the log says so, the coordinator sees it on the visit."""
        rejected = {(i.res_id, i.channel_id): i for i in interactions}
        for log in self.reminder_log_ids.filtered(lambda log: log.state == "waiting"):
            if interaction := rejected.get((log.visit_id.id, log.channel_id)):
                log.write({"state": "denied", "interaction_id": interaction.id})

    def _log_interaction(self):
        """A visit done is a contact: it stands in the one ledger."""
        self.env["crm.interaction"]._ledger_record(
            [
                {
                    "partner_id": visit.partner_id.id,
                    "company_id": visit.company_id.id,
                    "channel": "visit",
                    "purpose": "service",
                    "date": visit.real_start or fields.Datetime.now(),
                    "user_id": (visit.user_id or self.env.user).id,
                    "duration": visit.hours,
                    "subject": visit.display_name,
                    "res_model": visit._name,
                    "res_id": visit.id,
                }
                for visit in self
            ]
        )
