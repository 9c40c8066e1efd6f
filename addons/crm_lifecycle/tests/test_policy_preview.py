"""What a change of the rules would do is shown before it is saved, and is what the next run does."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import Form, new_test_user, tagged

from ..engine import preview as preview_module
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestPolicyPreview(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.partners = cls.make_customers(6)
        for index, partner in enumerate(cls.partners):
            cls.buy(partner, *(cls.today - timedelta(days=days) for days in (200 - 20 * index, 100 - 15 * index)))
        cls.Run._execute(cls.company, cls.today)

    def moves(self, form):
        return {(row["from"], row["to"]): sorted(row["ids"]) for row in form.preview["rows"]}

    def assertTold(self, **changes):
        """Assert that the preview of the changed rules names exactly those whom the next run moves."""
        before = {partner: partner.lifecycle_stage_id.name for partner in self.partners}
        form = Form(self.policy)
        for name, value in changes.items():
            form[name] = value
        told = self.moves(form)
        self.assertFalse(self.env["crm.lifecycle.transition"].search_count([("effective_on", ">", self.today)]))
        form.save()
        self.Run._execute(self.company, self.today)
        self.env.invalidate_all()
        happened = {}
        for partner in self.partners:
            if partner.lifecycle_stage_id.name != before[partner]:
                happened.setdefault((before[partner], partner.lifecycle_stage_id.name), []).append(partner.id)
        self.assertTrue(happened)
        self.assertEqual(told, happened)

    def test_gap(self):
        self.assertTold(gap_days=40)

    def test_established_rule(self):
        self.assertTold(established_orders=2, established_days=0)

    def test_presumed_ended(self):
        self.policy.gap_days = 30
        self.Run._execute(self.company, self.today)
        self.env.invalidate_all()
        self.assertTold(ended_days=10)

    def test_who_counts(self):
        self.partners[:2].city = "Huế"
        self.assertTold(partner_domain="[('city', '=', 'Huế')]")

    def test_returns_zero_and_same_day(self):
        stranger = self.make_customers(1)
        self.buy(stranger, self.today, amount=0)
        self.partners |= stranger
        self.assertTold(count_zero=True)
        self.buy(self.partners[0], self.today - timedelta(days=1), amount=-5)
        self.Run._execute(self.company, self.today)
        self.env.invalidate_all()
        self.assertTold(count_returns=True)
        self.buy(self.partners[5], self.today, self.today)
        self.policy.established_days = 0
        self.Run._execute(self.company, self.today)
        self.env.invalidate_all()
        self.assertTold(same_day_once=False, established_orders=4)

    def test_reasons_and_nothing_before_a_change(self):
        form = Form(self.policy)
        self.assertFalse(form.preview)
        form.gap_days = 40
        example = form.preview["rows"][0]["examples"][0]
        self.assertIn("Khách", example["name"])
        self.assertIn("since the last order", example["reason"])
        form.gap_days = 90
        self.assertFalse(form.preview)

    def test_the_plain_gap_is_told_where_it_decides(self):
        policy = self.policy
        fit = self.env["crm.lifecycle.fit"]._find(policy, self.company._lifecycle_today(), exact=False)
        self.assertEqual((fit.method, fit.fallback_code), ("gap", "few"))
        self.assertIn("the chance has no effect. Why: Fewer than 500 customers", policy.in_words)
        fit.write({"method": "mbg", "fallback_code": False})
        policy.invalidate_recordset()
        self.assertNotIn("has no effect", policy.in_words)

    def test_rules_are_named_in_every_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        company = self.env["res.company"].with_context(lang="vi_VN").create({"name": "Chi nhánh mới"})
        persons, companies = self.env["crm.lifecycle.policy"].search([("company_id", "=", company.id)])
        self.assertEqual(persons.with_context(lang="en_US").name, "Persons")
        persons.with_context(lang="vi_VN").name = "Persons"  # as if the language had come later
        companies.with_context(lang="en_US").name = companies.with_context(lang="vi_VN").name = "Fleets"
        self.env["ir.module.module"]._load_module_terms(["crm_lifecycle"], ["vi_VN"])
        self.assertEqual(persons.with_context(lang="vi_VN").name, "Cá nhân")
        self.assertEqual(companies.with_context(lang="vi_VN").name, "Fleets", "what people named stays")

    def test_a_sample_of_many(self):
        with patch.object(preview_module, "SAMPLE", 2):
            form = Form(self.policy)
            form.established_orders = 1
            form.established_days = 0
            self.assertIn("one in 3", form.preview["headline"])

    def test_another_company_s_customers_are_not_counted(self):
        other = self.env["res.company"].create({"name": "Khác"})
        self.buy(self.make_customers(1), self.today - timedelta(days=60), company=other)
        self.Run._execute(other, self.today)
        form = Form(self.policy)
        form.gap_days = 1000
        self.assertIn(f"of {len(self.partners)} ", form.preview["headline"])

    def test_horizon_and_cut_with_a_forecast(self):
        """The preview fits anew, as the next run will: the horizon decides whether the history is long enough."""
        fit = self.Run.search([("company_id", "=", self.company.id)], limit=1).fit_ids
        self.assertEqual(set(fit.mapped("method")), {"gap"})
        with patch.object(preview_module, "prepare_fit_vals", self._forecast):
            form = Form(self.policy)
            form.probability_cut = 0.6
            self.assertTrue(self.moves(form))
            form.probability_cut = 0.15
            form.horizon_weeks = 1
            self.assertTrue(self.moves(form))

    def _forecast(self, policy, kind, columns, as_of):
        """Return a fit that decides by a forecast, which six customers could not make."""
        return {
            "customer_kind": "person",
            "fitted_on": as_of,
            "period": "x",
            "method": "mbg",
            "r": 0.5,
            "alpha": 6.0,
            "a": 0.9,
            "b": 1.6,
            "converged": True,
            "recency_cuts": [],
            "frequency_cuts": [],
            "monetary_cuts": [],
        }

    def test_a_salesperson_reads_rules_and_changes_none(self):
        seller = new_test_user(self.env, "preview.seller", "sales_team.group_sale_salesman")
        seller.company_ids |= self.company
        seller.company_id = self.company
        self.assertFalse(self.policy.with_user(seller).preview)

    def test_queries_do_not_grow(self):
        def change():
            form = Form(self.policy)
            form.gap_days = 40

        self.queryCount(change)
        few = self.queryCount(change)
        more = self.make_customers(100)
        for partner in more:
            self.buy(partner, self.today - timedelta(days=60))
        self.Run._execute(self.company, self.today)
        self.queryCount(change)
        self.assertLessEqual(self.queryCount(change), few)
