from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models

from ..domain.schedule import WorkCalendar


class ResCompany(models.Model):
    _inherit = "res.company"

    service_horizon_days = fields.Integer(
        "Planning Horizon", default=365, help="Services are dated this many days ahead."
    )
    service_lead_days = fields.Integer(
        "Make Visits",
        default=14,
        help="A visit is made this many days before it is due, unless its plan says otherwise.",
    )
    service_day_start = fields.Float(
        "Service Day Starts At",
        default=8.0,
        help="Hour at which a new visit is put into the calendar (company's time).",
    )

    service_slot_minutes = fields.Selection(
        [("15", "15 minutes"), ("30", "30 minutes"), ("60", "1 hour"), ("120", "2 hours")],
        "Slots Every",
        default="30",
        help="Free slots are offered on this grid.",
    )
    service_notice_hours = fields.Float(
        "Notice", default=2.0, help="Customers choose no slot that begins earlier than in so many hours."
    )
    service_link_days = fields.Integer(
        "Links Expire After", default=30, help="The link to a visit works until so many days after its day."
    )
    service_customers_choose = fields.Boolean(
        "Customers Choose Slots",
        default=True,
        help="On the portal and by their link customers move a visit to a free slot themselves. Otherwise they ask for"
        " another day and are called.",
    )
    service_team_id = fields.Many2one(
        "crm.service.team", "Team for the Form", help="Cases from the form and the portal go to this team."
    )
    service_form = fields.Boolean("Public Form", default=True, help="Visitors may report a problem.")
    service_form_per_visitor = fields.Integer(
        "Reports an Hour", default=5, help="How many reports an hour one visitor (IP address) may hand in."
    )
    service_form_per_address = fields.Integer(
        "Reports a Day", default=5, help="How many reports a day are taken with one e-mail address or phone number."
    )
    service_case_close_days = fields.Integer(
        "Close Solved Cases After", default=7, help="Days without a word from the customer; 0 = never by itself."
    )

    _check_service_days = models.Constraint(
        "CHECK(service_horizon_days BETWEEN 1 AND 3650 AND service_lead_days >= 0)",
        "The planning horizon is between 1 and 3650 days, visits are made 0 or more days ahead.",
    )

    _check_service_day_start = models.Constraint(
        "CHECK(service_day_start >= 0 AND service_day_start < 24)", "The service day starts between 0:00 and 23:59."
    )

    _check_service_slots = models.Constraint(
        "CHECK(service_notice_hours >= 0 AND service_link_days >= 0)", "Notice and days are 0 or more."
    )

    _check_service_form = models.Constraint(
        "CHECK(service_form_per_visitor > 0 AND service_form_per_address > 0 AND service_case_close_days >= 0)",
        "Limits of the public form are 1 or more, days 0 or more.",
    )

    def _service_today(self, at=None):
        """Day in the company's time zone.

        :param at: naive UTC datetime; None = the day in context key `service_as_of` if there is one, else now
        :return: date
        """
        self.ensure_one()
        if at is None and self.env.context.get("service_as_of"):
            return self.env.context["service_as_of"]
        at = at or fields.Datetime.now()
        return at.replace(tzinfo=UTC).astimezone(ZoneInfo(self._contact_tz())).date()

    def _service_moment(self, day, hour=None):
        """``day`` at ``hour`` of the company's time (default: start of the service day).

        :return: naive UTC datetime
        """
        self.ensure_one()
        hour = self.service_day_start if hour is None else hour
        local = datetime.combine(day, time(), ZoneInfo(self._contact_tz())) + timedelta(minutes=round(hour * 60))
        return local.astimezone(UTC).replace(tzinfo=None)

    def _service_same_hour(self, moment, day):
        """The hour on the branch's clock, on another day.

        :param moment: naive UTC datetime
        :return: naive UTC datetime
        """
        local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self._contact_tz()))
        return self._service_moment(day, local.hour + local.minute / 60)

    def _service_calendar_sudo(self, calendar=None):
        """Working weekdays and public holidays as the planner needs them.

        :param calendar: `resource.calendar`; default the company's
        :return: :class:`WorkCalendar`

        Runs as superuser: a technician without access to working hours plans by them all the same; no detail leaves.
        """
        self.ensure_one()
        calendar = (calendar or self.resource_calendar_id).sudo()
        if not calendar:
            return WorkCalendar()
        workdays = {int(line.dayofweek) for line in calendar.attendance_ids if line.day_period != "lunch"}
        zone = ZoneInfo(self._contact_tz())
        leaves = calendar.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("calendar_id", "in", [calendar.id, False]),
                ("company_id", "in", [*self.sudo().parent_ids.ids, False]),
            ]
        )
        holidays = {}
        for leave in leaves:
            first, last = (
                moment.replace(tzinfo=UTC).astimezone(zone).date() for moment in (leave.date_from, leave.date_to)
            )
            for ordinal in range(first.toordinal(), last.toordinal() + 1):
                holidays[date.fromordinal(ordinal)] = leave.name or ""
        return WorkCalendar(frozenset(workdays or range(7)), holidays)
