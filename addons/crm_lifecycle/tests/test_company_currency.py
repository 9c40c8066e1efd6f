"""Groups know their currencies and their sums at today's rates, looked up for each row only where there are several."""

from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from .common import TODAY, LifecycleCase

MODELS = {
    "crm.lifecycle.status": ("amount_total", "stage_id"),
    "crm.transaction": ("amount", "source"),
    "crm.sale.anonymous": ("amount", "source"),
}


@tagged("post_install", "-at_install")
class TestCompanyCurrency(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yen = cls.env["res.company"].create({"name": "Osaka", "currency_id": cls.env.ref("base.JPY").id})
        companies = cls.company | cls.yen
        cls.manager = new_test_user(
            cls.env,
            "manager.currency",
            "sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=companies.ids,
        )
        an, binh = cls.make_customers(2)
        cls.buy(an, 40, 3, amount=70.0)
        cls.buy(binh, 3, amount=30.0)
        for company in companies:
            cls.env["res.currency.rate"].search([("company_id", "=", company.id)]).unlink()
            cls.env["res.currency.rate"].create(
                {"currency_id": cls.env.ref("base.JPY").id, "rate": 150, "company_id": company.id, "name": "2020-01-01"}
            )
        cls.env.flush_all()
        cls.Run._execute(cls.company, TODAY)
        cls.buy(an, 3, amount=3000.0, company=cls.yen)
        cls.env.flush_all()
        cls.Run._execute(cls.yen, TODAY)

    def groups(self, model, companies, group=None):
        """Return what the web client asks of each group: amounts, as they are and at today's rates, and currencies."""
        amount, groupby = MODELS[model]
        self.env.flush_all()
        records = self.env[model].with_user(self.manager).with_context(allowed_company_ids=companies.ids)
        aggregates = ["__count", f"{amount}:sum", f"{amount}:sum_currency", "currency_id:array_agg_distinct"]
        return records.formatted_read_group([], [groupby] if group is None else group, aggregates)

    def test_one_currency_is_known_beforehand(self):
        for model in MODELS:
            one = self.groups(model, self.company)
            total = self.groups(model, self.company, [])
            with patch.object(type(self.env[model]), "_one_currency", lambda model: model.env["res.currency"]):
                self.assertEqual(one, self.groups(model, self.company), model)
                self.assertEqual(total, self.groups(model, self.company, []), model)
            self.assertEqual(total[0]["currency_id:array_agg_distinct"], self.company.currency_id.ids)
            self.assertEqual(sum(group[f"{MODELS[model][0]}:sum_currency"] for group in one), 170)

    def test_several_are_looked_up(self):
        for model, (amount, _group) in MODELS.items():
            [total] = self.groups(model, self.company | self.yen, [])
            currencies = (self.company | self.yen).currency_id
            self.assertEqual(set(total["currency_id:array_agg_distinct"]), set(currencies.ids), model)
            self.assertEqual(total[f"{amount}:sum_currency"], 170 + 3000 / 150, model)

    def test_nothing_has_no_currency(self):
        stranger = self.env["res.company"].create({"name": "Trống"})
        self.manager.company_ids |= stranger
        for model in MODELS:
            with self.subTest(model=model):
                [total] = self.groups(model, stranger, [])
                with patch.object(type(self.env[model]), "_one_currency", lambda model: model.env["res.currency"]):
                    self.assertEqual([total], self.groups(model, stranger, []))
