from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo.addons.crm_lifecycle_mass_mailing.tests.common import MORNING, NEXT_MORNING, NIGHT, MailingCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSmsMailing(MailingCase):
    def sms(self, records, **values):
        return self.mailing(
            records=records, mailing_type="sms", body_plaintext="Chào", sms_allow_unsubscribe=False, **values
        )

    def texts(self, mailing):
        return self.env["sms.sms"].search([("mailing_id", "=", mailing.id)])

    def test_allowed_go_denied_are_excluded(self):
        mailing = self.sms(self.partners)
        self.send(mailing, MORNING)
        self.assertEqual(self.texts(mailing).partner_id, self.partners[:4])
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        traces = traces.filtered(lambda trace: trace.trace_status == "cancel")
        self.assertEqual(sorted(traces.mapped("res_id")), self.partners[4:].ids)
        self.assertEqual(set(traces.mapped("failure_type")), {"contact_policy"})
        self.assertEqual(set(traces.mapped("trace_type")), {"sms"})
        self.assertEqual(self.ledger(mailing).mapped("state"), ["done"] * 4 + ["denied"] * 2)
        self.assertEqual(set(self.ledger(mailing).mapped("channel_code")), {"sms"})
        self.queue(MORNING + timedelta(minutes=10))
        self.assertEqual(mailing.state, "done")

    def test_held_wait_in_the_queue(self):
        mailing = self.sms(self.partners[:2])
        self.send(mailing, NIGHT)
        self.assertFalse(self.texts(mailing))
        self.assertEqual((mailing.state, mailing.schedule_date), ("in_queue", NEXT_MORNING))
        self.queue(NEXT_MORNING + timedelta(minutes=1))
        self.assertEqual(self.texts(mailing).partner_id, self.partners[:2])
        self.queue(NEXT_MORNING + timedelta(minutes=20))
        self.assertEqual((mailing.state, len(self.texts(mailing))), ("done", 2))

    def test_queue_kept_it_until_the_night(self):
        """Made in time, but the queue of text messages comes to them at night: they leave in the morning."""
        mailing = self.sms(self.partners[:2])
        left = []
        with patch.object(type(self.env["sms.sms"]), "_send", lambda batch, **_values: None):
            self.send(mailing, MORNING)
        texts = self.texts(mailing)
        texts.state = "outgoing"
        with patch.object(type(texts), "_send_with_api", lambda batch, *_args, **_values: left.extend(batch.ids)):
            with freeze_time(NIGHT):
                texts.send()
            self.assertFalse(left)
            self.assertEqual(texts.mapped("contact_not_before"), [NEXT_MORNING] * 2)
            with freeze_time(NEXT_MORNING):
                texts.send()
        self.assertEqual(sorted(left), sorted(texts.ids))

    def test_blocked_number(self):
        number = self.partners[0].phone_sanitized
        self.env["phone.blacklist"].add(number)
        word = self.partners[0].contact_consent_ids.sorted("id")[-1]
        self.assertEqual((word.status, word.purpose), ("withdrawn", "marketing"))
        mailing = self.sms(self.partners[:2])
        self.send(mailing, MORNING)
        self.assertEqual(self.traces(mailing)[self.partners[0].id], ("cancel", "sms_blacklist"))
        self.assertEqual(self.texts(mailing).partner_id, self.partners[1])

    def test_leaving_a_list_by_sms(self):
        mailing_list = self.env["mailing.list"].create({"name": "Bản tin"})
        contact = self.env["mailing.contact"].create(
            {"name": "a", "mobile": self.partners[0].phone_sanitized, "list_ids": [(4, mailing_list.id)]}
        )
        contact.subscription_ids.opt_out = True
        self.assertEqual(self.partners[0].contact_consent_ids.sorted("id")[-1].status, "withdrawn")

    def test_did_not_arrive(self):
        """What the operator says at once or later: only what arrived counts against the caps."""
        mailing = self.sms(self.partners[:3])
        self.send(mailing, MORNING)
        at_once, later, arrived = (text.sms_tracker_id for text in self.texts(mailing).sorted("partner_id"))
        at_once._action_update_from_sms_state("error", failure_type="sms_number_format")
        for tracker in later | arrived:
            tracker._action_update_from_sms_state("pending")
        self.assertEqual(self.ledger(mailing).mapped("state"), ["denied", "done", "done"])
        later._action_update_from_provider_error("not_delivered")
        contacts = self.ledger(mailing)
        self.assertEqual(contacts.mapped("state"), ["denied", "denied", "done"])
        self.assertEqual(contacts[:2].mapped("reason_code"), ["undelivered"] * 2)
        self.assertEqual(contacts[:2].mapped("error"), ["Wrong Number Format", "Not Delivered"])
        decisions = self.partners._contact_decisions("sms", "marketing", MORNING + timedelta(days=1))
        self.assertEqual([decisions[p.id].verdict for p in self.partners[:3]], ["allow", "allow", "hold"])

    def test_to_a_segment(self):
        """Members get the SMS; the control group of a campaign on the segment is left alone, with the reason."""
        self.partners.write({"ref": "SEGSMS"})
        segment = self.env["crm.segment"].create(
            {"name": "S", "domain": "[('ref', '=', 'SEGSMS')]", "include_suspects": True}
        )
        campaign = self.env["crm.segment.campaign"].create(
            {
                "name": "Tháng ba",
                "segment_id": segment.id,
                "kind": "list",
                "control_percent": 50,
                "start_on": MORNING.date(),
                "channel_id": self.env.ref("crm_contact_policy.channel_sms").id,
            }
        )
        campaign.action_start()
        control = campaign.line_ids.filtered(lambda line: line.state == "control").partner_id
        mailing = self.sms(self.partners, segment_ids=[(6, 0, segment.ids)], mailing_domain=[])
        self.send(mailing, MORNING)
        self.assertTrue(control)
        self.assertEqual(self.texts(mailing).partner_id, self.partners[:4] - control)
        spared = self.env["mailing.trace"].search(
            [("mass_mailing_id", "=", mailing.id), ("failure_reason", "ilike", "Tháng ba")]
        )
        self.assertEqual(sorted(spared.mapped("res_id")), sorted(control.ids))
        self.assertEqual(set(spared.mapped("trace_type")), {"sms"})
        action = segment.with_context(mailing_type="sms").action_mail()
        self.assertEqual(action["context"]["default_mailing_type"], "sms")
