from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import LinkMixin
from .test_calls import CallCase


@tagged("post_install", "-at_install")
class TestScript(LinkMixin, CallCase, HttpCase):
    """The script is the interviewer's: prompts and certain facts, neither doubts nor secrets, never the customer's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invitation = cls.invite(at=fields.Datetime.now())
        cls.invitation._prolong(fields.Datetime.now() + timedelta(days=9))
        cls.customer.lang = "en_US"
        cls.invitation.user_input_id.lang_id = cls.env.ref("base.lang_en")
        cls.quiet_survey.question_ids[0].interviewer_note = "Read the options SLOWLY"
        cls.quiet_survey.interviewer_intro = "Hello from the SHOP"
        cls.ann.password = "ann_of_the_phone"

    def attribute(self, code, **values):
        return self.env["crm.profile.attribute"].create(
            {"name": code.capitalize(), "code": code, "value_type": "text", **values}
        )

    def facts(self):
        """Certain, doubtful, disputed, restricted, intimate and expired ones."""
        names = ("sure", "doubt", "disputed", "secret", "intimate", "old")
        for code in names:
            self.attribute(
                f"call_{code}",
                sensitivity="restricted" if code == "secret" else "normal",
                depth="3" if code == "intimate" else "2",
                retention_months=1 if code == "old" else 0,
            )
        record = self.customer.sudo()._profile_record
        today = fields.Date.today()
        record({"call_sure": "Likes SERVICE", "call_secret": "SECRETWORD", "call_intimate": "INTIMATEWORD"}, "partner")
        record({"call_doubt": "DOUBTWORD"}, "employee", confidence=0.2)
        record({"call_old": "OLDWORD"}, "partner", collected_on=today - timedelta(days=90))
        record({"call_disputed": "DISPUTEDONE"}, "employee", collected_on=today)
        other = self.env["crm.profile.fact"].sudo().search([("value_text", "=", "DISPUTEDONE")])
        other.sudo()._write({"status": "disputed"})
        self.env.flush_all()
        self.env.invalidate_all()

    def assertCertainOnly(self, html):
        self.assertIn("Likes SERVICE", html)
        for word in ("SECRETWORD", "INTIMATEWORD", "DOUBTWORD", "OLDWORD", "DISPUTEDONE"):
            self.assertNotIn(word, html)

    def test_interviewer_sees_prompts_and_certain_facts(self):
        self.facts()
        self.authenticate("ann", "ann_of_the_phone")
        page = self.url_open(self.start_url(self.invitation)).text
        self.assertIn("Hello from the SHOP", page)
        self.assertIn(f"/odoo/survey-calls/{self.invitation.id}", page)
        self.assertCertainOnly(page)
        begun = self.rpc("/survey/begin/{}/{}".format(*self.tokens(self.invitation)), {})
        self.assertIn("Read the options SLOWLY", begun[1]["survey_content"])

    def test_customer_never_sees_them(self):
        self.facts()
        page = self.url_open(self.start_url(self.invitation)).text
        begun = self.rpc("/survey/begin/{}/{}".format(*self.tokens(self.invitation)), {})
        for html in (page, begun[1]["survey_content"]):
            for word in ("SHOP", "SLOWLY", "Likes SERVICE", "survey-calls"):
                self.assertNotIn(word, html)

    def test_a_customer_with_a_login_sees_none_either(self):
        """Whoever answers for themselves is a customer, an employee included."""
        self.invitation.user_input_id.partner_id = self.ann.partner_id
        self.authenticate("ann", "ann_of_the_phone")
        self.assertNotIn("SHOP", self.url_open(self.start_url(self.invitation)).text)

    def test_dialog_shows_the_same(self):
        self.facts()
        sheet = self.env["crm.survey.call"].with_user(self.ann).create({"invitation_id": self.invitation.id}).sheet
        self.assertIn("Hello from the SHOP", sheet)
        self.assertCertainOnly(sheet)

    def test_script_without_words_names_us(self):
        self.quiet_survey.interviewer_intro = False
        intro = self.invitation.with_user(self.ann)._call_intro()
        for word in ("Ann", self.company.name, self.customer.name):
            self.assertIn(word, intro)

    def test_portal_reads_no_script(self):
        portal = self.env["res.users"].create(
            {"name": "P", "login": "call_portal", "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)]}
        )
        with self.assertRaises(AccessError):
            self.quiet_survey.with_user(portal).read(["interviewer_intro"])
