from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .test_booking import StaffCase


@tagged("post_install", "-at_install")
class TestPortalSlots(StaffCase, HttpCase):
    """The customer moves a visit to a free slot: theirs only, free at that moment, by POST, while the link lasts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        portal = {"groups": "base.group_portal", "company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.user = new_test_user(cls.env, "slot_portal", email="slot@example.com", **portal)
        cls.other = new_test_user(cls.env, "slot_other", email="other@example.com", **portal)
        cls.mine, cls.theirs = cls.make_assets(cls.user.partner_id + cls.other.partner_id)
        today = fields.Date.today()
        cls.day = today + timedelta(days=7 - today.weekday())
        cls.visit, cls.other_visit = [
            cls.make_visit(
                asset_id=asset.id,
                due_date=cls.day,
                planned_start=cls.company._service_moment(cls.day, 8),
                window_start=cls.day,
                window_end=cls.day + timedelta(days=4),
            )
            for asset in (cls.mine, cls.theirs)
        ]

    def post(self, path, **data):
        return self.url_open(path, {"csrf_token": Request.csrf_token(self), **data})

    def moment(self, hour, days=0):
        return self.company._service_moment(self.day + timedelta(days=days), hour)

    def test_choose(self):
        self.authenticate("slot_portal", "slot_portal")
        page = f"/my/visits/{self.visit.id}"
        self.assertIn("10:30", self.url_open(f"{page}/slots").text)
        self.assertEqual(self.visit.state, "due", "looking books nothing")
        self.url_open(f"{page}/slot?start={self.moment(10).isoformat()}")
        self.assertEqual(self.visit.state, "due", "a GET books nothing")
        response = self.post(f"{page}/slot", start=self.moment(10).isoformat())
        self.assertIn("message=moved", response.url)
        self.assertEqual((self.visit.state, self.visit.planned_start), ("scheduled", self.moment(10)))
        self.assertTrue(self.visit.confirm_date and self.visit.booking_ids)
        message = self.env["crm.service.visit.message"].search([("visit_id", "=", self.visit.id)])
        self.assertEqual(message.kind, "invite")
        self.assertTrue(message.interaction_id, "the appointment went through the gate")
        ics = self.url_open(f"{page}/appointment.ics")
        self.assertIn("text/calendar", ics.headers["Content-Type"])
        self.assertIn(f"DTSTART:{self.moment(10):%Y%m%dT%H%M%SZ}", ics.text)
        self.assertEqual(self.post(f"{page}/slot", start=self.moment(14, 1).isoformat()).status_code, 200)
        self.assertEqual(self.visit.planned_start, self.moment(14, 1), "moved again, the former time given back")
        self.assertEqual(len(self.visit.booking_ids), 1)

    def test_taken_or_not_offered(self):
        """Taken meanwhile, at night, outside the window, nonsense: a fresh list, nothing booked."""
        self.authenticate("slot_portal", "slot_portal")
        for user in (self.an, self.binh):
            self.make_visit(user=user, due_date=self.day, planned_start=self.moment(10)).action_schedule()
        for start in (
            self.moment(10).isoformat(),
            self.moment(3).isoformat(),
            self.moment(12.5).isoformat(),
            self.moment(10, 7).isoformat(),
            self.moment(10, -70).isoformat(),
            "x' OR 1=1",
            "",
        ):
            with self.subTest(start=start):
                response = self.post(f"/my/visits/{self.visit.id}/slot", start=start)
                self.assertIn("message=taken", response.url)
                self.assertIn("o_service_slot", response.text)
                self.assertEqual(self.visit.state, "due")
        self.company.service_customers_choose = False
        self.post(f"/my/visits/{self.visit.id}/slot", start=self.moment(14).isoformat())
        self.assertEqual(self.visit.state, "due", "only where customers choose")

    def test_others_are_refused(self):
        """Another customer's slots, appointment, PDFs: by login, by a token of one's own visit, by nothing."""
        self.visit.action_schedule()
        self.other_visit.write({"planned_start": self.moment(15)})
        self.other_visit.action_schedule()
        token = self.visit.access_token
        for login in ("slot_portal", None):
            self.authenticate(login, login)
            for path in ("slots", "appointment.ics", "report.pdf"):
                for query in ("", f"?access_token={token}", "?access_token="):
                    response = self.url_open(f"/my/visits/{self.other_visit.id}/{path}{query}")
                    self.assertNotIn(self.theirs.code, response.text)
                    self.assertNotIn("DTSTART", response.text)
            self.post(f"/my/visits/{self.other_visit.id}/slot", start=self.moment(9).isoformat(), access_token=token)
            self.assertEqual(self.other_visit.planned_start, self.moment(15))
            response = self.url_open(f"/my/assets/{self.theirs.id}/schedule.pdf")
            self.assertNotIn("application/pdf", response.headers["Content-Type"])

    def test_an_agreed_day_is_no_booked_hour(self):
        """Who confirmed the day has no hour yet: nothing for their calendar before somebody holds the time for them."""
        self.visit._customer_confirm()
        self.authenticate("slot_portal", "slot_portal")
        page = f"/my/visits/{self.visit.id}"
        self.assertNotIn("o_service_ics", self.url_open(page).text)
        self.assertNotIn("DTSTART", self.url_open(f"{page}/appointment.ics").text)
        with self.assertRaises(UserError):
            self.visit.action_send_invite()
        self.visit.action_schedule()
        self.assertIn("DTSTART", self.url_open(f"{page}/appointment.ics").text)

    def conversation(self, user, token=None):
        """:return: what the messages' own routes open to somebody who has the visit's token"""
        user = self.env.ref(user) if isinstance(user, str) else user
        visits = self.env["crm.service.visit"].with_user(user).with_context(allowed_company_ids=self.company.ids)
        return visits._get_thread_with_access(self.visit.id, token=token or self.visit.access_token).with_env(self.env)

    def test_link_expires(self):
        page = f"/my/visits/{self.visit.id}/slots?access_token={self.visit.access_token}"
        self.authenticate(None, None)
        self.assertIn("o_service_slot_page", self.url_open(page).text)
        self.visit.with_context(service_machine=True).write(
            {"planned_start": datetime(2024, 1, 8, 2), "due_date": "2024-01-08"}
        )
        self.assertNotIn("o_service_slot_page", self.url_open(page).text)
        self.assertFalse(self.conversation("base.public_user"), "nor is the conversation open to it")
        self.assertEqual(self.conversation(self.user), self.visit)
        self.visit.due_date = self.day
        self.visit.planned_start = self.moment(8)
        self.assertEqual(self.conversation("base.public_user"), self.visit)
        self.assertFalse(self.conversation("base.public_user", token="wrong"))
        self.visit.with_context(service_machine=True).write(
            {"planned_start": datetime(2024, 1, 8, 2), "due_date": "2024-01-08"}
        )
        self.authenticate("slot_portal", "slot_portal")
        self.assertIn("o_service_slot_page", self.url_open(page).text, "the login is no link")

    def test_rpc(self):
        """By RPC a customer neither reads colleagues' times nor books."""
        visit = self.visit.with_user(self.user)
        for attempt in (
            lambda: visit.read(["problems"]),
            lambda: visit.read(["booking_ids"]),
            lambda: visit.read(["total_cost"]),
            lambda: visit.action_slots() and self.env["crm.service.slot.search"].with_user(self.user).create({}),
            lambda: self.env["crm.service.booking"].with_user(self.user).search([]),
            lambda: self.env["crm.service.staff"].with_user(self.user).search([]),
            lambda: self.env["crm.service.history"].with_user(self.user).search([]),
            lambda: visit.write({"planned_start": self.moment(9)}),
        ):
            with self.assertRaises(Exception) as refused:
                attempt()
            self.assertIn(type(refused.exception).__name__, ("AccessError", "UserError"))

    def test_documents(self):
        self.visit._finish(self.visit.due_date)
        self.authenticate("slot_portal", "slot_portal")
        for path in (f"/my/visits/{self.visit.id}/report.pdf", f"/my/assets/{self.mine.id}/schedule.pdf"):
            response = self.url_open(path, timeout=60)
            self.assertEqual(response.headers["Content-Type"], "application/pdf", path)
            self.assertIn(self.mine.code if "assets" in path else "Repair", response.text)

    def test_former_owner(self):
        """After a transfer the new owner sees the asset, not what was done for the former one; nor the other way."""
        self.visit._finish(self.visit.due_date, note="Sold us by the former owner")
        self.mine.partner_id = self.other.partner_id
        self.authenticate("slot_other", "slot_other")
        text = self.url_open(f"/my/assets/{self.mine.id}").text
        self.assertIn(self.mine.code, text)
        self.assertNotIn(f"/my/visits/{self.visit.id}", text)
        self.assertNotIn("former owner", self.url_open(f"/my/visits/{self.visit.id}").text)
        self.authenticate("slot_portal", "slot_portal")
        self.assertNotIn("o_service_schedule", self.url_open(f"/my/assets/{self.mine.id}").text)
        self.assertIn("former owner", self.url_open(f"/my/visits/{self.visit.id}").text, "their own report stays")
