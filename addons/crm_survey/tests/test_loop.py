from datetime import date, datetime, timedelta

from odoo.tests import HttpCase, tagged

from .common import CustomerSurveyCase, LinkMixin

SATURDAY_NIGHT = datetime(2026, 3, 7, 16, 0)  # 23:00 in Ho Chi Minh City
MONDAY_MORNING = datetime(2026, 3, 9, 3, 0)


@tagged("post_install", "-at_install")
class TestLoop(LinkMixin, CustomerSurveyCase, HttpCase):
    """From the engine's decision that a customer is quiet to the fact on the customer."""

    def _buy(self, partner, first, number, gap):
        self.env["crm.external.transaction"].create(
            [
                {
                    "external_ref": f"T{partner.id}-{index}",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "date": first + timedelta(days=gap * index),
                    "amount": 100.0,
                }
                for index in range(number)
            ]
        )

    def _fall_quiet(self):
        """Let the engine see a regular customer first, and a quiet one after half a year of silence."""
        self._buy(self.customer, date(2024, 12, 2), 40, 7)
        Run = self.env["crm.lifecycle.run"]
        Run._execute(self.company, date(2025, 9, 10))
        self.assertEqual(self.customer.lifecycle_stage_id.code, "established")
        self.program._activate(datetime(2026, 3, 1, 0, 0))
        Run._execute(self.company, date(2026, 3, 5), full=False, at=datetime(2026, 3, 5, 16, 0))
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.lifecycle_stage_id.code, "quiet")

    def test_full_loop(self):
        self._fall_quiet()
        self.program.leave_cancels = True
        # The engine noticed on 5 March: two days later is Saturday night, when nobody is disturbed.
        self.program._run(datetime(2026, 3, 5, 17, 0))
        invitation = self.program.invitation_ids
        self.assertEqual(invitation.partner_id, self.customer)
        self.assertEqual((invitation.state, invitation.due), ("planned", SATURDAY_NIGHT))
        self.program._run(SATURDAY_NIGHT)
        self.assertEqual(invitation.state, "held")
        self.assertFalse(self.mails(invitation))
        self.assertTrue(invitation.contact_reason)
        # Sunday is a day off: the message goes on Monday morning.
        self.env["crm.contact.sender"]._release(invitation.interaction_id, MONDAY_MORNING)
        self.assertEqual(invitation.state, "sent")
        self.assertEqual(invitation.interaction_id.state, "done")
        mail = self.mails(invitation)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(mail.subject, self.quiet_survey.with_context(lang="vi_VN").title)
        self.assertIn(invitation.user_input_id.access_token, mail.body_html)
        invitation.user_input_id.deadline = datetime.now() + timedelta(days=1)

        reason = self.label(self.quiet_survey, "reason", "natural")
        self.answer_by_http(
            invitation, {"reason": str(reason.id), "liked": "Thợ làm kỹ <script>alert(1)</script>", "recommend": "9"}
        )
        self.assertEqual((invitation.state, invitation.final_disposition), ("done", "1.1"))
        self.assertEqual(invitation.writeback_state, "queued")
        self.assertFalse(self.customer._profile_value("quiet_reason"))
        with self.enter_registry_test_mode():
            self.env.ref("crm_survey.ir_cron_write_back").method_direct_trigger()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertEqual(self.customer._profile_value("quiet_reason"), "natural")
        self.assertEqual(self.customer._profile_value("recommend_score"), 9)
        facts = self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(set(facts.mapped("source")), {"survey"})
        self.assertEqual(set(facts.mapped("source_ref")), {f"survey.user_input,{invitation.user_input_id.id}"})
        inbound = self.env["crm.interaction"].search(
            [("partner_id", "=", self.customer.id), ("direction", "=", "in"), ("purpose", "=", "survey")]
        )
        self.assertEqual(inbound.mapped("state"), ["done"])

    def test_write_back_twice_changes_nothing(self):
        invitation = self.invite()
        self.answer(invitation, {"reason": "moved", "recommend": "3"})
        invitation._write_back()
        count = self.env["crm.profile.fact"].search_count([("partner_id", "=", self.customer.id)])
        invitation._write_back()
        self.assertEqual(self.env["crm.profile.fact"].search_count([("partner_id", "=", self.customer.id)]), count)

    def test_retroactive_transitions_start_nothing(self):
        self.move(self.customer, "quiet", self.later(days=-3))
        self.program._activate(self.at)
        others = self.make_customers(3)
        for partner, trigger in zip(others, ("import", "rebuild", "rule"), strict=True):
            self.move(partner, "quiet", self.later(hours=1), trigger=trigger)
        self.program._run(self.later(hours=2))
        self.assertEqual(self.program.invitation_ids.partner_id, others[2])
        self.program._run(self.later(hours=3))
        self.assertEqual(len(self.program.invitation_ids), 1)
