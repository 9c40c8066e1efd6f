"""Two records of one customer on one plan: one subscription is left, nothing is lost, nothing comes twice."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import tagged

from ..domain.uniting import Service, unite
from .common import ServicePlanCase

FIRST = date(2026, 1, 1)
STATES = st.sampled_from(["done", "closed", "agreed", "open"])
NOT_OPEN = st.sampled_from(["done", "closed", "agreed"])


@st.composite
def services(draw, first_id, states=STATES):
    """Services as a planner leaves them: numbered by day, what is over before what is open."""
    days = sorted(draw(st.sets(st.integers(0, 400), max_size=7)))
    kinds = sorted((draw(states) for __ in days), key=["done", "closed", "agreed", "open"].index)
    return [
        Service(first_id + n, n + 1, FIRST + timedelta(day), kind)
        for n, (day, kind) in enumerate(zip(days, kinds, strict=True))
    ]


@tagged("post_install", "-at_install")
class TestPartnerMerge(ServicePlanCase):
    @settings(max_examples=examples(10000), deadline=None)
    @given(services(1), services(100, NOT_OPEN), st.sampled_from(["order", "days"]))
    def test_any_two_records(self, mine, theirs, by):
        """None lost, no number twice, doses in the order of their days, a turn served once."""
        last = max([0, *(s.seq for s in mine if s.state == "done")])
        united = unite([s for s in mine if by != "order" or s.state != "open"], theirs, by, last)
        placed = [*united.numbers, *united.served.values()]
        self.assertEqual(sorted(i for i in placed if i >= 100), [s.id for s in theirs])
        self.assertEqual(len(placed), len(set(placed)))
        numbers = {s.id: s.seq for s in mine if by != "order" or s.state != "open"} | united.numbers
        self.assertEqual(len(numbers), len(set(numbers.values())))
        by_id = {s.id: s for s in [*mine, *theirs]}
        self.assertTrue(all(by_id[i].state == "open" for i in united.served))
        if by == "order":
            done = sorted((n, by_id[i].day) for i, n in numbers.items() if by_id[i].state == "done" and n > 0)
            self.assertEqual([day for __, day in done], sorted({s.day for s in by_id.values() if s.state == "done"}))
            self.assertEqual(united.last, done[-1][0] if done else 0)

    def merge(self, kept, gone):
        self.env["base.partner.merge.automatic.wizard"]._merge([kept.id, gone.id], kept)
        self.env.invalidate_all()

    def series(self):
        """A vaccination of people: doses after 0, 21, 180 days."""
        steps = [
            (0, 0, {"name": name, "delay": delay, "least": least, "unit": "day", "sequence": number})
            for number, (name, delay, least) in enumerate((("first", 0, 0), ("second", 21, 21), ("third", 180, 150)))
        ]
        return self.env["crm.service.plan"].create(
            {"name": "Vaccination", "task_ids": [(0, 0, {"name": "Dose", "kind": "chain", "step_ids": steps})]}
        )

    def put_on(self, plan, *partners, start=None, **values):
        start = start or self.today
        return (
            self.env["crm.service.subscription"]
            .with_context(service_as_of=start)
            .create(
                [
                    {
                        "partner_id": partner.id,
                        "plan_id": plan.id,
                        "company_id": self.company.id,
                        "start_date": start,
                        "plan_from": start,
                        **values,
                    }
                    for partner in partners
                ]
            )
        ).with_env(self.env)

    def serve(self, subscription, day):
        """The service nearest to ``day`` is done on it."""
        self.run_planner(day)
        visits = subscription.occurrence_ids.visit_id.filtered(lambda v: v.state in ("due", "reminded"))
        visit = visits.sorted(lambda v: abs((v.due_date - day).days))[:1]
        visit.line_ids.is_done = True
        visit.with_context(service_as_of=day)._finish(day, hours=0.5, as_of=day)
        return visit

    def test_doses_of_both_count(self):
        """One had the first dose, the other the second: the third follows the second, 180 days later."""
        one, two = self.make_customers(2)
        mine, theirs = self.put_on(self.series(), one, two)
        first = self.serve(mine, self.today)
        second = self.serve(theirs, self.today + timedelta(days=25))
        theirs.message_post(body="Called on Monday")
        self.merge(two, one)
        left = (mine | theirs).exists()
        self.assertEqual(len(left), 1)
        self.assertEqual((left.partner_id, left.state), (two, "active"))
        done = left.occurrence_ids.filtered("done_date").sorted("seq")
        self.assertEqual(done.mapped("seq"), [1, 2])
        self.assertEqual(done.visit_id, first | second)
        self.assertEqual(done.mapped("display_name"), ["Dose: first", "Dose: second"])
        self.assertEqual(self.dues(left)[0], (3, self.today + timedelta(days=25 + 180)))
        self.assertIn("Called on Monday", " ".join(left.message_ids.mapped("body")))
        self.run_planner(self.today + timedelta(days=26))
        self.assertEqual(len(left.occurrence_ids.filtered(lambda o: o.seq == 3)), 1)

    def test_one_dose_written_down_twice(self):
        one, two = self.make_customers(2)
        mine, theirs = self.put_on(self.series(), one, two)
        self.serve(mine, self.today)
        self.serve(theirs, self.today)
        self.merge(two, one)
        left = (mine | theirs).exists()
        self.assertEqual(len(left), 1)
        done = left.occurrence_ids.filtered("done_date").sorted("seq")
        self.assertEqual(done.mapped("seq"), [0, 1], "both visits stay on record, one counts")
        self.assertEqual(done[0].display_name, "Dose")
        self.assertEqual(self.dues(left)[0], (2, self.today + timedelta(days=21)))

    def test_fixed_plan_keeps_the_earlier_start(self):
        """What one record was served for is not served again for the other; the earlier start's days stay."""
        plan = self.env["crm.service.plan"].create(
            {
                "name": "Check",
                "task_ids": [(0, 0, {"name": "Check", "interval": 6, "timing": "fixed", "shift": "none"})],
            }
        )
        one, two = self.make_customers(2)
        early = self.put_on(plan, one, start=date(2026, 1, 10))
        late = self.put_on(plan, two, start=date(2026, 1, 20))
        self.merge(two, one)
        left = (early | late).exists()
        self.assertEqual(left, early)
        self.assertEqual(self.dues(left)[0], (1, date(2026, 7, 10)))
        self.assertEqual(left.partner_id, two)

    def test_turn_done_under_the_other_record(self):
        plan = self.env["crm.service.plan"].create(
            {
                "name": "Check",
                "task_ids": [(0, 0, {"name": "Check", "interval": 6, "timing": "fixed", "shift": "none"})],
            }
        )
        one, two = self.make_customers(2)
        early = self.put_on(plan, one, start=date(2025, 1, 10))
        late = self.put_on(plan, two, start=date(2025, 1, 20))
        self.serve(early, date(2025, 7, 10))
        visit = self.serve(late, date(2025, 7, 20))
        self.serve(early, date(2026, 1, 10))
        july = self.serve(late, date(2026, 7, 12))
        self.assertTrue(visit and july)
        self.merge(one, two)
        left = (early | late).exists()
        self.assertEqual(left, early)
        rows = {o.seq: (o.state, o.done_date) for o in left.occurrence_ids if o.seq <= 4}
        self.assertEqual(rows[3], ("done", date(2026, 7, 12)), "July is done")
        self.assertEqual(rows[4], ("planned", False))
        self.assertIn(visit, left.occurrence_ids.visit_id, "the history is kept")
        self.assertEqual([o.done_date for o in left.occurrence_ids if o.seq < 1], [date(2025, 7, 20)])

    def test_floating_goes_on_from_the_later_one(self):
        one, two = self.make_customers(2)
        mine, theirs = self.put_on(self.plan, one, two, start=date(2026, 1, 10))
        self.serve(mine, date(2026, 4, 10))
        self.serve(theirs, date(2026, 5, 2))
        self.merge(one, two)
        left = (mine | theirs).exists()
        self.assertEqual(len(left), 1)
        self.assertEqual(left.occurrence_ids.filtered("done_date").sorted("seq").mapped("seq"), [1, 2])
        self.assertEqual(self.dues(left)[0], (3, date(2026, 8, 3)), "the 2nd is a Sunday")

    def test_appointments_stand(self):
        """Agreed with the customer under both records: neither is moved, a person is asked."""
        one, two = self.make_customers(2)
        mine, theirs = self.put_on(self.plan, one, two, start=date(2026, 1, 10))
        self.run_planner(date(2026, 4, 5))
        visits = (mine | theirs).occurrence_ids.visit_id
        visits.action_confirm()
        self.merge(one, two)
        left = (mine | theirs).exists()
        self.assertEqual(len(left), 1)
        self.assertEqual(left.occurrence_ids.visit_id, visits)
        self.assertEqual(set(visits.mapped("state")), {"confirmed"})
        self.assertIn("Agreed twice", left.activity_ids.summary)
        self.run_planner(date(2026, 4, 6))
        open_ones = left.occurrence_ids.visit_id.filtered(lambda v: v.state not in ("done", "cancelled"))
        self.assertEqual(open_ones, visits)

    def test_two_things_stay_two(self):
        """Two loans, two motorbikes, two plans: nothing is united that was never one."""
        one, two = self.make_customers(2)
        steps = [(0, 0, {"name": "Call", "delay": 30, "unit": "day"})]
        plan = self.env["crm.service.plan"].create(
            {"name": "Maturity", "task_ids": [(0, 0, {"name": "Maturity", "kind": "dates", "step_ids": steps})]}
        )
        loans = self.put_on(plan, one, target_date=date(2026, 9, 1))
        loans |= self.put_on(plan, two, target_date=date(2026, 12, 1))
        bikes = self.subscribe(self.make_assets(one | two))
        self.merge(one, two)
        self.assertEqual((loans | bikes).exists(), loans | bikes)
        self.assertEqual((loans | bikes).partner_id, one)

    def test_paused_one_joins_the_running_one(self):
        one, two = self.make_customers(2)
        mine, theirs = self.put_on(self.plan, one, two, start=date(2026, 1, 10))
        mine.action_pause()
        self.merge(one, two)
        left = (mine | theirs).exists()
        self.assertEqual((left, left.state), (theirs, "active"))
        self.assertEqual(len(self.dues(left)), len(set(self.dues(left))))
