from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import ProfileCase


@tagged("post_install", "-at_install")
class TestQuality(ProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(cls.env, "ban.hang", groups="crm_profile.group_user")
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Khách {number}", "user_id": cls.salesperson.id} for number in range(7)]
        )
        attributes = cls.env.ref("crm_profile.attribute_vehicle") | cls.env.ref("crm_profile.attribute_income_band")
        cls.plan = cls.env["crm.collection.plan"].create(
            {
                "name": "Người đi xe",
                "depth": "3",
                "domain": f"[('id', 'in', {cls.partners.ids})]",
                "line_ids": [Command.create({"attribute_id": a.id, "max_age_months": 6}) for a in attributes],
            }
        )

    def quality(self, user=None, code="vehicle"):
        self.env.flush_all()
        report = self.env["crm.profile.quality"].with_user(user or self.env.user)
        rows = report.search([("partner_id", "in", self.partners.ids), ("attribute_id.code", "=", code)])
        return dict(zip(rows.partner_id.ids, rows.mapped("quality"), strict=True))

    def test_every_kind(self):
        self.plan.action_start()
        today = date.today()
        good, old, believed, contested, expired, verified, nothing = self.partners
        good._profile_record({"vehicle": "Honda"}, "survey")
        old._profile_record({"vehicle": "Honda"}, "survey", collected_on=today - timedelta(days=200))
        believed._profile_record({"vehicle": "Honda"}, "employee")
        contested._profile_record({"vehicle": "Honda"}, "survey")
        contested._profile_record({"vehicle": "Yamaha"}, "employee")
        expired._profile_record({"vehicle": "Honda"}, "survey", collected_on=today - timedelta(days=9000))
        verified._profile_record({"vehicle": "Honda"}, "employee").action_verify()
        self.assertEqual(
            self.quality(),
            dict(
                zip(
                    self.partners.ids,
                    ("good", "stale", "unverified", "disputed", "stale", "good", "missing"),
                    strict=True,
                )
            ),
        )
        groups = self.env["crm.profile.quality"]._read_group(
            [("user_id", "=", self.salesperson.id), ("attribute_id.code", "=", "vehicle")],
            ["quality"],
            ["__count", "good_share:avg"],
        )
        self.assertEqual(sum(count for _quality, count, _share in groups), 7)
        rows = self.env["crm.profile.quality"].search([("quality", "=", "missing"), ("partner_id", "=", nothing.id)])
        self.assertEqual(rows.action_open_customers()["domain"], [("id", "in", nothing.ids)])

    def test_restricted_and_other_companies(self):
        self.plan.action_start()
        self.partners._profile_record({"income_band": "10m_20m"}, "survey")
        self.assertEqual(len(self.quality(code="income_band")), 7)
        self.assertFalse(self.quality(self.salesperson, "income_band"))
        confidant = new_test_user(self.env, "tin.cay", groups="crm_profile.group_restricted")
        self.assertEqual(len(self.quality(confidant, "income_band")), 7)
        self.partners[0].company_id = self.env["res.company"].create({"name": "Khác"})
        self.assertEqual(len(self.quality(self.salesperson)), 6)

    def test_without_plans_what_is_held_is_judged(self):
        self.partners[0]._profile_record({"vehicle": "Honda"}, "survey")
        self.assertEqual(self.quality(), {self.partners[0].id: "good"})


@tagged("post_install", "-at_install")
class TestMarket(ProfileCase):
    def test_beside_our_own_counts(self):
        country = self.env["res.country"].create({"name": "Đất Thử", "code": "ZQ"})
        state = self.env["res.country.state"].create({"name": "Tỉnh Thử", "code": "T1", "country_id": country.id})
        values = {"country_id": country.id, "active": True}
        partners = self.env["res.partner"].create(
            [
                {**values, "name": "A", "state_id": state.id},
                {**values, "name": "B"},
                {**values, "name": "C", "is_company": True, "state_id": state.id},
                {**values, "name": "D", "active": False},
            ]
        )
        self.env["res.partner"].create({**values, "name": "E", "type": "delivery", "parent_id": partners[0].id})
        figure = {"indicator": "Xe máy", "country_id": country.id, "value": 200, "unit": "xe", "source": "Tổng cục"}
        figures = self.env["crm.market.figure"].create(
            [figure, {**figure, "state_id": state.id, "value": 50}, {**figure, "audience": "all", "is_count": False}]
        )
        self.env.flush_all()
        rows = self.env["crm.market.report"].search([("figure_id", "in", figures.ids)])
        self.assertEqual(rows.mapped("own_count"), [2, 1, 3])
        self.assertEqual(rows.mapped("share"), [0.01, 0.02, 0.0])
        found = self.env["res.partner"].search(rows[1].action_open_customers()["domain"])
        self.assertEqual(found, partners[0])
        partners[1].company_id = self.env["res.company"].create({"name": "Khác"})
        self.env.flush_all()
        user = new_test_user(self.env, "nhan.vien", groups="crm_profile.group_user")
        self.assertEqual(rows[0].with_user(user).own_count, 1)
        with self.assertRaises(ValidationError):
            figures[1].country_id = self.env.ref("base.vn")

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Khác"})
        figure = self.env["crm.market.figure"].create(
            {
                "indicator": "Bí mật",
                "country_id": self.env.ref("base.vn").id,
                "value": 1,
                "unit": "x",
                "source": "y",
                "company_id": other.id,
            }
        )
        user = new_test_user(self.env, "nhan.vien", groups="crm_profile.group_user")
        for model in ("crm.market.figure", "crm.market.report"):
            name = "id" if model == "crm.market.figure" else "figure_id"
            self.assertFalse(self.env[model].with_user(user).search([(name, "=", figure.id)]))


