"""Campaigns: calls spread over people and working days, a random control group, and what it was worth."""

import doctest
from datetime import date, timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from ..domain import spread as spread_module
from ..domain import uplift as uplift_module
from ..domain.spread import spread
from ..domain.uplift import uplift
from ..models import crm_segment_campaign as campaign_module
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestCampaignDomain(LifecycleCase):
    def test_doctests(self):
        for module in (spread_module, uplift_module):
            self.assertEqual(doctest.testmod(module).failed, 0)

    @settings(max_examples=examples(300), deadline=None)
    @given(
        st.lists(st.tuples(st.sampled_from([None, 1, 2, 3, 9]), st.sampled_from([None, 0, 3, 5])), max_size=40),
        st.integers(1, 4),
    )
    def test_nobody_gets_more_than_agreed_and_nothing_is_lost(self, rows, per_day):
        items = [(index, owner, first) for index, (owner, first) in enumerate(rows)]
        placed, left = spread(items, [1, 2, 3], list(range(6)), per_day)
        self.assertEqual(sorted([item for item, _p, _d in placed] + left), list(range(len(rows))))
        counts = {}
        for item, person, day in placed:
            counts[person, day] = counts.get((person, day), 0) + 1
            owner, first = rows[item]
            if owner in (1, 2, 3):
                self.assertEqual(person, owner)
            self.assertTrue(first is None or day >= first)
        self.assertTrue(all(count <= per_day for count in counts.values()))

    @settings(max_examples=examples(300), deadline=None)
    @given(st.integers(1, 200), st.integers(1, 200), st.data())
    def test_interval_holds_the_difference_and_turns_with_the_groups(self, treated, control, data):
        one, two = data.draw(st.integers(0, treated)), data.draw(st.integers(0, control))
        found, turned = uplift(one, treated, two, control), uplift(two, control, one, treated)
        self.assertTrue(found.low - 1e-9 <= found.difference <= found.high + 1e-9)
        self.assertAlmostEqual(found.low, -turned.high)


