from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo import fields, http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import hash_sign

from ..domain import rules
from ..models.res_partner_preferences import TOKEN_SCOPE
from .common import TIME_ZONE, WORKDAY_MORNING, ContactPolicyCase

DAYS = {f"day-{number}": "1" for number in range(7)}


class PreferencesCase(ContactPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.company_id = cls.company

    def form(self, ticked=None, **values):
        """What the page posts; by default what it shows."""
        page = self.customer._contact_page_sudo(fields.Datetime.now())
        cells = {cell: may for cell, may in page["cells"].items()} | (ticked or {})
        form = {"seen": page["seen"], "hour_from": "0", "hour_to": "24", **DAYS, **values}
        return form | {f"ok-{purpose}-{channel}": "1" for (purpose, channel), may in cells.items() if may}

    def verdict(self, purpose, channel="email", at=WORKDAY_MORNING):
        return self.customer._contact_decisions(channel, purpose, at)[self.customer.id]


@tagged("post_install", "-at_install")
class TestPreferences(PreferencesCase):
    def save(self, at=WORKDAY_MORNING, **values):
        self.customer._contact_page_save_sudo(self.form(**values), at, "Trang lựa chọn")

    def test_nothing_changed_records_nothing(self):
        self.save()
        self.assertFalse(self.customer.contact_consent_ids)
        self.assertFalse(self.customer.contact_preference_ids)

    def test_topics_and_channels(self):
        self.assertEqual(self.verdict("marketing").code, "consent_missing")
        self.save(ticked={("marketing", "email"): True, ("survey", "sms"): False})
        self.assertRecordValues(
            self.customer.contact_consent_ids.sorted("status"),
            [
                {"status": "given", "purpose": "marketing", "source": "customer", "evidence": "Trang lựa chọn"},
                {"status": "withdrawn", "purpose": "survey", "source": "customer", "evidence": "Trang lựa chọn"},
            ],
        )
        self.assertEqual(self.verdict("marketing").verdict, "allow")
        self.assertEqual(self.verdict("marketing", "sms").verdict, "deny")
        self.assertEqual(self.verdict("survey", "sms").verdict, "deny")
        self.assertEqual(self.verdict("survey").verdict, "allow")

    def test_stop_everything_and_come_back(self):
        self.customer._contact_stop_sudo(WORKDAY_MORNING, "x")
        self.customer._contact_stop_sudo(WORKDAY_MORNING, "x")
        self.assertEqual(len(self.customer.contact_consent_ids), 1)
        later = WORKDAY_MORNING + timedelta(minutes=1)
        self.assertEqual({self.verdict(p, at=later).verdict for p in rules.PURPOSES}, {"deny"})
        self.save(at=later, ticked={("service", "email"): True})
        self.assertEqual(self.verdict("service", at=later).verdict, "allow")
        self.assertEqual(self.verdict("service", "visit", at=later).verdict, "deny", "never shown, never loosened")
        self.assertEqual(self.verdict("survey", at=later).verdict, "deny")

    def test_hours(self):
        self.save(hour_from="13", hour_to="15", **{"day-6": ""})
        self.save(hour_from="13", hour_to="15")
        self.assertEqual(len(self.customer.contact_preference_ids), 1, "the same wish again adds nothing")
        decision = self.verdict("survey")
        self.assertEqual(
            (decision.verdict, decision.code, decision.at),
            ("hold", "preferred_hours", datetime(2026, 3, 3, 6, 0)),
        )
        self.assertEqual(self.verdict("support").verdict, "hold", "also what was asked for")
        self.assertEqual(self.verdict("survey", "post").code, "no_address")
        self.save(hour_from="21", hour_to="23")
        self.assertEqual(self.verdict("survey").verdict, "deny", "the policy's evening is quiet")

    def test_pause(self):
        """Until the day, by the customer's clock; what was booked still comes."""
        self.save(pause="2026-03-20")
        self.assertEqual(self.customer.contact_preference_ids.paused_until, datetime(2026, 3, 19, 17, 0))
        decision = self.verdict("care")
        self.assertEqual((decision.code, decision.at), ("paused", datetime(2026, 3, 20, 1, 0)))
        self.assertEqual(self.verdict("service").verdict, "allow")
        self.save(at=WORKDAY_MORNING + timedelta(minutes=1))
        self.assertEqual(self.verdict("care", at=WORKDAY_MORNING + timedelta(minutes=2)).verdict, "allow")
        self.assertEqual(len(self.customer.contact_preference_ids), 2)

    def test_company_pauses_for_its_people(self):
        firm = self.env["res.partner"].create({"name": "Công ty", "is_company": True})
        self.customer.write({"parent_id": firm.id, "company_id": False})
        until = WORKDAY_MORNING + timedelta(days=3)
        self.env["crm.contact.preference"].create(
            {"partner_id": firm.id, "date": WORKDAY_MORNING, "paused_until": until, "hour_from": 14}
        )
        self.assertEqual(self.verdict("survey").code, "paused")
        self.assertEqual(self.verdict("service").code, "preferred_hours")
        self.env["crm.contact.preference"].create({"partner_id": self.customer.id, "date": WORKDAY_MORNING})
        self.assertEqual(self.verdict("service").verdict, "allow", "a person's own hours before the company's")

    def test_nonsense_is_refused(self):
        for values in (
            {"hour_from": "12", "hour_to": "12"},
            {"hour_from": "-1"},
            {"hour_to": "x"},
            {"pause": "2020-01-01"},
            {"pause": "2099-01-01"},
            {"pause": "0001-01-01"},
            {"pause": "9999-12-31"},
            {"pause": "mai"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.save(**values)
        form = {key: value for key, value in self.form().items() if not key.startswith("day-")}
        with self.assertRaises(UserError):
            self.customer._contact_page_save_sudo(form, WORKDAY_MORNING, "x")
        self.assertFalse(self.customer.contact_preference_ids)

    def test_only_what_was_seen(self):
        """A cell the page did not show, or a forged one, changes nothing."""
        form = {**self.form(), "seen": "survey-email,hack-email,sale-pigeon,x"}
        form.pop("ok-survey-email")
        self.customer._contact_page_save_sudo(form, WORKDAY_MORNING, "x")
        word = self.customer.contact_consent_ids
        self.assertEqual((len(word), word.purpose, word.status), (1, "survey", "withdrawn"))

    def test_evidence_masks_the_address(self):
        partner = self.env["res.partner"]
        self.assertIn("203.0.113.x", partner._contact_evidence("token", "203.0.113.77"))
        self.assertIn("2001:db8:1:x", partner._contact_evidence("token", "2001:db8:1:2:3:4:5:6"))
        self.assertNotIn("token", partner._contact_evidence("token", ""))
        self.assertEqual(partner._mask_email("khach@example.com"), "k…@example.com")

    def test_token(self):
        partner = self.env["res.partner"]
        token = self.customer._contact_token_sudo("care")
        self.assertEqual(partner._contact_of_token_sudo(token), (self.customer, "care"))
        payload = [self.customer.id, self.company.id, ""]
        old = hash_sign(self.env(su=True), TOKEN_SCOPE, payload, expiration=timedelta(seconds=-1))
        other = hash_sign(self.env(su=True), "other", payload)
        for wrong in (token[:-2] + "AA", old, other, "x", "é", "", "====", token[:20]):
            self.assertFalse(partner._contact_of_token_sudo(wrong)[0], wrong)

    def test_text_messages(self):
        """What the customer did not ask for carries a short link; an appointment does not."""
        today = WORKDAY_MORNING.date()
        for purpose, linked in (("care", True), ("service", False)):
            booked = self.customer._contact_book("sms", purpose, WORKDAY_MORNING)
            vals = {"partner_id": self.customer.id, "number": self.customer.phone, "body": "Chúc mừng!"}
            with booked._ledger_pause():
                sms = self.env["sms.sms"].create(vals)
            self.assertEqual(sms.crm_interaction_id, booked)
            for _twice in range(2):
                sms._add_preferences_link_sudo()
            self.assertEqual(sms.body.count("/c/"), int(linked))
        code = self.customer._contact_short_url_sudo(today).rpartition("/")[2]
        self.assertLessEqual(len(code), 26)
        find = self.env["res.partner"]._contact_of_short_code_sudo
        self.assertEqual(find(code, today), self.customer)
        self.assertEqual(find(code, today).env.company, self.company)
        self.assertFalse(find(code, today + timedelta(days=181)))
        other = self.make_customers(1)
        forged = [code[:-1] + ("A" if code[-1] != "A" else "B"), code + "=", code[:8]]
        forged += ["", "-", "é", "A" * 26, "x" * 5000]
        mine = other._contact_short_url_sudo(today).rpartition("/")[2]
        forged.append(mine[:14] + code[14:])  # another customer's number with one's own signature
        for wrong in forged:
            with self.subTest(code=wrong[:30]):
                self.assertFalse(find(wrong, today))

    def test_a_link_that_only_looks_alike(self):
        """Another site's “/c/”, another customer's link: the own one is added all the same, once."""
        base = self.customer.get_base_url()
        strange = self.make_customers(1)._contact_short_url_sudo(fields.Date.today())
        for text in ("https://example.com/c/sale", f"{base}/c/AAAA", strange):
            booked = self.customer._contact_book("sms", "care", WORKDAY_MORNING)
            vals = {"partner_id": self.customer.id, "number": self.customer.phone, "body": text}
            with booked._ledger_pause():
                sms = self.env["sms.sms"].create(vals)
            sms._add_preferences_link_sudo()
            own = self.customer._contact_short_url_sudo(fields.Date.today())
            self.assertIn(own, sms.body)
            self.assertTrue(sms.body.startswith(text))
            with freeze_time(fields.Datetime.now() + timedelta(days=1)):
                sms._add_preferences_link_sudo()
            self.assertEqual(sms.body.count("/c/"), 2)

    def test_words_are_not_rewritten(self):
        """Nobody forges the customer's own word, dates one ahead, or lifts a withdrawal without proof."""
        user = new_test_user(self.env, "ban.hang.2", groups="crm_contact_policy.group_manager",
                             company_id=self.company.id, company_ids=[self.company.id])
        words = self.env["crm.contact.consent"].with_user(user)
        base = {"partner_id": self.customer.id, "purpose": "marketing"}
        for vals in ({"source": "customer"}, {"source": "merge"}, {"date": fields.Datetime.now() + timedelta(days=1)}):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                words.create(base | vals)
        self.customer._contact_stop_sudo(WORKDAY_MORNING - timedelta(days=200), "x", purpose="marketing")
        with self.assertRaises(UserError), self.cr.savepoint():
            words.create(base)
        self.assertTrue(words.create(base | {"evidence": "Phiếu 12/2026"}))

    def test_merge_keeps_the_strictest(self):
        """A pause stays a pause; hours are those both asked for."""
        gone = self.make_customers(1)
        now = fields.Datetime.now()
        until = now + timedelta(days=20)
        words, wishes = self.env["crm.contact.consent"], self.env["crm.contact.preference"]
        words.create({"partner_id": gone.id, "status": "given", "purpose": "care", "date": now - timedelta(days=1)})
        words.create(
            {"partner_id": self.customer.id, "status": "withdrawn", "purpose": "care", "expiry": until,
             "date": now - timedelta(days=9)}
        )
        wishes.create({"partner_id": gone.id, "hour_from": 8, "hour_to": 12, "paused_until": until,
                       "date": now - timedelta(days=1)})
        wishes.create({"partner_id": self.customer.id, "hour_from": 10, "on_sunday": False,
                       "date": now - timedelta(days=2)})
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((self.customer | gone).ids, self.customer)
        at = now + timedelta(minutes=1)
        self.assertEqual(self.verdict("care", at=at).verdict, "hold")
        self.assertEqual(self.verdict("care", at=until + timedelta(days=1)).verdict in ("allow", "hold"), True)
        last = self.customer.contact_preference_ids[0]
        self.assertRecordValues(
            last, [{"hour_from": 10, "hour_to": 12, "on_sunday": False, "paused_until": until, "source": "merge"}]
        )
        self.assertEqual(len(self.customer.contact_preference_ids), 3)

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        self.env["crm.contact.preference"].create(
            [{"partner_id": partner.id, "hour_from": 14, "date": WORKDAY_MORNING} for partner in few | many]
        )
        self.assertSameQueryCount(
            lambda: few._contact_decisions("email", "survey", WORKDAY_MORNING),
            lambda: many._contact_decisions("email", "survey", WORKDAY_MORNING),
        )


@tagged("post_install", "-at_install")
class TestPreferencesPage(PreferencesCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.path = f"/contact/preferences/{self.customer._contact_token_sudo('care')}"

    def csrf(self):
        self.authenticate(None, None)
        return http.Request.csrf_token(self)

    def test_get_changes_nothing(self):
        response = self.url_open(self.path + "?action=stop&ok-marketing-email=1")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(self.customer.email, response.text)
        self.assertNotIn(self.customer.name, response.text)
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.url_open(self.path.replace("preferences", "unsubscribe")).status_code, 200)
        self.assertFalse(self.customer.contact_consent_ids)

    def test_short_link(self):
        url = self.customer._contact_short_url_sudo(fields.Date.today())
        response = self.url_open(url[len(self.customer.get_base_url()) :])
        self.assertEqual(response.status_code, 200)
        self.assertIn("o_contact_preferences_form", response.text)
        self.assertFalse(self.customer.contact_consent_ids or self.customer.contact_preference_ids)
        self.assertEqual(self.url_open("/c/AAAA").status_code, 404)

    def test_post_needs_csrf(self):
        response = self.url_open(self.path, data={"action": "stop"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.customer.contact_consent_ids)

    def test_post(self):
        form = self.form(ticked={("survey", "email"): False}) | {"csrf_token": self.csrf()}
        response = self.url_open(self.path, data=form)
        self.assertEqual(response.status_code, 200)
        self.assertIn("saved", response.url)
        word = self.customer.contact_consent_ids
        self.assertEqual((word.purpose, word.channel_id.code, word.status), ("survey", "email", "withdrawn"))
        self.assertIn("127.0.0.x", word.evidence)
        response = self.url_open(self.path, data=form | {"hour_from": "9", "hour_to": "9", "csrf_token": self.csrf()})
        self.assertIn("alert-danger", response.text)

    def test_wrong_link(self):
        for path in ("/contact/preferences/abc", "/contact/preferences/%C3%A9", self.path[:-3] + "AAA"):
            response = self.url_open(path)
            self.assertEqual(response.status_code, 404)
            self.assertIn("fa-chain-broken", response.text)
        data = {"csrf_token": self.csrf(), "action": "stop"}
        self.assertEqual(self.url_open("/contact/preferences/abc", data=data).status_code, 404)

    def test_one_click(self):
        """RFC 8058: the mail program posts; it stops e-mails of this purpose, nothing else."""
        url = self.path.replace("preferences", "unsubscribe")
        for _again in range(2):
            response = self.url_open(url, data={"List-Unsubscribe": "One-Click"})
            self.assertEqual(response.status_code, 200)
        word = self.customer.contact_consent_ids
        self.assertEqual((word.purpose, word.channel_id.code, word.status), ("care", "email", "withdrawn"))
        self.assertEqual(self.url_open("/contact/unsubscribe/x", data={"a": "b"}).status_code, 404)

    def test_portal(self):
        user = new_test_user(self.env, "khach.cong.2", groups="base.group_portal", tz=TIME_ZONE)
        self.authenticate("khach.cong.2", "khach.cong.2")
        self.assertIn("/my/contact-preferences", self.url_open("/my").text)
        self.assertEqual(self.url_open("/my/contact-preferences").status_code, 200)
        data = {"csrf_token": http.Request.csrf_token(self), "action": "stop"}
        self.assertEqual(self.url_open("/my/contact-preferences", data=data).status_code, 200)
        word = user.partner_id.sudo().contact_consent_ids
        self.assertEqual((word.status, word.source), ("withdrawn", "customer"))
        self.assertFalse(self.customer.contact_consent_ids)


@tagged("post_install", "-at_install", "tour")
class TestPreferencesTour(PreferencesCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_customer_on_the_phone_in_vietnamese(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env["ir.module.module"].search([("name", "=", "crm_contact_policy")])._update_translations(["vi_VN"])
        self.customer.lang = "vi_VN"
        url = self.customer._contact_preferences_url_sudo("survey").removeprefix(self.customer.get_base_url())
        self.start_tour(url, "contact_preferences_phone_vi", login=None)
        words = self.customer.contact_consent_ids
        self.assertEqual(
            {(word.purpose, word.channel_id.code or "", word.status) for word in words},
            {("marketing", "email", "given"), ("survey", "sms", "withdrawn")},
        )
        self.assertRecordValues(
            self.customer.contact_preference_ids, [{"hour_from": 9, "hour_to": 17, "on_sunday": False}]
        )
        self.assertTrue(self.customer.contact_preference_ids.paused_until)
