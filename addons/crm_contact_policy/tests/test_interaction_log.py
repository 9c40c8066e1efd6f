from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import TIME_ZONE, WORKDAY_MORNING, ContactPolicyCase

SUNDAY_IN_TWO_MONTHS = datetime(2026, 3, 10, 3, 0)  # two months later is Sunday, 10 May
TOMORROW = WORKDAY_MORNING + timedelta(days=1)


@tagged("post_install", "-at_install")
@freeze_time(WORKDAY_MORNING)
class TestInteractionLog(ContactPolicyCase):
    """One dialog writes a call or visit down and plans the next contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "ban.hang",
            groups="crm_contact_policy.group_user",
            tz=TIME_ZONE,
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )

    def dialog(self, **context):
        context = context or {"active_model": "res.partner", "active_id": self.customer.id}
        return Form(self.env["crm.interaction.log"].with_user(self.seller).with_context(**context))

    def save(self, form):
        form.save().action_save()
        return self.customer.interaction_ids.sorted("id")

    def made_on(self, moment):
        """The database's clock is not the test's."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_interaction SET create_date = %s", [moment])
        self.env.invalidate_all()

    def test_all_is_kept(self):
        form = self.dialog()
        form.channel_id = self.env.ref("crm_contact_policy.channel_visit")
        form.duration = 1.5
        form.outcome_id = self.env.ref("crm_contact_policy.outcome_interested")
        form.is_complaint = True
        form.cared_about = "Giá, bảo hành"
        form.asked = "Có trả góp không?"
        entry = self.save(form)
        self.assertRecordValues(
            entry,
            [
                {
                    "channel_code": "visit",
                    "state": "done",
                    "duration": 1.5,
                    "is_complaint": True,
                    "cared_about": "Giá, bảo hành",
                    "asked": "Có trả góp không?",
                    "user_id": self.seller.id,
                    "is_manual": True,
                }
            ],
        )

    def test_next_call(self):
        """In the call list and among the activities, once."""
        form = self.dialog()
        form.next_kind = "call"
        form.next_date = TOMORROW
        form.next_duration = 0.25
        form.next_subject = "Gửi báo giá"
        entry, planned = self.save(form)
        self.assertRecordValues(
            planned,
            [
                {
                    "state": "planned",
                    "date": TOMORROW,
                    "previous_id": entry.id,
                    "subject": "Gửi báo giá",
                    "planned_duration": 0.25,
                    "user_id": self.seller.id,
                }
            ],
        )
        activity = planned.activity_ids
        self.assertEqual((activity.date_deadline, activity.user_id), (TOMORROW.date(), self.seller))
        activity.with_user(self.seller).action_feedback(feedback="Xong")
        self.assertEqual(planned.state, "done")
        self.assertEqual(len(self.customer.interaction_ids), 2)

    def test_next_meeting(self):
        form = self.dialog()
        form.next_kind = "meeting"
        form.next_date = TOMORROW
        entry, planned = self.save(form)
        event = self.env["calendar.event"].search([("partner_ids", "in", self.customer.ids)])
        self.assertEqual((event.start, event.user_id), (TOMORROW, self.seller))
        self.assertEqual((planned.channel_code, planned.previous_id, planned.res_id), ("visit", entry, event.id))
        self.assertEqual(entry.next_date, TOMORROW)

    def test_no_double_booking(self):
        """Either is busy: said with the next free times; nothing is written."""
        for who in (self.seller.partner_id, self.customer):
            event = self.env["calendar.event"].create(
                {
                    "name": "Bận",
                    "start": TOMORROW - timedelta(minutes=15),
                    "stop": TOMORROW + timedelta(minutes=45),
                    "partner_ids": [(6, 0, who.ids)],
                }
            )
            before = len(self.customer.interaction_ids)
            form = self.dialog()
            form.next_kind = "meeting"
            form.next_date = TOMORROW
            with self.assertRaisesRegex(UserError, "taken.*11"), self.cr.savepoint():
                form.save().action_save()
            self.assertEqual(len(self.customer.interaction_ids), before)
            event.unlink()

    def test_planned_call_is_busy_too(self):
        for kind in ("call", "meeting"):
            form = self.dialog()
            form.next_kind = kind
            form.next_date = TOMORROW
            if kind == "call":
                self.save(form)
            else:
                with self.assertRaises(UserError):
                    form.save().action_save()

    def test_again_on_a_working_day(self):
        """Not on a Sunday, even for a purpose that may come on one, and not at a taken time."""
        self.env["calendar.event"].with_user(self.seller).create(
            {"name": "Họp", "start": datetime(2026, 5, 11, 2, 30), "stop": datetime(2026, 5, 11, 4, 0)}
        ).partner_ids = self.seller.partner_id
        form = self.dialog()
        form.purpose = "service"
        form.date = SUNDAY_IN_TWO_MONTHS
        form.outcome_id = self.env.ref("crm_contact_policy.outcome_again_2")
        self.assertEqual(form.next_kind, "call")
        self.assertEqual(form.next_date, datetime(2026, 5, 11, 4, 0))
        _entry, planned = self.save(form)
        self.assertEqual(planned.date, datetime(2026, 5, 11, 4, 0))

    def test_wants_no_calls(self):
        """Consent to calls withdrawn: no follow-up, and it says why."""
        phone = self.env.ref("crm_contact_policy.channel_phone")
        self.env["crm.contact.consent"].create(
            {
                "partner_id": self.customer.id,
                "channel_id": phone.id,
                "status": "withdrawn",
                "date": WORKDAY_MORNING - timedelta(days=1),
            }
        )
        form = self.dialog()
        form.outcome_id = self.env.ref("crm_contact_policy.outcome_again_1")
        self.assertEqual((form.next_kind, form.next_date), ("none", False))
        self.assertIn("does not want", form.advice)
        entry = self.save(form)
        self.assertIn("does not want", entry.advice)
        form = self.dialog()
        form.next_kind = "call"
        form.next_date = TOMORROW
        with self.assertRaisesRegex(UserError, "does not want"):
            form.save().action_save()

    def test_planned_one(self):
        """From the call list: the planned contact becomes the one that was made."""
        planned = self.env["crm.interaction"].with_user(self.seller).create(
            {"partner_id": self.customer.id, "state": "planned", "date": WORKDAY_MORNING - timedelta(days=2),
             "duration": 0.5}
        )
        form = self.dialog(**planned.action_log()["context"])
        form.duration = 0.75
        form.outcome_id = self.env.ref("crm_contact_policy.outcome_again_1")
        entries = self.save(form)
        self.assertEqual((planned.state, planned.duration, planned.planned_duration), ("done", 0.75, 0.5))
        self.assertEqual(len(entries), 2)
        self.assertEqual(entries[1].previous_id, planned)
        with self.assertRaises(UserError):
            planned.action_log()

    def test_about_a_record(self):
        """Opened from a document with a customer: it is what the contact was about."""
        event = self.env["calendar.event"].create({"name": "x", "start": TOMORROW, "stop": TOMORROW})
        form = self.dialog(default_partner_id=self.customer.id, default_res_model=event._name, default_res_id=event.id)
        entry = self.save(form)
        self.assertEqual((entry.res_model, entry.res_id, entry.is_manual), (event._name, event.id, True))
        self.made_on(WORKDAY_MORNING)
        entry.with_user(self.seller).purpose = "care"

    def test_mended_the_same_day_only(self):
        entry = self.save(self.dialog()).with_user(self.seller)
        self.made_on(WORKDAY_MORNING)
        entry.purpose = "care"
        self.made_on(WORKDAY_MORNING - timedelta(days=1))
        with self.assertRaises(UserError):
            entry.purpose = "sale"
        with self.assertRaises(UserError):
            entry.is_manual = False

    def test_past_and_negative(self):
        for name, value in (("next_date", WORKDAY_MORNING - timedelta(days=1)), ("duration", -1), ("next_date", False)):
            form = self.dialog()
            dialog = form.save()
            dialog.write({"next_kind": "call", "next_date": TOMORROW, name: value})
            with self.assertRaises(UserError):
                dialog.action_save()
