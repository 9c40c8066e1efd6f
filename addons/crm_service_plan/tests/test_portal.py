from datetime import date

from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase


@tagged("post_install", "-at_install")
class TestPortal(ServicePlanCase, HttpCase):
    """A customer sees and changes what is theirs, and nothing else; a GET changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.service_link_days = 36500
        cls.user = new_test_user(
            cls.env,
            "service_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.other = new_test_user(
            cls.env,
            "service_other",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.mine = cls.make_assets(cls.user.partner_id)
        cls.theirs = cls.make_assets(cls.other.partner_id)
        cls.subscribe(cls.mine + cls.theirs)
        cls.env["crm.service.planner"]._run(date(2026, 4, 1), cls.company)
        cls.visit = cls.mine.visit_ids
        cls.other_visit = cls.theirs.visit_ids

    def post(self, path, **data):
        return self.url_open(path, {"csrf_token": self.csrf(), **data})

    def csrf(self):
        from odoo.http import Request

        return Request.csrf_token(self)

    def test_own_pages(self):
        self.authenticate("service_portal", "service_portal")
        for path in ("/my/assets", f"/my/assets/{self.mine.id}"):
            response = self.url_open(path)
            self.assertEqual(response.status_code, 200)
            self.assertIn(self.mine.code, response.text)
            self.assertNotIn(self.theirs.code, response.text)
        for path in ("/my/visits", f"/my/visits/{self.visit.id}"):
            response = self.url_open(path)
            self.assertIn("Oil change", response.text)
            self.assertNotIn(self.theirs.code, response.text)
        self.assertEqual(self.visit.state, "due", "looking changes nothing")

    def put_on_person(self, name, partner, **values):
        steps = [(0, 0, {"name": "first", "delay": 0}), (0, 0, {"name": "second", "delay": 21, "sequence": 20})]
        plan = self.env["crm.service.plan"].create(
            {"name": name, "task_ids": [(0, 0, {"name": name, "kind": "chain", "step_ids": steps})], **values}
        )
        start = {"start_date": date(2026, 4, 10), "plan_from": date(2026, 4, 10), "company_id": self.company.id}
        return self.env["crm.service.subscription"].create({"partner_id": partner.id, "plan_id": plan.id, **start})

    def test_plans_about_no_asset(self):
        """A person's plan stands above the visits, with its PDF; nobody else's does."""
        mine = self.put_on_person("Savings", self.user.partner_id)
        theirs = self.put_on_person("Mortgage", self.other.partner_id)
        self.authenticate("service_portal", "service_portal")
        text = self.url_open("/my/visits").text
        self.assertIn("Savings: second", text)
        self.assertNotIn("Mortgage", text)
        pdf = self.url_open(f"/my/plans/{mine.id}/schedule.pdf", timeout=60)
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        self.assertNotIn("pdf", self.url_open(f"/my/plans/{theirs.id}/schedule.pdf").headers["Content-Type"])

    def test_colleagues_health_stays_theirs(self):
        """Two people of one company: the vaccination of one is not shown to the other, nor to the company's login."""
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        (self.user.partner_id | self.other.partner_id).parent_id = firm
        self.put_on_person("Rabies", self.other.partner_id, is_sensitive=True)
        self.put_on_person("Hearing", self.other.partner_id)
        self.env["crm.service.planner"]._run(date(2026, 4, 2), self.company)
        self.authenticate("service_portal", "service_portal")
        text = self.url_open("/my/visits").text
        self.assertIn("Hearing", text, "what is no health data is the company's")
        self.assertNotIn("Rabies", text)
        self.authenticate("service_other", "service_other")
        self.assertIn("Rabies", self.url_open("/my/visits").text)
        self.user.partner_id.write({"is_company": True, "parent_id": False})
        self.other.partner_id.parent_id = self.user.partner_id
        self.authenticate("service_portal", "service_portal")
        text = self.url_open("/my/visits").text
        self.assertIn("Hearing", text)
        self.assertNotIn("Rabies", text)

    def test_parents_see_and_confirm_their_childrens(self):
        """By login, not by link; neither an employee of ours without the right nor the firm the parent works for."""
        parent = self.user.partner_id
        child = self.env["res.partner"].create({"name": "Bé An", "parent_id": parent.id})
        plan = self.put_on_person("Rabies", child, is_sensitive=True)
        self.env["crm.service.planner"]._run(date(2026, 4, 2), self.company)
        visit = plan.occurrence_ids.sorted("seq")[0].visit_id
        self.assertTrue(visit.is_sensitive)
        clerk = new_test_user(self.env, "service_clerk", groups="crm_service_plan.group_user")
        firm = new_test_user(self.env, "service_firm", groups="base.group_portal")
        firm.partner_id.is_company = True
        Visit, own = self.env["crm.service.visit"], [("id", "=", visit.id)]
        clerk.partner_id.child_ids = child
        self.assertFalse(Visit.with_user(clerk).search(own), "their parents or not")
        child.parent_id = firm.partner_id
        self.assertFalse(Visit.with_user(firm).search(own), "people of a company")
        child.parent_id = parent
        self.assertEqual(Visit.with_user(self.user).search(own), visit)
        self.assertFalse(Visit.with_user(self.other).search(own))
        path = f"/my/visits/{visit.id}"
        self.authenticate("service_other", "service_other")
        self.post(f"{path}/confirm")
        self.assertEqual(visit.state, "due")
        self.authenticate("service_portal", "service_portal")
        self.assertIn("Rabies", self.url_open("/my/visits").text)
        self.assertIn("Rabies", self.url_open(path).text)
        self.post(f"{path}/confirm")
        self.assertEqual(visit.state, "confirmed")

    def test_short_link(self):
        """The link of a text message leads to the page, and lasts as long as the long one."""
        url = self.visit._short_url()
        self.assertLess(len(url) - len(self.visit.get_base_url()), 32)
        path = url.removeprefix(self.visit.get_base_url())
        response = self.url_open(path)
        self.assertIn("Oil change", response.text)
        self.assertIn(self.visit.access_token, response.url)
        self.assertEqual(self.visit.state, "due", "looking changes nothing")
        for broken in ("/v/nonsense", "/v/é", path[:-1]):
            self.assertEqual(self.url_open(broken).status_code, 404, broken)
        forged = path[:-3] + ("AAA" if path[-3:] != "AAA" else "BBB")
        self.assertNotIn("Oil change", self.url_open(forged).text)
        self.company.service_link_days = 0
        self.assertNotIn("Oil change", self.url_open(path).text, "expired")

    def test_other_customers_pages(self):
        self.authenticate("service_portal", "service_portal")
        for path in (
            f"/my/assets/{self.theirs.id}",
            f"/my/visits/{self.other_visit.id}",
            "/my/visits/999999",
            f"/my/visits/{self.other_visit.id}?access_token=wrong",
        ):
            response = self.url_open(path)
            self.assertTrue(response.url.rstrip("/").endswith("/my"), path)
            self.assertNotIn(self.theirs.code, response.text)
        for action in ("confirm", "move", "rate"):
            self.post(f"/my/visits/{self.other_visit.id}/{action}", wish="tomorrow", rate="5")
        self.assertEqual(self.other_visit.state, "due")
        self.assertFalse(self.other_visit.activity_ids)

    def test_confirm_and_move(self):
        self.authenticate("service_portal", "service_portal")
        self.url_open(f"/my/visits/{self.visit.id}/confirm")
        self.assertEqual(self.visit.state, "due", "a GET confirms nothing")
        response = self.post(f"/my/visits/{self.visit.id}/confirm")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.visit.state, "confirmed")
        self.post(f"/my/visits/{self.visit.id}/confirm")
        self.assertEqual(self.visit.state, "confirmed")
        self.post(f"/my/visits/{self.visit.id}/move", wish="Saturday morning")
        self.assertIn("Saturday morning", str(self.visit.activity_ids.note))
        notes = len(self.visit.message_ids)
        self.post(f"/my/visits/{self.visit.id}/move", wish="Saturday morning")
        self.assertEqual(len(self.visit.message_ids), notes, "a second click")
        self.post(f"/my/visits/{self.visit.id}/move", wish="Sunday <b>morning</b>")
        self.assertEqual(len(self.visit.activity_ids), 1, "asked again, the same call is to be made")
        self.assertIn("Sunday", str(self.visit.activity_ids.note))
        self.assertEqual(self.visit.due_date, date(2026, 4, 10))
        self.visit.action_cancel()
        self.assertIn("closed", self.post(f"/my/visits/{self.visit.id}/confirm").url)
        self.assertEqual(self.visit.state, "cancelled")

    def test_without_csrf_nothing(self):
        self.authenticate("service_portal", "service_portal")
        self.assertEqual(self.url_open(f"/my/visits/{self.visit.id}/confirm", {"csrf_token": "no"}).status_code, 400)
        self.assertEqual(self.visit.state, "due")

    def test_link_without_login(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.visit.partner_id.lang = "vi_VN"
        self.task.with_context(lang="vi_VN").name = "Thay dầu"
        self.authenticate(None, None)
        page = f"/my/visits/{self.visit.id}"
        self.assertNotIn("Oil change", self.url_open(page).text, "no token, no page")
        token = self.visit.access_token
        response = self.url_open(f"{page}?access_token={token}")
        self.assertIn("Thay dầu", response.text, "in the customer's language")
        self.assertEqual(self.visit.state, "due")
        other = self.url_open(f"/my/visits/{self.other_visit.id}?access_token={token}")
        self.assertNotIn(self.theirs.code, other.text)
        self.post(f"{page}/confirm", access_token=token)
        self.assertEqual(self.visit.state, "confirmed")

    def test_rate(self):
        self.authenticate("service_portal", "service_portal")
        self.post(f"/my/visits/{self.visit.id}/rate", rate="5", feedback="too early")
        self.assertFalse(self.visit.rating_ids.filtered("consumed"))
        self.visit.line_ids.is_done = True
        self.visit._finish(date(2026, 4, 10))
        self.post(f"/my/visits/{self.visit.id}/rate", rate="3", feedback="fair")
        self.post(f"/my/visits/{self.visit.id}/rate", rate="5", feedback="good after all")
        self.assertEqual(self.visit.rating_ids.mapped("rating"), [5.0])
        self.assertEqual(self.visit.rating_ids.feedback, "good after all")
