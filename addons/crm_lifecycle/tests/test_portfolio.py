"""Portfolios: load, figures, risks, and proposals that keep everybody within the limits."""

import doctest
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import format_date

from ..domain import rebalance as rebalance_module
from ..domain.rebalance import Customer, Manager, rebalance
from .common import LifecycleCase

CUSTOMERS = st.lists(
    st.tuples(
        st.sampled_from([None, 1, 2, 3]),
        st.sampled_from([None, 10, 11]),
        st.floats(0, 1000),
        st.one_of(st.none(), st.integers(0, 400)),
    ),
    max_size=30,
)


@tagged("post_install", "-at_install")
class TestRebalance(LifecycleCase):
    def test_doctests(self):
        self.assertEqual(doctest.testmod(rebalance_module).failed, 0)

    @settings(max_examples=examples(500), deadline=None)
    @given(CUSTOMERS, st.lists(st.integers(1, 12), min_size=3, max_size=3))
    def test_proposals_help_and_harm_nobody(self, rows, highs):
        managers = [Manager(index + 1, 0, high) for index, high in enumerate(highs)]
        customers = [Customer(100 + index, *row) for index, row in enumerate(rows)]
        moves = rebalance(managers, customers)
        by_id = {customer.id: customer for customer in customers}
        self.assertEqual(len({move.customer for move in moves}), len(moves))
        before = Counter(customer.owner for customer in customers)
        after = Counter(before)
        for move in moves:
            customer = by_id[move.customer]
            self.assertEqual(move.source, customer.owner)
            self.assertNotEqual(move.target, move.source)
            if move.why == "over":
                self.assertTrue(customer.silence is None or customer.silence > 30)
            after[move.source] -= 1
            after[move.target] += 1
        for manager in managers:
            self.assertLessEqual(after[manager.id], max(before[manager.id], manager.high))
            if after[manager.id] < before[manager.id]:
                self.assertGreaterEqual(after[manager.id], manager.high)
        if after[None]:
            self.assertTrue(all(after[manager.id] >= manager.high for manager in managers))