@tagged("post_install", "-at_install")
class TestCampaign(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.customers = cls.make_customers(40, ref="CAMP", phone="0901234567")
        for customer in cls.customers:
            cls.buy(customer, cls.today - timedelta(days=100))
        cls.Run._execute(cls.company, cls.today)
        cls.segment = cls.env["crm.segment"].create(
            {"name": "S", "company_id": cls.company.id, "domain": "[('ref', '=', 'CAMP')]"}
        )
        cls.callers = cls.env["res.users"]
        for name in ("a", "b"):
            cls.callers |= new_test_user(
                cls.env, f"camp.{name}", "sales_team.group_sale_salesman", company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
        cls.customers[0].user_id = cls.callers[1]
        cls.env["crm.contact.consent"].create(
            [
                {"partner_id": customer.id, "purpose": "marketing", "status": "given", "source": "customer"}
                for customer in cls.customers
            ]
        )
        for index, customer in enumerate(cls.customers):
            customer.email = f"khach{index}@example.com"

    def make(self, **vals):
        return self.env["crm.segment.campaign"].create(
            {"name": "Nhớt hộp số", "segment_id": self.segment.id, "user_ids": [(6, 0, self.callers.ids)],
             "start_on": self.today, "per_day": 5, "control_percent": 25, **vals}
        )

    def test_what_the_start_would_do_is_told_before(self):
        self.segment._refresh(self.today)
        action = self.segment.action_campaign()
        self.assertEqual(action["context"], {"default_segment_id": self.segment.id})
        campaign = self.make()
        self.assertIn("30", campaign.plan_words)  # 40 and a quarter left alone: three days of two callers with five
        last = campaign._working_days()[2]
        self.assertIn(format_date(self.env, last), campaign.plan_words)
        campaign.user_ids = False
        self.assertIn("30", campaign.plan_words)
        campaign.user_ids = self.callers
        campaign.action_start()
        self.assertFalse(campaign.plan_words)
        # Not before: started late in the day, the first calls wait for the next one.
        self.assertGreaterEqual(max(campaign.line_ids.filtered("planned_on").mapped("planned_on")), last)
        self.assertEqual(self.segment.campaign_count, 1)
        domain = self.segment.action_view_campaigns()["domain"]
        self.assertEqual(self.env["crm.segment.campaign"].search(domain), campaign)

    def test_calls_are_spread_and_a_part_is_left_alone(self):
        self.env["crm.contact.consent"].create(
            {"partner_id": self.customers[1].id, "purpose": "sale", "status": "withdrawn", "source": "customer"}
        )
        campaign = self.make()
        campaign.action_start()
        states = {state: campaign.line_ids.filtered(lambda line, s=state: line.state == s)
                  for state in ("addressed", "control", "excluded")}
        self.assertEqual(len(campaign.line_ids), 40)
        self.assertEqual(len(states["control"]), 10, "a quarter of those who may be called")
        self.assertEqual(states["excluded"].partner_id, self.customers[1])
        self.assertTrue(states["excluded"].reason)
        activities = states["addressed"].activity_id
        self.assertEqual(len(activities), len(states["addressed"]))
        self.assertFalse(states["control"].activity_id)
        loads = {}
        for activity in activities:
            key = (activity.user_id, activity.date_deadline)
            loads[key] = loads.get(key, 0) + 1
            self.assertLess(activity.date_deadline.weekday(), 5)
        self.assertLessEqual(max(loads.values()), 5)
        own = states["addressed"].filtered(lambda line: line.partner_id == self.customers[0])
        self.assertTrue(not own or own.user_id == self.callers[1])
        self.assertEqual((campaign.state, campaign.treated_count), ("running", len(states["addressed"])))
        with self.assertRaisesRegex(UserError, "already"):
            campaign.action_start()
        with self.assertRaises(UserError):
            campaign.unlink()

    def test_more_than_can_be_called_leaves_two_groups_of_one_kind(self):
        """Who is left out for want of days is so before the draw, else the best buyers are compared with anybody."""
        for index, customer in enumerate(self.customers):
            self.buy(customer, self.today - timedelta(days=90), amount=10.0 * index)
        self.Run._execute(self.company, self.today)
        monday = self.today + timedelta(days=7 - self.today.weekday())
        campaign = self.make(start_on=monday, per_day=1, control_percent=50)
        with patch.object(campaign_module, "HORIZON_DAYS", 14):
            campaign.action_start()
        groups = campaign.line_ids.grouped("state")
        taking_part = groups["addressed"] | groups["control"]
        self.assertLess(len(taking_part), len(self.customers))
        self.assertEqual(len(groups["control"]), round(len(taking_part) / 2))
        free = self.customers[0]  # has an account manager, and waits for that one
        left = groups["excluded"].filtered(lambda line: line.partner_id != free)
        least = min(line.amount_total for line in taking_part if line.partner_id != free)
        self.assertLessEqual(max(left.mapped("amount_total")), least)
        self.assertFalse(groups["addressed"].filtered(lambda line: not line.activity_id))

    def test_uplift(self):
        campaign = self.make(control_percent=50, kind="list")
        campaign.action_start()
        addressed = campaign.line_ids.filtered(lambda line: line.state == "addressed").partner_id
        control = campaign.line_ids.filtered(lambda line: line.state == "control").partner_id
        self.assertEqual((len(addressed), len(control)), (20, 20))
        for partner in addressed[:15] | control[:2]:
            self.buy(partner, self.today, amount=100.0)
        campaign.action_measure()
        self.assertEqual((campaign.treated_share, campaign.control_share), (0.75, 0.1))
        self.assertAlmostEqual(campaign.uplift_share, 0.65)
        self.assertGreater(campaign.uplift_low, 0)
        self.assertEqual(campaign.extra_amount, 1300.0)
        self.assertIn("worked", campaign.verdict)
        self.assertEqual(campaign.state, "running")
        campaign._measure_sudo(campaign.end_on)
        self.assertEqual(campaign.state, "done")

    def test_only_the_products_offered_count(self):
        product = self.env["product.product"].create({"name": "Nhớt hộp số"})
        campaign = self.make(control_percent=50, kind="list", product_ids=[(6, 0, product.ids)])
        campaign.action_start()
        addressed = campaign.line_ids.filtered(lambda line: line.state == "addressed").partner_id
        self.buy(addressed[0], self.today)
        self.buy(addressed[1], self.today).product_id = product
        campaign.action_measure()
        self.assertEqual(campaign.treated_share, 0.05)

    def test_cancel_takes_back_the_calls(self):
        campaign = self.make()
        campaign.action_start()
        activities = campaign.line_ids.activity_id
        made = activities[0]
        made.action_feedback("Sẽ ghé")
        self.assertTrue(made.exists())
        campaign.action_cancel()
        self.assertEqual(activities.exists(), made, "a call that was made is not taken back")

    def test_merge_leaves_one_line(self):
        campaign = self.make(control_percent=50, kind="list")
        campaign.action_start()
        addressed = campaign.line_ids.filtered(lambda line: line.state == "addressed").partner_id[0]
        control = campaign.line_ids.filtered(lambda line: line.state == "control").partner_id[0]
        self.env["base.partner.merge.automatic.wizard"]._merge((addressed | control).ids, control)
        self.env.invalidate_all()
        line = campaign.line_ids.filtered(lambda line: line.partner_id == control)
        self.assertEqual(line.mapped("state"), ["addressed"])

    def test_empty_segment_and_no_caller(self):
        with self.assertRaisesRegex(UserError, "caller"):
            self.make(user_ids=[(5,)]).action_start()
        empty = self.segment.copy({"domain": "[('ref', '=', 'nobody')]"})
        with self.assertRaisesRegex(UserError, "Nobody"):
            self.make(segment_id=empty.id).action_start()

    def test_a_draft_left_lying_begins_today(self):
        """Calls on days gone by are made by nobody, and what was bought before the first call is no success of it."""
        campaign = self.make(start_on=self.today - timedelta(days=20), measure_days=30)
        campaign.action_start()
        self.assertEqual((campaign.start_on, campaign.end_on), (self.today, self.today + timedelta(days=30)))
        self.assertGreaterEqual(min(campaign.line_ids.activity_id.mapped("date_deadline")), self.today)
        self.assertIn("Started later than planned", campaign.message_ids[0].body)

    def test_somebody_is_always_addressed(self):
        campaign = self.make(kind="list", control_percent=99.9)
        campaign.action_start()
        self.assertEqual((campaign.treated_count, campaign.control_count), (1, 39))
        nobody_left_alone = self.make(kind="list", control_percent=0)
        nobody_left_alone.action_start()
        self.assertEqual((nobody_left_alone.treated_count, nobody_left_alone.control_count), (40, 0))
        nobody_left_alone.action_measure()
        self.assertIn("no control group", nobody_left_alone.verdict)

    def test_seller_sees_and_changes_nothing(self):
        campaign = self.make()
        campaign.action_start()
        seller = campaign.with_user(self.callers[0])
        self.assertEqual(seller.state, "running")
        for action in (seller.action_measure, seller.action_cancel, lambda: seller.write({"name": "x"}),
                       lambda: seller.line_ids.write({"state": "control"})):
            with self.assertRaises(AccessError):
                action()

    def test_working_days_skip_weekends(self):
        campaign = self.make(start_on=date(2026, 6, 6))  # a Saturday
        self.assertEqual(campaign._working_days()[:2], [date(2026, 6, 8), date(2026, 6, 9)])
