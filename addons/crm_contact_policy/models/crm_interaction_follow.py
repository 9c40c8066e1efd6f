from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..domain import rules, slots

CALL_LENGTH = 0.5  # hours a planned contact takes when nobody said


class CrmInteraction(models.Model):
    """What follows a contact: on a working day, as the policy allows, in free time."""

    _inherit = "crm.interaction"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    cared_about = fields.Text("What They Cared About")
    asked = fields.Text("What They Asked")
    planned_duration = fields.Float(
        "Planned (hours)", compute="_compute_planned_duration", store=True, precompute=True, aggregator="sum"
    )
    partner_phone = fields.Char("Phone", related="partner_id.phone")

    @api.depends("state", "duration")
    def _compute_planned_duration(self):
        """What was planned stays when the contact took longer."""
        for interaction in self:
            planned = interaction.state == "planned"
            interaction.planned_duration = interaction.duration if planned else interaction.planned_duration

    @api.depends("outcome_id")
    def _compute_next_date(self):
        """ "Call again in two months": that day, or the first one after it on which we may."""
        for interaction in self:
            months = interaction.outcome_id.months
            if months and interaction.date and interaction.partner_id:
                wished = interaction.date + relativedelta(months=months)
                interaction.next_date = interaction._follow_up(wished)[0]

    @api.depends("outcome_id", "next_date")
    def _compute_advice(self):
        """Also why no follow-up was planned although the outcome asks for one."""
        result = super()._compute_advice()
        for interaction in self.filtered(lambda i: i.state == "done" and i.outcome_id.months and not i.next_date):
            if interaction.partner_id and interaction.date:
                wished = interaction.date + relativedelta(months=interaction.outcome_id.months)
                if reason := interaction._follow_up(wished)[1]:
                    interaction.advice = self.env._("No follow-up planned: %(reason)s", reason=reason)
        return result

    # ------------------------------------------------------------------ when
    def _follow_up(self, wished):
        """When to come back to this customer by this channel.

        :param wished: naive UTC
        :return: (moment, reason): the first moment from ``wished`` on that the policy allows and that is a working
            day, the reason empty; or (False, why never)
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        gate = self.env["crm.contact.gate"].with_company(company)
        partner = self.partner_id._origin
        is_off, tz = self._days_off(partner, company)
        moment = wished
        for _round in range(20):
            decision = gate._decide(
                partner, self.channel_id.code or "phone", self.purpose, moment, ignore=self._origin
            )[partner.id]
            if decision.verdict == rules.DENY:
                return False, decision.reason
            moment = decision.at
            wall = rules.to_local(moment, tz)
            if not is_off(wall.date()):
                return moment, ""
            moment = rules.to_utc(wall + timedelta(days=1), tz)
        return False, self.env._("No working day found")

    @api.model
    def _days_off(self, partner, company):
        """(function of a date: whether nobody works, name of the customer's time zone)"""
        gate = self.env["crm.contact.gate"].with_company(company)
        book = gate._read_books_sudo(partner, company)[partner.id]
        return (
            lambda day: day.weekday() in book.days_off or day in book.holidays,
            partner.tz or company.sudo()._contact_tz(),
        )

    # ------------------------------------------------------------------ without double booking
    @api.model
    def _busy_sudo(self, user, partner, start, end, ignore=None):
        """[(start, end)] in which the colleague or the customer has something else (naive UTC).

        Sudo: a colleague's private meetings count, too; only their times are told.
        """
        events = (
            self.env["calendar.event"]
            .sudo()
            .search(
                [
                    ("start", "<", end),
                    ("stop", ">", start),
                    ("show_as", "=", "busy"),
                    ("attendee_ids", "any", [
                        ("partner_id", "in", (user.sudo().partner_id | partner).ids),
                        ("state", "!=", "declined"),
                    ]),
                ]
            )
        )
        planned = self.sudo().search(
            [
                ("state", "=", "planned"),
                ("channel_id.code", "in", ("phone", "visit")),
                ("date", "<", end),
                ("date", ">", start - timedelta(days=1)),
                ("id", "not in", (ignore or self.browse()).ids),
                "|", ("res_model", "=", False), ("res_model", "!=", "calendar.event"),
                "|", ("user_id", "=", user.id), ("partner_id", "=", partner.id),
            ]
        )
        busy = [(event.start, event.stop) for event in events]
        busy += [(i.date, i.date + timedelta(hours=i.duration or CALL_LENGTH)) for i in planned]
        return sorted(busy)

    @api.model
    def _free_slots(self, user, partner, after, hours, ignore=None, number=3):
        """The next free starts (naive UTC) for a contact of ``hours`` from ``after`` on, on working days."""
        company = self.env.company
        tz = user.tz or company.sudo()._contact_tz()
        is_off, _tz = self._days_off(partner, company)
        busy = self._busy_sudo(user, partner, after, after + timedelta(days=15), ignore)
        local = [(rules.to_local(start, tz), rules.to_local(end, tz)) for start, end in busy]
        length = timedelta(hours=hours or CALL_LENGTH)
        found = slots.free_slots(rules.to_local(after, tz), length, local, is_off, number)
        return [rules.to_utc(wall, tz) for wall in found]

    @api.model
    def _check_free(self, user, partner, start, hours, ignore=None):
        """Nobody is booked twice; holds the lock of both until the transaction ends.

        :param start: naive UTC
        :param hours: how long it takes
        :raise UserError: when the colleague or the customer is busy, with the next free times
        """
        self.env["crm.contact.lock"]._take_sudo((user.sudo().partner_id | partner).ids)
        if not self._busy_sudo(user, partner, start, start + timedelta(hours=hours or CALL_LENGTH), ignore):
            return
        tz = user.tz or self.env.company.sudo()._contact_tz()
        free = self._free_slots(user, partner, start, hours, ignore)
        raise UserError(
            self.env._(
                "%(moment)s is taken: you or the customer have something else. Free: %(slots)s",
                moment=format_datetime(self.env, start, tz=tz, dt_format="short"),
                slots=", ".join(format_datetime(self.env, slot, tz=tz, dt_format="short") for slot in free) or "–",
            )
        )

    # ------------------------------------------------------------------ actions
    def action_log(self):
        """Open the dialog for what became of this planned contact."""
        self.ensure_one()
        self._check_open()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_contact_policy.crm_interaction_log_action")
        action["context"] = {"default_interaction_id": self.id}
        return action
