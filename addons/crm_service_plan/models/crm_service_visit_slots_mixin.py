from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.ics import calendar_file
from ..domain.slots import free_slots, merge, spread

DEFAULT_SPAN = timedelta(days=14)
PER_DAY = 8
TIME = {"planned_start", "planned_stop", "duration"}


class CrmServiceVisitSlotsMixin(models.AbstractModel):
    """Free slots of a visit, and taking one."""

    _name = "crm.service.visit.slots.mixin"
    _description = "Slots of Visits"

    slot_sequence = fields.Integer(readonly=True, copy=False, help="How often the time was changed, for calendars.")

    message_log_ids = fields.One2many(
        "crm.service.visit.message", "visit_id", "Messages Sent", readonly=True, groups="crm_service_plan.group_user"
    )

    is_invite_outdated = fields.Boolean(
        compute="_compute_is_invite_outdated",
        groups="crm_service_plan.group_user",
        help="The customer was sent another time, or the cancellation, and not yet what holds now.",
    )

    @api.depends("state", "slot_sequence", "message_log_ids.state")
    def _compute_is_invite_outdated(self):
        for visit in self:
            messages = visit.message_log_ids.filtered(lambda m: m.kind != "rating" and m.state in ("sent", "waiting"))
            last = messages.sorted("id")[-1:]
            visit.is_invite_outdated = (
                visit.state == "scheduled" and last.state == "sent" and last.slot_sequence < visit.slot_sequence
            )

    def write(self, vals):
        """Whoever moves a visit, and by whichever way: its calendar file replaces the former."""
        before = {visit: (visit.planned_start, visit.planned_stop) for visit in self if TIME & vals.keys()}
        result = super().write(vals)
        self.filtered(lambda v: v in before and (v.planned_start, v.planned_stop) != before[v])._renew_calendar_file()
        return result

    def _move(self, vals):
        """A visit that is cancelled, or opened again, leaves the customer's calendar or comes back to it."""
        cancelled = vals.get("state") == "cancelled"
        turned = self.filtered(lambda v: "state" in vals and (v.state == "cancelled") != cancelled)
        result = super()._move(vals)
        turned._renew_calendar_file()
        if turned and not cancelled:
            self.env["crm.service.visit.message"]._withdraw_sudo(turned)
        return result

    def _renew_calendar_file(self):
        for number, visits in self.grouped("slot_sequence").items():
            visits._move({"slot_sequence": number + 1})

    def _cancel(self):
        """Whoever has the appointment in their calendar is told to take it out."""
        result = super()._cancel()
        self.env["crm.service.visit.message"]._call_off_sudo(self)
        return result

    @api.model
    def _free_slots_for(self, company, tasks, first=None, last=None, limit=0, at=None):
        """Free slots for tasks without a visit, e.g. while a customer is on the phone.

        :param company: branch
        :param tasks: `crm.service.plan.task`
        :return: as :meth:`_free_slots`
        """
        virtual = self.new(
            {
                "company_id": company.id,
                "task_ids": [(6, 0, tasks.ids)],
                "duration": sum(tasks.mapped("duration")) or 0.5,
                "due_date": company._service_today(at),
            }
        )
        return virtual._free_slots(first, last, limit, at)

    def _free_slots(self, first=None, last=None, limit=0, at=None, users=None):
        """Starts inside the window at which a fitting person and the tools needed are free.

        :param first: and ``last``: days of the branch's calendar; default the window of the visit
        :param limit: at most so many, 0 = all
        :param at: now, naive UTC: nothing before it is offered
        :param users: only these people; default everybody who may do it, whoever is on the visit first
        :return: list of :class:`~..domain.slots.Slot`, in order of start
        """
        self.ensure_one()
        at = at or fields.Datetime.now()
        company = self.company_id
        low, high = self._slot_window(first, last, at)
        if low >= high:
            return []
        users = self._slot_users() if users is None else users
        availability = self.env["crm.service.availability"]
        kinds = self._kinds_needed()
        types = self.env["crm.service.resource.type"].browse(dict.fromkeys(kinds))
        people = availability._people_sudo(company, users, low, high, self._origin)
        full = availability._full_days_sudo(company, users, low, high, self.duration or 0.5, self._origin)
        return free_slots(
            [replace(person, busy=tuple(merge((*person.busy, *full.get(person.key, ()))))) for person in people],
            availability._tools_sudo(company, types, low, high, self._origin),
            kinds,
            timedelta(hours=self.duration or 0.5),
            (low, high),
            timedelta(minutes=int(company.service_slot_minutes or 30)),
            limit,
        )

    def _slot_window(self, first, last, at):
        """:return: ``(from, to)`` in naive UTC; an overdue visit has the next two weeks"""
        company = self.company_id
        today = company._service_today(at)
        first = max(day for day in (first, self.window_start, today) if day)
        last = last or self.window_end or first + DEFAULT_SPAN
        if last < today:
            last = today + DEFAULT_SPAN
        low = max(company._service_moment(first, 0), at)
        return low, company._service_moment(last + timedelta(days=1), 0)

    def _slot_users(self):
        """Who may do it, whoever is on the visit first, then those of the branch."""
        users = self._candidate_users()
        obstacles = self._skill_obstacles(users)
        home = self._staff_of(self.company_id).filtered(lambda s: s.company_id == self.company_id).user_id
        fit = users.filtered(lambda user: not obstacles.get(user.id))
        return fit.sorted(lambda user: (user != self.user_id._origin, user not in home, user.id))

    def _take_slot(self, start, at=None, user=None, by_customer=False):
        """Move the visit to a free slot and book it.

        :param start: naive UTC
        :param user: who is to come; default whoever of those who fit is free
        :raises UserError: it is no free slot, or somebody took it in this moment
        """
        self.ensure_one()
        if self.state not in ("due", "reminded", "confirmed", "scheduled"):
            self._check_may("start")
        company = self.company_id
        day = self.env["crm.service.availability"]._local_day(company, start)
        slot = next((s for s in self._free_slots(day, day, at=at, users=user) if s.start == start), None)
        if slot is None:
            raise UserError(self.env._("This slot was taken in the meantime. Please choose another one."))
        vals = {
            "planned_start": slot.start,
            "planned_stop": slot.stop,
            "user_id": slot.person,
            "resource_ids": [(6, 0, [tool for tool, __ in slot.tools])],
            "is_touched": True,
            "is_exception": False,
            "slot_sequence": self.slot_sequence + 1,
            "state": "scheduled",
        }
        if by_customer:
            vals["confirm_date"] = at or fields.Datetime.now()
        self._move(vals)
        return slot

    def action_slots(self):
        """Dialog: the free slots of this visit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Free Slots: %(visit)s", visit=self.display_name),
            "res_model": "crm.service.slot.search",
            "res_id": self.env["crm.service.slot.search"]
            .create({"visit_id": self.id})
            .id,  # saved: its lines have buttons
            "view_mode": "form",
            "target": "new",
        }

    def action_candidates(self):
        """Dialog: who fits, with the reasons; saved at once, as its lines have buttons."""
        self.ensure_one()
        wizard = self.env["crm.service.visit.assign"].with_context(default_visit_id=self.id).create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Fits: %(visit)s", visit=self.display_name),
            "res_model": "crm.service.visit.assign",
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _customer_slots(self, at=None):
        """What a customer is offered: free slots after the notice, a handful a day.

        :return: ``[(day, [(slot start, local datetime)])]``
        """
        self.ensure_one()
        company = self.company_id
        if not company.service_customers_choose:
            return []
        at = (at or fields.Datetime.now()) + timedelta(hours=company.service_notice_hours)
        zone = ZoneInfo(company._contact_tz())
        slots = self._free_slots(at=at)
        local = {slot: slot.start.replace(tzinfo=UTC).astimezone(zone) for slot in slots}
        days = {}
        for slot in spread(slots, {slot: local[slot].date() for slot in slots}, PER_DAY):
            days.setdefault(local[slot].date(), []).append((slot.start, local[slot]))
        return list(days.items())

    def _customer_take_slot(self, start, at=None):
        """The customer chose a slot by their link or on the portal.

        :param start: naive UTC
        :raises UserError: closed, not offered, or taken in the meantime
        """
        self.ensure_one()
        at = at or fields.Datetime.now()
        company = self.company_id
        if self.state == "in_progress":
            self._check_may("confirm")
        low, high = self._slot_window(None, None, at)
        offered = company.service_customers_choose and low <= start < high
        if not offered or start < at + timedelta(hours=company.service_notice_hours):
            raise UserError(self.env._("This slot cannot be chosen. Please choose another one."))
        self._take_slot(start, at, by_customer=True)
        self._customer_note(self.env._("The customer chose another slot."))

    def _may_level(self):
        """:return: whether this visit may be moved to flatten a peak: nobody touched or confirmed it"""
        self.ensure_one()
        return self.state in ("due", "reminded") and not self.is_touched

    def _renew_link(self):
        """A new token: links sent so far no longer work."""
        for visit in self:
            visit._move({"access_token": self._new_token()})

    def _link_valid(self, at=None):
        """Does the link in the customer's messages still work?

        :param at: naive UTC; default now
        """
        self.ensure_one()
        day = max(filter(None, (self.planned_date, self.done_date, self.due_date)))
        return self.company_id._service_today(at) <= day + timedelta(days=self.company_id.service_link_days)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """An expired link opens the conversation no more, either."""
        thread = super()._get_thread_with_access(thread_id, **kwargs)
        if thread and not thread.sudo()._link_valid() and not self.browse(thread_id).sudo(False).has_access("read"):
            return self.browse()
        return thread

    def _get_report_base_filename(self):
        self.ensure_one()
        day = self.done_date or self.planned_date
        return self.env._("Visit %(code)s %(day)s", code=self.asset_id.code or self.partner_id.name or "", day=day)

    def _calendar_file(self):
        """:return: text of an .ics file of the visit"""
        self.ensure_one()
        company = self.company_id.sudo()
        place = ", ".join(part for part in (company.name, company.street, company.street2, company.city) if part)
        details = [
            f"{self.asset_id.name} · {self.asset_id.code}" if self.asset_id else "",
            company.phone or "",
            self.get_base_url() + f"/my/visits/{self.id}",
        ]
        return calendar_file(
            f"crm-service-visit-{self.id}@{self._calendar_place_sudo()}",
            self.planned_start,
            self.planned_stop or self.planned_start,
            self._task_names(),
            "\n".join(filter(None, details)),
            place,
            stamp=self.write_date,
            sequence=self.slot_sequence,
            cancelled=self.state == "cancelled",
            organizer=(company.name or "", company.partner_id.email_normalized or ""),
        )

    @api.model
    def _calendar_place_sudo(self):
        """:return: what tells our appointments from those of every other business in the customer's calendar, whichever
            branch serves and whatever our address is

        Runs as superuser: the calendar file is read by customers, who may not read parameters.
        """
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")
