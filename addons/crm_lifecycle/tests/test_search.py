"""Every list of the suite finds a customer by the name typed without accents, and by the customer code."""

from datetime import timedelta

from lxml import etree
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import LifecycleCase

COVERED = {
    "crm.external.transaction",
    "crm.holding",
    "crm.interaction",
    "crm.lifecycle.declaration",
    "crm.lifecycle.status",
    "crm.lifecycle.transition",
    "crm.segment.campaign.line",
    "crm.segment.member",
    "crm.transaction",
}


@tagged("post_install", "-at_install")
class TestSearch(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.wanted, cls.other = cls.env["res.partner"].create(
            [{"name": "Đặng Nguyễn Ngọc Ánh", "ref": "KH-77001"}, {"name": "Phạm Minh", "ref": "KH-88002"}]
        )
        category = cls.env["product.category"].create({"name": "Dầu nhớt"})
        product = cls.env["product.product"].create({"name": "Nhớt", "categ_id": category.id})
        for partner in cls.wanted | cls.other:
            cls.buy(partner, cls.today - timedelta(days=100), cls.today - timedelta(days=40)).product_id = product
        cls.Run._execute(cls.company, cls.today)
        (cls.wanted | cls.other)._lifecycle_declare("quiet", "Đã dọn đi")
        segment = cls.env["crm.segment"].create({"name": "S", "company_id": cls.company.id, "domain": "[]"})
        segment._refresh(cls.today)
        campaign = cls.env["crm.segment.campaign"].create(
            {"name": "C", "segment_id": segment.id, "kind": "list", "start_on": cls.today}
        )
        campaign.action_start()
        cls.env["crm.interaction"]._ledger_record(
            [
                {"partner_id": partner.id, "company_id": cls.company.id, "channel": "phone", "purpose": "sale",
                 "date": "2026-05-01 03:00:00"}
                for partner in cls.wanted | cls.other
            ]
        )
        cls.env.flush_all()

    def fields(self):
        """Yield (model, field, operator, own domain) of every customer field in the search views of the suite."""
        views = self.env["ir.ui.view"].search([("type", "=", "search"), ("model", "=like", "crm.%")])
        for model in sorted(set(views.mapped("model"))):
            if model not in self.env or not self.env[model]._original_module.startswith("crm_"):
                continue
            arch = etree.fromstring(self.env[model].get_view(view_type="search")["arch"])
            for node in arch.iter("field"):
                field = self.env[model]._fields.get(node.get("name"))
                if field and field.type == "many2one" and field.comodel_name == "res.partner":
                    yield model, field.name, node.get("operator", "ilike"), node.get("filter_domain")

    def test_every_list(self):
        covered = set()
        for model, name, operator, own_domain in self.fields():
            records = self.env[model].with_context(active_test=False)
            expected = records.search([(name, "=", self.wanted.id)])
            if not expected:
                continue
            covered.add(model)
            for text in ("dang nguyen ngoc", "ánh", "KH-77001", "Nguyễn Ngọc Ánh"):
                with self.subTest(model=model, field=name, text=text):
                    domain = safe_eval(own_domain, {"self": text}) if own_domain else [(name, operator, text)]
                    found = records.search(domain)
                    self.assertLessEqual(set(expected.ids), set(found.ids))
                    self.assertNotIn(self.other, found[name])
        self.assertLessEqual(COVERED, covered)

    def test_contacts(self):
        for text in ("dang nguyen ngoc anh", "KH-77001"):
            with self.subTest(text=text):
                self.assertEqual([found[0] for found in self.env["res.partner"].name_search(text)], self.wanted.ids)
