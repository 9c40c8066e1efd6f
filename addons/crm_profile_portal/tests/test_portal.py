import io
import json
import zipfile

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPortal(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "khach", groups="base.group_portal")
        cls.other = cls.env["res.partner"].create({"name": "Người khác"})
        cls.user.partner_id._profile_record({"vehicle": "Honda", "income_band": "10m_20m"}, "partner")
        cls.other._profile_record({"vehicle": "Ferrari"}, "partner")

    def download(self, token=True, **values):
        page = self.url_open("/my/data").text
        if token:
            values["csrf_token"] = page.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open("/my/data/file", data=values or {"x": "1"})

    def test_own_data_once_an_hour(self):
        self.authenticate("khach", "khach")
        self.assertIn("/my/data", self.url_open("/my").text)
        response = self.download(partner_id=self.other.id)
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        content = zipfile.ZipFile(io.BytesIO(response.content)).read("data.json").decode()
        self.assertIn("Honda", content)
        self.assertIn("million", content)
        self.assertNotIn("Ferrari", content)
        self.assertEqual(json.loads(content)["person"], self.user.partner_id.display_name)
        request = self.env["crm.privacy.request"].search([("partner_id", "=", self.user.partner_id.id)])
        self.assertEqual((request.by_customer, request.user_id), (True, self.user))
        again = self.download()
        self.assertIn("less than an hour", again.text)
        self.assertFalse(self.env["crm.profile.access.log"].search([("user_id", "=", self.user.id)]))

    def test_refusals(self):
        """No download by a link, without the form's token, or by somebody who is not logged in."""
        self.authenticate("khach", "khach")
        self.assertEqual(self.url_open("/my/data/file").status_code, 405)
        self.assertEqual(self.download(token=False).status_code, 400)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/data").url)
        self.assertFalse(self.env["crm.privacy.request"].search([("partner_id", "=", self.user.partner_id.id)]))
