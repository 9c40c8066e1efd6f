from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.tests import tagged

from .common import WORKDAY_MORNING, ContactPolicyCase

NIGHT = datetime(2026, 3, 6, 14, 0)  # Friday, 21:00 in Ho Chi Minh City
MORNING = datetime(2026, 3, 7, 1, 0)
SUNDAY, MONDAY = datetime(2026, 3, 8, 3, 0), datetime(2026, 3, 9, 1, 0)


@tagged("post_install", "-at_install")
class TestSmsHours(ContactPolicyCase):
    """Quiet hours are asked again when a text message leaves: the queue may have kept it until they began."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sms.sms"].search([("state", "=", "outgoing")]).unlink()

    def booked(self, purpose, bypass=False):
        """A text message booked and allowed, still in the queue."""
        contact = self.customer._contact_book("sms", purpose, WORKDAY_MORNING - timedelta(days=90)).sudo()
        contact._set({"state": "done", "bypass_reason": bypass})
        with contact._ledger_pause():
            return self.plain()

    def plain(self):
        vals = {"partner_id": self.customer.id, "number": self.customer.phone, "body": "Chào"}
        return self.env["sms.sms"].create(vals)

    def run_at(self, at, run=None):
        """Those that leave when the queue runs at ``at``."""
        left = []

        def carrier(messages, *_args, **_values):
            left.extend(messages.ids)
            messages.state = "sent"

        queue = self.env["sms.sms"]
        with (
            freeze_time(at),
            patch.object(type(queue), "_send_with_api", carrier),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_values: 60),
        ):
            (run or queue._process_queue)()
        return queue.browse(left)

    def test_queue_kept_it_until_the_night(self):
        survey, care, bypass = self.booked("survey"), self.booked("care"), self.booked("sale", "Gấp")
        plain = self.plain()
        self.assertEqual(self.run_at(NIGHT), plain)
        self.assertEqual((survey | care | bypass).mapped("contact_not_before"), [MORNING] * 3)
        self.assertEqual(self.run_at(NIGHT + timedelta(hours=1)), self.env["sms.sms"])
        self.assertEqual(self.run_at(SUNDAY), care)
        self.assertEqual((survey | bypass).mapped("contact_not_before"), [MONDAY] * 2)
        self.assertEqual(set(self.run_at(MONDAY)), set(survey | bypass))

    def test_what_waits_takes_nobodys_place(self):
        """The queue takes the oldest ones; those that wait are not among them."""
        self.env["ir.config_parameter"].sudo().set_param("sms.session.batch.size", 2)
        waiting = self.booked("care") | self.booked("care")
        plain = self.plain()
        self.assertFalse(self.run_at(NIGHT))
        self.assertEqual(self.run_at(NIGHT + timedelta(minutes=1)), plain)
        self.assertEqual(set(self.run_at(MORNING)), set(waiting))

    def test_send_now_waits_too(self):
        sms = self.booked("care")
        self.assertFalse(self.run_at(NIGHT, sms.send))
        self.assertEqual((sms.state, sms.contact_not_before), ("outgoing", MORNING))
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("sms.ir_cron_sms_scheduler_action").id), ("call_at", "=", MORNING)]
        )
        self.assertTrue(triggers)
        self.assertEqual(self.run_at(MORNING, sms.send), sms)
