from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.level import Job, level

MOVABLE = ("due", "reminded")


class CrmServiceLevel(models.TransientModel):
    """Flatten the peaks of the coming weeks inside the windows of visits nobody touched, each move with its reason."""

    _name = "crm.service.level"
    _description = "Level the Workload"

    company_id = fields.Many2one("res.company", "Branch", required=True, default=lambda self: self.env.company)
    first = fields.Date("From", required=True, default=lambda self: self.env.company._service_today())
    last = fields.Date(
        "Until", required=True, default=lambda self: self.env.company._service_today() + timedelta(days=27)
    )
    peak = fields.Float("Full at", default=0.9, required=True, help="A day is crowded above this share of its hours.")
    searched = fields.Boolean()
    line_ids = fields.One2many("crm.service.level.line", "level_id", "Proposals")

    _peak_sane = models.Constraint("CHECK(peak > 0 AND peak <= 2)", "A day is full between 1 % and 200 %.")

    def action_propose(self):
        """Look for moves."""
        self.ensure_one()
        if self.last < self.first:
            raise UserError(self.env._("The period ends before it begins."))
        self.line_ids.unlink()
        self.write({"searched": True, "line_ids": [(0, 0, vals) for vals in self._prepare_line_vals()]})
        return self._reopen()

    def _prepare_line_vals(self):
        today = self.company_id._service_today()
        hours = self._hours()
        visits, jobs = self._jobs(hours)
        capacity = {day: sum(by_user.values()) for day, by_user in hours.items()}
        result = []
        for move in level(jobs, capacity, self.peak, today):
            visit = visits.browse(move.key)
            reason = self.env._(
                "%(crowded)s is at %(before)s, %(target)s would be at %(after)s; its window is %(first)s – %(last)s.",
                crowded=format_date(self.env, move.source),
                before=self._percent(move.before),
                target=format_date(self.env, move.target),
                after=self._percent(move.after),
                first=format_date(self.env, visit.window_start),
                last=format_date(self.env, visit.window_end),
            )
            result.append({"visit_id": visit.id, "source": move.source, "target": move.target, "reason": reason})
        return result

    def _percent(self, share):
        return f"{round(share * 100)} %" if share < 99 else self.env._("no capacity")

    def _jobs(self, hours):
        visits = self.env["crm.service.visit"].search(
            self.env["crm.service.visit"]._get_open_domain()
            & fields.Domain("company_id", "=", self.company_id.id)
            & fields.Domain("planned_date", ">=", self.first - timedelta(days=31))
            & fields.Domain("planned_date", "<=", self.last + timedelta(days=31))
        )
        closed = self._closed_days(visits, hours)
        jobs = [
            Job(
                visit.id,
                visit.planned_date,
                visit.duration,
                visit.window_start or visit.planned_date,
                visit.window_end or visit.planned_date,
                visit._may_level() and self.first <= visit.planned_date <= self.last,
                closed[visit],
            )
            for visit in visits
        ]
        return visits, jobs

    def _closed_days(self, visits, hours):
        """:return: ``{visit: days on which those who may do it have not the hours}``; visits of the same work and day
        are looked at together
        """
        users = self.env["res.users"].browse({user for by_user in hours.values() for user in by_user})
        result, fit = {}, {}
        for visit in visits:
            key = (visit.task_ids, visit.planned_date)
            if key not in fit:
                fit[key] = set(users.ids) - {user for user, texts in visit._skill_obstacles(users).items() if texts}
            result[visit] = frozenset(
                day
                for day, by_user in hours.items()
                if sum(time for user, time in by_user.items() if user in fit[key]) < visit.duration
            )
        return result

    def _hours(self):
        """:return: ``{day: {user id: hours}}`` within the period"""
        users = self.env["crm.service.visit"].new({"company_id": self.company_id.id})._candidate_users()
        return self.env["crm.service.capacity"]._hours_sudo(self.company_id, users, self.first, self.last)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Level the Workload"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_accept_all(self):
        """Make all the moves still open."""
        self.line_ids.filtered(lambda line: line.state == "open")._accept()
        return self._reopen()
