from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CustomerSurveyCase, LinkMixin


class SmsCase(CustomerSurveyCase):
    """E-mail, then a text message, then a call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write(
            {
                "expiry_days": 60,
                "step_ids": [
                    Command.create(
                        {
                            "sequence": number,
                            "channel_id": cls.env.ref(f"crm_contact_policy.channel_{code}").id,
                            "days": 3,
                        }
                    )
                    for number, code in ((20, "sms"), (30, "phone"))
                ],
            }
        )

    def texts(self, partners):
        return self.env["sms.sms"].search([("partner_id", "in", partners.ids)])


@tagged("post_install", "-at_install")
class TestProgramSms(SmsCase):
    def test_channels_in_order_for_those_who_do_not_answer(self):
        self.program._activate(self.at)
        answered, silent = self.invite(self.make_customers(2, lang="vi_VN"))
        answered.user_input_id.deadline = fields.Datetime.now() + timedelta(days=9)
        self.answer(answered, {"reason": "natural"})
        self.program._run(self.later(days=3))
        self.assertFalse(self.texts(answered.partner_id))
        text = self.texts(silent.partner_id)
        self.assertEqual(len(text), 1)
        self.assertEqual(text.number, silent.partner_id.phone_sanitized)
        self.assertIn(f"/q/{silent.user_input_id.crm_short_code}", text.body)
        self.assertNotIn("token", text.body)
        contact = silent.interaction_id
        self.assertEqual((contact.channel_id.code, contact.purpose, contact.state), ("sms", "survey", "done"))
        self.assertEqual(text.crm_interaction_id, contact)
        self.assertEqual(
            silent.attempt_ids.sorted("date").mapped("channel_id.code"), ["email", "sms"], "every attempt is kept"
        )
        self.program._run(self.later(days=3, hours=1))
        self.assertEqual(len(self.texts(silent.partner_id)), 1)
        self.program._run(self.later(days=6))
        self.assertEqual((silent.state, silent.step), ("to_call", 3))

    def test_text_first_in_the_customers_language(self):
        self.program.step_ids[0].unlink()
        self.env.ref("crm_survey.sms_template_invitation").with_context(lang="vi_VN").body = (
            "{{ object.company_id.name }} xin hỏi: {{ object._get_short_url_sudo() }}"
        )
        english = self.make_customers(1, lang="en_US")
        self.invite(self.customer | english)
        bodies = {text.partner_id: text.body for text in self.texts(self.customer | english)}
        self.assertIn("xin hỏi", bodies[self.customer])
        self.assertIn("may we ask", bodies[english])
        self.assertEqual(len(set(bodies.values())), 2)

    def test_without_a_number_the_next_step(self):
        self.program.step_ids[0].unlink()
        self.customer.phone = False
        invitation = self.invite()
        self.assertEqual((invitation.state, invitation.cancel_reason), ("cancelled", "no_address"))

    def test_the_gate_holds_texts(self):
        self.program.step_ids[0].unlink()
        invitation = self.invite(at=self.later(hours=14))
        self.assertEqual((invitation.state, invitation.interaction_id.state), ("held", "held"))
        self.assertFalse(self.texts(self.customer))
        invitation.interaction_id._release_held(self.later(days=1))
        self.assertEqual(invitation.state, "sent")
        self.assertEqual(len(self.texts(self.customer)), 1)

    def test_consent_withdrawn_for_texts_goes_on_by_phone(self):
        self.program.step_ids[0].unlink()
        self.env["crm.contact.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "survey",
                "channel_id": self.env.ref("crm_contact_policy.channel_sms").id,
                "status": "withdrawn",
                "date": self.later(days=-1),
                "source": "phone",
            }
        )
        invitation = self.invite()
        self.assertFalse(self.texts(self.customer))
        self.assertEqual((invitation.state, invitation.step), ("planned", 1))

    def test_same_queries_for_few_and_many(self):
        self.program.step_ids[0].unlink()
        plan = lambda n: self.program._invite({p.id: (self.at, False) for p in self.make_customers(n)}, self.at)  # noqa: E731
        few, many = plan(10), plan(40)
        self.assertSameQueryCount(lambda: few._contact_next(self.at), lambda: many._contact_next(self.at))


@tagged("post_install", "-at_install")
class TestShortLink(LinkMixin, SmsCase, HttpCase):
    def test_short_link_leads_on_and_changes_nothing(self):
        invitation = self.invite()
        user_input = invitation.user_input_id
        user_input.deadline = fields.Datetime.now() + timedelta(days=9)
        short = invitation._get_short_url_sudo()
        self.assertEqual(short, invitation._get_short_url_sudo())
        path = "/q/" + short.rpartition("/")[2]
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 302)
        self.assertIn(user_input.access_token, response.headers["Location"])
        self.assertEqual(self.url_open(path).status_code, 200)
        invitation.invalidate_recordset()
        self.assertEqual((invitation.state, user_input.state), ("sent", "new"))

    def test_guessed_and_closed(self):
        self.assertEqual(self.url_open("/q/AAAAAAAAAAAA").status_code, 404)
        self.assertEqual(self.url_open("/q/%25").status_code, 404)
        invitation = self.invite()
        short = "/q/" + invitation._get_short_url_sudo().rpartition("/")[2]
        invitation.action_cancel()
        page = self.url_open(short).text
        self.assertIn(invitation.survey_id.with_context(lang="vi_VN").title, page)
        self.assertNotIn("Bắt đầu", page)
