from datetime import date, datetime, timedelta

from odoo.tests import Form

from .common import EVE, SUNDAY, CareCase


class TestChannels(CareCase):
    def texts(self, partner=None):
        return self.env["sms.sms"].search([("partner_id", "=", (partner or self.customer).id)])

    def test_sms(self):
        self.customer.phone = "+84912345678"
        occasion = self.occasion(channel="sms")
        self.assertIn("by SMS", occasion.outlook)
        self.assertIn("very happy birthday", occasion.preview_body)
        for minutes in (0, 15):
            self.run_at(SUNDAY + timedelta(minutes=minutes))
        self.assertEqual(len(self.texts()), 1)
        self.assertEqual(self.texts().number, "+84912345678")
        self.assertIn("Nguyễn Thị Lan", self.texts().body)
        self.assertFalse(self.mails())
        self.assertEqual((occasion.greeting_ids.state, occasion.last_sent), ("sent", SUNDAY))
        self.assertEqual(occasion.greeting_ids.interaction_id.channel_id.code, "sms")

    def test_sms_in_the_recipient_s_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.env["ir.module.module"]._load_module_terms(["crm_care"], ["vi_VN"])
        self.customer.write({"phone": "+84912345678", "lang": "vi_VN"})
        self.customer._profile_record({"salutation": "chi"}, source="partner")
        self.occasion(channel="sms")
        self.run_at(SUNDAY)
        self.assertIn("chị Nguyễn Thị Lan", self.texts().body)
        self.assertIn("sinh nhật", self.texts().body)

    def test_sms_without_number(self):
        self.customer.phone = False
        occasion = self.occasion(channel="sms")
        self.run_at(SUNDAY)
        self.assertFalse(self.texts())
        self.assertEqual(occasion.greeting_ids.state, "denied")

    def test_chat_by_a_colleague(self):
        """The colleague gets the text on the day; the greeting counts as sent when the activity is done."""
        self.customer.phone = "+84912345678"
        occasion = self.occasion(channel="chat", user_id=self.colleague.id)
        self.assertIn("by chat", occasion.outlook)
        self.run_at(EVE)
        self.assertFalse(occasion.activity_ids)
        for minutes in (0, 15):
            self.run_at(SUNDAY + timedelta(minutes=minutes))
        activity = occasion.activity_ids
        self.assertEqual(
            (len(activity), activity.user_id, activity.date_deadline), (1, self.colleague, date(2026, 11, 8))
        )
        self.assertIn("very happy birthday", activity.note)
        self.assertIn("+84912345678", activity.summary)
        line = occasion.greeting_ids
        self.assertEqual(
            (line.state, line.interaction_id.state, line.interaction_id.user_id),
            ("assigned", "planned", self.colleague),
        )
        activity.with_user(self.colleague).action_done()
        self.assertEqual((line.state, line.interaction_id.state), ("sent", "done"))
        self.assertTrue(line.sent_on)

    def test_chat_forgotten(self):
        """Nobody sent it: the ledger does not say it was; done later, it says when."""
        occasion = self.occasion(channel="chat", user_id=self.colleague.id)
        self.run_at(SUNDAY)
        self.run_at(datetime(2026, 11, 9, 1, 40))
        line = occasion.greeting_ids
        self.assertEqual(
            (line.state, line.reason_code, line.interaction_id.state), ("missed", "colleague", "cancelled")
        )
        self.assertEqual(len(occasion.activity_ids), 1)
        occasion.activity_ids.action_done()
        self.assertEqual((line.state, line.interaction_id.state), ("sent", "done"))

    def test_chat_refused(self):
        self.env["crm.contact.consent"].create(
            {"partner_id": self.customer.id, "purpose": "care", "status": "withdrawn", "date": datetime(2026, 1, 1)}
        )
        occasion = self.occasion(channel="chat", user_id=self.colleague.id)
        self.run_at(SUNDAY)
        self.assertFalse(occasion.activity_ids)
        self.assertEqual(occasion.greeting_ids.state, "denied")

    def test_each_kind_has_its_short_text(self):
        occasions = [self.occasion(channel="sms", kind=kind) for kind in ("birthday", "first_purchase", "wedding")]
        occasions.append(self.child(channel="sms"))
        self.assertEqual(len({occasion.preview_body for occasion in occasions}), 4)
        self.assertIn("Minh", occasions[-1].preview_body)

    def test_form(self):
        with Form(self.env["crm.occasion"].with_user(self.colleague)) as form:
            form.partner_id = self.customer
            form.day, form.month, form.channel = 8, 11, "chat"
        self.assertEqual(form.record.channel, "chat")


class TestWithdrawn(CareCase):
    def test_birthday_goes_when_dates_of_birth_become_restricted(self):
        """What was derived is hidden with what it was derived from, and comes back with it."""
        self.customer._profile_record({"birth_date": "1990-11-08"}, source="partner")
        own = self.occasion(kind="wedding")
        self.assertEqual(len(self.customer.occasion_ids), 2)
        attribute = self.env["crm.profile.attribute"].search([("code", "=", "birth_date")])
        attribute.sensitivity = "restricted"
        self.assertEqual(self.customer.occasion_ids, own)
        attribute.sensitivity = "normal"
        self.assertEqual(len(self.customer.occasion_ids), 2)

    def test_birthday_goes_with_the_erased_fact(self):
        self.customer._profile_record({"birth_date": "1990-11-08"}, source="partner")
        facts = self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)])
        self.env["crm.privacy"]._erase_sudo(facts)
        self.assertFalse(self.customer.occasion_ids)

    def test_person_is_forgotten(self):
        self.occasion()
        self.run_at(SUNDAY)
        done = self.env["crm.privacy"]._erase_person_sudo(self.customer)
        self.assertLessEqual({"crm.occasion", "crm.interaction"}, done.keys())
        for model in ("crm.occasion", "crm.occasion.greeting", "crm.interaction"):
            self.assertFalse(self.env[model].search([("partner_id", "=", self.customer.id)]))
