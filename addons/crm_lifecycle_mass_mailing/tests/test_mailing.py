from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MORNING, NEXT_MORNING, NIGHT, MailingCase

WENT = ("outgoing", "sent")


@tagged("post_install", "-at_install")
class TestMailing(MailingCase):
    def test_allowed_go_denied_are_excluded(self):
        mailing = self.mailing()
        self.send(mailing, MORNING)
        traces = self.traces(mailing)
        self.assertEqual(sorted(traces), sorted(self.partners.ids))
        for partner in self.partners[:4]:
            self.assertIn(traces[partner.id][0], WENT)
        for partner in self.partners[4:]:
            self.assertEqual(traces[partner.id], ("cancel", "contact_policy"))
        reasons = self.env["mailing.trace"].search([("failure_type", "=", "contact_policy")]).mapped("failure_reason")
        self.assertTrue(all("No consent" in reason for reason in reasons), reasons)
        self.assertEqual(self.ledger(mailing).mapped("state"), ["done"] * 4 + ["denied"] * 2)
        self.assertEqual(set(self.ledger(mailing).mapped("reason_code")), {False, "consent_missing"})
        self.assertEqual((mailing.state, mailing.contact_denied_count), ("done", 2))
        self.assertEqual(len(self.env["crm.interaction"].search(mailing.action_view_contacts_gate()["domain"])), 2)

    def test_held_wait_in_the_queue(self):
        """At night nobody gets it; in the morning the queue sends it, once."""
        mailing = self.mailing(records=self.partners[:4])
        self.send(mailing, NIGHT)
        self.assertFalse(self.traces(mailing))
        self.assertEqual(self.ledger(mailing).mapped("state"), ["held"] * 4)
        self.assertEqual((mailing.state, mailing.schedule_date), ("in_queue", NEXT_MORNING))
        self.queue(NIGHT + timedelta(hours=1))
        self.env["crm.interaction"]._release_held(NEXT_MORNING)
        self.assertEqual(self.ledger(mailing).mapped("state"), ["held"] * 4, "the gate's own release leaves them alone")
        self.queue(NEXT_MORNING + timedelta(minutes=1))
        self.assertEqual({status for status, _failure in self.traces(mailing).values()} <= set(WENT), True)
        self.assertEqual(self.ledger(mailing).mapped("state"), ["done"] * 4)
        self.queue(NEXT_MORNING + timedelta(hours=1))
        self.assertEqual((mailing.state, len(self.ledger(mailing))), ("done", 4))

    def test_some_go_some_wait(self):
        """Who lives where it is night waits; the others do not wait for them."""
        self.partners[0].tz = "America/New_York"
        mailing = self.mailing(records=self.partners[:4])
        self.send(mailing, MORNING)
        self.assertEqual(len(self.traces(mailing)), 3)
        self.assertEqual((mailing.state, mailing.contact_held_count), ("in_queue", 1))
        self.assertEqual(mailing.schedule_date, fields.Datetime.to_datetime("2026-03-03 13:00:00"))
        self.queue(mailing.schedule_date + timedelta(minutes=1))
        self.assertEqual((len(self.traces(mailing)), mailing.contact_held_count), (4, 0))

    def test_queue_kept_it_until_the_night(self):
        """Made in time, but the mail queue comes to them at night: customers and strangers get it in the morning."""
        mailing_list = self.env["mailing.list"].create({"name": "Bản tin"})
        contacts = self.env["mailing.contact"].create(
            [
                {"name": email, "email": email, "list_ids": [(4, mailing_list.id)]}
                for email in (self.partners[0].email, self.partners[1].email, "nguoila@example.com")
            ]
        )
        values = {"contact_list_ids": [(4, mailing_list.id)], "mailing_domain": []}
        mailing = self.mailing("mailing.list", contacts, **values)
        queue = self.env["mail.mail"]
        left = []
        with patch.object(type(queue), "_send", lambda batch, **_values: None):
            self.send(mailing, MORNING)
        mails = queue.search([("mailing_id", "=", mailing.id), ("state", "=", "outgoing")])
        self.assertEqual(len(mails), 3)
        with patch.object(type(queue), "_send", lambda batch, **_values: left.extend(batch.ids)):
            with freeze_time(NIGHT):
                mails.send()
            self.assertFalse(left)
            self.assertEqual(mails.mapped("scheduled_date"), [NEXT_MORNING] * 3)
            with freeze_time(NEXT_MORNING):
                mails.send()
        self.assertEqual(sorted(left), sorted(mails.ids))

    def test_withdrawn_while_waiting(self):
        mailing = self.mailing(records=self.partners[:2])
        self.send(mailing, NIGHT)
        self.partners[0]._contact_stop_sudo(NIGHT, "x", purpose="marketing")
        self.queue(NEXT_MORNING + timedelta(minutes=1))
        self.assertEqual(self.traces(mailing)[self.partners[0].id], ("cancel", "mail_optout"))
        self.assertEqual(self.ledger(mailing).mapped("state"), ["denied", "done"])

    def test_cool_down_between_mailings(self):
        """The second mailing of a week waits for the end of the rest."""
        first, second = self.mailing(records=self.partners[:2]), self.mailing(records=self.partners[:2])
        self.send(first, MORNING)
        self.send(second, MORNING + timedelta(days=1))
        self.assertEqual(second.schedule_date, MORNING + timedelta(days=7))
        self.assertFalse(self.traces(second))

    def test_deadline(self):
        mailing = self.mailing(records=self.partners[:2], contact_deadline=NIGHT + timedelta(hours=1))
        self.send(mailing, NIGHT)
        self.assertEqual(set(self.ledger(mailing).mapped("reason_code")), {"too_late"})
        self.assertEqual(mailing.state, "done")

    def test_purpose(self):
        """A recall is service: it needs no consent, but not at night."""
        mailing = self.mailing(contact_purpose="service")
        self.send(mailing, NIGHT)
        self.assertEqual(self.ledger(mailing).mapped("state"), ["held"] * 6)
        self.assertFalse(self.partners.message_ids, "thousands of recipients leave no notes on their chatters")

    def test_blacklist(self):
        self.env["mail.blacklist"]._add(self.partners[0].email)
        mailing = self.mailing(records=self.partners[:2])
        self.send(mailing, MORNING)
        self.assertEqual(self.traces(mailing)[self.partners[0].id], ("cancel", "mail_bl"))

    # ------------------------------------------------------------------ kinds of recipients
    def test_leads(self):
        """By the lead's customer, else by address; unknown people agreed to nothing."""
        leads = self.env["crm.lead"].create(
            [
                {"name": "a", "partner_id": self.partners[0].id},
                {"name": "b", "email_from": f"Ông B <{self.partners[1].email.upper()}>"},
                {"name": "c", "email_from": self.partners[5].email},
                {"name": "d", "email_from": "nguoila@example.com"},
            ]
        )
        mailing = self.mailing("crm.lead", leads)
        self.send(mailing, MORNING)
        traces = self.traces(mailing)
        self.assertEqual([traces[lead.id][0] in WENT for lead in leads], [True, True, False, False])
        self.assertEqual(self.ledger(mailing).partner_id, self.partners[0] | self.partners[1] | self.partners[5])

    def test_mailing_list(self):
        """On a list the subscription is a stranger's consent; customers are asked as always."""
        mailing_list = self.env["mailing.list"].create({"name": "Bản tin"})
        contacts = self.env["mailing.contact"].create(
            [
                {"name": email, "email": email, "list_ids": [(4, mailing_list.id)]}
                for email in (self.partners[0].email, self.partners[5].email, "nguoila@example.com")
            ]
        )
        values = {"contact_list_ids": [(4, mailing_list.id)], "mailing_domain": []}
        mailing = self.mailing("mailing.list", contacts, **values)
        night = self.mailing("mailing.list", contacts, **values)
        self.send(mailing, MORNING)
        traces = self.traces(mailing)
        self.assertEqual([traces[contact.id][0] in WENT for contact in contacts], [True, False, True])
        self.send(night, NIGHT)
        self.assertNotIn(contacts[2].id, self.traces(night))
        self.assertEqual(night.state, "in_queue")

    # ------------------------------------------------------------------ unsubscribing
    def verdict(self, partner):
        at = fields.Datetime.now() + timedelta(minutes=1)
        return partner._contact_decisions("email", "marketing", at)[partner.id]

    def test_leaving_a_list_withdraws(self):
        mailing_list = self.env["mailing.list"].create({"name": "Bản tin"})
        contact = self.env["mailing.contact"].create(
            {"name": "a", "email": self.partners[0].email, "list_ids": [(4, mailing_list.id)]}
        )
        contact.subscription_ids.opt_out = True
        word = self.partners[0].contact_consent_ids.sorted("id")[-1:]
        self.assertEqual((word.status, word.purpose, word.source), ("withdrawn", "marketing", "web"))
        self.assertIn("Bản tin", word.evidence)
        self.assertEqual(self.verdict(self.partners[0]).code, "consent_withdrawn")
        contact.subscription_ids.opt_out = False
        contact.subscription_ids.opt_out = True
        self.assertEqual(len(self.partners[0].contact_consent_ids), 2, "said once")

    def test_taken_back(self):
        """Nobody waits for a mailing that was cancelled or deleted."""
        mailing = self.mailing(records=self.partners[:2])
        self.send(mailing, NIGHT)
        mailing.action_cancel()
        self.assertEqual(self.ledger(mailing).mapped("state"), ["cancelled"] * 2)
        self.send(mailing, NIGHT)
        waiting = self.ledger(mailing).filtered(lambda contact: contact.state == "held")
        self.assertEqual(len(waiting), 2)
        mailing.unlink()
        self.assertEqual(waiting.mapped("state"), ["cancelled"] * 2)

    # ------------------------------------------------------------------ robustness
    @mute_logger("odoo.addons.mass_mailing.models.mailing")
    def test_died_before_requeueing(self):
        """Sent to the allowed, then the process died: the others are not forgotten."""
        self.partners[0].tz = "America/New_York"
        mailing = self.mailing(records=self.partners[:2])
        self.patch(type(mailing), "_contact_sent", lambda self: None)
        self.send(mailing, MORNING)
        self.assertEqual(mailing.state, "done")
        self.assertTrue(mailing.contact_next_on)
        self.queue(MORNING + timedelta(minutes=5))
        self.assertEqual(mailing.state, "in_queue")
        self.queue(mailing.schedule_date + timedelta(minutes=5))
        self.assertEqual((mailing.state, len(self.traces(mailing))), ("done", 2))

    def test_booked_but_not_sent(self):
        """Booked, then the process died: sent after all, and counted once."""
        mailing = self.mailing(records=self.partners[:2])
        with freeze_time(MORNING):
            self.assertEqual(len(mailing._contact_gate(self.partners[:2].ids, "email", MORNING)), 2)
        self.send(mailing, MORNING + timedelta(minutes=5))
        self.assertEqual((len(self.traces(mailing)), len(self.ledger(mailing))), (2, 2))

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        self.agree(few[:5] | many[:50])
        small, large = self.mailing(records=few), self.mailing(records=many)
        for at in (MORNING, NIGHT):
            with self.subTest(at=at):
                self.assertSameQueryCount(
                    lambda at=at: small._contact_gate(few.ids, "email", at),
                    lambda at=at: large._contact_gate(many.ids, "email", at),
                )


@tagged("post_install", "-at_install")
class TestUnsubscribeLink(MailingCase, HttpCase):
    def test_link_in_the_mail(self):
        """One click in the mail program: the address is blocked and the consent withdrawn."""
        mailing = self.mailing(records=self.partners[:1])
        self.send(mailing, MORNING)
        url = mailing._get_unsubscribe_oneclick_url(self.partners[0].email_normalized, self.partners[0].id)
        self.url_open(url.removeprefix(mailing.get_base_url()), data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(self.partners[0].contact_consent_ids.sorted("id")[-1].status, "withdrawn")
