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

    def user(self, login, groups, **values):
        return new_test_user(
            self.env, login, groups=groups, company_id=self.company.id, company_ids=[(6, 0, self.company.ids)], **values
        )


@tagged("post_install", "-at_install")
class TestCoordinatorTour(TourCase):
    def test_coordinator_does_a_visit(self):
        self.user("service_tour", "crm_service_plan.group_user", tz="Asia/Ho_Chi_Minh", lang="en_US")
        self.start_tour("/odoo/service-visits", "service_plan_coordinator", login="service_tour")
        self.assertEqual(self.visit.state, "done")
        self.assertEqual((self.visit.meter, self.visit.note), (5200, "Oil changed"))
        self.assertTrue(self.visit.next_due)


@tagged("post_install", "-at_install")
class TestCustomerTour(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_customer_on_the_phone_in_vietnamese(self):
        customer = self.user("service_tour_khach", "base.group_portal", lang="vi_VN").partner_id
        self.asset.partner_id = self.subscription.partner_id = self.visit.partner_id = customer
        self.start_tour("/my", "service_plan_customer_vi", login="service_tour_khach")
        self.assertEqual(self.visit.state, "confirmed")
