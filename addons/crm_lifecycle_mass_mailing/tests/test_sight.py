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
        """Return how many recipients the form shows while a mailing is typed, ours and Odoo's own number."""
        values = {
            "mailing_type": "mail", "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            "mailing_domain": repr(domain), **vals,
        }
        model = self.env["mailing.mailing"].with_user(self.mailer)
        counts = ("segment_recipient_count", "total")
        answer = model.onchange(values, [], {name: {} for name in (*counts, *values)})["value"]
        return max(answer.get(name, 0) for name in counts)

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

    def test_conditions_are_read_with_the_authors_rights(self):
        """The queue reads everything: its recipients would tell who has bought how much, and what is restricted."""
        lan, minh = (
            new_test_user(
                self.env, login, "mass_mailing.group_mass_mailing_user,sales_team.group_sale_salesman",
                company_id=self.env.company.id, company_ids=self.env.company.ids,
            )
            for login in ("sight.lan", "sight.minh")
        )
        mine, others = self.partners[:2]
        mine.user_id, others.user_id = lan, minh
        day = self.env.company._lifecycle_today()
        self.env["crm.external.transaction"].create(
            [
                {"external_ref": f"S{partner.id}", "partner_id": partner.id, "date": day, "amount": 500.0}
                for partner in (mine, others)
            ]
        )
        self.env["crm.lifecycle.run"]._execute(self.env.company, day)
        conditions = [("lifecycle_amount_total", ">", 400), ("ref", "=", "SIGHT")]
        vals = {
            "subject": "Tháng ba", "body_html": "<p>Chào</p>", "mailing_domain": repr(conditions),
            "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
        }
        mailing = self.env["mailing.mailing"].with_user(lan).create({**vals, "user_id": self.env.user.id})
        self.assertEqual(mailing.sudo()._get_remaining_recipients(), mine.ids)
        copied = mailing.sudo().with_user(1).copy()
        self.assertEqual(copied._get_remaining_recipients(), mine.ids, "a copy by the system is no way around")
        mailing.write({"recipients_user_id": self.env.user.id})
        self.assertEqual(mailing.recipients_user_id, lan)
        self.send(mailing.sudo(), MORNING)
        self.assertEqual(self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)]).mapped("res_id"),
                         mine.ids)
        wide = new_test_user(
            self.env, "sight.wide", "mass_mailing.group_mass_mailing_user,sales_team.group_sale_salesman_all_leads",
            company_id=self.env.company.id, company_ids=self.env.company.ids,
        )
        mailing = self.env["mailing.mailing"].with_user(wide).create(vals)
        self.assertEqual(sorted(mailing.sudo()._get_remaining_recipients()), sorted((mine | others).ids))

    def test_figures_are_those_of_the_company_of_the_mailing(self):
        """Whichever company the queue runs in."""
        day = self.other._lifecycle_today()
        customer = self.partners[2]
        self.env["crm.external.transaction"].create(
            {"external_ref": "F", "partner_id": customer.id, "date": day, "amount": 500.0,
             "company_id": self.other.id}
        )
        self.env["crm.lifecycle.run"]._execute(self.other, day)
        mailer = new_test_user(
            self.env, "sight.far", "mass_mailing.group_mass_mailing_user,crm_lifecycle.group_user_all",
            company_id=self.other.id, company_ids=self.other.ids,
        )
        vals = {
            "subject": "Tháng ba", "mailing_domain": repr([("lifecycle_amount_total", ">", 400)]),
            "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
        }
        model = self.env["mailing.mailing"].with_user(mailer).with_context(allowed_company_ids=self.other.ids)
        far = model.create({**vals, "user_id": mailer.id})
        self.assertEqual(far.sudo().with_company(self.env.company)._get_remaining_recipients(), customer.ids)
        here = self.env["mailing.mailing"].with_user(self.mailer).create({**vals, "user_id": self.mailer.id})
        self.assertNotIn(customer.id, here.sudo().with_company(self.other)._get_remaining_recipients())
