"""Target profile: what fits, why, what is learnt from the best customers, and which lead becomes an opportunity."""

import doctest

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..domain import distinguish as distinguish_module
from ..domain import fit as fit_module
from ..domain.fit import Criterion, fit
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestFitDomain(LifecycleCase):
    def test_doctests(self):
        for module in (fit_module, distinguish_module):
            self.assertEqual(doctest.testmod(module).failed, 0)

    @settings(max_examples=examples(500), deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 10), st.booleans(), st.sampled_from([True, False, None])), max_size=8))
    def test_learning_more_of_what_fits_never_lowers_the_score(self, rows):
        criteria = [Criterion("true", float(weight), must) for weight, must, _value in rows]
        values = [value for _weight, _must, value in rows]
        before = fit(criteria, values)
        self.assertTrue(0 <= before.score <= before.known <= 100)
        for place, value in enumerate(values):
            if value is None:
                better = fit(criteria, values[:place] + [True] + values[place + 1 :])
                self.assertGreaterEqual(better.score, before.score)
                self.assertGreaterEqual(better.known, before.known)


@tagged("post_install", "-at_install")
class TestTargetProfile(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.states = cls.env["res.country.state"].search([], limit=2)
        cls.attribute = cls.env["crm.profile.attribute"].create(
            {
                "code": "fit_trade",
                "name": "Trade",
                "kind": "need",
                "value_type": "choice",
                "for_company": True,
                "option_ids": [(0, 0, {"code": code, "name": code}) for code in ("garage", "farm")],
            }
        )
        cls.budget = cls.env["crm.profile.attribute"].create(
            {"code": "fit_budget", "name": "Budget", "kind": "financial", "value_type": "float", "for_company": True}
        )
        cls.profile = cls.env["crm.target.profile"].create(
            {
                "name": "Tiệm sửa xe",
                "company_id": cls.company.id,
                "customer_kind": "company",
                "threshold": 60,
                "criterion_ids": [
                    (0, 0, {"about": "fact", "attribute_id": cls.attribute.id, "weight": 5, "is_must": True,
                            "option_ids": [(6, 0, cls.attribute.option_ids[0].ids)]}),
                    (0, 0, {"about": "province", "state_ids": [(6, 0, cls.states[0].ids)], "weight": 3}),
                    (0, 0, {"about": "fact", "attribute_id": cls.budget.id, "low": 10, "weight": 2}),
                ],
            }
        )
        cls.partner = cls.env["res.partner"].create({"name": "Tiệm Ba", "is_company": True})
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Hỏi giá", "type": "lead", "partner_id": cls.partner.id, "company_id": cls.company.id}
        )
        cls.profile.action_run()
        cls.lead.fit_stale = False

    def learn(self, values, partner=None):
        """Record facts and end the transaction, as far as a test may."""
        facts = (partner or self.partner)._profile_record(values, "survey")
        self.env.cr.precommit.run()
        return facts

    def test_learning_about_the_lead_raises_its_fit(self):
        lead = self.lead
        self.assertEqual((lead.fit_score, lead.fit_known, lead.fit_proposal), (0, 0, "ask"))
        self.learn({"fit_trade": "garage"})
        self.assertEqual((lead.fit_score, lead.fit_known, lead.fit_proposal), (50, 50, "ask"))
        lead.state_id = self.states[0]
        self.assertEqual((lead.fit_score, lead.fit_proposal), (80, "convert"))
        self.assertIn("Trade: garage", lead.fit_reason)
        self.assertIn("Not known: Budget: from 10".lower(), lead.fit_reason.lower())
        self.learn({"fit_budget": 4.0})
        self.assertEqual((lead.fit_score, lead.fit_known), (80, 100))
        self.assertIn("does not: Budget", lead.fit_reason)

    def test_a_fact_made_restricted_is_no_criterion_any_more(self):
        """The score everybody sees must not go on telling it."""
        self.partner._profile_record({"fit_budget": 12.0}, "survey")
        self.assertIn("Budget", self.lead.fit_reason)
        self.budget.sensitivity = "restricted"
        self.assertNotIn(self.budget, self.profile.criterion_ids.attribute_id)
        self.assertTrue(self.lead.fit_stale)
        self.lead.fit_stale = False
        self.assertNotIn("Budget", self.lead.fit_reason)

    def test_a_must_that_is_missed_ends_it(self):
        self.learn({"fit_trade": "farm", "fit_budget": 50.0})
        self.lead.state_id = self.states[0]
        self.assertEqual((self.lead.fit_score, self.lead.fit_proposal), (0, "nurture"))
        self.assertTrue(self.lead.fit_reason.startswith("Must have, but misses: Trade"))

    def test_doubtful_facts_do_not_count(self):
        self.learn({"fit_trade": "garage"})
        self.assertEqual(self.lead.fit_score, 50)
        self.partner.profile_fact_ids._set({"status": "disputed"})
        self.env.cr.precommit.run()
        self.assertEqual(self.lead.fit_score, 0)

    def test_expired_facts_do_not_count(self):
        self.attribute.retention_months = 1
        fact = self.learn({"fit_trade": "garage"})
        self.env.flush_all()
        today = self.env.cr.now().date()
        self.env.cr.execute("UPDATE crm_profile_fact SET expires_on = %s WHERE id = %s", [today, fact.id])
        self.env.invalidate_all()
        self.assertEqual(self.lead.fit_score, 50)
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_fit").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.lead.fit_score, 0)

    def test_a_contact_fits_by_its_company(self):
        contact = self.env["res.partner"].create({"name": "Anh Ba", "parent_id": self.partner.id})
        lead = self.env["crm.lead"].create(
            {"name": "x", "type": "lead", "partner_id": contact.id, "company_id": self.company.id}
        )
        self.learn({"fit_trade": "garage"})
        self.assertEqual(lead.fit_score, 50)

    def test_persons_are_judged_by_their_own_profile(self):
        person = self.env["res.partner"].create({"name": "Chị Tư"})
        lead = self.env["crm.lead"].create(
            {"name": "x", "type": "lead", "partner_id": person.id, "company_id": self.company.id}
        )
        self.assertFalse(lead.fit_profile_id)
        self.assertFalse(lead.fit_proposal)

    def test_a_changed_profile_judges_open_leads_again(self):
        self.learn({"fit_trade": "garage"})
        self.profile.criterion_ids[0].weight = 10
        self.assertTrue(self.lead.fit_stale)
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_fit").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.lead.fit_stale)
        self.assertEqual(self.lead.fit_score, 67)

    def test_search_by_proposal(self):
        leads = self.env["crm.lead"]
        own = [("id", "=", self.lead.id)]
        self.assertEqual(leads.search([*own, ("fit_proposal", "=", "ask")]), self.lead)
        self.assertFalse(leads.search([*own, ("fit_proposal", "=", "convert")]))
        self.learn({"fit_trade": "garage"})
        self.lead.state_id = self.states[0]
        self.assertEqual(leads.search([*own, ("fit_proposal", "=", "convert")]), self.lead)

    def test_restricted_facts_are_no_criteria(self):
        self.attribute.sensitivity = "normal"
        secret = self.env["crm.profile.attribute"].create(
            {"code": "fit_secret", "name": "S", "kind": "need", "value_type": "boolean", "sensitivity": "restricted"}
        )
        with self.assertRaisesRegex(ValidationError, "restricted"):
            self.env["crm.target.criterion"].create(
                {"profile_id": self.profile.id, "about": "fact", "attribute_id": secret.id}
            )
        for vals in ({"about": "province"}, {"about": "fact", "attribute_id": self.attribute.id},
                     {"about": "revenue", "low": 9, "high": 5}):
            with self.assertRaises(ValidationError):
                self.env["crm.target.criterion"].create({"profile_id": self.profile.id, **vals})

    def test_learns_what_distinguishes_the_best(self):
        customers = self.env["res.partner"].create(
            [{"name": f"C{index}", "is_company": True, "state_id": self.states[index % 2].id} for index in range(100)]
        )
        for index, customer in enumerate(customers):
            for days in (5, 100, 200):
                self.buy(customer, days, amount=1000.0 if index < 20 else 10.0)
            customer._profile_record({"fit_trade": "garage" if index < 18 or index > 92 else "farm"}, "employee")
        self.run_all()
        draft = self.profile.copy({"criterion_ids": False})
        draft.action_learn()
        learnt = draft.criterion_ids
        self.assertEqual(learnt.mapped("label"), ["Trade: garage"])
        self.assertIn("90 % of the best (18 of 20 known)", learnt.evidence)
        self.assertTrue(1 < learnt.weight <= 10)
        self.assertEqual(draft.state, "draft")
        draft.action_learn()
        self.assertEqual(len(draft.criterion_ids), 1)
        draft.action_run()
        self.assertEqual(self.profile.state, "draft")
        with self.assertRaisesRegex(UserError, "in use"):
            draft.action_learn()

    def test_too_few_to_learn_from(self):
        with self.assertRaisesRegex(UserError, "too few"):
            self.profile.copy().action_learn()

    def test_seller_reads_and_changes_nothing(self):
        seller = new_test_user(self.env, "fit.seller", "sales_team.group_sale_salesman_all_leads",
                               company_id=self.company.id, company_ids=[(6, 0, self.company.ids)])
        self.assertEqual(self.lead.with_user(seller).fit_score, 0)
        self.assertTrue(self.lead.with_user(seller).fit_reason)
        for action in (
            lambda: self.profile.with_user(seller).action_learn(),
            lambda: self.profile.with_user(seller).write({"threshold": 1}),
            lambda: self.profile.criterion_ids.with_user(seller).write({"weight": 1}),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_queries_do_not_grow(self):
        def leads(number):
            partners = self.env["res.partner"].create([{"name": f"P{i}", "is_company": True} for i in range(number)])
            made = self.env["crm.lead"].create(
                [{"name": "x", "partner_id": partner.id, "company_id": self.company.id} for partner in partners]
            )
            made.write({"fit_stale": False})
            self.env.flush_all()
            return made

        few, many = leads(10), leads(100)

        def judge(some):
            self.env.add_to_compute(some._fields["fit_score"], some)
            some.mapped("fit_score")

        self.assertSameQueryCount(lambda: judge(few), lambda: judge(many))
