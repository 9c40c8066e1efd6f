from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.base.tests.common import MockSmtplibCase
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServicePlanCase

MORNING = datetime(2026, 4, 3, 3, 0)  # a Friday, 10:00 in Ho Chi Minh City
NIGHT = datetime(2026, 4, 2, 17, 30)  # 00:30 in the night to Friday


@tagged("post_install", "-at_install")
class TestReminder(MockSmtplibCase, ServicePlanCase):
    """Reminders pass the contact gate, go out once, in the customer's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("vi_VN")
        cls.customer.lang = "vi_VN"
        cls.template = cls.env.ref("crm_service_plan.mail_template_visit_reminder")
        cls.template.with_context(lang="vi_VN").subject = "Đến hạn {{ object._task_names() }}"
        cls.task.with_context(lang="vi_VN").name = "Thay dầu"
        cls.subscription = cls.subscribe(cls.asset)
        cls.env["crm.service.planner"]._run(date(2026, 4, 1), cls.company)
        cls.visit = cls.subscription.occurrence_ids.visit_id

    def remind(self, at):
        visits = self.visit._to_remind(self.company, self.company._service_today(at))
        visits.with_company(self.company)._remind(at)
        return self.visit.reminder_log_ids

    def mails(self):
        return self.env["mail.mail"].search([("model", "=", "crm.service.visit"), ("res_id", "in", self.visit.ids)])

    def test_seven_days_before_in_the_customers_language(self):
        self.assertFalse(self.remind(MORNING - timedelta(days=1)), "eight days before")
        log = self.remind(MORNING)
        self.assertEqual(log.state, "sent")
        self.assertEqual(self.visit.state, "reminded")
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, "Đến hạn Thay dầu")
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(self.visit.access_token, mail.body_html)
        self.assertEqual((log.interaction_id.state, log.interaction_id.purpose), ("done", "service"))
        self.remind(MORNING)
        self.remind(MORNING + timedelta(days=1))
        self.assertEqual(len(self.mails()), 1, "each step once")

    def test_held_at_night_released_in_the_morning(self):
        log = self.remind(NIGHT)
        self.assertEqual((log.state, log.interaction_id.state), ("waiting", "held"))
        self.assertTrue(log.reason)
        self.assertFalse(self.mails())
        self.assertEqual(self.visit.state, "due")
        self.assertLessEqual(log.interaction_id.date, MORNING)
        self.run_cron("crm.interaction", "_cron_release_held", at=MORNING)
        self.assertEqual(log.interaction_id.state, "done")
        self.assertEqual(log.state, "sent")
        self.assertEqual(self.mails().subject, "Đến hạn Thay dầu")
        self.assertEqual(self.visit.state, "reminded")

    def test_held_one_is_called_back_when_the_visit_is_done(self):
        log = self.remind(NIGHT)
        self.visit.line_ids.is_done = True
        self.visit._finish(date(2026, 4, 3))
        self.assertEqual((log.state, log.interaction_id.state), ("withdrawn", "cancelled"))

    def test_held_one_that_was_cancelled_waits_no_longer(self):
        log = self.remind(NIGHT)
        log.interaction_id.action_cancel()
        self.remind(MORNING)
        self.assertEqual(log.state, "withdrawn")
        self.assertFalse(self.mails())

    def test_held_beyond_the_visit_is_called_back(self):
        log = self.remind(NIGHT)
        self.remind(datetime(2026, 4, 11, 3, 0))
        self.assertEqual((log.state, log.interaction_id.state), ("withdrawn", "cancelled"))
        self.assertFalse(self.mails())

    def test_denied_when_consent_is_withdrawn(self):
        self.env["crm.contact.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "service",
                "status": "withdrawn",
                "date": date(2026, 1, 1),
                "channel_id": self.env.ref("crm_contact_policy.channel_email").id,
            }
        )
        log = self.remind(MORNING)
        self.assertEqual((log.state, log.interaction_id.state), ("denied", "denied"))
        self.assertFalse(self.mails())
        self.assertEqual(self.visit.state, "due")

    def test_phone_step_is_an_activity(self):
        self.plan.reminder_ids.write(
            {"channel_id": self.env.ref("crm_contact_policy.channel_phone").id, "template_id": False}
        )
        log = self.remind(MORNING)
        self.assertEqual(log.state, "sent")
        self.assertTrue(self.visit.activity_ids)

    def test_sms_step(self):
        self.plan.reminder_ids.write(
            {
                "channel_id": self.env.ref("crm_contact_policy.channel_sms").id,
                "template_id": False,
                "sms_template_id": self.env.ref("crm_service_plan.sms_template_visit_reminder").id,
            }
        )
        self.remind(MORNING)
        sms = self.env["sms.sms"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(sms), 1)
        self.assertIn("Thay dầu", sms.body)
        self.assertIn(self.visit._short_url(), sms.body)

    def test_late_visit_gets_only_the_nearest_step(self):
        email = self.plan.reminder_ids.channel_id
        for days in (30, 1, -2):
            self.plan.reminder_ids.create(
                {"plan_id": self.plan.id, "days_before": days, "channel_id": email.id, "template_id": self.template.id}
            )
        logs = self.remind(MORNING)
        self.assertEqual({log.reminder_id.days_before: log.state for log in logs}, {30: "skipped", 7: "sent"})

    def test_cron(self):
        self.run_cron("crm.service.visit", "_cron_remind", at=MORNING)
        self.run_cron("crm.service.visit", "_cron_remind", at=MORNING)
        self.assertEqual(len(self.mails()), 1)

    def test_query_count(self):
        assets = self.make_assets(self.make_customers(60))
        self.subscribe(assets)
        self.run_planner(date(2026, 4, 1))
        visits = assets.visit_ids.with_company(self.company)
        self.assertSameQueryCount(lambda: visits[:5]._remind(MORNING), lambda: visits[:45]._remind(MORNING))

    def test_moved_visit_is_reminded_of_its_new_day(self):
        self.remind(MORNING)
        self.visit.planned_start += timedelta(days=14)
        self.assertFalse(self.remind(MORNING) - self.remind(MORNING), "its seventh day before is not there yet")
        self.remind(MORNING + timedelta(days=14))
        logs = self.visit.reminder_log_ids
        self.assertEqual(sorted(logs.mapped("for_date")), [date(2026, 4, 10), date(2026, 4, 24)])
        self.assertEqual(len(self.mails()), 2)
        self.remind(MORNING + timedelta(days=14))
        self.assertEqual(len(self.mails()), 2)

    def test_moved_while_it_waits_at_the_gate(self):
        log = self.remind(NIGHT)
        self.visit.planned_start += timedelta(days=20)
        self.remind(MORNING)
        self.assertEqual((log.state, log.interaction_id.state), ("withdrawn", "cancelled"))
        self.assertFalse(self.mails())

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
    @freeze_time(MORNING)  # what the queue kept until the night would wait
    def test_mail_server_down(self):
        """A real connection to a port where nobody listens: it waits visibly, and goes out once when it is up again."""
        self.env["ir.mail_server"].search([]).unlink()
        self.env["ir.mail_server"].create({"name": "Down", "smtp_host": "127.0.0.1", "smtp_port": 1})
        Server = type(self.env["ir.mail_server"])
        log = self.remind(MORNING)
        self.assertEqual(log.delivery, "queue")
        Log = self.env["crm.service.visit.reminder"]
        for _hour in range(3):
            with patch.object(Server, "_disable_send", lambda server: False):
                log.mail_id.send()
            self.assertEqual((log.mail_id.state, log.delivery), ("exception", "failed"))
            self.assertEqual(Log.search([("delivery", "=", "failed"), ("id", "in", log.ids)]), log)
            self.run_cron("crm.service.visit", "_cron_remind", at=MORNING)
            self.assertEqual(log.delivery, "queue", "tried again")
        with self.mock_smtplib_connection():
            log.mail_id.send()
            self.assertEqual(len(self.emails), 1)
        self.assertEqual((log.mail_id.state, log.delivery), ("sent", "sent"))
        self.run_cron("crm.service.visit", "_cron_remind", at=MORNING)
        self.assertEqual(len(self.mails()), 1, "once")
        self.assertEqual(len(self.visit.reminder_log_ids), 1)
