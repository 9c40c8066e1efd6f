"""Own documents only: no stage and no figure of a colleague's customer, wherever one looks."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LifecycleCase

FIGURES = (
    "lifecycle_status_id",
    "lifecycle_stage_id",
    "lifecycle_since",
    "lifecycle_last_date",
    "lifecycle_value_class_id",
    "lifecycle_order_count",
    "lifecycle_amount_total",
    "lifecycle_rfm",
    "lifecycle_class_reason",
    "care_policy_id",
    "referral_amount",
)
OF_CUSTOMERS = (
    "crm.lifecycle.status",
    "crm.lifecycle.transition",
    "crm.lifecycle.declaration",
    "crm.holding",
    "crm.value.class.change",
    "crm.segment.comparison",
    "crm.segment.snapshot.line",
)


class OwnCustomersCase(LifecycleCase):
    """Lan sees her own customers and nobody's; Minh looks after the others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()

        def user(login, groups):
            return new_test_user(cls.env, login, groups, company_id=cls.company.id, company_ids=cls.company.ids)

        cls.lan = user("own.lan", "sales_team.group_sale_salesman")
        cls.colleague = user("own.minh", "sales_team.group_sale_salesman")
        cls.everyone = {
            "all documents": user("own.all", "sales_team.group_sale_salesman_all_leads"),
            "all customers": user("own.wide", "crm_lifecycle.group_user_all"),
            "lifecycle manager": user("own.boss", "crm_lifecycle.group_manager"),
        }
        cls.env["crm.value.class"].create({"name": "Vàng", "company_id": cls.company.id, "min_orders": 2})
        cls.mine, cls.nobodys, cls.others, cls.stranger = cls.make_customers(4)
        cls.mine.user_id, cls.others.user_id, cls.stranger.user_id = cls.lan, cls.colleague, cls.colleague
        cls.bought = cls.mine | cls.nobodys | cls.others
        category = cls.env["product.category"].create({"name": "Phụ tùng"})
        product = cls.env["product.product"].create({"name": "Lốp xe", "categ_id": category.id})
        for partner in cls.bought:
            cls.buy(partner, cls.today - timedelta(days=40)).product_id = product
        cls.Run._execute(cls.company, cls.today - timedelta(days=30))
        for partner in cls.bought:
            cls.buy(partner, cls.today - timedelta(days=2)).product_id = product
        cls.Run._execute(cls.company, cls.today)
        cls.bought._lifecycle_declare("ended", "Chuyển nhà")
        cls.segment = cls.env["crm.segment"].create(
            {"name": "Đã mua", "company_id": cls.company.id, "metric_domain": "[('order_count', '>', 0)]"}
        )
        cls.segment._refresh(cls.today)
        cls.env["crm.segment.snapshot"]._take(cls.segment)
        cls.env["crm.care.policy"].create({"name": "Chung", "company_id": cls.company.id})
        cls.env["crm.referral"].create({"partner_id": cls.others.id, "referrer_id": cls.mine.id})
        cls.env.flush_all()


