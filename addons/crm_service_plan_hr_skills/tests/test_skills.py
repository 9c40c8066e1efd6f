from datetime import date, timedelta

from odoo.addons.crm_service_plan.tests.test_booking import MONDAY, StaffCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import new_test_user


@tagged("post_install", "-at_install")
class TestSkills(StaffCase):
    """The person with the skill: at the level, on the day of the visit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["hr.skill.type"].create(
            {
                "name": "Motors",
                "is_certification": True,
                "skill_ids": [(0, 0, {"name": "Injection"}), (0, 0, {"name": "Brakes"})],
                "skill_level_ids": [
                    (0, 0, {"name": "Apprentice", "level_progress": 20, "default_level": True}),
                    (0, 0, {"name": "Master", "level_progress": 90}),
                ],
            }
        )
        cls.skill = cls.kind.skill_ids.filtered(lambda s: s.name == "Injection")
        cls.low, cls.high = cls.kind.skill_level_ids.sorted("level_progress")
        cls.employees = cls.env["hr.employee"].create(
            [{"name": user.name, "user_id": user.id, "company_id": cls.company.id} for user in (cls.an, cls.binh)]
        )
        cls.task.skill_ids = [(0, 0, {"skill_id": cls.skill.id, "skill_level_id": cls.high.id})]
        cls.visit = cls.make_visit(8, task_ids=[(6, 0, cls.task.ids)])

    def grant(self, employee, level, first=date(2025, 1, 1), last=None):
        return self.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_type_id": self.kind.id,
                "skill_id": self.skill.id,
                "skill_level_id": level.id,
                "valid_from": first,
                "valid_to": last,
            }
        )

    def obstacles(self, user):
        return {a.user: a.obstacles for a in self.visit._assess_candidates()}[user]

    def test_missing_low_expired(self):
        self.assertIn("has not the skill “Injection”", self.obstacles(self.an))
        with self.assertRaises(UserError):
            self.visit.action_schedule()
        skill = self.grant(self.employees[0], self.low)
        self.assertIn("below the level “Master”", self.obstacles(self.an)[0])
        skill.unlink()
        self.grant(self.employees[0], self.high, last=date(2026, 3, 1))
        self.assertIn("expired on 03/01/2026", self.obstacles(self.an)[0])
        self.grant(self.employees[1], self.high, last=MONDAY)
        ranked = self.visit._rank_candidates()
        self.assertEqual([r.user for r in ranked], [self.binh], "valid on the very day")
        self.assertIn("Injection: Master", ranked[0].reasons)
        slots = self.visit._free_slots(MONDAY, MONDAY, at=self.at)
        self.assertEqual({slot.person for slot in slots}, {self.binh.id})
        self.visit.user_id = self.binh
        self.visit.with_user(self.an).action_schedule()
        self.assertEqual(self.visit.state, "scheduled")

    def test_not_yet_valid(self):
        self.grant(self.employees[0], self.high, first=date(2027, 1, 1), last=date(2028, 1, 1))
        self.assertIn("is not yet valid", self.obstacles(self.an)[0])

    def test_level_of_another_kind(self):
        other = self.env["hr.skill.type"].create(
            {
                "name": "Languages",
                "skill_ids": [(0, 0, {"name": "English"})],
                "skill_level_ids": [(0, 0, {"name": "A1", "level_progress": 10, "default_level": True})],
            }
        )
        with self.assertRaises(ValidationError):
            self.task.skill_ids.skill_level_id = other.skill_level_ids

    def test_workload_by_skill(self):
        """Hours needed and available by day and skill; an expired skill is no capacity; other branches see nothing."""
        self.visit.duration = 2
        self.env["crm.service.capacity"]._refresh_sudo(self.company, as_of=MONDAY, weeks=1)
        Report = self.env["crm.service.skill.workload"].with_user(self.an)

        def figures(day):
            rows = Report._read_group([("date", "=", day)], ["skill_id"], ["needed:sum", "capacity:sum", "free:sum"])
            return {skill: figures for skill, *figures in rows}

        self.assertEqual(figures(MONDAY), {self.skill: [2, 0, -2]})
        self.grant(self.employees[0], self.high, last=MONDAY)
        self.grant(self.employees[1], self.high, last=date(2027, 1, 1))
        self.assertEqual(figures(MONDAY), {self.skill: [2, 16, 14]})
        self.assertEqual(figures(date(2026, 3, 3)), {self.skill: [0, 8, 8]}, "one certificate expired")
        stranger = self.env["res.company"].create({"name": "Another"})
        elsewhere = Report.with_user(self.stranger(stranger)).with_context(allowed_company_ids=stranger.ids)
        self.assertFalse(elsewhere.search([]))
        with self.assertRaises(AccessError):
            Report.search([], limit=1).write({"needed": 1})

    def test_level_only_where_the_skilled_work(self):
        """A crowded day is not emptied onto a day on which nobody with the skill works."""
        self.staff.unlink()
        self.staff = self.env["crm.service.staff"].create(
            [{"user_id": user.id, "company_id": self.company.id, "max_hours": 4} for user in (self.an, self.binh)]
        )
        day = self.company._service_today()
        day += timedelta(days=7 - day.weekday())
        moment = self.company._service_moment(day, 8)
        common = {"due_date": day, "window_start": day, "window_end": day + timedelta(days=2), "duration": 3}
        common["task_ids"] = [(6, 0, self.task.ids)]
        for __ in range(3):
            self.make_visit(planned_start=moment, **common)
        self.grant(self.employees[0], self.high, last=day + timedelta(days=400))
        tuesday = day + timedelta(days=1)
        resource = self.staff[0].resource_id or self.employees[0].resource_id
        self.leave(resource, self.company._service_moment(tuesday, 0), self.company._service_moment(tuesday, 24))
        wizard = self.env["crm.service.level"].create(
            {"company_id": self.company.id, "first": day, "last": day + timedelta(days=4)}
        )
        wizard.action_propose()
        self.assertTrue(wizard.line_ids)
        self.assertEqual(set(wizard.line_ids.mapped("target")), {day + timedelta(days=2)})

    def stranger(self, company):
        return new_test_user(
            self.env,
            "skill_stranger",
            groups="crm_service_plan.group_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_access(self):
        with self.assertRaises(AccessError):
            self.task.skill_ids.with_user(self.an).write({"skill_level_id": False})
        self.assertTrue(self.task.skill_ids.with_user(self.an).skill_id.name)
