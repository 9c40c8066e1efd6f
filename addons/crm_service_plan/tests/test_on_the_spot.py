from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tests.common import new_test_user

from .test_booking import MONDAY, StaffCase, utc

# A picture of one pixel.
SIGNATURE = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestOnTheSpot(StaffCase):
    """Clock, parts, cost, signature, rating, upsell."""

    def test_clock_parts_cost(self):
        self.staff[0].hourly_cost = 60000
        product = self.env["product.product"].create({"name": "Oil 1 l", "standard_price": 50000, "lst_price": 90000})
        visit = self.make_visit(8).with_user(self.an)
        with self.assertRaises(UserError):
            visit.action_pause()
        visit.action_start()
        visit._move({"timer_start": visit.timer_start - timedelta(hours=1)})
        visit.action_pause()
        self.assertAlmostEqual(visit.timer_hours, 1, 2)
        visit.action_resume()
        visit.part_ids = [(0, 0, {"product_id": product.id, "quantity": 2})]
        wizard = Form(self.env["crm.service.visit.finish"].with_context(**visit.action_finish()["context"]))
        self.assertEqual(wizard.hours, 1.0)
        wizard.cost = 5000
        wizard.save().action_done()
        costs = visit.sudo()
        self.assertEqual((costs.parts_cost, costs.labour_cost, costs.total_cost), (100000, 60000, 165000))
        self.assertEqual(visit.parts_price, 180000)
        with self.assertRaises(UserError):
            visit.part_ids.quantity = 1
        with self.assertRaises(AccessError):
            self.staff[0].with_user(self.an).read(["hourly_cost"])

    def test_nobody_divides_cost_by_hours(self):
        """What a person costs an hour is for managers: so is what it can be computed from."""
        self.staff[0].hourly_cost = 60000
        visit = self.make_visit(8)
        visit._finish(MONDAY, hours=2)
        mine = visit.with_user(self.an)
        self.assertEqual(mine.hours, 2)
        for name in ("labour_cost", "total_cost"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                mine.search([(name, ">", 0)])
            with self.subTest(name), self.assertRaises(AccessError):
                mine._read_group([], ["user_id"], [f"{name}:sum"])
        manager = new_test_user(
            self.env, "cost_manager", "crm_service_plan.group_manager", company_ids=[(6, 0, self.company.ids)],
            company_id=self.company.id,
        )  # fmt: skip
        self.assertEqual(visit.with_user(manager).labour_cost, 120000)
        for view in ("form", "pivot"):
            arch = mine.get_view(view_type=view)["arch"]
            self.assertNotIn("labour_cost", arch)
            self.assertNotIn("total_cost", arch)
            self.assertIn("total_cost", visit.with_user(manager).get_view(view_type=view)["arch"])

    def test_photos(self):
        """Taken by the technician, seen by the branch, part of the record once the visit is done."""
        visit = self.make_visit(8).with_user(self.an)
        photo = self.env["ir.attachment"].with_user(self.an).create(
            {"name": "before.png", "datas": SIGNATURE, "res_model": visit._name, "res_id": visit.id}
        )  # fmt: skip
        visit.photo_ids = [(4, photo.id)]
        self.assertEqual(visit.with_user(self.binh).photo_ids.datas, SIGNATURE)
        other = self.env["res.company"].create({"name": "Another"})
        stranger = new_test_user(
            self.env, "photo_stranger", "crm_service_plan.group_user", company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        with self.assertRaises(AccessError):
            photo.with_user(stranger).with_context(allowed_company_ids=other.ids).read(["datas"])
        visit._finish(MONDAY)
        with self.assertRaisesRegex(UserError, "only a manager"):
            visit.photo_ids = [(5,)]
        self.assertEqual(visit.photo_ids, photo)
        self.assertFalse(visit.sudo().copy().photo_ids)
        portal = new_test_user(self.env, "photo_portal", "base.group_portal")
        self.asset.partner_id = visit.sudo().partner_id = portal.partner_id
        with self.assertRaises(AccessError):
            visit.with_user(portal).read(["photo_ids"])

    def test_signature_the_plan_asks_for(self):
        self.plan.write({"signature_required": True, "ask_rating": True})
        visit = self.make_visit(8, plan_ids=[(6, 0, self.plan.ids)])
        with self.assertRaises(UserError):
            visit._finish(MONDAY)
        visit.signature = SIGNATURE
        visit._finish(MONDAY)
        message = self.env["crm.service.visit.message"].search([("visit_id", "=", visit.id)])
        self.assertEqual(message.kind, "rating")
        self.assertTrue(message.interaction_id, "asked through the gate")

    def test_doubtful_meter_needs_a_reason(self):
        self.env["crm.service.meter.reading"].create({"asset_id": self.asset.id, "date": "2026-01-10", "value": 9000})
        visit = self.make_visit(8)
        wizard = self.env["crm.service.visit.finish"].create(
            {"visit_id": visit.id, "meter": 900, "done_date": MONDAY, "meter_checked": True}
        )
        with self.assertRaises(UserError):
            wizard.action_done()
        wizard.meter_reason = "New speedometer"
        wizard.action_done()
        reading = self.asset.reading_ids.filtered(lambda r: r.visit_id == visit)
        self.assertEqual((reading.state, reading.doubt_reason), ("accepted", "New speedometer"))

    def test_upsell_is_credited(self):
        visit = self.make_visit(8)
        lead = visit._create_lead_sudo()
        lead.expected_revenue = 3000000
        self.assertEqual((visit.upsell_count, visit.upsell_won), (1, 0))
        lead.action_set_won()
        self.assertEqual(visit.upsell_won, 3000000)
        visit._create_lead_sudo().action_set_lost()
        self.assertEqual((visit.upsell_count, visit.upsell_won), (2, 3000000))


@tagged("post_install", "-at_install")
class TestWorkload(StaffCase):
    """Hours needed beside hours available, and peaks flattened."""

    def test_capacity(self):
        self.staff[0].max_hours = 5
        self.leave(self.staff[1].resource_id, utc(0), utc(24))
        Capacity = self.env["crm.service.capacity"]
        Capacity._refresh_sudo(self.company, as_of=MONDAY, weeks=1)
        rows = {(r.user_id, r.date): r.hours for r in Capacity.search([("company_id", "=", self.company.id)])}
        self.assertEqual(rows[self.an, MONDAY], 5)
        self.assertNotIn((self.binh, MONDAY), rows)
        self.assertEqual(rows[self.binh, MONDAY + timedelta(1)], 8)
        self.assertNotIn((self.an, MONDAY + timedelta(5)), rows, "Saturday")

    def test_workload(self):
        visit = self.make_visit(8, task_ids=[(6, 0, self.task.ids)], duration=2)
        self.subscribe(self.asset)
        self.env["crm.service.planner"]._run(date(2026, 1, 11), self.company)
        rows = self.env["crm.service.workload"].search([("company_id", "=", self.company.id)])
        need = rows.filtered(lambda r: r.visit_id == visit)
        self.assertEqual((need.needed, need.task_id, need.date), (2, self.task, MONDAY))
        coming = rows.filtered(lambda r: r.kind == "service")
        self.assertIn(date(2026, 4, 10), coming.mapped("date"))
        groups = self.env["crm.service.workload"]._read_group([], ["date:week"], ["needed:sum", "capacity:sum"])
        self.assertTrue(groups)

    def test_level(self):
        """A crowded day is emptied onto quiet ones; what was confirmed or touched stays."""
        day = self.company._service_today()
        day += timedelta(days=7 - day.weekday())
        self.staff[1].unlink()
        moment = self.company._service_moment(day, 8)
        common = {"due_date": day, "window_start": day, "window_end": day + timedelta(3), "duration": 3}
        visits = self.env["crm.service.visit"].union(
            *(self.make_visit(planned_start=moment, **common) for __ in range(5))
        )
        visits[0].action_confirm()
        visits[1].with_user(self.an).planned_start = moment
        wizard = self.env["crm.service.level"].create(
            {"company_id": self.company.id, "first": day, "last": day + timedelta(4), "peak": 0.9}
        )
        wizard.action_propose()
        self.assertEqual(wizard.line_ids.visit_id, visits[2:])
        self.assertIn("188 %", wizard.line_ids[0].reason)
        visits[2].action_confirm()
        wizard.action_accept_all()
        self.assertEqual(sorted(wizard.line_ids.mapped("state")), ["gone", "moved", "moved"])
        self.assertEqual(visits[2].planned_date, day, "confirmed in the meantime")
        for visit in visits[3:]:
            self.assertTrue(day < visit.planned_date <= day + timedelta(3))
            self.assertEqual(visit.planned_start.time(), moment.time(), "the hour stays")


@tagged("post_install", "-at_install")
class TestAssetEverywhere(StaffCase):
    """Any branch finds and serves it; a new owner; another head company sees nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Chi nhánh 2", "parent_id": cls.company.id})
        cls.stranger = cls.env["res.company"].create({"name": "Another"})
        cls.users = {
            company: new_test_user(
                cls.env,
                f"everywhere_{company.id}",
                groups="crm_service_plan.group_user",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for company in (cls.branch, cls.stranger)
        }

    def as_user(self, model, company):
        user = self.users[company]
        return self.env[model].with_user(user).with_context(allowed_company_ids=company.ids)

    def test_find_by_code(self):
        self.asset.code = "59-X1 234.56"
        find = Form(self.as_user("crm.service.asset.find", self.branch))
        find.code = "59x123456"
        self.assertEqual(find.asset_id.id, self.asset.id)
        find.code = "59x1"
        self.assertTrue(find.not_found)
        Asset = self.as_user("crm.service.asset", self.branch)
        self.assertEqual(Asset.search([("lookup", "ilike", "x1-2345")]).ids, self.asset.ids)
        self.assertEqual([row[0] for row in Asset.name_search("59X1 23456")], self.asset.ids)
        self.assertFalse(self.as_user("crm.service.asset", self.stranger).search([("lookup", "ilike", "59")]))

    def test_history_at_every_branch(self):
        visit = self.make_visit(8)
        visit._finish(MONDAY, cost=5000, meter=5000)
        history = self.as_user("crm.service.history", self.branch).search([("asset_id", "=", self.asset.id)])
        self.assertEqual(set(history.mapped("kind")), {"visit", "owner"})
        self.assertNotIn("cost", history._fields)
        self.assertFalse(self.as_user("crm.service.visit", self.branch).search([("id", "=", visit.id)]))
        for model in ("crm.service.booking", "crm.service.staff", "crm.service.workload"):
            self.assertFalse(self.as_user(model, self.branch).search([("company_id", "=", self.company.id)]), model)
        self.assertFalse(self.as_user("crm.service.history", self.stranger).search([]))
        self.assertFalse(self.as_user("crm.service.asset.owner", self.stranger).search([]))

    def test_transfer(self):
        subscription = self.subscribe(self.asset)
        done = self.make_visit(8)
        done._finish(MONDAY)
        coming = self.make_visit(8, due_date=date(2026, 4, 1), planned_start=utc(8, date(2026, 4, 1)))
        token = coming.access_token
        buyer = self.make_customers(1, name="Buyer")
        wizard = self.env["crm.service.asset.transfer"].create({"asset_id": self.asset.id, "partner_id": buyer.id})
        wizard.date = date(2026, 3, 20)
        wizard.action_transfer()
        self.assertEqual((self.asset.partner_id, coming.partner_id), (buyer, buyer))
        self.assertEqual((done.partner_id, subscription.partner_id), (self.customer, buyer))
        self.assertNotEqual(coming.access_token, token, "the former owner's link is dead")
        self.assertEqual(self.asset.owner_ids.mapped("partner_id"), buyer | self.customer)
        former = self.asset.owner_ids.filtered(lambda o: o.partner_id == self.customer)
        self.assertEqual(former.date_to, date(2026, 3, 20))
        with self.assertRaises(UserError):
            wizard.action_transfer()
        wizard.write({"partner_id": self.customer.id, "plans": "end"})
        wizard.action_transfer()
        self.assertEqual(subscription.state, "ended")
