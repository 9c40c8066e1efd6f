from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytz
from odoo import api, models
from odoo.fields import Domain

from ..domain.slots import Person, Tool, merge, subtract

PAD = timedelta(days=1)


class CrmServiceAvailability(models.AbstractModel):
    """Who and what is free when: one bulk read, whatever the number of people and tools."""

    _name = "crm.service.availability"
    _description = "Availability of Staff and Tools"

    @api.model
    def _people_sudo(self, company, users, first, last, besides=None):
        """Working time without days off, and what each is booked for.

        :param company: the branch they would work for
        :param users: `res.users`, in order of preference
        :param first: and ``last``, naive UTC
        :param besides: visits whose own bookings do not count
        :return: list of :class:`Person`, one for each user

        Runs as superuser: colleagues' days off and meetings count, of which only the times leave this method.
        """
        self = self.sudo()
        users = users.sudo()
        low, high = first - PAD, last + PAD
        work = self._working_time(company, users, low, high)
        leaves = self._leaves(company, users, low, high)
        busy = self._busy(users, low, high, besides)
        return [
            Person(
                user.id,
                tuple(subtract(work[user.id], leaves[user.id])),
                tuple(merge(busy.get(user.id, ()))),
            )
            for user in users
        ]

    @api.model
    def _full_days_sudo(self, company, users, first, last, hours, besides=None):
        """Days on which another visit would go beyond the hours of visits a day on somebody's staff card.

        :param hours: of the visit that is to be added; on a day without any it may be longer than the limit
        :param besides: visits whose own bookings do not count
        :return: ``{user id: [(start, stop)]}`` in naive UTC

        Runs as superuser: limits and bookings of colleagues count, of which only the days leave this method.
        """
        self = self.sudo()
        limited = self.env["crm.service.staff"].search(
            [("user_id", "in", users.ids), ("company_id", "=", company.id), ("max_hours", ">", 0)]
        )
        limits = {member.user_id.id: member.max_hours for member in limited}
        taken, result = {}, {}
        for booking in self.env["crm.service.booking"].search(
            [("user_id", "in", list(limits)), ("start", "<", last + PAD), ("stop", ">", first - PAD)]
        ):
            if booking.visit_id not in (besides or ()):
                key = (booking.user_id.id, self._local_day(company, booking.start))
                taken[key] = taken.get(key, 0.0) + (booking.stop - booking.start).total_seconds() / 3600
        for (user, day), spent in taken.items():
            if spent + hours > limits[user] + 0.01:
                span = (company._service_moment(day, 0), company._service_moment(day + timedelta(days=1), 0))
                result.setdefault(user, []).append(span)
        return result

    @api.model
    def _resource_of(self, company, users):
        """:return: ``{user id: resource}``: the branch's own first, else one of the same head company, else none"""
        family = company.root_id
        result = {}
        for user in users:
            mine = user.resource_ids.filtered(
                lambda r: (
                    r.active and r.resource_type == "user" and (not r.company_id or r.company_id.root_id == family)
                )
            )
            result[user.id] = mine.sorted(lambda r: (r.company_id != company, r.id))[:1]
        return result

    @api.model
    def _working_time(self, company, users, low, high):
        start, stop = low.replace(tzinfo=UTC), high.replace(tzinfo=UTC)
        resources = self._resource_of(company, users)
        result = {}
        groups = {}
        for user in users:
            resource = resources[user.id]
            calendar = resource.calendar_id or company.resource_calendar_id
            own = resource if resource.calendar_id else resource.browse()
            groups.setdefault((calendar, bool(own)), []).append((user, own))
        for (calendar, is_own), pairs in groups.items():
            if not calendar:
                result.update({user.id: [(low, high)] for user, __ in pairs})
                continue
            zone = None if is_own else pytz.timezone(company._contact_tz())
            together = self.env["resource.resource"].union(*(own for __, own in pairs))
            found = calendar._attendance_intervals_batch(start, stop, resources=together or None, tz=zone)
            for user, own in pairs:
                result[user.id] = merge(
                    (
                        a.astimezone(pytz.utc).replace(tzinfo=None),
                        b.astimezone(pytz.utc).replace(tzinfo=None),
                    )
                    for a, b, *__ in found[own.id]
                )
        return result

    @api.model
    def _leaves(self, company, users, low, high):
        """:return: ``{user id: spans}``: public holidays of the branch and its head, and each one's own days off"""
        mine = self._resource_of(company, users)
        calendars = {user.id: mine[user.id].calendar_id or company.resource_calendar_id for user in users}
        resources = users.resource_ids
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("time_type", "=", "leave")
            & Domain("date_from", "<", high)
            & Domain("date_to", ">", low)
            & (
                Domain("resource_id", "in", resources.ids)
                | (Domain("resource_id", "=", False) & Domain("company_id", "in", [*company.parent_ids.ids, False]))
            )
        )
        result = {user.id: [] for user in users}
        for leave in leaves:
            span = (leave.date_from, leave.date_to)
            for user in users:
                if leave.resource_id:
                    if leave.resource_id.user_id == user:
                        result[user.id].append(span)
                elif (
                    not leave.calendar_id
                    or leave.calendar_id == calendars[user.id]
                    or (leave.calendar_id == company.resource_calendar_id)
                ):
                    result[user.id].append(span)
        return result

    @api.model
    def _busy(self, users, low, high, besides=None):
        """:return: ``{user id: spans}`` of bookings, of visits begun without one, and of meetings"""
        result = {}
        domain = Domain("start", "<", high) & Domain("stop", ">", low) & Domain("user_id", "in", users.ids)
        for booking in self.env["crm.service.booking"].search(domain):
            if booking.visit_id not in (besides or ()):
                result.setdefault(booking.user_id.id, []).append((booking.start, booking.stop))
        begun = self.env["crm.service.visit"].search(
            Domain("state", "=", "in_progress")
            & Domain("user_id", "in", users.ids)
            & Domain("planned_start", "<", high)
            & Domain("planned_stop", ">", low)
            & Domain("planned_start", ">", low - timedelta(days=7))
        )
        for visit in begun - (besides or begun.browse()):
            result.setdefault(visit.user_id.id, []).append((visit.planned_start, visit.planned_stop))
        partners = {user.partner_id.id: user.id for user in users}
        attendees = self.env["calendar.attendee"].search(
            Domain("partner_id", "in", list(partners))
            & Domain("state", "!=", "declined")
            & Domain("event_id.active", "=", True)
            & Domain("event_id.show_as", "=", "busy")
            & Domain("event_id.start", "<", high)
            & Domain("event_id.stop", ">", low)
        )
        for attendee in attendees:
            event = attendee.event_id
            result.setdefault(partners[attendee.partner_id.id], []).append((event.start, event.stop))
        return result

    @api.model
    def _tools_sudo(self, company, kinds, first, last, besides=None):
        """Tools of these kinds the branch may use (its own, its head company's, shared ones).

        :param kinds: `crm.service.resource.type`
        :return: list of :class:`Tool`

        Runs as superuser: a technician or a customer plans by them without access to resources; only times leave.
        """
        self = self.sudo()
        if not kinds:
            return []
        low, high = first - PAD, last + PAD
        tools = self.env["resource.resource"].search(
            [
                ("service_type_id", "in", kinds.ids),
                ("resource_type", "=", "material"),
                ("company_id", "in", [*company.parent_ids.ids, False]),
            ],
            order="company_id desc, id",
        )
        overlap = Domain("resource_id", "in", tools.ids)
        bookings = self.env["crm.service.booking"].search(
            overlap & Domain("start", "<", high) & Domain("stop", ">", low)
        )
        leaves = self.env["resource.calendar.leaves"].search(
            overlap & Domain("date_from", "<", high) & Domain("date_to", ">", low)
        )
        busy, away = {}, {}
        for booking in bookings:
            if booking.visit_id not in (besides or ()):
                key = (booking.resource_id.id, booking.place)
                busy.setdefault(key, []).append((booking.start, booking.stop))
        for leave in leaves:
            away.setdefault(leave.resource_id.id, []).append((leave.date_from, leave.date_to))
        return [
            Tool(
                tool.id,
                tool.service_type_id.id,
                tuple(tuple(busy.get((tool.id, place), ())) for place in range(max(tool.service_capacity, 1))),
                tuple(away.get(tool.id, ())),
            )
            for tool in tools
        ]

    @api.model
    def _local_day(self, company, moment):
        """:return: day of a naive UTC moment at the branch"""
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(company._contact_tz())).date()
