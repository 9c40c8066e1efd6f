from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import schedule
from ..domain.names import OPEN_STATES

# Customers of a calendar day planned by one run where nothing else limits them; the next run goes on.
PLAN_PER_RUN = 1000


class CrmSurveyProgram(models.Model):
    """Programs by calendar: on certain days, or every so many months, all customers of the filter."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    calendar_mode = fields.Selection(
        [("days", "On certain days"), ("months", "Every so many months")], string="Calendar", default="days"
    )
    day_ids = fields.One2many("crm.survey.program.day", "program_id", string="Days", copy=True)
    calendar_start = fields.Date(string="For the first time on")
    calendar_months = fields.Integer(string="Every (months)", default=6)
    next_day = fields.Date(
        string="Next time", compute="_compute_next_day", help="The next day on which all customers are asked."
    )

    _months_positive = models.Constraint("CHECK (calendar_months > 0)", "A calendar repeats after at least a month.")

    @api.depends("trigger", "calendar_mode", "day_ids.date", "calendar_start", "calendar_months")
    def _compute_next_day(self):
        now = fields.Datetime.now()
        for program in self:
            calendar = program.trigger == "calendar" and program._get_calendar()
            program.next_day = calendar and schedule.next_occurrence(program._local_day(now), **calendar)

    @api.constrains("trigger", "calendar_mode", "day_ids", "calendar_start")
    def _check_calendar(self):
        for program in self.filtered(lambda p: p.trigger == "calendar"):
            calendar = program._get_calendar()
            if not calendar["days"] and not calendar["start"]:
                raise ValidationError(
                    self.env._("Name the days on which the program “%(program)s” asks.", program=program.name)
                )

    def _get_calendar(self):
        """Return the keywords of :func:`schedule.last_occurrence` for this program."""
        self.ensure_one()
        if self.calendar_mode == "days":
            return {"days": [day for day in self.day_ids.mapped("date") if day], "start": None, "months": 0}
        return {"days": [], "start": self.calendar_start or None, "months": self.calendar_months}

    # -- events --------------------------------------------------------------------------------------

    def _get_calendar_day(self, at):
        """Return the day whose customers are being asked at ``at``, ``None`` before the first since the start."""
        self.ensure_one()
        day = schedule.last_occurrence(self._local_day(at), **self._get_calendar())
        return day if day and self.activated_on and day >= self._local_day(self.activated_on) else None

    def _events_calendar(self, since, at):
        """All customers of the filter, if a day of the calendar lies between the two moments."""
        day = schedule.last_occurrence(self._local_day(at), **self._get_calendar())
        if not day or day < self._local_day(since):
            return []
        partners = self.env["res.partner"].search(self._get_calendar_domain())
        return [self._calendar_event(partner.id, day) for partner in partners]

    def _get_calendar_domain(self):
        """Return a fresh domain of whom a day of the calendar asks: neither colleagues nor our own companies."""
        ourselves = self.env["res.company"].search(Domain("partner_id", "!=", False)).partner_id
        return (
            self._get_partner_domain() & Domain("partner_share", "=", True) & Domain("id", "not in", ourselves.ids)
        )

    def _calendar_event(self, partner_id, day):
        return schedule.Event(partner_id, self._day_start(day), f"calendar,{day},{partner_id}")

    def _collect(self, at):
        """By calendar: draw the next customers of the day, as many as may be asked now; others as ever."""
        self.ensure_one()
        if self.trigger != "calendar":
            return super()._collect(at)
        day = self._get_calendar_day(at)
        room = self._get_room(at)
        self.events_until = at
        if not day or room == 0:
            return self.env["crm.survey.invitation"]
        waiting = self._count_waiting() if room is not None else 0
        partners = self._draw_customers(day, PLAN_PER_RUN if room is None else max(0, room - waiting))
        events = [self._calendar_event(partner.id, day) for partner in partners]
        return self._invite({event.partner_id: (event.on, event.key) for event in events}, at)

    def _count_waiting(self):
        return self.env["crm.survey.invitation"].search_count(
            Domain("program_id", "=", self.id) & Domain("state", "=", "planned")
        )

    def _draw_customers(self, day, number):
        """Return up to ``number`` customers of the filter who wait to be planned for ``day``, in the order of the draw.

        The order is that of :func:`goal.draw_key` with the program's seed and the day: killed and run again, the same
        customers follow. The database draws, so that a million customers are not fetched to choose a hundred.
        """
        if number <= 0:
            return self.env["res.partner"]
        mine = Domain("program_id", "=", self.id)
        planned = mine & (Domain("event_key", "=like", f"calendar,{day},%") | Domain("state", "in", OPEN_STATES))
        domain = self._get_calendar_domain() & self._get_quota_domain()
        domain &= Domain("survey_invitation_ids", "not any", planned)
        if self.repeat_days:
            recent = mine & Domain(
                "create_date", ">", fields.Datetime.subtract(self._day_start(day), days=self.repeat_days)
            )
            domain &= Domain("survey_invitation_ids", "not any", recent)
        query = self.env["res.partner"]._search(domain)
        query.order = SQL(
            "md5(%s || ':' || %s), %s",
            f"{self.seed}:{day}",
            SQL.identifier("res_partner", "id"),
            SQL.identifier("res_partner", "id"),
        )
        query.limit = number
        return self.env["res.partner"].browse(query.get_result_ids())

    def _get_next_wave(self, last, at):
        """A day of the calendar asks everybody again, unless the program rests longer."""
        if self.trigger == "calendar" and not self.repeat_days:
            return last[0] + 1
        return super()._get_next_wave(last, at)
