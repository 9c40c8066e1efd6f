"""What must hold whatever is bought, returned, declared and run: with frozen rules, parameters and cut points."""

from contextlib import contextmanager
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROW, TODAY, LifecycleCase

LOGGER = "odoo.addons.crm_lifecycle.models.crm_lifecycle_run"
CUSTOMERS = 3
AMOUNT = st.sampled_from([100.0, 100.0, 350.0, 0.0, -40.0])
PURCHASES = st.lists(st.tuples(st.integers(0, CUSTOMERS - 1), st.integers(0, 500), AMOUNT), min_size=1, max_size=12)
PARAMS = {"r": 0.6, "alpha": 8.0, "a": 0.8, "b": 1.5, "converged": True}
BLENDED = {"method": "mbg", **PARAMS, "blended": True}
FITS = st.sampled_from(
    [
        {"method": "gap"},
        {"method": "mbg", **PARAMS},
        {**BLENDED, "blend_constant": -0.4, "blend_model": 0.8, "blend_purchases": 0.5},
        {**BLENDED, "blend_constant": 0.6, "blend_model": 1.7, "blend_purchases": -0.3},
    ]
)
EVENTS = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.integers(0, CUSTOMERS - 1),
        st.one_of(
            st.tuples(st.just("buy"), AMOUNT),
            st.tuples(st.just("late"), st.integers(1, 30)),
            st.tuples(st.just("take_back"), st.none()),
            st.tuples(st.just("declare"), st.sampled_from(["prospect", "new", "established", "quiet", "ended"])),
            st.tuples(st.just("nothing"), st.none()),
        ),
    ),
    max_size=8,
)
STAGES = tuple(name for name in ROW if name not in ("recency_score", "frequency_score", "monetary_score"))


@tagged("post_install", "-at_install")
class TestProperties(LifecycleCase):
    @settings(max_examples=examples(100), deadline=None)
    @given(PURCHASES, FITS, st.randoms())
    @mute_logger(LOGGER)
    def test_order_of_import_never_matters(self, purchases, fit, random):
        shuffled = list(purchases)
        random.shuffle(shuffled)
        self.assertEqual(self._after(purchases, fit), self._after(shuffled, fit, between=True))

    @settings(max_examples=examples(100), deadline=None)
    @given(PURCHASES, FITS)
    @mute_logger(LOGGER)
    def test_refresh_of_some_equals_refresh_of_all(self, purchases, fit):
        self.assertEqual(self._after(purchases, fit), self._after(purchases, fit, some=True))

    @settings(max_examples=examples(100), deadline=None)
    @given(PURCHASES, EVENTS, FITS, st.booleans())
    @mute_logger(LOGGER)
    def test_daily_runs_leave_what_full_runs_leave(self, purchases, events, fit, every_day):
        """Day by day: who is due by ``next_change_on``, bought, or is marked; against everyone each day."""
        self.assertEqual(
            self._history(purchases, events, fit, every_day, full=False),
            self._history(purchases, events, fit, every_day, full=True),
        )

    @settings(max_examples=examples(60), deadline=None)
    @given(PURCHASES, EVENTS, FITS)
    @mute_logger(LOGGER)
    def test_one_look_at_the_end_finds_the_same_stages(self, purchases, events, fit):
        """A job that stood still for two months catches up: same stages, whatever was looked at in between."""
        there = self._history(purchases, events, fit, every_day=True, full=False)["stages"]
        late = self._history(purchases, events, fit, every_day=False, full=False, only_last=True)["stages"]
        self.assertEqual(there, late)

    @contextmanager
    def _undone(self):
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def _after(self, purchases, fit, between=False, some=False):
        """Return the rows, by place of the customer, after purchases (customer, days ago, amount)."""
        with self._undone():
            partners = self.make_customers(CUSTOMERS)
            self._freeze(fit)
            for number, (index, days, amount) in enumerate(purchases):
                self.buy(partners[index], days, amount=amount)
                if between and number % 4 == 0:
                    partners.lifecycle_refresh(TODAY)
            if some:
                for partner in partners:
                    partner.lifecycle_refresh(TODAY)
            else:
                self.run_all()
            rows = self.rows(ROW)
            return [rows.get(partner.id) for partner in partners]

    def _history(self, purchases, events, fit, every_day, full, only_last=False):
        """Return stages and history after sixty days, the events of each day before the run of that day."""
        with self._undone():
            partners = self.make_customers(CUSTOMERS)
            self._freeze(fit)
            for index, days, amount in purchases:
                self.buy(partners[index], days, amount=amount)
            self.run_all()
            for ahead in range(1, 61):
                day = TODAY + timedelta(days=ahead)
                happened = [event for event in events if event[0] == ahead]
                for _day, index, (what, detail) in happened:
                    self._happen(partners[index], day, what, detail)
                if ahead == 60 or not only_last and (every_day and ahead % 3 == 0 or happened):
                    self.Run._execute(self.company, day, full=full)
            rows = self.rows(("stage_id", "engine_stage_id", "is_manual", "order_count", "last_date", "quiet_on"))
            dated = self.rows(STAGES)
            return {
                "stages": [rows.get(partner.id) for partner in partners],
                "rows": [dated.get(partner.id) for partner in partners],
                "history": [self.transitions(partner) for partner in partners],
            }

    def _happen(self, partner, day, what, detail):
        """Let one thing happen to ``partner`` on ``day``."""
        if what == "buy":
            self.buy(partner, day, amount=detail)
        elif what == "late":
            self.buy(partner, day - timedelta(days=detail))
        elif what == "take_back":
            self.env["crm.external.transaction"].search([("partner_id", "=", partner.id)], limit=1).unlink()
        elif what == "declare":
            self.env["crm.lifecycle.declaration"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "stage_id": self.stages[detail].id,
                    "declared_on": day,
                    "until": day + timedelta(days=9),
                    "reason": "x",
                }
            )

    def _freeze(self, fit):
        """Freeze parameters and cut points for the months that follow."""
        self.env["crm.lifecycle.fit"].create(
            [
                {
                    "company_id": self.company.id,
                    "customer_kind": policy.customer_kind,
                    "fitted_on": TODAY,
                    "period": period,
                    "policy_id": policy.id,
                    "policy_version": policy.version,
                    "recency_cuts": [(TODAY - timedelta(days=days)).toordinal() for days in (400, 300, 200, 100)],
                    "frequency_cuts": [1, 2, 3, 4],
                    "monetary_cuts": [100, 200, 300, 400],
                    **fit,
                }
                for policy in self.policies
                for period in ("2026-06", "2026-07", "2026-08")
            ]
        )
