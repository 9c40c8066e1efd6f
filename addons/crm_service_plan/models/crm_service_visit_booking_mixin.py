from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.slots import covers, pick_tools
from ..tools import OURS

BOOKED = ("scheduled", "in_progress")
TO_PLAN = ("due", "reminded", "confirmed")
WHEN_AND_WHO = {"planned_start", "planned_stop", "duration", "user_id", "staff_ids", "resource_ids", "company_id"}


class CrmServiceVisitBookingMixin(models.AbstractModel):
    """A scheduled visit holds the time of its people and tools; nobody else gets it."""

    _name = "crm.service.visit.booking.mixin"
    _description = "Booked Time of Visits"

    resource_ids = fields.Many2many(
        "resource.resource",
        "crm_service_visit_resource_rel",
        "visit_id",
        "resource_id",
        "Tools",
        domain="[('service_type_id', '!=', False)]",
        copy=False,
        groups="base.group_user",
        help="Booked when the visit is scheduled; left empty, free ones of the kinds its tasks ask for are taken.",
    )
    booking_ids = fields.One2many(
        "crm.service.booking", "visit_id", "Booked Time", readonly=True, copy=False, groups="base.group_user"
    )
    is_exception = fields.Boolean(
        "Agreed Exception",
        copy=False,
        groups="base.group_user",
        tracking=True,
        help="Outside working hours, its window or somebody's skills, by agreement. Nobody is booked twice even so.",
    )
    problems = fields.Text(
        "Mind",
        compute="_compute_problems",
        groups="base.group_user",
        help="What speaks against this time and these people.",
    )

    @api.depends(
        "planned_start", "planned_stop", "user_id", "staff_ids", "task_ids", "window_start", "window_end", "state"
    )
    @api.depends_context("lang")
    def _compute_problems(self):
        for visit in self:
            open_visit = visit.state in ("due", "reminded", "confirmed", "scheduled") and visit._origin
            visit.problems = "\n".join(visit._plan_problems()) if open_visit else False

    def write(self, vals):
        """Moving or giving away a scheduled visit books anew, or is refused; one that is not yet scheduled is only
        moved to where it could be scheduled.

        :raises UserError: somebody or something is booked, or the time breaks a rule and is no agreed exception
        """
        result = super().write(vals)
        if self.env.context.get("service_booked") is OURS:
            return result
        if WHEN_AND_WHO & vals.keys() and (fixed := self.filtered(lambda visit: visit.state in BOOKED)):
            fixed._rebook()
        by_hand = not self.env.su and not self.env.context.get("service_machine")
        if by_hand and {"planned_start", "planned_stop"} & vals.keys():
            self.filtered(lambda visit: visit.state in TO_PLAN)._check_dragged()
        return result

    def _check_dragged(self):
        """:raises UserError: the visits could not be scheduled at their time"""
        self._check_plan()
        for visit in self.filtered(lambda visit: visit.planned_start and visit.planned_stop):
            for user in visit.user_id | visit.staff_ids:
                self.env["crm.service.booking"]._check_free(user, visit.planned_start, visit.planned_stop)

    def _move(self, vals):
        result = super()._move(vals)
        if "state" in vals:
            self._rebook_after_move(vals["state"])
        return result

    def unlink(self):
        """Give the time of deleted visits back first."""
        self._release_sudo()
        return super().unlink()

    def _rebook_after_move(self, state):
        if state == "scheduled" and self.env.context.get("service_booked") is not OURS:
            self._rebook()
        if state not in BOOKED:
            self._release_sudo()

    def _rebook(self):
        """Check when and who, then take the time."""
        scheduled = self.filtered(lambda visit: visit.state == "scheduled")
        scheduled._check_plan()
        self._book()

    def _book(self):
        """Take the time of the visits instead of what they held so far."""
        self._release_sudo()
        for visit in self.filtered(lambda visit: visit.planned_start and visit.planned_stop):
            visit._take_sudo()

    def _release_sudo(self):
        """Give booked time back. Runs as superuser: bookings are written by visits alone."""
        self.sudo().booking_ids.unlink()

    def _take_sudo(self):
        """Book people and tools of one visit. Runs as superuser: bookings are written by visits alone."""
        self.ensure_one()
        Booking = self.env["crm.service.booking"]
        stop = max(self.planned_stop, self.planned_start + timedelta(minutes=5))
        base = {"visit_id": self.id, "company_id": self.company_id.id, "start": self.planned_start, "stop": stop}
        self.flush_recordset()
        rows = [
            {**base, "user_id": user.id, "resource_id": None, "place": 0} for user in (self.user_id | self.staff_ids)
        ]
        for tool, place in self._pick_tools(self.planned_start, stop):
            places = max(self.env["resource.resource"].sudo().browse(tool).service_capacity, 1)
            rows.append({**base, "user_id": None, "resource_id": tool, "place": place, "places": places})
        Booking._book(rows)
        self.invalidate_recordset(["booking_ids"])

    def _kinds_needed(self):
        """:return: ids of the kinds of tool the visit takes, one for each tool"""
        chosen = self.resource_ids._origin.sudo().service_type_id
        kinds = [tool.service_type_id.id for tool in self.resource_ids._origin.sudo() if tool.service_type_id]
        return kinds + (self.task_ids._origin.sudo().resource_type_ids - chosen).ids

    def _pick_tools(self, start, stop):
        """A free tool of every kind needed, those on the visit first; what was found is put on the visit.

        :return: ``((resource id, place), …)``
        :raises UserError: none of a kind is free
        """
        needed = self._kinds_needed()
        if not needed:
            return ()
        kinds = self.env["crm.service.resource.type"].browse(dict.fromkeys(needed))
        tools = self.env["crm.service.availability"]._tools_sudo(self.company_id, kinds, start, stop, self)
        tools.sort(key=lambda tool: tool.key not in self.resource_ids.ids)
        for number in range(1, len(needed) + 1):
            chosen = pick_tools(tools, needed[:number], start, stop)
            if chosen is None:
                name = kinds.browse(needed[number - 1]).sudo().name
                raise UserError(self.env._("No “%(tool)s” is free at that time.", tool=name))
        found = [key for key, __ in chosen]
        if set(found) != set(self.resource_ids.ids):
            self._put_tools(found)
        return chosen

    def _put_tools(self, found):
        self.with_context(service_machine=True, service_booked=OURS).write({"resource_ids": [(6, 0, found)]})

    def _check_plan(self):
        """:raises UserError: time or people break a rule, and nobody agreed to an exception"""
        for visit in self.filtered(
            lambda visit: not visit.is_exception and not (self.env.su and self.env.context.get("service_machine"))
        ):
            if problems := visit._plan_problems():
                raise UserError(
                    "\n".join(
                        [
                            *problems,
                            self.env._("Choose another time or person, or mark the visit as an agreed exception."),
                        ]
                    )
                )

    def _plan_problems(self):
        """What speaks against when and who, apart from other bookings.

        :return: list of sentences in the reader's language
        """
        self.ensure_one()
        if not self.planned_start or not self.planned_stop:
            return []
        return self._window_problems() + self._people_problems()

    def _window_problems(self):
        day = self.env["crm.service.availability"]._local_day(self.company_id, self.planned_start)
        if self.window_start and day < self.window_start:
            return [self.env._("Too early: not before %(day)s.", day=format_date(self.env, self.window_start))]
        open_window = self.window_end and self.company_id._service_today() <= self.window_end
        if open_window and day > self.window_end:  # what is overdue is planned as soon as can be
            return [self.env._("Too late: not after %(day)s.", day=format_date(self.env, self.window_end))]
        return []

    def _people_problems(self):
        users = self.user_id | self.staff_ids
        people = self.env["crm.service.availability"]._people_sudo(
            self.company_id, users, self.planned_start, self.planned_stop, self
        )
        obstacles = self._skill_obstacles(users)
        result = []
        for user, person in zip(users, people, strict=True):
            name = user.sudo().name
            if not covers(person.work, self.planned_start, self.planned_stop):
                result.append(self.env._("%(person)s does not work at that time.", person=name))
            result += [f"{name}: {text}" for text in obstacles.get(user.id, ())]
        return result
