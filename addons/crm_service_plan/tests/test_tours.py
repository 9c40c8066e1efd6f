from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase


class TourCase(ServicePlanCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        cls.env["res.lang"]._activate_lang("vi_VN")
        cls.env["ir.module.module"].search([("name", "=", "crm_service_plan")])._update_translations(["vi_VN"])
        cls.task.checklist_ids[1].unlink()
        cls.asset.code = "59-X1 TOUR"
        cls.subscription = cls.subscribe(cls.asset, start=today + timedelta(days=2) - relativedelta(months=3))
        cls.env["crm.service.planner"]._run(today, cls.company)
        cls.visit = cls.subscription.occurrence_ids.visit_id

    def plan_on(self, day, hour):
        moment = self.company._service_moment(day, hour)
        self.visit.with_context(service_machine=True).write(
            {"planned_start": moment, "window_start": day, "window_end": day + timedelta(days=3)}
        )

    def user(self, login, groups, **values):
        return new_test_user(
            self.env, login, groups=groups, company_id=self.company.id, company_ids=[(6, 0, self.company.ids)], **values
        )


@tagged("post_install", "-at_install", "tour")
class TestCoordinatorTour(TourCase):
    def test_coordinator_does_a_visit(self):
        self.user("service_tour", "crm_service_plan.group_user", tz="Asia/Ho_Chi_Minh", lang="en_US")
        self.start_tour("/odoo/service-visits", "service_plan_coordinator", login="service_tour")
        self.assertEqual(self.visit.state, "done")
        self.assertEqual((self.visit.meter, self.visit.note), (5200, "Oil changed"))
        self.assertTrue(self.visit.next_due)

    def test_coordinator_s_week(self):
        """Suggest, take, schedule, level."""
        user = self.user("service_week", "crm_service_plan.group_user", name="Thợ Lành", tz="Asia/Ho_Chi_Minh")
        self.env["crm.service.staff"].create({"user_id": user.id, "company_id": self.company.id})
        today = self.company._service_today()
        monday = today + timedelta(days=7 - today.weekday())
        self.plan_on(monday, 8)
        crowd = self.env["crm.service.visit"].create(
            [
                {
                    "name": f"Repair {number}",
                    "asset_id": self.asset.copy({"code": f"LEVEL {number}"}).id,
                    "company_id": self.company.id,
                    "user_id": user.id,
                    "due_date": monday,
                    "planned_start": self.company._service_moment(monday, 8),
                    "window_start": monday,
                    "window_end": monday + timedelta(days=3),
                    "duration": 3,
                }
                for number in range(4)
            ]
        )
        self.start_tour("/odoo/service-visits", "service_plan_coordinator_week", login="service_week")
        self.assertEqual((self.visit.state, self.visit.user_id), ("scheduled", user))
        self.assertTrue(self.visit.booking_ids)
        moved = crowd.filtered(lambda visit: visit.planned_date != monday)
        self.assertTrue(moved)
        self.assertTrue(all(visit.planned_date <= visit.window_end for visit in moved))


@tagged("post_install", "-at_install", "tour")
class TestTechnicianTour(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_technician_on_a_phone(self):
        """My day, start, checklist, meter, hours, report, done."""
        user = self.user("service_tech", "crm_service_plan.group_user", tz="Asia/Ho_Chi_Minh")
        self.visit.with_context(service_machine=True).write(
            {"user_id": user.id, "planned_start": fields.Datetime.now(), "window_start": False}
        )
        self.start_tour("/odoo/my-service-day", "service_plan_technician", login="service_tech")
        visit = self.visit
        self.assertEqual((visit.state, visit.meter, visit.hours, visit.note), ("done", 5200, 1.5, "Chain is worn"))
        self.assertTrue(visit.line_ids.is_done)


@tagged("post_install", "-at_install", "tour")
class TestCustomerTour(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_customer_on_the_phone_in_vietnamese(self):
        customer = self.user("service_tour_khach", "base.group_portal", lang="vi_VN").partner_id
        self.asset.partner_id = self.subscription.partner_id = self.visit.partner_id = customer
        self.start_tour("/my", "service_plan_customer_vi", login="service_tour_khach")
        self.assertEqual(self.visit.state, "confirmed")

    def test_customer_moves_the_visit_in_vietnamese(self):
        customer = self.user("service_tour_doi", "base.group_portal", lang="vi_VN").partner_id
        worker = self.user("service_tour_tho", "crm_service_plan.group_user")
        self.env["crm.service.staff"].create({"user_id": worker.id, "company_id": self.company.id})
        self.company.service_customers_choose = True
        self.asset.partner_id = self.subscription.partner_id = self.visit.partner_id = customer
        today = self.company._service_today()
        monday = today + timedelta(days=7 - today.weekday())
        self.plan_on(monday, 8)
        self.start_tour(f"/my/visits/{self.visit.id}", "service_plan_customer_slot_vi", login="service_tour_doi")
        self.assertEqual(self.visit.state, "scheduled")
        self.assertEqual(self.visit.planned_start, self.company._service_moment(monday, 10))
        self.assertEqual(self.visit.booking_ids.user_id, worker)
