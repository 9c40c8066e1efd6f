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
        visits, jobs = self._jobs()
        result = []
        for move in level(jobs, self._capacity(), self.peak, today):
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

    def _jobs(self):
        visits = self.env["crm.service.visit"].search(
            self.env["crm.service.visit"]._get_open_domain()
            & fields.Domain("company_id", "=", self.company_id.id)
            & fields.Domain("planned_date", ">=", self.first - timedelta(days=31))
            & fields.Domain("planned_date", "<=", self.last + timedelta(days=31))
        )
        jobs = [
            Job(
                visit.id,
                visit.planned_date,
                visit.duration,
                visit.window_start or visit.planned_date,
                visit.window_end or visit.planned_date,
                visit._may_level() and self.first <= visit.planned_date <= self.last,
            )
            for visit in visits
        ]
        return visits, jobs

    def _capacity(self):
        """:return: hours by day, within the period"""
        users = self.env["crm.service.visit"].new({"company_id": self.company_id.id})._candidate_users()
        days = self.env["crm.service.capacity"]._hours_sudo(self.company_id, users, self.first, self.last)
        return {day: sum(hours.values()) for day, hours in days.items()}

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
