from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestInteractionGuard(ContactPolicyCase):
    """Nobody makes room under a cap, or lets something be sent, by rewriting the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [cls.company.id]}
        cls.user = new_test_user(cls.env, "ban.hang", groups="crm_contact_policy.group_user", **inside)
        cls.manager = new_test_user(cls.env, "truong.phong", groups="crm_contact_policy.group_manager", **inside)

    def assertRefused(self, record, user, vals):
        with self.assertRaises(UserError), self.cr.savepoint():
            record.with_user(user).write(vals)

    def test_booked_stays_counted(self):
        booked = self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        booked._set({"state": "done"})
        for vals in (
            {"state": "cancelled"},
            {"state": "planned"},
            {"date": "2020-01-01"},
            {"purpose": "service"},
            {"direction": "in"},
            {"partner_id": self.company.partner_id.id},
            {"booked_on": False},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(booked, self.user, vals)
        booked.with_user(self.user).write({"note": "Đã gọi lại", "state": "done"})
        booked.with_user(self.manager).write({"purpose": "service"})
        self.assertRefused(booked, self.manager, {"state": "cancelled"})

    def test_refusal_keeps_its_moment(self):
        call = self.env["crm.interaction"].with_user(self.user).create({"partner_id": self.customer.id})
        call.action_refuse()
        self.assertTrue(call.refused_on)
        self.assertRefused(call, self.user, {"refused_on": False})
        self.assertRefused(call, self.user, {"state": "done"})

    def test_nothing_sent_by_forging(self):
        """A held contact about any record would be sent by the release job."""
        forged = {"partner_id": self.customer.id, "state": "held", "res_model": "res.partner", "res_id": 1}
        for user in (self.user, self.manager):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.env["crm.interaction"].with_user(user).create(forged)
            planned = self.env["crm.interaction"].create({"partner_id": self.customer.id, "state": "planned"})
            self.assertRefused(planned, user, {"state": "held"})
            self.assertRefused(planned, user, {"res_model": "res.partner", "res_id": 1})

    def test_own_log_may_be_mended(self):
        call = self.env["crm.interaction"].with_user(self.user).create({"partner_id": self.customer.id})
        call.date = WORKDAY_MORNING
        planned = call.copy({"state": "planned"})
        planned.write({"date": WORKDAY_MORNING, "purpose": "care"})
        planned.action_done()
        self.assertEqual(planned.state, "done")

    def test_who_recorded_a_consent(self):
        consent = self.env["crm.contact.consent"].with_user(self.user)
        word = consent.create({"partner_id": self.customer.id, "status": "given", "user_id": self.manager.id})
        self.assertEqual(word.user_id, self.user)

    def test_context_forges_nothing(self):
        """Default values of a context come from outside as well: a forged held contact would be sent past every cap."""
        forged = {
            "default_state": "held",
            "default_booked_on": "2026-01-01 00:00:00",
            "default_bypass_reason": "x",
            "default_bypass_user_id": self.manager.id,
            "default_reason_code": "cap",
            "default_res_model": "res.partner",
            "default_res_id": self.customer.id,
        }
        ledger = self.env["crm.interaction"].with_user(self.user)
        contact = ledger.with_context(**forged).create({"partner_id": self.customer.id}).sudo()
        self.assertEqual(contact.state, "done")
        self.assertFalse(contact.booked_on or contact.bypass_reason or contact.bypass_user_id or contact.reason_code)

    def test_colleagues_words_stay(self):
        """What a colleague wrote down is filled in or added to, never rewritten; managers may."""
        inside = {"company_id": self.company.id, "company_ids": [self.company.id]}
        other = new_test_user(self.env, "dong.nghiep", groups="crm_contact_policy.group_user", **inside)
        call = self.env["crm.interaction"].with_user(self.user)
        call = call.create({"partner_id": self.customer.id, "note": "Muốn giá tốt hơn", "is_complaint": True})
        for vals in (
            {"note": ""},
            {"note": "Hài lòng"},
            {"subject": "Khác"},
            {"is_complaint": False},
            {"user_id": other.id},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(call, other, vals)
        call.with_user(other).write({"note": "Muốn giá tốt hơn\nĐã gửi báo giá", "asked": "Bao giờ giao?"})
        self.assertEqual(call.asked, "Bao giờ giao?")
        self.assertRefused(call, other, {"previous_id": call.copy().id})
        call.write({"note": "Đã sửa"})
        call.with_user(self.manager).write({"note": False})

    def test_others_entries_are_out_of_reach(self):
        """A mention or an activity takes its entry of the ledger along when it goes: its own, not any."""
        booked = self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        mentions = self.env["crm.mention"].with_user(self.user)
        with self.assertRaises(UserError), self.cr.savepoint():
            mentions.create({"text": "…", "interaction_id": booked.id})
        mention = mentions.with_context(default_interaction_id=booked.id).create({"text": "…"})
        with self.assertRaises(UserError), self.cr.savepoint():
            mention.write({"interaction_id": booked.id})
        self.assertTrue(booked.exists())
        self.user.group_ids += self.env.ref("base.group_partner_manager")
        activities = self.env["mail.activity"].with_user(self.user)
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.customer.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "user_id": self.user.id,
        }
        with self.assertRaises(UserError), self.cr.savepoint():
            activities.create({**vals, "crm_interaction_id": booked.id})
        activity = activities.with_context(default_crm_interaction_id=booked.id).create(vals)
        self.assertFalse(activity.crm_interaction_id)
        with self.assertRaises(UserError), self.cr.savepoint():
            activity.write({"crm_interaction_id": booked.id})

    def test_wider_wishes_need_proof(self):
        """Nobody lifts the customer's pause, or widens the hours, in their name without the proof."""
        words = self.env["crm.contact.preference"]
        later = self.env.cr.now().replace(tzinfo=None, microsecond=0) + timedelta(days=30)
        words.create({"partner_id": self.customer.id, "hour_from": 9, "hour_to": 12, "paused_until": later})
        mine, same = words.with_user(self.user), {"partner_id": self.customer.id, "hour_from": 9, "hour_to": 12}
        for vals in (same, {**same, "hour_to": 18, "paused_until": later}):
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                mine.create(vals)
        mine.create({**same, "hour_to": 11, "paused_until": later})
        self.assertTrue(mine.create({**same, "evidence": "Khách gọi ngày 3/3"}))
