from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestCollection(LifecycleCase):
    """Collection plans by stage and segment; quality and market by stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env["res.country"].create({"name": "Đất Thử", "code": "ZQ"})
        values = {"company_id": cls.company.id, "country_id": cls.country.id}
        cls.buyer, cls.quiet, cls.suspect = cls.make_customers(3, **values)
        cls.buy(cls.buyer, 10)
        cls.buy(cls.quiet, 400, 300, 150)
        cls.Run._execute(cls.company, cls.env["crm.external.transaction"].search([], limit=1, order="date desc").date)
        cls.plan = cls.env["crm.collection.plan"].create(
            {
                "name": "Theo giai đoạn",
                "company_id": cls.company.id,
                "domain": f"[('company_id', '=', {cls.company.id})]",
                "line_ids": [Command.create({"attribute_id": cls.env.ref("crm_profile.attribute_vehicle").id})],
            }
        )

    def customers(self):
        everybody = self.buyer | self.quiet | self.suspect
        return self.env["res.partner"].search(self.plan._partner_domain()) & everybody

    def test_by_stage(self):
        self.assertEqual(self.customers(), self.buyer | self.quiet | self.suspect)
        self.plan.stage_ids = self.status(self.quiet).stage_id
        self.assertEqual(self.customers(), self.quiet)
        self.plan.stage_ids = self.stages["suspect"]
        self.assertEqual(self.customers(), self.suspect, "who has no row is a suspect")
        self.plan.stage_ids = self.stages["suspect"] | self.status(self.buyer).stage_id
        self.assertEqual(self.customers(), self.buyer | self.suspect)

    def test_scope_follows_the_stage(self):
        self.plan.stage_ids = self.status(self.quiet).stage_id
        self.plan.action_start()
        self.suspect._profile_record({"occupation": "Giáo viên"}, "employee")
        with self.assertRaises(UserError):
            self.quiet._profile_record({"occupation": "Giáo viên"}, "employee")

    def test_by_segment(self):
        segment = self.env["crm.segment"].create({"name": "Quen", "company_id": self.company.id})
        member = {"segment_id": segment.id, "company_id": self.company.id, "entered_on": "2026-01-01"}
        self.env["crm.segment.member"].sudo().create(
            [
                {**member, "partner_id": self.buyer.id, "origin": "manual"},
                {**member, "partner_id": self.quiet.id, "origin": "rule", "left_on": "2026-02-01"},
            ]
        )
        self.plan.segment_ids = segment
        self.assertEqual(self.customers(), self.buyer)

    def test_a_confidential_segment_is_not_told(self):
        segment = self.env["crm.segment"].create({"name": "Kín", "company_id": self.company.id})
        segment.is_confidential = True
        with self.assertRaises(ValidationError):
            self.plan.segment_ids = segment

    def test_quality_by_stage(self):
        self.plan.action_start()
        self.buyer._profile_record({"vehicle": "Honda"}, "survey")
        self.env.flush_all()
        rows = self.env["crm.profile.quality"].search([("plan_id", "=", self.plan.id)])
        found = {row.partner_id: (row.stage_id, row.quality) for row in rows}
        self.assertEqual(found[self.buyer], (self.status(self.buyer).stage_id, "good"))
        self.assertEqual(found[self.quiet], (self.status(self.quiet).stage_id, "missing"))
        self.assertEqual(found[self.suspect], (self.stages["suspect"], "missing"))
        user = new_test_user(self.env, "ho.so", groups="crm_profile.group_user", company_id=self.company.id)
        groups = (
            self.env["crm.profile.quality"]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
            ._read_group([("plan_id", "=", self.plan.id), ("partner_id", "=", self.quiet.id)], ["quality"], ["__count"])
        )
        self.assertEqual(groups, [("missing", 1)])

    def test_market_by_stage(self):
        figure = self.env["crm.market.figure"].create(
            [
                {"indicator": "Xe máy", "country_id": country.id, "value": 100, "unit": "xe", "source": "Tổng cục"}
                for country in (self.country, self.env.ref("base.aq"))
            ]
        )
        self.env.flush_all()
        rows = self.env["crm.market.report"].search([("figure_id", "=", figure[0].id)])
        self.assertEqual(sum(rows.mapped("own_count")), 3)
        self.assertEqual(len(set(rows.ids)), len(rows))
        quiet = rows.filtered(lambda row: row.stage_id == self.status(self.quiet).stage_id)
        self.assertEqual(self.env["res.partner"].search(quiet.action_open_customers()["domain"]), self.quiet)
        nobody = self.env["crm.market.report"].search([("figure_id", "=", figure[1].id)])
        self.assertEqual((nobody.own_count, nobody.stage_id.id), (0, False))
