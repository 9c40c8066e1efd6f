from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestLedgerDelivery(ContactPolicyCase):
    """A message that did not arrive was no contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "ban.hang",
            groups="crm_contact_policy.group_user,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )

    def entries(self, partner=None):
        return (partner or self.customer).interaction_ids

    def write_to(self, partners):
        """An e-mail of the salesperson, queued: (message, mails)."""
        message = self.customer.with_user(self.seller).with_context(mail_notify_force_send=False).message_post(
            body="Chào", subject="Chào", message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=partners.ids,
        )  # fmt: skip
        return message, self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])

    def state(self, entry):
        return entry.state, entry.reason_code, entry.error

    # ------------------------------------------------------------------ e-mail
    def test_failed_then_sent(self):
        """No place under the caps while it has not arrived; again one when a second try succeeds."""
        _message, mails = self.write_to(self.customer)
        entry = self.entries()
        self.assertEqual(entry.state, "done")
        mails._postprocess_sent_message([], [], failure_reason="Connection refused", failure_type="mail_smtp")
        self.assertEqual(self.state(entry), ("denied", "undelivered", "Connection refused"))
        mails._postprocess_sent_message(list(self.customer), [])
        self.assertEqual(self.state(entry), ("done", False, False))

    def test_failed_for_one(self):
        """Of two recipients one was reached."""
        other = self.make_customers(1, email="sai@example.com")
        _message, mails = self.write_to(self.customer | other)
        mails._postprocess_sent_message([self.customer], [], failure_type="mail_email_invalid")
        self.assertEqual(self.entries().state, "done")
        self.assertEqual(self.entries(other).state, "denied")

    def booked(self, purpose, bypass=False):
        """An e-mail booked and allowed, still in the queue."""
        mail = self.env["mail.mail"].create({"subject": "Hỏi ý kiến", "email_to": self.customer.email})
        contact = self.customer._contact_book("email", purpose, WORKDAY_MORNING - timedelta(days=90)).sudo()
        contact._set({"state": "done", "delivery_ref": mail.message_id, "bypass_reason": bypass})
        return mail

    def sent_at(self, mails, at):
        """Those of these e-mails that leave when the queue runs at ``at``."""
        left = []
        with (
            patch.object(fields.Datetime, "now", staticmethod(lambda *_args: at)),
            patch.object(type(mails), "_send", lambda batch, **_values: left.extend(batch.ids)),
        ):
            mails.send()
        return mails.browse(left)

    def test_queue_kept_it_until_the_night(self):
        """Booked in time, but the queue runs in the quiet hours, or on a day off: it leaves when it may."""
        night, morning = datetime(2026, 3, 6, 14, 0), datetime(2026, 3, 7, 1, 0)  # Friday 21:00, Saturday 8:00
        sunday, monday = morning + timedelta(days=1, hours=2), morning + timedelta(days=2)
        survey, care, bypass = self.booked("survey"), self.booked("care"), self.booked("sale", "Gấp")
        plain = self.env["mail.mail"].create({"subject": "Thư tay", "email_to": self.customer.email})
        mails = survey | care | bypass | plain
        self.assertEqual(self.sent_at(mails, night), plain)
        self.assertEqual((mails - plain).mapped("scheduled_date"), [morning] * 3)
        self.assertEqual(self.sent_at(mails, sunday), care | plain)
        self.assertEqual((survey | bypass).mapped("scheduled_date"), [monday] * 2)
        self.assertEqual(self.sent_at(survey | bypass, monday), survey | bypass)

    def test_nobody_to_send_to(self):
        """Odoo says "exception" without a kind of failure when no recipient is left."""
        _message, mails = self.write_to(self.customer)
        mails.write({"state": "exception", "failure_reason": "No recipient"})
        mails._postprocess_sent_message([], [])
        self.assertEqual(self.state(self.entries()), ("denied", "undelivered", "No recipient"))

    def test_cancelled(self):
        _message, mails = self.write_to(self.customer)
        mails.cancel()
        self.assertEqual(self.entries().state, "denied")

    def test_bounce(self):
        """Known by its Message-Id, also when the message itself is gone; a refusal stays one."""
        other = self.make_customers(1, email="khac@example.com")
        message, _mails = self.write_to(self.customer | other)
        ref = message.message_id
        self.bounce(ref, "khac@example.com", other)
        self.assertEqual((self.entries().state, self.entries(other).state), ("done", "denied"))
        self.entries().sudo().write({"state": "refused"})
        self.bounce(ref, self.customer.email, self.customer)
        self.assertEqual(self.entries().state, "refused")

    def bounce(self, ref, address, partner):
        self.env["mail.thread"]._routing_handle_bounce(
            None,
            {
                "bounced_email": address,
                "bounced_partner": partner,
                "bounced_msg_ids": [ref],
                "bounced_message": self.env["mail.message"].search([("message_id", "=", ref)]),
                "body": "<p>Mailbox unknown</p>",
                "email_from": "mailer-daemon@example.com",
                "to": "x@example.com",
                "message_id": "<bounce@example.com>",
            },
        )

    def test_plain_address(self):
        """Recorded for the one contact it belongs to; not when two have it, nor for a colleague."""
        twins = self.make_customers(2, email="chung@example.com")
        self.env["mail.mail"].create(
            {
                "subject": "Báo giá",
                "model": "res.partner",
                "res_id": self.customer.id,
                "email_to": f'"Anh Tư" <{self.customer.email.upper()}>, chung@example.com, {self.seller.email}',
            }
        )
        self.assertEqual(self.entries().mapped("subject"), ["Báo giá"])
        self.assertFalse(self.entries(twins))
        self.assertFalse(self.entries(self.seller.partner_id))

    # ------------------------------------------------------------------ SMS
    def test_sms(self):
        self.customer._message_sms("Chào anh", partner_ids=self.customer.ids, put_in_queue=True)
        entry = self.entries()
        sms = self.env["sms.sms"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(entry.delivery_ref, sms.uuid)
        sms.write({"state": "error", "failure_type": "sms_credit"})
        self.assertEqual((entry.state, entry.reason_code), ("denied", "undelivered"))
        self.assertTrue(entry.error)
        sms.write({"state": "sent"})
        self.assertEqual(entry.state, "done")
        tracker = sms.sms_tracker_id
        sms.unlink()
        tracker._update_sms_notifications("bounce", failure_reason="Number gone")
        self.assertEqual(self.state(entry), ("denied", "undelivered", "Number gone"))

    # ------------------------------------------------------------------ what the gate booked
    def test_booked(self):
        """The message a booked contact was delivered by is known, whatever is flushed in between."""
        template = self.env["mail.template"].create(
            {
                "name": "Chào",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Chào",
                "partner_to": "{{ object.id }}",
            }
        )
        booked = self.customer._contact_book(
            "email", "care", WORKDAY_MORNING, targets={self.customer.id: self.customer}
        )
        with booked._ledger_pause():
            self.env.cr.precommit.add(lambda: None)
            self.env.cr.flush()
            self.env["mail.mail"].browse(template.send_mail(self.customer.id))
        booked.sudo().write({"state": "done"})
        mail = self.env["mail.mail"].search([("message_id", "=", booked.delivery_ref)])
        self.assertEqual(self.entries(), booked)
        mail._postprocess_sent_message([], [], failure_type="mail_smtp", failure_reason="No")
        self.assertEqual(booked.state, "denied")
        report = self.env["crm.contact.gate.report"].search([("interaction_id", "=", booked.id)])
        self.assertEqual(report.result, "undelivered")

    # ------------------------------------------------------------------ what it costs
    def test_cost_of_a_message(self):
        """Posting to a customer costs at most five queries: the entry, who wrote it, what follows; a note one."""

        for subtype, most in (("mail.mt_comment", 5), ("mail.mt_note", 1)):
            costs = [self.queryCount(partial(self.post, subtype, quiet)) for quiet in (True, False, True, False)]
            self.assertLessEqual(costs[3] - costs[2], most, subtype)

    def post(self, subtype, quiet):
        with self.env["crm.interaction"]._ledger_pause() if quiet else nullcontext():
            self.customer.with_context(mail_notify_force_send=False).message_post(
                body="x", message_type="comment", subtype_xmlid=subtype, partner_ids=self.customer.ids
            )

    def test_cost_of_the_form(self):
        """The smart buttons of a contact: three queries."""
        self.customer.read(["interaction_count", "mention_count"])
        base = self.queryCount(lambda: self.customer.commercial_partner_id.name)
        both = self.queryCount(lambda: self.customer.read(["interaction_count", "mention_count"]))
        self.assertLessEqual(both - base, 3)

    def test_failures_of_many(self):
        """The queries do not grow with the messages that failed."""
        customers = self.make_customers(30)
        mails = self.env["mail.mail"].create(
            [
                {"subject": "x", "model": "res.partner", "res_id": c.id, "recipient_ids": [(6, 0, c.ids)]}
                for c in customers
            ]
        )
        self.assertEqual(self.entries(customers).mapped("state"), ["done"] * 30)
        self.assertSameQueryCount(
            lambda: mails[:3]._ledger_failed_sudo("no"), lambda: mails._ledger_failed_sudo("no")
        )

    # ------------------------------------------------------------------ the whole customer
    def test_timeline_of_the_customer(self):
        """A contact person shows the contacts with the company and its other people, too."""
        company = self.env["res.partner"].create({"name": "Công ty", "is_company": True})
        one, two = self.make_customers(2, parent_id=company.id)
        for partner in (company, one, two):
            self.env["crm.interaction"].create({"partner_id": partner.id, "date": fields.Datetime.now()})
        for partner in (company, one, two):
            self.assertEqual(partner.interaction_count, 3)
            action = partner.action_contact_timeline()
            self.assertEqual(self.env["crm.interaction"].search_count(action["domain"]), 3)
