from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import WORKDAY_MORNING, ContactPolicyCase
from .test_sender import NEXT_MORNING, NIGHT, SenderCase

SUNDAY = WORKDAY_MORNING + timedelta(days=5)
LATER = WORKDAY_MORNING + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestGatePolicies(ContactPolicyCase):
    """What a policy of the customer's own making means."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._load_vietnam_holidays_sudo([2026])
        cls.own = cls.env["crm.contact.policy"].create({"name": "Riêng", "company_id": cls.company.id})

    def decide(self, purpose, at, channel="email"):
        return self.customer._contact_decisions(channel, purpose, at)[self.customer.id]

    def test_purposes_without_a_line(self):
        """Wishes and booked service come on Sundays and at Tết, at a civil hour; collecting and selling never do."""
        tet = fields.Datetime.to_datetime("2026-02-17 03:00:00")
        for at in (SUNDAY, tet):
            for purpose in ("care", "service", "support"):
                self.assertEqual(self.decide(purpose, at).verdict, "allow", (purpose, at))
            for purpose in ("survey", "sale"):
                self.assertEqual(self.decide(purpose, at).verdict, "hold", (purpose, at))
        self.assertEqual(self.decide("care", SUNDAY.replace(hour=16)).code, "quiet_hours")
        self.assertEqual(self.decide("marketing", WORKDAY_MORNING).code, "consent_missing")

    def test_collecting_and_selling_never_on_days_off(self):
        for purpose in ("survey", "marketing", "sale"):
            with self.subTest(purpose=purpose), self.assertRaises(ValidationError), self.cr.savepoint():
                self.own.purpose_ids = [(0, 0, {"purpose": purpose, "on_days_off": True})]
        self.own.purpose_ids = [(0, 0, {"purpose": "care", "on_days_off": False})]
        self.assertEqual(self.decide("care", SUNDAY).verdict, "hold", "a policy may be stricter")

    def test_resolution(self):
        """Own before shared; among them by sequence, then the older; with a domain only for its customers."""
        domain = f"[('id', '=', {self.customer.id})]"
        second = self.own.copy({"name": "Hai", "domain": domain, "sequence": 5})
        third = self.own.copy({"name": "Ba", "domain": domain, "sequence": 5})
        shared = self.own.copy({"name": "Chung", "company_id": False, "domain": domain, "sequence": 0})
        find = self.env["crm.contact.policy"]._for_partners
        other = self.make_customers(1)
        self.assertEqual(find(self.customer | other, self.company), {self.customer.id: second, other.id: self.own})
        second.active = False
        self.assertEqual(find(self.customer, self.company)[self.customer.id], third)
        (third | self.own).action_archive()
        self.assertEqual(find(self.customer | other, self.company), {self.customer.id: shared, other.id: self.policy})

    def test_domain_with_the_writers_rights(self):
        """A policy asks for nothing its author may not search: who counts its customers would learn it."""
        inside = {"company_id": self.company.id, "company_ids": [self.company.id]}
        manager = new_test_user(self.env, "quan.ly.2", groups="crm_contact_policy.group_manager", **inside)
        own = self.own.with_user(manager)
        own.domain = "[('name', 'ilike', 'Khách')]"
        for secret in (
            "[('signup_type', '=', 'x')]",
            "[('child_ids.signup_type', '=', 'x')]",
            "[('no_such', '=', 1)]",
            "nonsense",
        ):
            with self.subTest(domain=secret), self.assertRaises(ValidationError), self.cr.savepoint():
                own.domain = secret

    def test_parent_and_archive(self):
        """Words, wishes and contacts stay with the person who gets a company, and come back with an archived one."""
        self.customer._contact_stop_sudo(WORKDAY_MORNING - timedelta(days=3), "x", purpose="survey")
        self.env["crm.contact.preference"].create(
            {"partner_id": self.customer.id, "hour_from": 14, "date": WORKDAY_MORNING - timedelta(days=3)}
        )
        booked = self.customer._contact_book("email", "sale", WORKDAY_MORNING)
        firm = self.env["res.partner"].create({"name": "Công ty", "is_company": True})
        self.customer.parent_id = firm
        self.assertEqual(booked.commercial_partner_id, firm)
        self.assertEqual(self.decide("survey", WORKDAY_MORNING).code, "consent_withdrawn")
        self.assertEqual(self.decide("sale", WORKDAY_MORNING).code, "preferred_hours")
        self.customer.action_archive()
        self.assertEqual(self.decide("sale", WORKDAY_MORNING).code, "archived")
        self.customer.action_unarchive()
        self.customer.parent_id = False
        self.assertEqual(self.decide("survey", WORKDAY_MORNING).code, "consent_withdrawn")
        self.assertEqual(len(self.customer.contact_preference_ids), 1)

    def test_preview(self):
        """One answer for each channel, with its reason; also for another purpose and hour."""
        self.customer.phone = False
        action = self.customer.action_contact_preview()
        preview = self.env["crm.contact.preview"].browse(action["res_id"])
        with Form(preview) as form:
            form.purpose = "survey"
            form.at = SUNDAY
        answers = {line.channel_id.code: (line.verdict, bool(line.from_date)) for line in preview.line_ids}
        self.assertEqual(answers["email"], ("hold", True))
        self.assertEqual(answers["sms"], ("deny", False))
        self.assertEqual(len(answers), 8)
        self.assertEqual(preview.policy_id, self.own)
        self.assertIn("Day off", preview.line_ids.filtered(lambda line: line.channel_id.code == "email").reason)

    def test_preview_of_others_customers(self):
        """What a user may not read he learns nothing about."""
        other = self.env["res.company"].create({"name": "Khác"})
        theirs = self.env["res.partner"].create({"name": "Khách của họ", "company_id": other.id})
        inside = {"company_id": self.company.id, "company_ids": [self.company.id]}
        user = new_test_user(self.env, "to.mo", groups="crm_contact_policy.group_user", **inside)
        with self.assertRaises(AccessError):
            preview = self.env["crm.contact.preview"].with_user(user).create({"partner_id": theirs.id})
            preview.line_ids.read()
        mine = self.env["crm.contact.preview"].create({"partner_id": self.customer.id})
        with self.assertRaises(AccessError):
            mine.with_user(user).read(["purpose"])


@tagged("post_install", "-at_install")
class TestGateSending(SenderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [cls.company.id]}
        cls.user = new_test_user(cls.env, "ban.hang.3", groups="crm_contact_policy.group_user", **inside)
        cls.boss = new_test_user(cls.env, "duoc.phep", groups="crm_contact_policy.group_bypass", **inside)

    def capped(self):
        """A letter held by the survey cap."""
        self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        letter = self.letters(["thư"], [self.customer])
        return letter._contact_request("email", "survey", LATER)

    # ------------------------------------------------------------------ bypass
    def test_bypass_is_for_its_group(self):
        letters = self.letters(["thư"] * 2)
        with self.assertRaises(AccessError):
            letters.with_user(self.user)._contact_request("email", "survey", LATER, bypass_reason="Gấp")
        with self.assertRaises(UserError):
            letters.with_user(self.boss)._contact_request("email", "survey", LATER, bypass_reason="  ")
        held = self.capped()
        with self.assertRaises(AccessError):
            held.with_user(self.user)._bypass_sudo("Gấp", LATER)
        with self.assertRaises(UserError):
            held.with_user(self.boss)._bypass_sudo("", LATER)
        for user in (self.user, self.boss):
            with self.assertRaises(UserError):
                held.with_user(user).write({"bypass_reason": "giả"})
        self.assertEqual(held.state, "held")

    def test_bypass_passes_the_cap_and_is_logged(self):
        held = self.capped()
        self.assertEqual((held.state, held.hold_code), ("held", "cooldown"))
        action = held.with_user(self.boss).action_bypass()
        wizard = self.env[action["res_model"]].with_user(self.boss).with_context(**action["context"])
        held.with_user(self.boss)._bypass_sudo("Thu hồi sản phẩm", LATER)
        self.assertEqual((held.state, held.bypass_user_id, held.bypass_reason), ("done", self.boss, "Thu hồi sản phẩm"))
        self.assertEqual(wizard.create({"reason": "x"}).interaction_ids, held)
        self.assertEqual(self.mails(), 1)
        self.assertTrue(any("Thu hồi sản phẩm" in body for body in self.customer.message_ids.mapped("body")))
        listed = self.env["crm.interaction"].search([("bypass_reason", "!=", False)])
        self.assertIn(held, listed)

    def test_bypass_keeps_the_night_and_the_customers_word(self):
        day_off = self.letters(["chủ nhật"])._contact_request("email", "sale", SUNDAY)
        self.assertEqual(day_off.state, "held")
        day_off.with_user(self.boss)._bypass_sudo("Gấp", SUNDAY)
        self.assertEqual(day_off.state, "held", "nobody sells on a day off")
        self.policy.purpose_ids.filtered(lambda line: line.purpose == "care").on_days_off = False
        care = self.letters(["chúc mừng"])._contact_request("email", "care", SUNDAY)
        self.assertEqual(care.state, "held")
        care.with_user(self.boss)._bypass_sudo("Gấp", SUNDAY)
        self.assertEqual(care.state, "done")
        letters = self.letters(["đêm"] * 2)
        held = letters._contact_request("email", "sale", NIGHT)
        held.with_user(self.boss)._bypass_sudo("Gấp", NIGHT)
        self.assertEqual(held.mapped("state"), ["held"] * 2)
        letters[0].partner_id._contact_stop_sudo(NIGHT, "x")
        held._release_held(NEXT_MORNING)
        self.assertEqual(held.mapped("state"), ["denied", "done"])
        with self.assertRaises(UserError):
            held[:1].with_user(self.boss)._bypass_sudo("Gấp", NEXT_MORNING)

    # ------------------------------------------------------------------ deadlines
    def test_deadline(self):
        """A greeting that cannot go in time is denied at once; one held past its time is denied, not sent late."""
        letters = self.letters(["thư"] * 3)
        ends = {letters[0].id: NIGHT + timedelta(hours=1), letters[1].id: NEXT_MORNING + timedelta(hours=2)}
        interactions = letters._contact_request("email", "care", NIGHT, deadlines=ends)
        self.assertEqual(interactions.mapped("state"), ["denied", "held", "held"])
        self.assertEqual(interactions[0].reason_code, "too_late")
        self.assertIn("quiet hours", interactions[0].reason)
        self.assertEqual(letters.mapped("rejected"), ["too_late", False, False])
        interactions[1:]._release_held(NEXT_MORNING + timedelta(hours=3))
        self.assertEqual(interactions.mapped("state"), ["denied", "denied", "done"])
        self.assertEqual(interactions[1].reason_code, "too_late")
        self.assertEqual(self.mails(), 1)

    # ------------------------------------------------------------------ seen
    def test_chatter(self):
        """The customer's chatter shows what was held and denied, not what simply went."""
        letters = self.letters(["thư"] * 3)
        letters[0]._contact_request("email", "service", NIGHT, subject="Nhắc bảo dưỡng")
        letters[1]._contact_request("email", "marketing", WORKDAY_MORNING, subject="Khuyến mãi")
        letters[2]._contact_request("email", "service", WORKDAY_MORNING)
        notes = [letter.partner_id.message_ids[:1].body or "" for letter in letters]
        self.assertIn("Nhắc bảo dưỡng", notes[0])
        self.assertIn("Quiet hours", notes[0])
        self.assertIn("No consent", notes[1])
        self.assertFalse(letters[2].partner_id.message_ids)

    def test_chatter_escapes(self):
        self.customer._contact_book("email", "marketing", WORKDAY_MORNING, subject="<img src=x onerror=alert(1)>")
        self.assertNotIn("<img", self.customer.message_ids[:1].body)

    def test_report(self):
        """Held, denied and sent are counted by reason, also those that went after waiting."""
        letters = self.letters(["thư"] * 4)
        held = letters[:2]._contact_request("email", "service", NIGHT)
        letters[2]._contact_request("email", "marketing", NIGHT)
        letters[3]._contact_request("email", "service", WORKDAY_MORNING)
        held[0]._release_held(NEXT_MORNING)
        report = self.env["crm.contact.gate.report"]
        rows = report._read_group(
            [("partner_id", "in", letters.partner_id.ids)], ["result", "reason_code"], ["__count", "waited:avg"]
        )
        self.assertEqual(
            {(result, reason): (number, waited) for result, reason, number, waited in rows},
            {
                ("held", "quiet_hours"): (1, 10.0),
                ("sent_later", "quiet_hours"): (1, 10.0),
                ("denied", "consent_missing"): (1, 0.0),
                ("sent", False): (1, 0.0),
            },
        )
        with self.assertRaises(AccessError):
            report.with_user(self.user).search([])

    # ------------------------------------------------------------------ order under a cap
    def test_cap_lets_the_most_important_go(self):
        """Three wait, the cap allows one that morning: support before sale before survey, whoever asked first."""
        self.policy.purpose_ids.write({"passes_caps": False, "cooldown_days": 0})
        self.policy.cap_ids.unlink()
        self.policy.cap_ids = [(0, 0, {"limit": 1, "days": 3})]
        held = self.env["crm.interaction"]
        for minute, purpose in enumerate(("survey", "sale", "support")):
            letter = self.letters(["thư"], [self.customer])
            held |= letter._contact_request("email", purpose, NIGHT + timedelta(minutes=minute))
        self.policy.cap_ids.write({"days": 1})
        held._set({"date": NEXT_MORNING})
        held.browse()._release_held(NEXT_MORNING)
        self.assertEqual(held.mapped("state"), ["held", "held", "done"])

    def test_more_important_takes_the_promised_place(self):
        """The place a survey waits for goes to the support answer that a cap put off till later."""
        self.policy.purpose_ids.write({"passes_caps": False, "cooldown_days": 0})
        self.policy.cap_ids.unlink()
        self.policy.cap_ids = [(0, 0, {"limit": 1, "days": 2})]
        survey = self.letters(["hỏi"], [self.customer])._contact_request("email", "survey", NIGHT)
        support = self.letters(["đáp"], [self.customer])._contact_request("email", "support", NIGHT)
        self.assertEqual((survey.date, support.date), (NEXT_MORNING, NEXT_MORNING + timedelta(days=2)))
        self.env["crm.interaction"]._release_held(NEXT_MORNING)
        self.assertEqual((survey.state, support.state, support.date), ("held", "done", NEXT_MORNING))
        self.assertEqual(survey.date, NEXT_MORNING + timedelta(days=2))

    # ------------------------------------------------------------------ the link below every message
    def test_link_when_sent_once_more(self):
        """What failed and is sent again carries the link and the header as the first time."""
        letter = self.letters(["thư"])
        letter._contact_request("email", "care", WORKDAY_MORNING)
        vals = {"model": letter._name, "res_id": letter.id, "body_html": "<p>Chào</p>"}
        mail = self.env["mail.mail"].create({**vals, "recipient_ids": [(4, letter.partner_id.id)]})
        contact = self.env["crm.interaction"].search(
            [("res_model", "=", letter._name), ("res_id", "=", letter.id), ("booked_on", "!=", False)]
        )
        contact.sudo()._undelivered("Down")
        self.assertEqual((contact.state, contact.reason_code), ("denied", "undelivered"))
        out = mail._prepare_outgoing_list()
        self.assertIn("/contact/preferences/", out[0]["body"])
        self.assertIn("List-Unsubscribe", out[0]["headers"])

    def test_link_and_header(self):
        letters = self.letters(["thư"] * 3)
        letters[1].partner_id.lang = "en_US"
        letters[0]._contact_request("email", "care", WORKDAY_MORNING)
        letters[1]._contact_request("email", "service", WORKDAY_MORNING)
        for letter, listed in zip(letters[:2], (True, False), strict=True):
            self.env["mail.mail"].create(
                {
                    "model": letter._name,
                    "res_id": letter.id,
                    "body_html": "<p>Chào</p>",
                    "recipient_ids": [(4, letter.partner_id.id), (4, self.user.partner_id.id)],
                }
            )
            mail = self.env["mail.mail"].search([("model", "=", letter._name), ("res_id", "=", letter.id)])
            out = {values["partner_id"]: values for values in mail._prepare_outgoing_list()}
            mine, colleague = out[letter.partner_id], out[self.user.partner_id]
            self.assertIn("/contact/preferences/", mine["body"])
            self.assertIn("/contact/preferences/", mine["body_alternative"])
            self.assertEqual("List-Unsubscribe" in mine["headers"], listed)
            self.assertNotIn("/contact/preferences/", colleague["body"])
            self.assertNotIn("List-Unsubscribe", colleague["headers"])
            token = mine["body"].split("/contact/preferences/")[1].split('"')[0]
            found, _purpose = self.env["res.partner"]._contact_of_token_sudo(token)
            self.assertEqual(found, letter.partner_id)
            self.assertNotIn("/contact/", mail.body_html, "nobody who reads the message in Odoo holds the link")
