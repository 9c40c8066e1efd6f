"""Who is in a segment is not found by way of a mailing."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MORNING, MailingCase


@tagged("post_install", "-at_install")
class TestSight(MailingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners.write({"ref": "SIGHT"})
        cls.other = cls.env["res.company"].create({"name": "Công ty khác"})
        cls.env.user.company_ids |= cls.other
        vals = {"name": "S", "domain": "[('ref', '=', 'SIGHT')]", "include_suspects": True}
        cls.own, cls.foreign, cls.confidential = cls.env["crm.segment"].create(
            [{**vals, "company_id": company.id} for company in (cls.env.company, cls.other, cls.env.company)]
        )
        cls.segments = cls.own | cls.foreign | cls.confidential
        cls.segments._refresh_sudo()
        cls.confidential.sudo().is_confidential = True
        cls.mailer = new_test_user(
            cls.env, "sight.mailer", "mass_mailing.group_mass_mailing_user,crm_lifecycle.group_user_all",
            company_id=cls.env.company.id, company_ids=cls.env.company.ids,
        )

    def typed(self, domain, **vals):
        """Return how many recipients the form shows while a mailing is typed."""
        values = {
            "mailing_type": "mail", "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            "mailing_domain": repr(domain), **vals,
        }
        model = self.env["mailing.mailing"].with_user(self.mailer)
        answer = model.onchange(values, [], {"segment_recipient_count": {}, **dict.fromkeys(values, {})})
        return answer["value"].get("segment_recipient_count", 0)

    def test_counting_while_typing(self):
        """One contact asked for at a time, each answer would tell whether it is in the segment."""
        one = [("id", "=", self.partners[0].id)]
        self.assertEqual(self.typed(one, segment_ids=[[6, 0, self.own.ids]]), 1)
        for segment in (self.foreign, self.confidential):
            with self.assertRaises(AccessError):
                self.typed(one, segment_ids=[[6, 0, segment.ids]])
        campaigns = self.env["crm.segment.campaign"].create(
            [{"name": "C", "segment_id": segment.id, "kind": "list", "control_percent": 0} for segment in self.segments]
        )
        for campaign in campaigns:
            campaign.action_start()
            campaign.line_ids.state = "addressed"
        counts = [self.typed(one, segment_campaign_id=campaign.id) for campaign in campaigns]
        self.assertEqual(counts, [1, 0, 0])

    def test_mailings_to_customers_of_another_company(self):
        mailings = [self.mailing(segment_ids=[(6, 0, one.ids)]) for one in (self.own, self.foreign)]
        for mailing in mailings:
            self.send(mailing, MORNING)
        own, foreign = mailings
        self.assertEqual(foreign.segment_company_id, self.other)
        seen = self.env["mailing.mailing"].with_user(self.mailer).search([("id", "in", (own | foreign).ids)])
        self.assertEqual(seen.ids, own.ids)
        traces = self.env["mailing.trace"].with_user(self.mailer)
        self.assertTrue(traces.search([("mass_mailing_id", "=", own.id)]))
        self.assertFalse(traces.search([("mass_mailing_id", "=", foreign.id)]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.mailer).read(["segment_recipient_count"])
        self.mailer.company_ids |= self.other
        both = foreign.with_user(self.mailer).with_context(allowed_company_ids=(self.env.company | self.other).ids)
        self.assertEqual(both.read(["segment_recipient_count"])[0]["segment_recipient_count"], len(self.partners))

    def test_other_mailings_are_seen_as_before(self):
        plain = self.mailing()
        self.assertFalse(plain.segment_company_id)
        self.assertTrue(plain.with_user(self.mailer).read(["subject"]))
