"""The public form, published answers, the customer's cases and contracts: what they may, and what they may not."""

import base64

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import ServicePlanCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class PortalCase(ServicePlanCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.user = new_test_user(cls.env, "case_portal", groups="base.group_portal", **values)
        cls.other = new_test_user(cls.env, "case_other", groups="base.group_portal", **values)
        cls.mine = cls.make_assets(cls.user.partner_id)
        cls.theirs = cls.make_assets(cls.other.partner_id)
        cls.public_company = cls.env.ref("base.public_user").company_id

    def csrf(self):
        return Request.csrf_token(self)

    def post(self, path, files=None, **data):
        return self.url_open(path, {"csrf_token": self.csrf(), **data}, files=files)

    def cases(self, name):
        return self.env["crm.service.case"].with_context(active_test=False).sudo().search([("name", "=", name)])

    def make_case(self, partner, **vals):
        return self.env["crm.service.case"].create(
            {"name": f"Case of {partner.name}", "partner_id": partner.id, "company_id": self.company.id, **vals}
        )


@tagged("post_install", "-at_install")
class TestPublicForm(PortalCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def report(self, issue="Broken", files=None, **data):
        return self.post("/service/report", files, **{"issue": issue, "email": "visitor@example.com", **data})

    def test_report(self):
        self.assertEqual(self.url_open("/service/report").status_code, 200)
        response = self.report("Brakes squeak", name="A Visitor", text="<script>alert(1)</script>")
        self.assertTrue(response.url.endswith("/service/report/thanks"))
        case = self.cases("Brakes squeak")
        self.assertEqual((case.contact_email, case.contact_name), ("visitor@example.com", "A Visitor"))
        self.assertEqual((case.channel_id.code, case.company_id, case.state), ("web", self.public_company, "new"))
        self.assertEqual(case.description, "<script>alert(1)</script>", "text, shown escaped")

    def test_nobody_learns_who_is_a_customer(self):
        known = self.post(
            "/service/report", issue="Known one", email=self.user.partner_id.email or "case_portal@example.com"
        )
        stranger = self.report("Unknown one")
        self.assertEqual((known.status_code, known.url), (stranger.status_code, stranger.url))
        for case in self.cases("Known one") + self.cases("Unknown one"):
            self.assertFalse(case.partner_id, "a colleague says who it is")
        known, stranger = (text.text for text in (known, stranger))
        self.assertNotIn(self.user.partner_id.name, known)
        self.assertNotIn("C0", stranger)

    def test_colleague_confirms_the_customer(self):
        self.user.partner_id.write({"email": "me@example.com", "company_id": False})
        self.post("/service/report", issue="It is me", email="me@example.com")
        case = self.cases("It is me")
        self.assertEqual(case.suggested_partner_ids, self.user.partner_id)
        case.action_take_suggested()
        self.assertEqual(case.partner_id, self.user.partner_id)
        entry = self.env["crm.interaction"].search([("res_model", "=", case._name), ("res_id", "=", case.id)])
        self.assertEqual(entry.partner_id, self.user.partner_id)

    def test_refused(self):
        for data in ({"issue": " "}, {"email": "no address"}, {"email": ""}):
            with self.subTest(data=data):
                response = self.post("/service/report", **{"issue": "Refused", "email": "v@example.com", **data})
                self.assertEqual(response.status_code, 400)
        self.assertFalse(self.cases("Refused"))
        self.assertEqual(self.url_open("/service/report", {"issue": "Refused", "csrf_token": "x"}).status_code, 400)
        self.report("Refused", homepage="http://spam.example.com")
        self.assertFalse(self.cases("Refused"))

    def test_files(self):
        files = [("attachments", ("photo.png", PNG, "image/png"))]
        self.report("With photo", files)
        case = self.cases("With photo")
        self.assertEqual(case.message_ids.attachment_ids.mapped("name"), ["photo.png"])
        for name, data in (
            ("photo.png", b"<html><script>alert(1)</script></html>"),
            ("page.html", b"<html></html>"),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
            ("big.png", PNG + b"0" * 5 * 1024 * 1024),
        ):
            with self.subTest(name=name):
                response = self.report("Bad file", [("attachments", (name, data, "image/png"))])
                self.assertIn(response.status_code, (400, 413))
        self.assertFalse(self.cases("Bad file"))

    def test_rate_limit(self):
        self.public_company.sudo().write({"service_form_per_visitor": 3, "service_form_per_address": 2})
        codes = [self.report("Flood", email="one@example.com").status_code for __ in range(3)]
        self.assertEqual(codes, [200, 200, 429], "one address")
        self.assertEqual(self.report("Flood", email="two@example.com").status_code, 429, "one visitor")
        self.assertEqual(len(self.cases("Flood")), 2)
        self.assertNotIn("one@example.com", str(self.env["crm.service.form.hit"].sudo().search([]).mapped("key")))

    def test_closed_form(self):
        self.public_company.sudo().service_form = False
        self.assertEqual(self.url_open("/service/report").status_code, 404)
        self.assertEqual(self.report("Closed").status_code, 404)
        self.assertFalse(self.cases("Closed"))

    def test_answers(self):
        answer, draft = self.env["crm.service.answer"].create(
            [
                {"name": "Engine does not start?", "body": "<p>Open the choke</p>"},
                {"name": "Draft engine", "body": "<p>x</p>"},
            ]
        )
        answer.action_publish()
        page = self.url_open("/service/answers?search=ENGINE").text
        self.assertIn("Engine does not start?", page)
        self.assertNotIn("Draft engine", page)
        self.assertIn("Open the choke", self.url_open(f"/service/answers/{answer.id}").text)
        self.assertEqual(self.url_open(f"/service/answers/{draft.id}").status_code, 404)
        self.assertEqual(self.url_open("/service/answers?search=%27)%20%7C%26:*").status_code, 200)


@tagged("post_install", "-at_install")
class TestCasePortal(PortalCase):
    def setUp(self):
        super().setUp()
        self.authenticate("case_portal", "case_portal")

    def test_report_and_follow(self):
        self.assertIn(self.mine.code, self.url_open("/my/cases/new").text)
        self.assertNotIn(self.theirs.code, self.url_open("/my/cases/new").text)
        response = self.post("/my/cases/new", issue="Chain is loose", text="Since Monday", asset_id=self.mine.id)
        case = self.cases("Chain is loose")
        self.assertIn(f"/my/cases/{case.id}", response.url)
        self.assertIn("Since Monday", response.text)
        self.assertEqual(
            (case.partner_id, case.asset_id, case.company_id), (self.user.partner_id, self.mine, self.company)
        )
        case.action_take()
        case.action_wait()
        self.post(f"/my/cases/{case.id}/reply", text="It is <b>worse</b>")
        self.assertEqual(case.state, "assigned")
        page = self.url_open(f"/my/cases/{case.id}").text
        self.assertIn("&lt;b&gt;worse", page)
        self.assertIn("Chain is loose", self.url_open("/my/cases").text)

    def test_internal_words_stay_inside(self):
        case = self.make_case(self.user.partner_id, internal_note="<p>Pays late</p>")
        case.message_post(body="Do not tell him", subtype_xmlid="mail.mt_note")
        page = self.url_open(f"/my/cases/{case.id}").text
        self.assertNotIn("Pays late", page)
        self.assertNotIn("Do not tell him", page)

    def test_others_cases(self):
        case = self.make_case(self.other.partner_id)
        contract = self.env["crm.service.contract"].create(
            {"name": "Theirs", "partner_id": self.other.partner_id.id, "company_id": self.company.id}
        )
        contract.action_start()
        for path in (
            f"/my/cases/{case.id}",
            f"/my/cases/{case.id}?access_token={case._portal_ensure_token()}",
            f"/my/contracts/{contract.id}",
            f"/my/contracts/{contract.id}?report_type=pdf&access_token={contract._portal_ensure_token()}",
            "/my/cases/99999999",
        ):
            response = self.url_open(path)
            self.assertTrue(response.url.rstrip("/").endswith("/my"), path)
            self.assertNotIn(case.name, response.text)
        self.post(f"/my/cases/{case.id}/reply", text="hello")
        self.assertFalse(case._portal_messages_sudo())
        self.post("/my/cases/new", issue="Stolen asset", asset_id=self.theirs.id)
        self.assertFalse(self.cases("Stolen asset").asset_id)

    def test_contract_with_what_is_left(self):
        contract = self.env["crm.service.contract"].create(
            {"name": "Mine", "partner_id": self.user.partner_id.id, "company_id": self.company.id, "included": 4}
        )
        self.assertNotIn("Mine", self.url_open("/my/contracts").text, "a draft is not shown")
        contract.action_start()
        self.assertIn("visits left", self.url_open("/my/contracts").text)
        self.assertIn("visits left", self.url_open(f"/my/contracts/{contract.id}").text)
        self.assertIn(contract.number, self.url_open(f"/my/contracts/{contract.id}?report_type=html").text)

    def test_closed_case(self):
        case = self.make_case(self.user.partner_id, solution="Done")
        case.action_solve()
        self.assertIn("Done", self.url_open(f"/my/cases/{case.id}").text)
        case.action_close()
        self.assertIn("closed", self.post(f"/my/cases/{case.id}/reply", text="more").url)
        self.assertEqual(case.state, "closed")
