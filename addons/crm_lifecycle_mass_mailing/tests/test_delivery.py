from datetime import timedelta

from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MORNING, MailingCase

RETURN = """Return-Path: <>
To: bounce@test.example.com
Message-Id: <return-{number}@mx.example.com>
From: MAILER-DAEMON@mx.example.com
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

550 no such user
--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; {email}
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

Message-Id: {message_id}
To: {email}
Subject: x

--b--
"""


@tagged("post_install", "-at_install")
class TestMailingDelivery(MailingCase):
    """A mailing that did not arrive was no contact: the ledger says so, and nothing waits for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.partners[:3]

    def sent(self, **values):
        mailing = self.mailing(records=self.people, **values)
        self.send(mailing, MORNING)
        return mailing

    def trace(self, mailing, partner):
        return self.env["mailing.trace"].search(
            [("mass_mailing_id", "=", mailing.id), ("res_id", "=", partner.id)], order="id desc", limit=1
        )

    def contact(self, mailing, partner):
        return self.ledger(mailing).filtered(lambda contact: contact.partner_id == partner).sorted("id")[-1:]

    def verdicts(self, days=1):
        """What a second mailing would be told then."""
        decisions = self.people._contact_decisions("email", "marketing", MORNING + timedelta(days=days))
        return [decisions[partner.id].verdict for partner in self.people]

    def test_arrived(self):
        mailing = self.sent()
        self.assertEqual(self.ledger(mailing).mapped("state"), ["done"] * 3)
        self.assertEqual(self.verdicts(), ["hold"] * 3, "all rest after a mailing")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_returned_by_the_carrier(self):
        """The bounce comes by the mail gateway, as a message of its own, a day later."""
        mailing = self.sent()
        trace = self.trace(mailing, self.people[0])
        letter = RETURN.format(number=1, email=self.people[0].email, message_id=trace.message_id)
        self.env["mail.thread"].message_process(None, letter)
        self.assertEqual(trace.trace_status, "bounce")
        lost = self.contact(mailing, self.people[0])
        self.assertEqual((lost.state, lost.reason_code), ("denied", "undelivered"))
        self.assertIn("no such user", lost.error)
        self.assertEqual(self.ledger(mailing).mapped("state"), ["denied", "done", "done"])
        self.assertEqual(self.verdicts(), ["allow", "hold", "hold"])
        self.assertEqual(mailing.contact_denied_count, 0, "the gate left out nobody")

    def test_failed_and_sent_after_all(self):
        mailing = self.sent()
        trace = self.trace(mailing, self.people[0])
        trace.set_failed(failure_type="mail_smtp")
        lost = self.contact(mailing, self.people[0])
        self.assertEqual((lost.state, lost.reason_code), ("denied", "undelivered"))
        self.assertIn("outgoing mail server", lost.error)
        trace.set_sent()
        self.assertEqual((lost.state, lost.reason_code, lost.error), ("done", False, False))
        self.assertEqual(self.verdicts(), ["hold"] * 3)

    def test_opened_stays(self):
        """A late bounce of a second copy takes nothing back from who refused."""
        mailing = self.sent()
        contact = self.contact(mailing, self.people[1])
        contact.action_refuse()
        self.trace(mailing, self.people[1]).set_bounced()
        self.assertEqual(contact.state, "refused")

    def test_cancelled_mail(self):
        """Somebody cancels the e-mails in Odoo's queue before they leave."""
        self.patch(type(self.env["mail.mail"]), "send", lambda mails, **kwargs: None)
        mailing = self.sent()
        mails = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual((len(mails), self.ledger(mailing).mapped("state")), (3, ["done"] * 3))
        mails.cancel()
        self.assertEqual(self.ledger(mailing).mapped("reason_code"), ["undelivered"] * 3)
        self.assertEqual(self.verdicts(), ["allow"] * 3)

    def test_same_address_twice(self):
        """Odoo sends one e-mail to an address: the second person got none."""
        self.people[1].email = self.people[0].email
        mailing = self.sent()
        states = [self.contact(mailing, partner).state for partner in self.people]
        self.assertEqual(sorted(states[:2]), ["denied", "done"])
        self.assertEqual(states[2], "done")

    def test_one_of_two_leads(self):
        """Two leads of one customer: one e-mail came back, the other arrived, so there was a contact."""
        leads = self.env["crm.lead"].create([{"name": name, "partner_id": self.people[0].id} for name in "ab"])
        mailing = self.mailing("crm.lead", leads)
        self.send(mailing, MORNING)
        contact = self.ledger(mailing)
        self.assertEqual((len(contact), contact.state), (1, "done"))
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        self.assertEqual((len(traces), traces.crm_interaction_id), (2, contact))
        traces.set_sent()  # Odoo itself sends one e-mail to an address
        traces[0].set_bounced(bounce_message="gone")
        self.assertEqual(contact.state, "done")
        traces[1].set_bounced(bounce_message="gone")
        self.assertEqual((contact.state, contact.reason_code), ("denied", "undelivered"))

    def test_tried_again(self):
        """“Retry” sends to those who did not get it, and counts once."""
        mailing = self.sent()
        mail = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        trace = self.trace(mailing, self.people[0])
        trace.set_failed(failure_type="mail_smtp")
        (mail & trace.mail_mail_id).write({"state": "exception"})
        (trace - trace.mail_mail_id.mailing_trace_ids).unlink()  # the e-mail itself may be gone already
        with freeze_time(MORNING + timedelta(hours=1)):
            mailing.action_retry_failed()
        self.queue(MORNING + timedelta(hours=1))
        contacts = self.ledger(mailing).filtered(lambda contact: contact.partner_id == self.people[0])
        self.assertEqual(contacts.sorted("id").mapped("state"), ["denied", "done"])
        self.assertEqual(len(self.ledger(mailing)), 4)

    def test_query_count(self):
        """Ten bounces or a hundred: the same number of queries."""
        few, many = self.make_customers(10), self.make_customers(100)
        self.agree(few | many)
        counts = []
        for people in (few, many):
            mailing = self.mailing(records=people)
            self.send(mailing, MORNING)
            traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            traces.set_bounced(bounce_message="full")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(self.ledger(mailing).mapped("state")), {"denied"})
        self.assertEqual(counts[0], counts[1])
