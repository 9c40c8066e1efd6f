from collections import namedtuple
from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..domain.slots import covers, overlaps
from ..domain.staffing import Facts, overfull, ranked, score

Ranked = namedtuple("Ranked", ["user", "score", "reasons"])
Assessed = namedtuple("Assessed", ["user", "score", "reasons", "obstacles"])
FIXED_STATES = ("confirmed", "scheduled", "in_progress")


class CrmServiceStaffMixin(models.AbstractModel):
    """Who does a visit, and what happens when it is done."""

    _name = "crm.service.staff.mixin"
    _description = "Doing Visits"

    def _rank_candidates(self):
        """Who could do the visit, the best first; bridges add their own reasons.

        :return: list of :class:`Ranked` ``(user, score, reasons)``; who cannot come at that hour is left out
        """
        return [Ranked(a.user, a.score, a.reasons) for a in self._assess_candidates() if not a.obstacles]

    def _assess_candidates(self, users=None):
        """Everybody of the branch's staff with what speaks for and against them, the best first.

        :param users: only these; default the staff
        :return: list of :class:`Assessed`
        """
        self.ensure_one()
        users = self._candidate_users() if users is None else users
        against = self._obstacles_of(users)
        facts, reasons = {}, {}
        for user_facts, texts in self._facts_of(users, against):
            facts[user_facts.user] = user_facts
            reasons[user_facts.user] = texts
        return [
            Assessed(users.browse(f.user), score(f), reasons[f.user], list(f.obstacles)) for f in ranked(facts.values())
        ]

    def _candidate_users(self):
        """:return: `res.users`: the staff of the branch; while nobody is listed there, whoever has the right"""
        staff = self._staff_of(self.company_id).user_id
        if staff:
            return staff.filtered(lambda user: user.active and self.company_id in user.company_ids)
        group = self.env.ref("crm_service_plan.group_user")
        return self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("company_ids", "in", self.company_id.ids), ("share", "=", False)]
        )

    def _staff_of(self, company):
        Staff = self.env["crm.service.staff"]
        return Staff.search(["|", ("company_id", "=", company.id), ("branch_ids", "in", company.ids)])

    def _skill_obstacles(self, users):
        """What these people may not do of this visit; bridges add missing or expired skills.

        :return: ``{user id: [sentence]}``
        """
        result = {}
        for task in self.task_ids:
            if listed := task.staff_ids.user_id:
                for user in users - listed:
                    text = self.env._("is not among those who do “%(task)s”", task=task.name)
                    result.setdefault(user.id, []).append(text)
        return result

    def _skill_merits(self, users):
        """What speaks for these people beyond what is asked; for bridges.

        :return: ``{user id: (share 0 … 1, [words])}``
        """
        return {}

    def _obstacles_of(self, users):
        """:return: ``{user id: [words]}``: not working, busy, without the skill"""
        result = {user.id: [] for user in users}
        if self.planned_start and self.planned_stop:
            people = self.env["crm.service.availability"]._people_sudo(
                self.company_id, users, self.planned_start, self.planned_stop, self._origin
            )
            for person in people:
                if not covers(person.work, self.planned_start, self.planned_stop):
                    result[person.key].append(self.env._("does not work at that time"))
                elif overlaps(person.busy, self.planned_start, self.planned_stop):
                    result[person.key].append(self.env._("is busy at that time"))
        for user, texts in self._skill_obstacles(users).items():
            result[user] += texts
        return result

    def _facts_of(self, users, against):
        """:return: iterator of (:class:`Facts`, reasons in words)"""
        done = [("state", "=", "done")]
        asset = self._counts_by_user(users, [("asset_id", "=", self.asset_id.id or -1), *done])
        customer = self._counts_by_user(
            users, [("partner_id", "child_of", self.partner_id.commercial_partner_id.id or -1), *done]
        )
        on_day = [
            ("planned_date", "=", self.planned_date),
            ("state", "in", FIXED_STATES),
            ("id", "!=", self._origin.id),
        ]
        load = self._hours_by_user(users, on_day)
        capacity = self._capacity_of(users)
        merits = self._skill_merits(users)
        home = set(self._staff_of(self.company_id).filtered(lambda s: s.company_id == self.company_id).user_id.ids)
        for user in users:
            share, words = merits.get(user.id, (0.0, []))
            facts = Facts(
                user.id,
                tuple(against[user.id]),
                home=not home or user.id in home,
                load=load.get(user, 0.0),
                capacity=capacity.get(user.id, 0.0),
                asset=asset.get(user, 0),
                customer=customer.get(user, 0),
                skills=share,
            )
            if capacity.get(user.id) and overfull(facts, self.duration):
                facts = replace(facts, obstacles=(*facts.obstacles, self.env._("the day is full")))
            yield facts, self._reasons_of(facts, words, bool(home))

    def _reasons_of(self, facts, words, has_staff):
        reasons = []
        if not facts.obstacles:
            reasons.append(self.env._("free at that time") if self.planned_start else self.env._("no time chosen yet"))
        reasons += words
        if facts.asset:
            reasons.append(self.env._("served it %(count)s times before", count=facts.asset))
        elif facts.customer:
            reasons.append(self.env._("knows the customer (%(count)s visits)", count=facts.customer))
        if has_staff:
            reasons.append(self.env._("of this branch") if facts.home else self.env._("of another branch"))
        reasons.append(
            self.env._(
                "%(load)s of %(capacity)s hours taken on that day",
                load=formatLang(self.env, facts.load, digits=1),
                capacity=formatLang(self.env, facts.capacity, digits=1),
            )
        )
        return reasons

    def _capacity_of(self, users):
        """:return: ``{user id: hours}`` of visits each can do on the day of the visit"""
        day = self.planned_date or self.due_date
        if not day:
            return {}
        return self.env["crm.service.capacity"]._hours_sudo(self.company_id, users, day, day).get(day, {})

    def _counts_by_user(self, users, domain):
        rows = self.env["crm.service.visit"]._read_group(
            [("user_id", "in", users.ids), *domain], ["user_id"], ["__count"]
        )
        return dict(rows)

    def _hours_by_user(self, users, domain):
        rows = self.env["crm.service.visit"]._read_group(
            [("user_id", "in", users.ids), *domain], ["user_id"], ["duration:sum"]
        )
        return dict(rows)

    def _finish(self, day=None, hours=0.0, cost=0.0, meter=0.0, note=None, as_of=None):
        """The visit was done; what follows is dated at once.

        :param day: day of completion; default today
        :param hours: hours worked
        :param cost: company currency
        :param meter: reading of the asset's meter, 0 = not read
        :param note: report to the customer
        :param as_of: today, for the horizon of what follows; default the branch's today
        :return: next due date of the subscriptions served, or False
        :raises UserError: already closed, or a required line of the checklist is open
        """
        self.ensure_one()
        self._check_may("finish")
        self._check_checklist()
        day = day or self.company_id._service_today()
        self._move(
            {
                "state": "done",
                "done_date": day,
                "hours": hours,
                "cost": cost,
                "meter": meter,
                "note": note if note is not None else self.note,
            }
        )
        if meter and self.asset_id:
            self.env["crm.service.meter.reading"].with_context(service_keep_schedule=True).create(
                {"asset_id": self.asset_id.id, "date": day, "value": meter, "visit_id": self.id, "source": "visit"}
            )
            self.asset_id._refresh_meter_sudo(as_of)
        self.reminder_log_ids._withdraw()
        self._log_interaction()
        self.occurrence_ids.filtered(lambda o: o.state in ("visit", "included"))._close_done(day, meter, as_of)
        self.invalidate_recordset(["next_due"])
        return self.next_due

    def _accept_reading(self, reason=None):
        """The technician looked again: the doubtful reading of this visit counts, and dates follow it.

        :param reason: why it runs backwards or jumps; kept with the reading
        """
        readings = self.env["crm.service.meter.reading"].search(
            [("visit_id", "in", self.ids), ("state", "=", "questioned")]
        )
        readings.write({"doubt_reason": reason})
        readings.action_accept()

    def _check_checklist(self):
        missing = self.line_ids.filtered(lambda line: line.required and not line.is_done)
        if missing:
            raise UserError(
                self.env._("Still open on the checklist: %(lines)s", lines=", ".join(missing.mapped("name")))
            )
