"""A subscription's whole life through the database against the naive walker: nothing twice, nothing lost."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import tagged

from ..domain.schedule import Rule
from . import reference
from .common import ServicePlanCase

OPEN = ("planned", "visit", "paused")
VISITS_OPEN = ("due", "reminded", "confirmed", "scheduled")
DEEDS = st.tuples(
    st.sampled_from(["run", "run", "finish", "finish", "move", "pause", "resume", "replan", "again"]),
    st.integers(0, 45),
)


@tagged("post_install", "-at_install")
class TestWholeLife(ServicePlanCase):
    @settings(max_examples=examples(60), deadline=None)
    @given(st.integers(1, 4), st.lists(DEEDS, min_size=3, max_size=9))
    def test_whole_life(self, months, story):
        """Subscribed, planned, run, finished, moved, paused, resumed, planned anew, in any order."""
        plan = self.plan.copy({"task_ids": [
            (0, 0, {"name": "Service", "interval": months, "timing": "fixed", "shift": "none", "duration": 0.5})
        ]})  # fmt: skip
        life = self.subscribe(self.make_assets(self.make_customers(1)), plan=plan, start=self.today)
        self.moved, self.done = {}, {}
        day = self.today
        for deed, days in story:
            day += timedelta(days=days)
            here = life.with_context(service_as_of=day)
            getattr(self, f"_{deed}")(here, day)
            self._check(life, Rule(every=months, unit="month"))

    def _run(self, life, day):
        self.run_planner(day)

    def _again(self, life, day):
        """The same day twice: the second time nothing changes."""
        self.run_planner(day)
        before = self._rows(life)
        self.run_planner(day)
        self.assertEqual(self._rows(life), before)

    def _finish(self, life, day):
        visit = life.occurrence_ids.visit_id.filtered(lambda one: one.state in VISITS_OPEN).sorted("due_date")[:1]
        if visit:
            services = visit.occurrence_ids
            visit.with_context(service_as_of=day)._finish(day, hours=0.5, as_of=day)
            self.done.update({one.seq: day for one in services})

    def _move(self, life, day):
        service = life.occurrence_ids.filtered(lambda one: one.state == "planned").sorted("seq")[:1]
        if service:
            target = max(service.due_date, day) + timedelta(days=6)
            service._postpone(target, "asked for", keeps_rhythm=True)
            self.moved[service.seq] = target

    def _pause(self, life, day):
        if life.may_pause:
            life.action_pause()

    def _resume(self, life, day):
        if life.may_resume:
            life.action_resume(day)

    def _replan(self, life, day):
        life.series_ids._replan(day)

    def _rows(self, life):
        life.invalidate_recordset()
        rows = self.env["crm.service.occurrence"].search_read(
            [("subscription_id", "=", life.id)], ["seq", "due_date", "state", "visit_id", "done_date"], order="seq"
        )
        return [{key: value for key, value in row.items() if key != "id"} for row in rows]

    def _check(self, life, rule):
        """Every number once and in a row; what is open stands on its day or where it was moved; what is done stays."""
        rows = self._rows(life)
        self.assertEqual([row["seq"] for row in rows], list(range(1, len(rows) + 1)), "nothing twice, nothing lost")
        self.assertGreaterEqual(len(rows), 1)
        days = reference.nominal_days(rule, self.today, self.today + timedelta(days=1200), False)
        for row in rows:
            seq = row["seq"]
            if row["state"] in OPEN:
                self.assertNotIn(seq, self.done)
                self.assertEqual(row["due_date"], self.moved.get(seq, days[seq - 1]))
                self.assertEqual(bool(row["visit_id"]), row["state"] == "visit")
            if seq in self.done:
                self.assertEqual((row["state"], row["done_date"]), ("done", self.done[seq]))
        visits = life.occurrence_ids.visit_id
        busy = [visit for visit in visits if visit.state in VISITS_OPEN]
        self.assertTrue(all(visit.occurrence_ids for visit in busy), "no visit without a service")