@tagged("post_install", "-at_install")
class TestCompetitorReport(ProfileCase):
    def test_what_was_not_said_is_no_rating(self):
        competitor = self.env["crm.competitor"].create({"name": "Tiệm góc phố"})
        values = {"partner_id": self.partner.id, "competitor_id": competitor.id}
        self.env["crm.competitor.assessment"].create(
            [{**values, "rating_price": 4}, {**values, "relation": "left_for"}, {**values, "rating_price": 2}]
        )
        self.env.flush_all()
        groups = self.env["crm.competitor.report"]._read_group(
            [("competitor_id", "=", competitor.id)],
            ["competitor_id"],
            ["customer_count:sum", "rating_price:avg", "rating_service:avg"],
        )
        self.assertEqual(groups[0][:3], (competitor, 3, 3.0))
        self.assertFalse(groups[0][3])
        action = competitor.with_context(relation="left_for").action_open_customers()
        self.assertEqual(action["domain"], [("id", "in", self.partner.ids)])

    def test_where_customers_stand_now(self):
        """Who considered, then used, then left is counted once, as having left; what they liked is told."""
        competitor = self.env["crm.competitor"].create({"name": "Tiệm góc phố"})
        other = self.env["res.partner"].create({"name": "Trần Văn Bình"})
        steps = [("considers", "2026-01-01"), ("left_for", "2026-03-01"), ("uses", "2026-02-01")]
        self.env["crm.competitor.assessment"].create(
            [
                *(
                    {"partner_id": self.partner.id, "competitor_id": competitor.id, "relation": step, "date": day}
                    for step, day in steps
                ),
                {"partner_id": other.id, "competitor_id": competitor.id, "relation": "uses", "liked": "Gần nhà"},
            ]
        )
        self.env.flush_all()
        report = self.env["crm.competitor.report"]
        domain = [("competitor_id", "=", competitor.id)]
        counts = report._read_group(
            domain, [], ["considers_count:sum", "uses_count:sum", "left_count:sum", "customer_count:sum"]
        )
        self.assertEqual(counts, [(0, 1, 1, 4)])
        row = report.search([*domain, ("partner_id", "=", other.id)])
        self.assertEqual(row.liked, "Gần nhà")
        user = new_test_user(self.env, "xuat", groups="crm_profile.group_user,base.group_allow_export")
        told = row.with_user(user).export_data(["competitor_id/name", "liked"])["datas"][0]
        self.assertEqual(told[0], "Tiệm góc phố")
        self.assertNotIn("Gần", told[1], "customers' words are masked, in a report as well")

    def test_offers(self):
        competitor = self.env["crm.competitor"].create({"name": "Tiệm góc phố"})
        today = date.today()
        offers = self.env["crm.competitor.offer"].create(
            [
                {"name": "Thay nhớt", "competitor_id": competitor.id, "price": 80, "our_price": 100},
                {
                    "name": "Cũ",
                    "competitor_id": competitor.id,
                    "date_from": today - timedelta(days=9),
                    "date_to": today - timedelta(days=1),
                },
            ]
        )
        self.assertAlmostEqual(offers[0].price_gap, -0.2)
        self.assertEqual(offers.mapped("is_current"), [True, False])
        self.assertEqual(offers.search([("is_current", "=", True), ("id", "in", offers.ids)]), offers[0])
        self.assertEqual(competitor.offer_count, 1)
