"""Stages as of a day, and the history written anew."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.base.models import ir_cron
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..engine import rebuild
from .common import TODAY, LifecycleCase

SAME = (
    "stage_id",
    "since",
    "reason_code",
    "reason_params",
    "first_date",
    "last_date",
    "order_count",
    "amount_total",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "quiet_on",
)
FACTS = st.lists(st.tuples(st.integers(0, 2), st.integers(-120, 500)), min_size=1, max_size=12)
DECLARED = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["prospect", "new", "established", "quiet", "ended"]),
        st.integers(0, 300),
        st.one_of(st.none(), st.integers(0, 200)),
    ),
    max_size=3,
)


@tagged("post_install", "-at_install")
class TestAsOf(LifecycleCase):
    def as_of(self, day, partners=None, user=None):
        """Return the lines of the wizard, by customer."""
        model = self.env["crm.lifecycle.as.of"].with_user(user or self.env.user)
        wizard = model.create({"as_of": day, "partner_ids": [(6, 0, partners.ids)] if partners else False})
        action = wizard.action_show()
        lines = self.env["crm.lifecycle.as.of.line"].with_user(user or self.env.user).search(action["domain"])
        return {line.partner_id.id: line for line in lines}

    def values(self, lines):
        return {
            partner: {name: line[name].id if name == "stage_id" else line[name] for name in SAME}
            for partner, line in lines.items()
        }

    @settings(max_examples=examples(100), deadline=None)
    @given(FACTS, DECLARED, st.integers(0, 400))
    @mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_run")
    def test_as_of_equals_the_run_of_that_day(self, purchases, declared, ago):
        """Whatever was bought, declared, run and ruled afterwards."""
        day = TODAY - timedelta(days=ago)
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            partners = self.make_customers(3)
            for index, days in purchases:
                self.buy(partners[index], days)
            self._declare(partners, declared)
            self.run_all(as_of=day - timedelta(days=45))
            self.run_all(as_of=day)
            run = self.rows(SAME)
            self.policies.write({"gap_days": 200, "established_orders": 1, "count_zero": True})
            self.run_all(as_of=day + timedelta(days=1))
            self.run_all(as_of=day + timedelta(days=100))
            self.assertEqual(self.values(self.as_of(day)), run)
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def _declare(self, partners, declared):
        self.env["crm.lifecycle.declaration"].create(
            [
                {
                    "partner_id": partners[index].id,
                    "company_id": self.company.id,
                    "stage_id": self.stages[code].id,
                    "declared_on": TODAY - timedelta(days=days),
                    "until": TODAY - timedelta(days=days - length) if length is not None else False,
                    "reason": "x",
                }
                for index, code, days, length in declared
            ]
        )

    def test_wizard(self):
        partner, other = self.make_customers(2)
        self.buy(partner, 300, 250, 100)
        self.buy(other, 20)
        self.run_all()
        lines = self.as_of(TODAY - timedelta(days=200), partner)
        self.assertEqual(list(lines), partner.ids)
        line = lines[partner.id]
        self.assertEqual((line.stage_id.code, line.order_count), ("new", 2))
        self.assertIn("2 purchases", line.reason)
        self.assertNotIn(other.id, self.as_of(TODAY - timedelta(days=200)))
        with self.assertRaises(ValidationError):
            self.as_of(self.company._lifecycle_today() + timedelta(days=1))

    def test_lines_are_ones_own_and_of_one_s_company(self):
        partner = self.make_customers(1)
        self.buy(partner, 20)
        seller, other = (
            new_test_user(self.env, f"asof.{name}", "sales_team.group_sale_salesman") for name in ("one", "two")
        )
        for user in (seller, other):
            user.company_ids |= self.company
            user.company_id = self.company
        elsewhere = self.env["res.company"].create({"name": "Khác"})
        self.buy(partner, 50, company=elsewhere)
        lines = self.as_of(TODAY, user=seller)
        self.assertEqual(lines[partner.id].order_count, 1)
        with self.assertRaises(AccessError):
            lines[partner.id].with_user(other).read(["stage_id"])
        clerk = new_test_user(self.env, "asof.clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.as_of(TODAY, user=clerk)

    def test_queries_do_not_grow(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.buy(partner, 30, 10)
        self.run_all()
        self.assertSameQueryCount(lambda: self.as_of(TODAY, few), lambda: self.as_of(TODAY, many))


@tagged("post_install", "-at_install")
class TestRebuild(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.today = self.company._lifecycle_today()
        self.partner = self.make_customers(1)
        first = self.today - timedelta(days=700)
        self.buy(self.partner, *(first + timedelta(days=days) for days in (0, 20, 70, 400)))
        self.Run._execute(self.company, self.today)

    def rebuild(self):
        """Ask for a rebuild and let the job do it, called again as by the scheduler until it is done.

        On a busy machine a call ends before the last month: it has ten seconds, and after them does one month a time.
        """
        found = self.env["crm.lifecycle.rebuild.start"].create({}).action_start()
        record = self.env["crm.lifecycle.rebuild"].browse(found["res_id"])
        self.calls = 0
        while record.state in ("waiting", "running") and self.calls < 30:
            self.calls += 1
            with self.enter_registry_test_mode():
                self.env.ref("crm_lifecycle.ir_cron_rebuild").method_direct_trigger()
            self.env.invalidate_all()
        self.assertEqual((record.state, record.error), ("done", False))
        return record

    def current(self, partner):
        found = self.env["crm.lifecycle.transition"].search(
            [("partner_id", "=", partner.id), ("is_current", "=", True)], order="effective_on, id"
        )
        return [(line.effective_on, line.from_stage_id.code, line.to_stage_id.code) for line in found]

    def test_the_whole_past(self):
        before = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.partner.id)])
        first = self.today - timedelta(days=700)
        record = self.rebuild()
        self.assertEqual((record.state, record.progress, record.error), ("done", 100, False))
        expected = [
            (first, "suspect", "new"),
            (first + timedelta(days=70), "new", "established"),
            (first + timedelta(days=160), "established", "quiet"),
            (first + timedelta(days=340), "quiet", "ended"),
            (first + timedelta(days=400), "ended", "established"),
            (first + timedelta(days=490), "established", "quiet"),
            (first + timedelta(days=670), "quiet", "ended"),
        ]
        self.assertEqual(self.current(self.partner), expected)
        self.assertTrue(before.exists())
        self.assertFalse(any(before.mapped("is_current")))
        lines = self.env["crm.lifecycle.transition"].search([("is_current", "=", True)])
        self.assertEqual(set(lines.filtered(lambda t: t.company_id == self.company).mapped("trigger")), {"rebuild"})
        back = lines.filtered(lambda t: t.partner_id == self.partner and t.from_stage_id.code == "ended")
        self.assertIn("after 11 months", back.reason)
        self.assertEqual(self.status(self.partner).returned_on, first + timedelta(days=400))

    def test_runs_go_on_in_the_new_generation(self):
        record = self.rebuild()
        self.buy(self.partner, self.today)
        self.Run._execute(self.company, self.today)
        last = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.partner.id)], limit=1)
        self.assertEqual((last.generation, last.to_stage_id.code), (record.generation, "established"))
        self.assertTrue(last.is_current)
        again = self.rebuild()
        self.assertEqual(again.generation, record.generation + 1)
        self.assertEqual(self.current(self.partner)[-1][2], "established")

    def test_interrupted_at_each_month(self):
        """Stopped behind any month and called again, it leaves the history of an undisturbed one."""
        self.rebuild()
        expected = self.current(self.partner)
        record = self.env["crm.lifecycle.rebuild"]._request_sudo(self.company)
        for _month in range(100):
            record._step()
            self.assertTrue(record.state == "done" or self.current(self.partner) == expected, "shown when complete")
            if record.state == "done":
                break
            record = self.env["crm.lifecycle.rebuild"].browse(record.id)
        self.assertEqual(self.current(self.partner), expected)

    def test_a_job_without_time_goes_on(self):
        """Each call does at least a month, however slow the machine; several calls leave what one leaves."""
        self.rebuild()
        expected = self.current(self.partner)
        self.patch(ir_cron, "MIN_TIME_PER_JOB", 0)
        self.rebuild()
        self.assertGreater(self.calls, 1)
        self.assertEqual(self.current(self.partner), expected)

    def test_only_one_at_a_time_and_only_managers(self):
        self.env["crm.lifecycle.rebuild"]._request_sudo(self.company)
        with self.assertRaises(UserError):
            self.env["crm.lifecycle.rebuild.start"].create({}).action_start()
        seller = new_test_user(self.env, "rebuild.seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.env["crm.lifecycle.rebuild.start"].with_user(seller).create({})

    def test_a_declared_stage_stands_in_the_history(self):
        self.env["crm.lifecycle.declaration"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "stage_id": self.stages["ended"].id,
                "declared_on": self.today - timedelta(days=600),
                "until": self.today - timedelta(days=500),
                "reason": "x",
            }
        )
        self.rebuild()
        self.assertIn("ended", [line[2] for line in self.current(self.partner)][:3])

    def test_steps(self):
        self.assertEqual(rebuild.next_day(None, date(2024, 2, 10), date(2024, 5, 2)), date(2024, 2, 29))
        self.assertIsNone(rebuild.next_day(date(2024, 5, 2), date(2024, 2, 10), date(2024, 5, 2)))
