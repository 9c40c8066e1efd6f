"""No figure of another company: in no read, group, export, dialog or list, whatever the company chosen."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LifecycleCase

SHOWN = {
    "crm.care.policy", "crm.external.transaction", "crm.holding", "crm.lifecycle.as.of", "crm.lifecycle.as.of.line",
    "crm.lifecycle.backtest", "crm.lifecycle.declaration", "crm.lifecycle.fit", "crm.lifecycle.flow",
    "crm.lifecycle.policy", "crm.lifecycle.retention", "crm.lifecycle.run", "crm.lifecycle.status",
    "crm.lifecycle.transition", "crm.lull.cause", "crm.next.action", "crm.portfolio", "crm.referral",
    "crm.sale.anonymous", "crm.segment", "crm.segment.campaign", "crm.segment.campaign.line", "crm.segment.comparison",
    "crm.segment.decision", "crm.segment.member", "crm.segment.snapshot", "crm.segment.snapshot.line",
    "crm.target.profile", "crm.transaction",
}
"""Models that have rows in both companies here."""


@tagged("post_install", "-at_install")
class TestOtherCompany(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.other = cls.env["res.company"].create({"name": "Công ty khác"})
        cls.manager = new_test_user(
            cls.env, "other.manager", "sales_team.group_sale_manager,base.group_allow_export",
            company_id=cls.company.id,
            company_ids=[(6, 0, (cls.company | cls.other).ids)],
        )
        category = cls.env["product.category"].create({"name": "Dầu nhớt"})
        cls.product = cls.env["product.product"].create({"name": "Nhớt", "categ_id": category.id})
        cls.customers = cls.make_customers(12, ref="OTHER", user_id=cls.manager.id)
        for company in (cls.company, cls.other):
            cls.fill(company)

    @classmethod
    def fill(cls, company):
        """Leave something of every kind in ``company``."""
        one, two = cls.customers[:2]
        for customer in cls.customers[:-1]:
            cls.buy(customer, cls.today - timedelta(days=200), company=company).product_id = cls.product
        cls.buy(cls.customers[-1], cls.today - timedelta(days=3), company=company)
        cls.env.flush_all()
        cls.Run._execute(company, cls.today)
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        own = {"company_id": company.id}
        one.with_env(env)._lifecycle_declare("quiet", "Đi xa")
        env["crm.referral"].create({**own, "partner_id": one.id, "referrer_id": two.id})
        env["crm.lull.cause"].create({**own, "partner_id": one.id, "kind": "moved"})
        env["crm.care.policy"].create({**own, "name": "Chăm sóc"})
        env["crm.target.profile"].create({**own, "name": "Khách cần tìm"})
        env["crm.portfolio"].create({**own, "user_id": cls.manager.id, "customer_kind": "person"})
        segment = env["crm.segment"].create({**own, "name": "S", "domain": "[('ref', '=', 'OTHER')]"})
        segment._refresh_sudo()
        env["crm.segment.snapshot"]._take(segment)
        env["crm.segment.decision"].create({"segment_id": segment.id, "partner_id": two.id, "decision": "add",
                                            "reason": "Quen"})
        env["crm.segment.campaign"].create({"name": "C", "segment_id": segment.id, "kind": "list"}).action_start()
        env["crm.lifecycle.backtest"].action_run_now()
        mine = env(user=cls.manager.id)
        mine["crm.next.action"].action_today()
        mine["crm.lifecycle.as.of"].create({"as_of": cls.today - timedelta(days=100)}).action_show()

    def models(self):
        """Return the names of the models with a company that this addon made."""
        first = {}
        for data in self.env["ir.model.data"].search([("model", "=", "ir.model")], order="id"):
            first.setdefault(data.res_id, data.module)
        ours = self.env["ir.model"].browse([number for number, module in first.items() if module == "crm_lifecycle"])
        return [
            name for name in sorted(ours.mapped("model"))
            if not self.env[name]._abstract and "company_id" in self.env[name]._fields
        ]

    def test_no_read_group_or_export_tells_of_it(self):
        env = self.env(user=self.manager.id, context={"allowed_company_ids": self.company.ids})
        shown = set()
        for name in self.models():
            everything = self.env[name].sudo().with_context(active_test=False).search([])
            if {self.company, self.other} <= set(everything.company_id):
                shown.add(name)
            if not env[name].has_access("read"):
                continue
            with self.subTest(model=name):
                found = env[name].search([])
                self.assertFalse(found.company_id - self.company)
                if env[name]._fields["company_id"].store and not env[name]._transient:
                    groups = env[name]._read_group([], ["company_id"], ["__count"])
                    self.assertLessEqual({company for company, _count in groups}, {self.company, self.company.browse()})
                exported = found[:20].export_data(["company_id/.id"])["datas"]
                self.assertLessEqual({str(row[0]) for row in exported}, {str(self.company.id), "", "False"})
                theirs = everything.filtered(lambda record: record.company_id == self.other)[:1]
                if theirs:
                    with self.assertRaises(AccessError):
                        theirs.with_env(env).read(["display_name"])
        self.assertFalse(SHOWN - shown, "nothing to hide there, so nothing is proved")

    def test_no_dialog_tells_of_it(self):
        """By RPC a dialog may be made, or asked while it is typed, for any company."""
        env = self.env(user=self.manager.id, context={"allowed_company_ids": self.company.ids})
        for name in ("crm.trade.choose", "crm.lifecycle.rebuild.start", "crm.lifecycle.as.of", "crm.lifecycle.summary"):
            with self.subTest(model=name), self.assertRaises(AccessError):
                env[name].create({"company_id": self.other.id})
        start = env["crm.lifecycle.rebuild.start"]
        self.assertTrue(start.new({"company_id": self.company.id}).first_day)
        self.assertFalse(start.new({"company_id": self.other.id}).first_day)
        trade = env["crm.trade.choose"]
        self.assertTrue(trade.new({"company_id": self.company.id})._top_revenue_sudo("person", 0.5, 1000))
        self.assertFalse(trade.new({"company_id": self.other.id})._top_revenue_sudo("person", 0.5, 1000))
        typed = {"user_id": self.manager.id, "customer_kind": "person"}
        self.assertTrue(env["crm.portfolio"].new({**typed, "company_id": self.company.id}).amount_total)
        self.assertFalse(env["crm.portfolio"].new({**typed, "company_id": self.other.id}).amount_total)
        self.assertFalse(env["crm.portfolio"].new({**typed, "company_id": self.other.id}).margin_year)
        policy = env["crm.lifecycle.policy"].search([("customer_kind", "=", "person")])
        for company, days, told in ((self.company, 900, True), (self.other, 901, False)):
            self.env.invalidate_all()
            changed = policy.new({"company_id": company.id, "gap_days": days}, origin=policy)
            self.assertEqual(bool(changed.preview), told)
