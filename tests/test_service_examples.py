"""The four worked examples of the demo come out as the business would have them."""

from datetime import date, timedelta

from odoo.tests import TransactionCase, new_test_user, tagged

from demo import service_examples

START = date(2026, 1, 5)


@tagged("standard", "post_install", "-at_install")
class TestServiceExamples(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.company = cls.env["res.company"].create({"name": "Examples"})
        cls.company.partner_id.tz = "Asia/Ho_Chi_Minh"
        cls.made = service_examples.make(cls.env, cls.company, START)

    def planned(self, subscription, task=None):
        services = subscription.occurrence_ids.filtered(lambda o: o.state in ("planned", "visit"))
        if task:
            services = services.filtered(lambda o: o.task_id == task)
        return [(o.seq, o.due_date, o.decided_by) for o in services.sorted(lambda o: (o.due_date, o.seq))]

    def test_motorbike(self):
        """20 km a day: 2,000 km come before six months; tyres after 10,000 km."""
        bike = self.made["bike"]
        oil, tyres = self.made["motorbike"].task_ids
        self.assertEqual(bike.asset_id.meter_rate, 20)
        self.assertEqual(self.planned(bike, oil)[0], (1, START + timedelta(days=100), "usage"))
        self.env["crm.service.planner"]._run(START + timedelta(days=400), self.company)
        self.assertEqual(self.planned(bike, tyres)[0], (1, START + timedelta(days=500), "usage"))

    def test_loan(self):
        """90, 30 and 7 days before maturity, on the working day before."""
        loan = self.made["loan"]
        maturity = loan.target_date
        self.assertEqual(maturity, date(2027, 1, 20))
        days = [(seq, day) for seq, day, __ in self.planned(loan)]
        self.assertEqual(days, [(1, date(2026, 10, 22)), (2, date(2026, 12, 21)), (3, date(2027, 1, 13))])
        loan.target_date = date(2027, 1, 26)
        self.assertEqual(self.planned(loan)[1][1], date(2026, 12, 25), "the 27th is a Sunday")

    def test_citizens(self):
        """The series keeps its minimum intervals and is seen by those with the right alone."""
        citizen = self.made["citizens"][0]
        days = [day for __, day, __ in self.planned(citizen)]
        self.assertEqual(days[:3], [START, date(2026, 1, 12), date(2026, 1, 26)])
        service_examples.live(self.env, self.company, self.made, date(2026, 5, 1))
        done = citizen.occurrence_ids.filtered("done_date").sorted("seq").mapped("done_date")
        self.assertEqual(len(done), 3)
        self.assertGreaterEqual((done[1] - done[0]).days, 7)
        self.assertGreaterEqual((done[2] - done[1]).days, 14)
        self.assertGreaterEqual(self.planned(citizen)[0][1], done[2].replace(year=2027), "the booster")
        user = new_test_user(
            self.env, "example_user", "crm_service_plan.group_manager", company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )  # fmt: skip
        for model in ("crm.service.plan", "crm.service.subscription", "crm.service.occurrence", "crm.service.visit"):
            seen = self.env[model].with_user(user).search([("company_id", "=", self.company.id)])
            self.assertTrue(seen)
            self.assertNotIn("abies", " ".join(seen.mapped("display_name")))

    def test_compressor(self):
        """The yearly overhaul takes the quarterly check along, and keeps a record of it."""
        machine = self.made["machine"]
        check, overhaul = self.made["compressor"].task_ids
        service_examples.live(self.env, self.company, self.made, date(2027, 1, 10))
        large = machine.occurrence_ids.filtered(lambda o: o.task_id == overhaul and o.done_date)
        self.assertEqual(len(large), 1)
        inside = machine.occurrence_ids.filtered(lambda o: o.included_in_id == large)
        self.assertEqual((inside.task_id, inside.seq, inside.state), (check, 4, "included"))
        self.assertEqual(inside.visit_id, large.visit_id)
        self.assertEqual(large.visit_id.task_ids, overhaul, "the check is no work of its own there")
        done = machine.occurrence_ids.filtered(lambda o: o.task_id == check and o.done_date)
        self.assertEqual(done.sorted("seq").mapped("seq"), [1, 2, 3, 4])
        self.assertEqual(set(done.mapped("compliance")), {"on_time"})
