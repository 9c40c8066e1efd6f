from odoo import fields, models
from odoo.tools import format_date


class CrmServiceVisit(models.Model):
    """Who has the skills a visit takes, on its day: what expired does not count."""

    _inherit = "crm.service.visit"

    def _skill_obstacles(self, users):
        """Also skills that are missing, too low, not yet or no longer valid."""
        result = super()._skill_obstacles(users)
        needs, held, day = self._skills_sudo(users)
        for user in users:
            for need in needs:
                if text := self._skill_obstacle(need, held.get((user.id, need.skill_id.id), ()), day):
                    result.setdefault(user.id, []).append(text)
        return result

    def _skill_merits(self, users):
        """Also how far above what is asked somebody is."""
        result = super()._skill_merits(users)
        needs, held, day = self._skills_sudo(users)
        for user in users if needs else ():
            shares, words = [], []
            for need in needs:
                valid = self._valid(held.get((user.id, need.skill_id.id), ()), day)
                best = max(valid, key=lambda skill: skill.level_progress, default=None)
                if best:
                    asked = need.skill_level_id.level_progress
                    shares.append((best.level_progress - asked) / (100 - asked) if asked < 100 else 1.0)
                    words.append(f"{need.skill_id.name}: {best.skill_level_id.name}")
            if words:
                result[user.id] = (max(0.0, sum(shares) / len(needs)), words)
        return result

    def _skills_sudo(self, users):
        """What the tasks ask for, and what these people have, whenever it was valid.

        :return: needs, ``{(user id, skill id): [hr.employee.skill]}``, day of the visit

        Runs as superuser: coordinators may not read employees' records; skill, level and expiry of those who could be
        sent is what they are told.
        """
        self.ensure_one()
        needs = self.task_ids._origin.sudo().skill_ids
        held = {}
        if needs:
            skills = needs.env["hr.employee.skill"].search(
                [("employee_id.user_id", "in", users.ids), ("skill_id", "in", needs.skill_id.ids)]
            )
            for skill in skills:
                held.setdefault((skill.employee_id.user_id.id, skill.skill_id.id), []).append(skill)
        day = self.planned_date or self.due_date or fields.Date.context_today(self)
        return needs, held, day

    def _valid(self, skills, day):
        return [
            skill
            for skill in skills
            if (not skill.valid_from or skill.valid_from <= day) and (not skill.valid_to or skill.valid_to >= day)
        ]

    def _skill_obstacle(self, need, skills, day):
        """:return: why these skills do not do, None if they do"""
        name = need.skill_id.name
        if not skills:
            return self.env._("has not the skill “%(skill)s”", skill=name)
        valid = self._valid(skills, day)
        if not valid:
            if ended := [skill.valid_to for skill in skills if skill.valid_to and skill.valid_to < day]:
                return self.env._("“%(skill)s” expired on %(day)s", skill=name, day=format_date(self.env, max(ended)))
            return self.env._("“%(skill)s” is not yet valid", skill=name)
        if max(skill.level_progress for skill in valid) < need.skill_level_id.level_progress:
            return self.env._("“%(skill)s” below the level “%(level)s”", skill=name, level=need.skill_level_id.name)
        return None