@tagged("post_install", "-at_install")
class TestOwnCustomers(OwnCustomersCase):
    def of(self, user, model):
        """Return the customers of whom ``user`` sees rows of a model."""
        return self.env[model].with_user(user).search([("company_id", "=", self.company.id)]).partner_id.sudo(False)

    def test_rows(self):
        for model in OF_CUSTOMERS:
            with self.subTest(model=model):
                self.assertEqual(self.of(self.lan, model).sorted("id").ids, (self.mine | self.nobodys).ids)
                self.assertEqual(self.of(self.colleague, model).sorted("id").ids, (self.nobodys | self.others).ids)
                for name, user in self.everyone.items():
                    self.assertEqual(self.of(user, model).sorted("id").ids, self.bought.ids, name)
                foreign = self.env[model].search([("partner_id", "=", self.others.id)], limit=1)
                with self.assertRaises(AccessError):
                    foreign.with_user(self.lan).read(["partner_id"])

    def test_groups_and_exports(self):
        self.lan.group_ids |= self.env.ref("base.group_allow_export")
        for model, figure in (("crm.lifecycle.status", "amount_total"), ("crm.holding", "amount")):
            records = self.env[model].with_user(self.lan)
            own = [("company_id", "=", self.company.id)]
            self.assertEqual(records._read_group(own, [], [f"{figure}:sum"]), [(400.0,)], model)
            exported = records.search(own).export_data(["partner_id/.id", figure])["datas"]
            self.assertEqual(sorted(int(row[0]) for row in exported), (self.mine | self.nobodys).ids)

    def test_contact(self):
        others = self.others.with_user(self.lan)
        self.assertFalse([name for name in FIGURES if others[name]])
        self.assertIn(self.colleague.name, others.lifecycle_reason)
        self.assertFalse(others.next_actions)
        self.assertFalse(others.action_lifecycle_next_products()["domain"][0][2])
        self.assertEqual(self.stranger.with_user(self.lan).lifecycle_stage_id.code, "suspect")
        self.assertEqual(self.mine.with_user(self.lan).lifecycle_stage_id.code, "ended")
        self.assertEqual(self.mine.with_user(self.lan).referral_amount, 0.0, "what a colleague's customer bought")
        self.assertEqual(self.mine.with_user(self.lan).referral_count, 1)
        for name, user in self.everyone.items():
            self.env.invalidate_all()
            self.assertEqual(self.others.with_user(user).lifecycle_amount_total, 200.0, name)
            self.assertEqual(self.mine.with_user(user).referral_amount, 200.0, name)

    def test_searches_tell_nothing(self):
        partners = self.env["res.partner"].with_user(self.lan)
        among = [("id", "in", (self.bought | self.stranger).ids)]
        seen = self.mine | self.nobodys
        for domain, found in (
            ([("lifecycle_amount_total", ">", 0)], seen),
            ([("lifecycle_order_count", ">=", 2)], seen),
            ([("lifecycle_stage_id.code", "=", "ended")], seen),
            ([("lifecycle_stage_id.code", "=", "suspect")], self.stranger),
        ):
            self.assertEqual(partners.search(among + domain, order="id").ids, found.ids, domain)
        groups = dict(partners._read_group(among, ["lifecycle_stage_id"], ["id:recordset"]))
        by_code = {stage.code: records.sudo(False).with_env(self.env) for stage, records in groups.items()}
        self.assertEqual(by_code, {"ended": seen, "suspect": self.stranger, False: self.others})

    def test_lead_of_a_colleagues_customer(self):
        lead = self.env["crm.lead"].create({"name": "Mua thêm", "partner_id": self.others.id, "user_id": self.lan.id})
        self.assertFalse(lead.with_user(self.lan).lifecycle_stage_id)
        lead.partner_id = self.stranger
        self.assertEqual(lead.with_user(self.lan).lifecycle_stage_id.code, "prospect")

    def test_reports_count_ones_own(self):
        for model, figure, one in (
            ("crm.lifecycle.flow", "this_month", ("to_stage_id.code", "=", "ended")),
            ("crm.lifecycle.retention", "size", ("months_after", "=", 0)),
        ):
            counted = []
            for user in (self.lan, self.everyone["all documents"]):
                self.env.invalidate_all()
                rows = self.env[model].with_user(user).search([("company_id", "=", self.company.id), one])
                counted.append(sum(rows.mapped(figure)))
            self.assertEqual(counted, [2, 3], model)

    def test_as_of_a_day(self):
        wizard = self.env["crm.lifecycle.as.of"].with_user(self.lan).create({"as_of": self.today})
        lines = self.env["crm.lifecycle.as.of.line"].with_user(self.lan).search(wizard.action_show()["domain"])
        self.assertEqual(lines.partner_id.sorted("id").ids, (self.mine | self.nobodys).ids)

    def test_members_show_no_stage(self):
        members = self.env["crm.segment.member"].with_user(self.lan)
        member = members.search([("partner_id", "=", self.others.id)], limit=1)
        self.assertFalse(member.stage_id or member.amount_total or member.order_count or member.reason)

    def test_a_contact_of_a_colleagues_customer(self):
        self.others.is_company = True
        vals = {"name": "Thư ký", "parent_id": self.others.id, "user_id": self.lan.id}
        contact = self.env["res.partner"].create(vals)
        self.assertFalse(contact.with_user(self.lan).lifecycle_stage_id)

    def test_looking_costs_the_same_for_many(self):
        many = self.env["res.partner"].create(
            [{"name": f"Khách {index}", "user_id": self.colleague.id} for index in range(60)]
        )
        for partner in many:
            self.buy(partner, self.today)
        self.Run._execute(self.company, self.today)
        counts = []
        for partners in (many[:5], many[5:10], many[10:]):  # the first one warms up
            self.env.invalidate_all()
            partners = partners.with_user(self.lan)
            partners.mapped("name")
            before = self.env.cr.sql_log_count
            self.assertFalse(any(partners.mapped("lifecycle_amount_total")))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])