@tagged("post_install", "-at_install")
class TestPortfolio(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.managers = cls.env["res.users"]
        for name in ("ha", "bo"):
            cls.managers |= new_test_user(
                cls.env, f"portfolio.{name}", "sales_team.group_sale_salesman", company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
        cls.customers = cls.make_customers(6, is_company=True)
        for index, customer in enumerate(cls.customers):
            cls.buy(customer, cls.today - timedelta(days=20), amount=1000.0 if index == 0 else 100.0)
        cls.customers[:5].user_id = cls.managers[0]
        cls.Run._execute(cls.company, cls.today)
        cls.portfolios = cls.env["crm.portfolio"].create(
            [
                {"user_id": manager.id, "company_id": cls.company.id, "customer_kind": "company", "capacity_low": 2,
                 "capacity_high": 3, "goal": 5000.0}
                for manager in cls.managers
            ]
        )

    def test_figures_and_risks(self):
        over, idle = self.portfolios
        self.assertEqual((over.load, over.load_state, over.amount_total), (5, "over", 1400.0))
        self.assertEqual((idle.load, idle.load_state, idle.amount_total), (0, "idle", 0.0))
        for text in ("2 customers too many", "71 % of the revenue"):
            self.assertIn(text.lower(), over.risk.lower())

    def test_revenue_is_no_margin(self):
        """An imported ledger knows no margin: the goal is measured against none, and the reader is told so."""
        over, idle = self.portfolios
        self.assertEqual((over.margin_year, over.margin_unknown), (0.0, 1.0))
        self.assertIn("the margin of 100 % of the sales is not known", over.risk)
        self.assertNotIn("short of the margin", over.risk)
        self.assertEqual((idle.margin_year, idle.margin_unknown), (0.0, 0.0))
        self.assertIn("short of the margin", idle.risk.lower())

    def test_rebalance_explains_and_waits_for_a_person(self):
        form = Form(self.env["crm.portfolio.rebalance"])
        form.customer_kind = "company"
        wizard = form.save()
        lines = wizard.line_ids
        self.assertEqual(lines.mapped("why"), ["orphan", "over", "over"])
        self.assertEqual(lines[0].partner_id, self.customers[5])
        self.assertEqual(lines.target_id, self.managers[1])
        self.assertNotIn(self.customers[0], lines.partner_id)
        self.assertIn("nobody looks after them", lines[0].reason)
        self.assertIn("has 5 customers, 3 at most, and nobody ever talked to this one", lines[1].reason)
        moved = lines[1].partner_id
        lines[2].is_accepted = False
        kept = lines[2].partner_id
        wizard.action_apply()
        self.assertEqual(kept.user_id, self.managers[0])
        self.assertEqual(self.customers[5].user_id, self.managers[1])
        self.env.invalidate_all()
        self.assertEqual(self.portfolios.mapped("load"), [4, 2])
        self.assertIn("Nobody looks after them", self.customers[5].message_ids[0].body)
        note = moved.message_ids[0].body  # read by all colleagues, in every company
        self.assertIn("too many customers", note)
        self.assertNotIn("5 customers", note)

    def test_the_last_talk_is_named(self):
        day = self.today - timedelta(days=60)
        for customer, when in ((self.customers[1], day), (self.customers[0], self.today - timedelta(days=5))):
            self.env["crm.interaction"].create(
                {"partner_id": customer.id, "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                 "company_id": self.company.id, "direction": "out", "purpose": "care", "state": "done", "date": when}
            )
        self.portfolios[0].write({"capacity_low": 0, "capacity_high": 1})
        self.portfolios[1].capacity_high = 50
        lines = self.env["crm.portfolio.rebalance"].create({"customer_kind": "company"}).line_ids
        self.assertNotIn(self.customers[0], lines.partner_id, "talked to five days ago")
        reason = lines.filtered(lambda line: line.partner_id == self.customers[1]).reason
        self.assertIn(f"since {format_date(self.env, day)}", reason)

    def test_who_left_gives_all_and_gets_nothing(self):
        """The customers of an account manager who left go to those who are there."""
        self.managers[0].action_archive()
        self.portfolios[1].write({"capacity_low": 0, "capacity_high": 50})
        lines = self.env["crm.portfolio.rebalance"].create({"customer_kind": "company"}).line_ids
        self.assertEqual(lines.partner_id, self.customers)
        self.assertEqual(lines.target_id, self.managers[1])
        left = lines.filtered(lambda line: line.why == "gone")
        self.assertEqual(left.partner_id, self.customers[:5])
        self.assertIn("has left", left[0].reason)
        self.assertIn("has left", self.portfolios[0].risk)
        self.managers[1].action_archive()
        self.assertFalse(self.env["crm.portfolio.rebalance"].create({"customer_kind": "company"}).line_ids)

    def test_rebalancing_stays_in_the_company_of_the_portfolio(self):
        other = self.env["res.company"].create({"name": "Chi nhánh"})
        self.env.user.company_ids |= other
        action = self.portfolios[0].with_context(allowed_company_ids=[other.id, self.company.id]).action_rebalance()
        self.assertEqual(action["context"]["default_company_id"], self.company.id)

    def test_own_portfolio_only(self):
        own = self.env["crm.portfolio"].with_user(self.managers[1]).search([])
        self.assertEqual(own.user_id, self.managers[1])
        with self.assertRaises(AccessError):
            own.write({"capacity_high": 1})
        with self.assertRaises(AccessError):
            self.env["crm.portfolio.rebalance"].with_user(self.managers[1]).create({})

    def test_queries_do_not_grow(self):
        self.portfolios.goal = 0  # whoever is short of it reads the currency to say so
        few, many = self.portfolios[:1], self.portfolios
        self.assertSameQueryCount(lambda: few.mapped("risk"), lambda: many.mapped("risk"))
