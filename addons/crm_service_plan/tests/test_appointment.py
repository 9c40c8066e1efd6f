import base64
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .test_booking import StaffCase

NIGHT = datetime(2026, 3, 1, 16, 0)  # 23:00 on Sunday in Ho Chi Minh City
NOW = datetime(2026, 3, 2, 3, 0)  # Monday 10:00


@tagged("post_install", "-at_install")
class TestAppointment(StaffCase):
    """What a customer put into their calendar stays true: moved, cancelled, open again."""

    def setUp(self):
        super().setUp()
        self.freeze(NOW)
        self.visit = self.make_visit(15)
        self.visit.action_schedule()

    def freeze(self, at):
        frozen = freeze_time(at)
        frozen.start()
        self.addCleanup(frozen.stop)

    def files(self):
        """:return: the calendar files the customer was sent, in order"""
        mails = self.env["mail.mail"].search([("recipient_ids", "in", self.customer.ids)], order="id")
        return [base64.b64decode(mail.attachment_ids.datas).decode() for mail in mails if mail.attachment_ids]

    def line(self, text, name):
        return next(line for line in text.split("\r\n") if line.startswith(f"{name}:"))

    def messages(self):
        return self.visit.message_log_ids.sorted("id")

    def test_cancelled_after_it_was_sent(self):
        """The customer gets a CANCEL of the same UID with a higher SEQUENCE, so that their calendar drops it."""
        self.visit.action_send_invite()
        self.visit.with_user(self.an).action_cancel()
        invite, cancel = self.files()
        self.assertEqual(self.line(invite, "UID"), self.line(cancel, "UID"))
        self.assertEqual([self.line(text, "METHOD")[7:] for text in (invite, cancel)], ["PUBLISH", "CANCEL"])
        numbers = [int(self.line(text, "SEQUENCE").split(":")[1]) for text in (invite, cancel)]
        self.assertGreater(numbers[1], numbers[0])
        self.assertEqual(self.messages().mapped("kind"), ["invite", "cancel"])
        self.assertEqual(self.messages()[1].interaction_id.purpose, "service", "through the gate")

    def test_opened_again_and_sent_again(self):
        """Every file carries a higher number than the one before, whatever it says."""
        self.visit.action_send_invite()
        self.visit.action_cancel()
        self.visit.action_reopen()
        self.visit.action_schedule()
        self.visit.action_send_invite()
        self.visit.action_cancel()
        numbers = [int(self.line(text, "SEQUENCE").split(":")[1]) for text in self.files()]
        self.assertEqual(len(numbers), 4)
        self.assertEqual(numbers, sorted(set(numbers)))
        self.visit.action_reopen()
        self.visit.action_cancel()
        self.assertEqual(len(self.files()), 4, "cancelled once is enough: no appointment was sent since")

    def test_what_the_customer_holds_is_no_longer_true(self):
        """Moved, or opened again, after it was sent: the visit says so until the appointment is sent anew."""
        self.assertFalse(self.visit.is_invite_outdated, "nothing was sent")
        self.visit.action_send_invite()
        self.assertFalse(self.visit.is_invite_outdated)
        self.visit.planned_start += timedelta(hours=1)
        self.assertTrue(self.visit.is_invite_outdated)
        self.visit.action_send_invite()
        self.assertFalse(self.visit.is_invite_outdated)
        self.visit.action_cancel()
        self.assertFalse(self.visit.is_invite_outdated)
        self.visit.action_reopen()
        self.visit.action_schedule()
        self.assertTrue(self.visit.is_invite_outdated, "the customer was sent the cancellation")

    def test_nobody_is_told_of_what_was_not_sent(self):
        self.visit.action_cancel()
        self.assertFalse(self.messages())
        self.assertGreater(self.visit.slot_sequence, 0, "who took the file from the portal has a lower number")

    def test_what_waits_is_called_back(self):
        """Held over night and cancelled meanwhile: neither an appointment nor its cancellation goes out."""
        with freeze_time(NIGHT):
            self.visit.action_send_invite()
            self.assertEqual(self.messages().mapped("state"), ["waiting"])
            self.visit.action_cancel()
        self.assertEqual(self.messages().mapped("state"), ["withdrawn"])
        self.assertEqual(self.messages().interaction_id.mapped("state"), ["cancelled"])
        self.run_cron("crm.interaction", "_cron_release_held", at=NOW)
        self.assertFalse(self.files())

    def test_a_cancellation_that_waits_is_called_back(self):
        self.visit.action_send_invite()
        with freeze_time(NIGHT):
            self.visit.action_cancel()
            self.assertEqual(self.messages().mapped("state"), ["sent", "waiting"])
            self.visit.action_reopen()
        self.assertEqual(self.messages().mapped("state"), ["sent", "withdrawn"])
        self.run_cron("crm.interaction", "_cron_release_held", at=NOW)
        self.assertEqual(len(self.files()), 1)

    def test_one_uid_whichever_branch_serves(self):
        """The branch may change, the appointment stays the same; no other business has the same."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        before = self.line(self.visit._calendar_file(), "UID")
        self.assertIn(self.env["ir.config_parameter"].get_param("database.uuid"), before)
        other = self.make_visit(9, company_id=branch.id, user=self.an, is_exception=True)
        self.assertEqual(self.line(other._calendar_file(), "UID").split("@")[1], before.split("@")[1])

    def test_cancelled_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.customer.lang = "vi_VN"
        template = self.env.ref("crm_service_plan.mail_template_visit_cancel")
        template.with_context(lang="vi_VN").subject = "Đã hủy: {{ object._task_names() }}"
        self.visit.action_send_invite()
        self.visit.action_cancel()
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.customer.ids)], order="id desc", limit=1)
        self.assertTrue(mail.subject.startswith("Đã hủy"), mail.subject)
