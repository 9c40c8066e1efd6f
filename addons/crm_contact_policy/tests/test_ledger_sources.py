from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import ContactPolicyCase


@tagged("post_install", "-at_install")
class TestLedgerSources(ContactPolicyCase):
    """E-mails, SMS, call activities and meetings enter the ledger by themselves, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [cls.company.id]}
        groups = "crm_contact_policy.group_user,base.group_partner_manager"
        cls.seller = new_test_user(cls.env, "ban.hang", email="bh@example.com", groups=groups, **inside)
        cls.colleague = new_test_user(cls.env, "dong.nghiep", email="dn@example.com", **inside)
        cls.call_type = cls.env.ref("mail.mail_activity_data_call")

    def entries(self, partner=None):
        return self.env["crm.interaction"].search([("partner_id", "=", (partner or self.customer).id)])

    def post(self, **values):
        values = {"body": "Chào", "subject": "Báo giá", "subtype_xmlid": "mail.mt_comment", **values}
        return self.customer.with_user(self.seller).message_post(**values)

    def test_a_seller_plans_a_call(self):
        """As the user, not as superuser: the call stands in the list and closes with its activity."""
        call = self.env["mail.activity"].with_user(self.seller).create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "activity_type_id": self.call_type.id,
                "user_id": self.seller.id,
            }
        )
        self.assertEqual(self.entries().mapped("state"), ["planned"])
        self.assertEqual(call.crm_interaction_id, self.entries())
        call.action_feedback("Hẹn cuối tuần")
        self.assertEqual(self.entries().state, "done")

    # ------------------------------------------------------------------ e-mail
    def test_outgoing(self):
        message = self.post(partner_ids=self.customer.ids, message_type="comment", body="Giá chỉ 5 triệu")
        entry = self.entries()
        self.assertRecordValues(
            entry,
            [
                {
                    "direction": "out",
                    "channel_code": "email",
                    "state": "done",
                    "purpose": "sale",
                    "subject": "Báo giá",
                    "user_id": self.seller.id,
                    "note": False,
                    "message_id": message.id,
                    "res_model": "res.partner",
                    "company_id": self.company.id,
                }
            ],
        )

    def test_not_for_the_ledger(self):
        """Notes, notifications of the system, messages to colleagues."""
        self.post(message_type="comment", subtype_xmlid="mail.mt_note", partner_ids=self.customer.ids)
        self.post(message_type="notification", partner_ids=self.customer.ids)
        self.post(message_type="comment", partner_ids=self.colleague.partner_id.ids)
        self.post(message_type="comment")
        self.customer.message_notify(body="x", partner_ids=self.customer.ids)
        self.assertFalse(self.entries())
        self.assertFalse(self.entries(self.colleague.partner_id))
        self.assertFalse(self.entries(self.company.partner_id))

    def test_from_a_template(self):
        template = self.env["mail.template"].create(
            {
                "name": "Chào",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Xin chào",
                "body_html": "<p>Chào</p>",
                "partner_to": "{{ object.id }}",
            }
        )
        template.send_mail(self.customer.id)
        self.assertEqual(self.entries().mapped(lambda e: (e.subject, e.channel_code)), [("Xin chào", "email")])

    def test_incoming(self):
        """By the mail gateway; from a colleague it is outgoing."""
        self.customer.with_user(self.env.ref("base.user_root")).message_post(
            body="Khi nào giao?", subject="Hỏi", message_type="email", author_id=self.customer.id,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(
            self.entries().mapped(lambda e: (e.direction, e.channel_code, e.state, e.note)),
            [("in", "email", "done", False)],
        )
        self.customer.message_post(
            body="Mai", message_type="email", author_id=self.seller.partner_id.id, partner_ids=self.customer.ids,
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self.entries().mapped("direction").count("out"), 1)
        self.assertEqual(len(self.entries()), 2)

    def test_cost_is_fixed(self):
        """Posting to one or to thirty customers: the ledger adds the same number of queries."""
        customers = self.make_customers(30)
        mails = self.env["mail.mail"].create(
            [{"subject": "x", "model": "res.partner", "res_id": c.id} for c in customers]
        )
        for mail, customer in zip(mails, customers, strict=True):
            mail.recipient_ids = customer
        self.assertSameQueryCount(mails[:3]._ledger_outgoing_sudo, mails._ledger_outgoing_sudo)

    def test_note_costs_nothing(self):
        """An internal note needs not one query more."""
        self.post(message_type="comment", subtype_xmlid="mail.mt_note")
        source = self.env["crm.interaction"]
        calls = []
        self.patch(type(source), "_ledger_messages_sudo", lambda *args: calls.append(args))
        self.post(message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertFalse(calls)

    # ------------------------------------------------------------------ SMS
    def test_sms(self):
        self.customer._message_sms("Chào anh", partner_ids=self.customer.ids)
        found = self.entries().mapped(lambda e: (e.channel_code, e.direction, e.note))
        self.assertEqual(found, [("sms", "out", False)])

    # ------------------------------------------------------------------ calls
    def plan_call(self, **values):
        return self.customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.seller.id, summary="Gọi lại", **values
        )

    def test_call_activity(self):
        """Planned in the call list, moved along, done: one entry."""
        activity = self.plan_call(date_deadline=fields.Date.today() + timedelta(days=3))
        planned = self.entries()
        self.assertEqual((planned.state, planned.channel_code, planned.user_id), ("planned", "phone", self.seller))
        activity.date_deadline += timedelta(days=2)
        self.assertEqual(planned.date.date(), activity.date_deadline)
        activity.with_user(self.seller).action_feedback(feedback="Đồng ý gặp")
        self.assertEqual(self.entries(), planned)
        self.assertEqual(planned.state, "done")

    def test_call_about_a_hidden_document(self):
        """What was noted of a call stays with its document: not everybody who reads the ledger may read that."""
        activity = self.plan_call(note="<p>Hỏi giá mật</p>")
        planned = self.entries()
        activity.with_user(self.seller).action_feedback(feedback="Chỉ trả 5 triệu")
        self.assertRecordValues(
            planned, [{"state": "done", "note": False, "res_model": "res.partner", "res_id": self.customer.id}]
        )
        self.assertIn("5 triệu", str(self.customer.message_ids.mapped("body")))

    def test_call_given_up_and_logged(self):
        self.plan_call().unlink()
        self.assertEqual(self.entries().state, "cancelled")
        activity = self.plan_call()
        planned = self.entries().filtered(lambda e: e.state == "planned")
        planned.with_user(self.seller).action_done()
        self.assertFalse(activity.active)
        self.assertEqual(planned.state, "done")
        self.customer.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
        self.assertEqual(len(self.entries()), 2)

    def test_call_taken_up_again(self):
        """An activity marked done by mistake, or put away, and taken up again: the call is planned again."""
        activity = self.plan_call(date_deadline=fields.Date.today() + timedelta(days=3))
        planned = self.entries()
        activity.action_feedback()
        self.assertEqual(planned.state, "done")
        activity.action_unarchive()
        self.assertEqual((planned.state, planned.date.date()), ("planned", activity.date_deadline))
        activity.action_archive()
        self.assertEqual(planned.state, "cancelled")
        activity.action_unarchive()
        self.assertEqual(planned.state, "planned")

    # ------------------------------------------------------------------ meetings
    def meet(self, **values):
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        return self.env["calendar.event"].with_user(self.seller).create(
            {
                "name": "Giới thiệu mẫu mới",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [(6, 0, (self.customer | self.seller.partner_id).ids)],
                **values,
            }
        )

    def test_meeting(self):
        event = self.meet()
        planned = self.entries()
        self.assertEqual((planned.state, planned.channel_code, planned.subject), ("planned", "visit", event.name))
        self.assertFalse(self.entries(self.seller.partner_id))
        event.write({"start": event.start + timedelta(days=1), "stop": event.stop + timedelta(days=1)})
        self.assertEqual(planned.date, event.start)
        event._ledger_sync_sudo(at=event.stop)
        self.assertEqual((planned.state, self.entries()), ("done", planned))

    def test_meeting_called_off(self):
        event = self.meet()
        planned = self.entries()
        event.partner_ids -= self.customer
        self.assertEqual(planned.state, "cancelled")
        event.partner_ids |= self.customer
        self.assertEqual(planned.state, "planned")
        event.attendee_ids.filtered(lambda a: a.partner_id == self.customer).do_decline()
        self.assertEqual(planned.state, "cancelled")
        other = self.meet()
        planned = self.entries().filtered(lambda e: e.res_id == other.id)
        other.unlink()
        self.assertEqual(planned.state, "cancelled")

    def test_private_meeting(self):
        self.meet(privacy="private", name="Bàn chuyện riêng")
        self.assertNotIn("riêng", self.entries().subject)

    def test_meeting_private_by_default(self):
        """Whose meetings are private unless said otherwise tells no title; one made private later hides it again."""
        event = self.meet(name="Bàn chuyện riêng")
        self.assertIn("riêng", self.entries().subject)
        event.privacy = "private"
        self.assertNotIn("riêng", self.entries().subject)
        self.seller.with_user(self.seller).calendar_default_privacy = "private"
        other = self.meet(name="Chuyện riêng khác")
        self.assertFalse(other.privacy)
        self.assertNotIn("riêng", str(self.entries().mapped("subject")))

    def test_meetings_over(self):
        event = self.meet()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["calendar.event"]._cron_ledger_done(at=event.stop + timedelta(minutes=1))
        self.env.invalidate_all()
        self.assertEqual(self.entries().state, "done")
