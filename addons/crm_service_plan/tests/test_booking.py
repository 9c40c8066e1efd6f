from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase

# Monday; 08:00 in Ho Chi Minh City is 01:00 UTC
MONDAY = date(2026, 3, 2)


def utc(hour, day=MONDAY):
    """An hour of the shop's clock, in UTC."""
    return datetime.combine(day, datetime.min.time()) + timedelta(hours=hour - 7)


class StaffCase(ServicePlanCase):
    """An and Bình on the staff, one lift."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.an, cls.binh = [
            new_test_user(
                cls.env,
                f"staff_{name}",
                name=name.title(),
                groups="crm_service_plan.group_user",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
                tz="Asia/Ho_Chi_Minh",
            )
            for name in ("an", "binh")
        ]
        cls.staff = cls.env["crm.service.staff"].create(
            [{"user_id": user.id, "company_id": cls.company.id} for user in (cls.an, cls.binh)]
        )
        cls.lift_type = cls.env["crm.service.resource.type"].create({"name": "Lift"})
        cls.lift = cls.make_tool("Lift 1")
        cls.at = utc(6)

    @classmethod
    def make_tool(cls, name, **values):
        return cls.env["resource.resource"].create(
            {
                "name": name,
                "resource_type": "material",
                "service_type_id": cls.lift_type.id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def make_visit(cls, hour=8, user=None, **values):
        return cls.env["crm.service.visit"].create(
            {
                "name": "Repair",
                "asset_id": cls.asset.id,
                "company_id": cls.company.id,
                "due_date": MONDAY,
                "planned_start": utc(hour),
                "duration": 1,
                "user_id": (user or cls.an).id,
                **values,
            }
        )

    def leave(self, resource, first, last):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "resource_id": resource.id if resource else False,
                "calendar_id": (resource.calendar_id or self.company.resource_calendar_id).id,
                "company_id": self.company.id,
                "date_from": first,
                "date_to": last,
            }
        )


@tagged("post_install", "-at_install")
class TestBooking(StaffCase):
    """No person and no tool twice; who is off stays off; everybody else goes on."""

    def test_not_twice(self):
        first, second = self.make_visit(8), self.make_visit(8.5)
        first.action_schedule()
        self.assertEqual(first.booking_ids.user_id, self.an)
        with self.assertRaises(UserError) as refused:
            second.action_schedule()
        self.assertIn("An is on “Repair", str(refused.exception))
        self.assertEqual(second.state, "due")
        second.planned_start = utc(9)
        second.action_schedule()
        with self.assertRaises(UserError):
            second.planned_start = utc(8.5)
        self.assertEqual(second.planned_start, utc(9))
        second.user_id = self.binh
        second.planned_start = utc(8.5)
        self.assertEqual(second.booking_ids.start, utc(8.5))
        first.action_cancel()
        self.assertFalse(first.booking_ids, "given back")
        second.user_id = self.an

    def test_no_context_from_outside_books_twice(self):
        """What a client may send along with a call opens nothing."""
        first, second = self.make_visit(8), self.make_visit(10)
        (first | second).action_schedule()
        outside = {"service_booked": True, "service_machine": True, "service_as_of": "2026-01-01"}
        with self.assertRaises(UserError):
            second.with_user(self.an).with_context(**outside).write({"planned_start": utc(8)})
        with self.assertRaises(UserError):
            second.with_user(self.an).with_context(**outside).write({"planned_start": utc(22)})
        self.assertEqual(second.booking_ids.start, utc(10))

    def test_helpers_are_booked(self):
        self.make_visit(8, staff_ids=[(6, 0, self.binh.ids)]).action_schedule()
        with self.assertRaises(UserError):
            self.make_visit(8, self.binh).action_schedule()

    def test_tools(self):
        self.task.resource_type_ids = self.lift_type
        first, second = self.make_visit(8), self.make_visit(8, self.binh)
        (first | second).task_ids = self.task
        first.action_schedule()
        self.assertEqual(first.resource_ids, self.lift)
        with self.assertRaises(UserError) as refused:
            second.action_schedule()
        self.assertIn("Lift", str(refused.exception))
        other = self.make_tool("Lift 2")
        second.action_schedule()
        self.assertEqual(second.resource_ids, other)
        third = self.make_visit(9, self.binh, task_ids=[(6, 0, self.task.ids)])
        self.lift.service_capacity = 2
        third.action_schedule()
        third.write({"planned_start": utc(8), "user_id": self.env["res.users"].browse(self.env.uid).id})
        self.assertEqual(third.booking_ids.filtered("resource_id").place, 1, "the second place of the lift")

    def test_tool_in_repair(self):
        self.task.resource_type_ids = self.lift_type
        self.leave(self.lift, utc(0), utc(24))
        visit = self.make_visit(8, task_ids=[(6, 0, self.task.ids)])
        with self.assertRaises(UserError):
            visit.action_schedule()
        days = {slot.start.date() for slot in visit._free_slots(MONDAY, MONDAY + timedelta(2), at=self.at)}
        self.assertEqual(days, {date(2026, 3, 3), date(2026, 3, 4)})

    def test_leave_of_one(self):
        """An is off: An is not booked and not suggested; Bình goes on."""
        self.leave(self.staff[0].resource_id, utc(0), utc(24))
        visit = self.make_visit(8)
        self.assertIn("An does not work", visit.problems)
        with self.assertRaises(UserError):
            visit.action_schedule()
        self.assertEqual([r.user for r in visit._rank_candidates()], [self.binh])
        assessed = {a.user: a.obstacles for a in visit._assess_candidates()}
        self.assertIn("does not work at that time", assessed[self.an])
        self.assertEqual({s.person for s in visit._free_slots(MONDAY, MONDAY, at=self.at)}, {self.binh.id})
        visit.is_exception = True
        visit.action_schedule()
        self.assertEqual(visit.state, "scheduled")

    def test_holiday_of_the_head_company(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        branch.partner_id.tz = "Asia/Ho_Chi_Minh"
        self.an.company_ids |= branch
        self.staff.create({"user_id": self.an.id, "company_id": branch.id})
        self.env["resource.calendar.leaves"].create(
            {"name": "Tết", "company_id": self.company.id, "date_from": utc(0), "date_to": utc(24)}
        )
        visit = self.make_visit(8, company_id=branch.id)
        days = {s.start.date() for s in visit._free_slots(MONDAY, MONDAY + timedelta(1), at=self.at)}
        self.assertEqual(days, {date(2026, 3, 3)})

    def test_own_zone_and_hours(self):
        """Somebody in another zone is offered at their own working hours."""
        self.staff[1].resource_id.tz = "Asia/Tokyo"
        visit = self.make_visit(8)
        binh = visit._free_slots(MONDAY, MONDAY, at=utc(0), users=self.binh)
        an = visit._free_slots(MONDAY, MONDAY, at=utc(0), users=self.an)
        self.assertEqual((an[0].start, binh[0].start), (utc(8), utc(6)))

    def test_no_more_than_the_card_allows(self):
        """Hours of visits a day: a full day offers no slot, neither does a customer's link; moving within it may."""
        self.staff.filtered(lambda member: member.user_id == self.an).max_hours = 3
        self.staff.filtered(lambda member: member.user_id == self.binh).active = False
        first, second = self.make_visit(8, duration=2), self.make_visit(14, duration=1.5)
        self.assertIn(utc(14), [slot.start for slot in second._free_slots(MONDAY, MONDAY, at=self.at)])
        first.action_schedule()
        self.assertFalse(second._free_slots(MONDAY, MONDAY, at=self.at), "two of three hours are taken")
        tuesday = MONDAY + timedelta(days=1)
        self.assertTrue(second._free_slots(tuesday, tuesday, at=self.at))
        second.duration = 1
        self.assertTrue(second._free_slots(MONDAY, MONDAY, at=self.at))
        self.assertIn(utc(15), [slot.start for slot in first._free_slots(MONDAY, MONDAY, at=self.at)])

    def test_meetings_count(self):
        self.env["calendar.event"].create(
            {
                "name": "Training",
                "start": utc(8),
                "stop": utc(10),
                "partner_ids": [(6, 0, self.an.partner_id.ids)],
                "user_id": self.binh.id,
            }
        )
        visit = self.make_visit(8)
        self.assertEqual([r.user for r in visit._rank_candidates()], [self.binh])

    def test_ranking(self):
        """The asset, the customer, the load of the day; a full day and tasks reserved for others exclude."""
        self.make_visit(8, self.binh)._finish(MONDAY)
        visit = self.make_visit(10)
        best = visit._rank_candidates()[0]
        self.assertEqual(best.user, self.binh)
        self.assertTrue(any("1 times before" in reason for reason in best.reasons))
        self.staff[1].max_hours = 0.5
        self.assertEqual([r.user for r in visit._rank_candidates()], [self.an])
        self.staff[1].max_hours = 0
        self.task.staff_ids = self.staff[0]
        visit.task_ids = self.task
        self.assertEqual([r.user for r in visit._rank_candidates()], [self.an])
        visit.user_id = self.binh
        with self.assertRaises(UserError):
            visit.action_schedule()

    def test_one_click_takes(self):
        visit = self.make_visit(10)
        self.make_visit(8, self.binh)._finish(MONDAY)
        dialog = self.env["crm.service.visit.assign"].with_context(default_visit_id=visit.id).create({})
        self.assertEqual(len(dialog.line_ids), 2)
        dialog.line_ids[0].action_take()
        self.assertEqual(visit.user_id, self.binh)
        self.assertIn("served it", visit.message_ids[0].body)

    def test_slot_dialog_and_virtual_visit(self):
        search = self.env["crm.service.slot.search"].create(
            {
                "asset_id": self.asset.id,
                "company_id": self.company.id,
                "task_ids": [(6, 0, self.task.ids)],
                "first": date(2030, 3, 4),
                "last": date(2030, 3, 4),
            }
        )
        search.action_search()
        self.assertTrue(search.line_ids)
        line = search.line_ids[0]
        action = line.action_take()
        visit = self.env["crm.service.visit"].browse(action["res_id"])
        self.assertEqual((visit.state, visit.planned_start, visit.partner_id), ("scheduled", line.start, self.customer))
        self.assertEqual(len(visit.line_ids), 2, "with the checklist of its work")
        again = search.line_ids[0]
        with self.assertRaises(UserError):
            self.env["crm.service.visit"].browse(visit.copy().id)._take_slot(again.start, user=line.user_id)

    def test_each_move_renews_the_calendar_file(self):
        """Dragged, lengthened or put elsewhere with others: a calendar takes the file of the highest number."""
        visits = self.make_visit(8) + self.make_visit(10) + self.make_visit(13)
        self.assertEqual(visits.mapped("slot_sequence"), [0, 0, 0])
        visits[0].with_user(self.an).planned_start = utc(9)
        visits[1].duration = 1.5
        self.assertEqual(visits.mapped("slot_sequence"), [1, 1, 0])
        self.assertIn("SEQUENCE:1\r\n", visits[0]._calendar_file())
        visits[0].write({"planned_start": utc(9), "note": "nothing moved"})
        self.assertEqual(visits[0].slot_sequence, 1)
        with self.assertRaises(UserError):
            visits[2].with_user(self.an).planned_start = utc(23)
        self.env.invalidate_all()
        visits[:2].write({"planned_start": utc(15)})
        self.assertEqual(visits.mapped("slot_sequence"), [2, 2, 0])

    def test_bookings_are_the_engines(self):
        visit = self.make_visit(8)
        visit.action_schedule()
        booking = visit.booking_ids.with_user(self.an)
        for attempt in (
            booking.unlink,
            lambda: booking.write({"stop": utc(20)}),
            lambda: booking.create({"visit_id": visit.id, "user_id": self.binh.id, "start": utc(1), "stop": utc(2)}),
        ):
            with self.assertRaises(UserError):
                attempt()
        for vals in ({"slot_sequence": 9}, {"timer_hours": 9}):
            with self.assertRaises(UserError):
                visit.with_user(self.an).write(vals)

    def test_unit_of_queries(self):
        """As many queries for ten people as for two."""
        visit = self.make_visit(8)
        many = [
            new_test_user(
                self.env,
                f"many_{n}",
                groups="crm_service_plan.group_user",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for n in range(10)
        ]
        self.staff.create([{"user_id": user.id, "company_id": self.company.id} for user in many])
        users = self.env["res.users"].union(*many)
        last = MONDAY + timedelta(7)
        self.assertSameQueryCount(
            lambda: visit._free_slots(MONDAY, last, at=self.at, users=users[:2]),
            lambda: visit._free_slots(MONDAY, last, at=self.at, users=users),
        )
