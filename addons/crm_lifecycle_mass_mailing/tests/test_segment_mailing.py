"""Mailings to segments and campaigns: who gets them, who is left alone and why, who may see them."""

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import MORNING, MailingCase

WENT = ("outgoing", "sent")


@tagged("post_install", "-at_install")
class TestSegmentMailing(MailingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners.write({"ref": "SEGMAIL"})
        cls.company = cls.env.company
        cls.segment = cls.make_segment()
        cls.mailer = new_test_user(
            cls.env, "segment.mailer", "mass_mailing.group_mass_mailing_user,sales_team.group_sale_salesman"
        )

    @classmethod
    def make_segment(cls, **values):
        return cls.env["crm.segment"].create(
            {
                "name": "Khách thân thiết",
                "company_id": cls.company.id,
                "domain": "[('ref', '=', 'SEGMAIL')]",
                "include_suspects": True,
                **values,
            }
        )

    def to_segment(self, **values):
        values = {"segment_ids": [(6, 0, self.segment.ids)], "mailing_domain": [], **values}
        return self.mailing(**values)

    def start_campaign(self, percent=50):
        campaign = self.env["crm.segment.campaign"].create(
            {"name": "Tháng ba", "segment_id": self.segment.id, "kind": "list", "control_percent": percent,
             "start_on": MORNING.date()}
        )
        campaign.action_start()
        return campaign

    def of(self, campaign, state):
        return campaign.line_ids.filtered(lambda line: line.state == state).partner_id

    def test_members_get_it_and_the_gate_is_obeyed(self):
        outsider = self.make_customers(1)
        self.agree(outsider)
        mailing = self.to_segment()
        self.send(mailing, MORNING)
        traces = self.traces(mailing)
        self.assertEqual(sorted(traces), sorted(self.partners.ids))
        self.assertEqual([traces[partner.id][0] in WENT for partner in self.partners], [True] * 4 + [False] * 2)
        denied = self.env["mailing.trace"].search([("failure_type", "=", "contact_policy")])
        self.assertTrue(all("No consent" in reason for reason in denied.mapped("failure_reason")))
        self.assertEqual(self.ledger(mailing).mapped("state"), ["done"] * 4 + ["denied"] * 2)

    def test_who_is_in_it_when_it_goes_out(self):
        """Written on Monday, sent when others have joined and left."""
        mailing = self.to_segment()
        with freeze_time(MORNING):
            self.segment._refresh_sudo()
        late = self.make_customers(1, ref="SEGMAIL")
        self.agree(late)
        self.partners[0].ref = "LEFT"
        self.segment.refreshed_on = False
        self.send(mailing, MORNING)
        traces = self.traces(mailing)
        self.assertIn(late.id, traces)
        self.assertNotIn(self.partners[0].id, traces)

    def test_conditions_narrow_the_segment(self):
        mailing = self.to_segment(mailing_domain=[("id", "in", self.partners[:2].ids)])
        self.segment._refresh_sudo()
        self.assertEqual(mailing.segment_recipient_count, 2)
        self.send(mailing, MORNING)
        self.assertEqual(sorted(self.traces(mailing)), sorted(self.partners[:2].ids))

    def test_campaign_leaves_its_control_group_alone(self):
        campaign = self.start_campaign()
        mailing = self.mailing(segment_campaign_id=campaign.id, mailing_domain=[])
        self.send(mailing, MORNING)
        self.assertEqual(sorted(self.traces(mailing)), sorted(self.of(campaign, "addressed").ids))
        self.assertTrue(self.of(campaign, "control"))
        self.assertFalse(self.ledger(mailing).partner_id & self.of(campaign, "control"))

    def test_other_mailings_spare_the_control_group_and_say_so(self):
        control = self.of(self.start_campaign(), "control")
        mailing = self.to_segment()
        self.send(mailing, MORNING)
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", mailing.id)])
        spared = traces.filtered(lambda trace: "Tháng ba" in (trace.failure_reason or ""))
        self.assertEqual(sorted(spared.mapped("res_id")), sorted(control.ids))
        self.assertEqual(set(spared.mapped("trace_status")), {"cancel"})
        self.assertEqual(set(spared.mapped("failure_type")), {"control_group"})
        self.assertEqual(mailing.contact_spared_count, len(control))
        domain = mailing.action_view_contacts_spared()["domain"]
        self.assertEqual(self.env["mailing.trace"].search(domain), spared)
        self.assertFalse(self.ledger(mailing).partner_id & control, "no place in their caps is taken")
        for values in ({"spare_control_groups": False}, {"contact_purpose": "service"}):
            with self.subTest(values=values):
                free = self.to_segment(**values)
                with freeze_time(MORNING):
                    self.assertFalse(free._contact_spared_sudo(self.partners, MORNING))

    def test_a_cancelled_campaign_mails_nobody(self):
        campaign = self.start_campaign()
        mailing = self.mailing(segment_campaign_id=campaign.id, mailing_domain=[])
        campaign.action_cancel()
        self.send(mailing, MORNING)
        self.assertFalse(self.traces(mailing))

    def test_campaign_must_run(self):
        campaign = self.env["crm.segment.campaign"].create(
            {"name": "x", "segment_id": self.segment.id, "kind": "list"}
        )
        with self.assertRaisesRegex(UserError, "Start the campaign"):
            campaign.action_mail()

    def test_only_customers_of_one_company(self):
        with self.assertRaisesRegex(ValidationError, "Contact"):
            self.to_segment(mailing_model_id=self.env["ir.model"]._get_id("crm.lead"))
        other = self.env["res.company"].create({"name": "Khác"})
        elsewhere = self.make_segment(company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "one company"):
            self.to_segment(segment_ids=[(6, 0, (self.segment | elsewhere).ids)])

    def test_button_opens_a_mailing_to_the_segment(self):
        action = self.segment.with_user(self.mailer).action_mail()
        form = Form(self.env["mailing.mailing"].with_user(self.mailer).with_context(**action["context"]))
        form.subject = "Chào"
        mailing = form.save()
        self.assertEqual((mailing.segment_ids, mailing.mailing_model_real), (self.segment, "res.partner"))
        self.assertEqual(self.segment.with_user(self.mailer).mailing_count, 1)

    def test_confidential_segments(self):
        """Neither the segment nor the mailing nor its recipients are for those who may not see such facts."""
        self.env.user.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.segment.fact_domain = "[('partner_id.ref', '=', 'SEGMAIL')]"
        self.assertTrue(self.segment.is_confidential)
        with self.assertRaises(AccessError):
            self.mailing_as(self.mailer)
        mailing = self.to_segment(user_id=self.mailer.id)
        self.assertTrue(mailing.is_confidential)
        trace = self.env["mailing.trace"].create(
            {"mass_mailing_id": mailing.id, "model": "res.partner", "res_id": self.partners[0].id}
        )
        self.env.flush_all()
        for record in (mailing, trace):
            with self.assertRaises(AccessError):
                record.with_user(self.mailer).check_access("read")
            self.assertFalse(record.with_user(self.mailer).search_count([("id", "=", record.id)]))
        self.mailer.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.assertTrue(trace.with_user(self.mailer).has_access("read"))
        self.assertEqual(self.mailing_as(self.mailer).segment_ids, self.segment)

    def mailing_as(self, user):
        return self.env["mailing.mailing"].with_user(user).create(
            {
                "subject": "x",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "segment_ids": [(6, 0, self.segment.ids)],
            }
        )

    def test_another_companys_segment(self):
        other = self.env["res.company"].create({"name": "Khác"})
        own, self.segment = self.mailing_as(self.mailer), self.make_segment(company_id=other.id)
        with self.assertRaises(AccessError):
            self.mailing_as(self.mailer)
        with self.assertRaises(AccessError):
            own.segment_ids = self.segment

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        mailing = self.to_segment()
        self.assertSameQueryCount(
            lambda: mailing._contact_spared_sudo(few, MORNING), lambda: mailing._contact_spared_sudo(many, MORNING)
        )

    def test_duplicate_without_the_lifecycle_addon(self):
        """Who mails and has nothing to do with segments duplicates mailings; those to segments not, for want of sight:
        a copy without its segment would go to everybody."""
        plain = new_test_user(
            self.env, "plain.mailer", "mass_mailing.group_mass_mailing_user,base.group_partner_manager"
        )
        own = self.env["mailing.mailing"].with_user(plain).create(
            {"subject": "Bản tin", "mailing_model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        own.subject = "Bản tin tháng ba"
        with self.assertRaises(AccessError):
            own.segment_ids = self.segment
        mailing = self.mailing(subject="Bản tin")
        copy = mailing.with_user(plain).copy()
        self.assertEqual((copy.subject, copy.create_uid), ("Bản tin", plain))
        self.assertTrue(mailing.with_user(plain).action_duplicate()["res_id"])
        with self.assertRaisesRegex(AccessError, "may not see"):
            self.to_segment().with_user(plain).copy()
        self.segment.is_confidential = True
        open_one = self.make_segment(name="Mở")
        both = self.to_segment(segment_ids=[(6, 0, (self.segment | open_one).ids)])
        self.assertEqual(both.copy().segment_ids, self.segment | open_one)
        with self.assertRaises(AccessError):
            both.with_user(self.mailer).copy()
        seen = self.to_segment(segment_ids=[(6, 0, open_one.ids)])
        self.assertEqual(seen.with_user(self.mailer).copy().segment_ids, open_one)
