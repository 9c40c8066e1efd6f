from datetime import date

from odoo.addons.crm_service_plan.tests.test_booking import MONDAY, StaffCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged


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

    def test_access(self):
        with self.assertRaises(AccessError):
            self.task.skill_ids.with_user(self.an).write({"skill_level_id": False})
        self.assertTrue(self.task.skill_ids.with_user(self.an).skill_id.name)
