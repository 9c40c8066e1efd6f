from datetime import date

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ServicePlanCase

AS_OF = date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestStartAnywhere(ServicePlanCase):
    """Somebody joins in the middle of a plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "joins_coordinator",
            groups="crm_service_plan.group_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def test_start_anywhere(self):
        """Already at 12,000 km, the oil was changed at 11,500: the next is at 13,500."""
        self.task.usage = 2000
        subscription = self.subscribe(self.asset, start_meter=12000)
        Reading = self.env["crm.service.meter.reading"]
        Reading.create({"asset_id": self.asset.id, "date": date(2025, 12, 11), "value": 11000})
        Reading.create({"asset_id": self.asset.id, "date": date(2026, 1, 10), "value": 12000})
        series = subscription.series_ids.with_user(self.user)
        series.write({"anchor": date(2025, 12, 26), "base_meter": 11500})
        self.assertEqual(self.dues(subscription)[0][1], date(2026, 2, 25))
        with self.assertRaises(UserError):
            series.write({"base_seq": 7})

    def test_two_doses_given_elsewhere(self):
        """The first two doses were given by another clinic: ours is the third, counted from the second."""
        steps = [
            (0, 0, {"name": name, "delay": delay, "least": least, "unit": "day", "sequence": number})
            for number, (name, delay, least) in enumerate((("first", 0, 0), ("second", 21, 21), ("third", 180, 150)))
        ]
        task = {"name": "Dose", "kind": "chain", "step_ids": steps, "shift": "none"}
        plan = self.env["crm.service.plan"].create({"name": "Vaccination", "task_ids": [(0, 0, task)]})
        subscription = self.subscribe(self.asset, plan, start=AS_OF)
        series = subscription.series_ids.with_user(self.user)
        series.write({"anchor": date(2025, 12, 1), "given": 2})
        self.assertEqual(self.dues(subscription), [(3, date(2026, 5, 30))])
        self.assertEqual(subscription.occurrence_ids.display_name, "Dose: third")
        with self.assertRaises(UserError):
            subscription.occurrence_ids._postpone(date(2026, 4, 1))
        series.write({"given": 0, "anchor": AS_OF})
        self.assertEqual(len(self.dues(subscription)), 3)
        self.run_planner(AS_OF)
        subscription.occurrence_ids.visit_id._finish(AS_OF, hours=0.5, as_of=AS_OF)
        with self.assertRaises(UserError):
            series.write({"given": 2})

    def test_follows_half_way(self):
        """Done ten days late, the next one follows by half of it; done half a year late, it is not due at once."""
        self.task.with_context(service_apply_now=True).write({"follow_percent": 50, "shift": "none"})
        subscription = self.subscribe(self.asset)
        for done, following in ((date(2026, 4, 20), date(2026, 7, 15)), (date(2027, 1, 15), date(2027, 1, 15))):
            self.run_planner(done)
            visit = subscription.occurrence_ids.filtered(lambda o: o.state == "visit").visit_id
            visit.line_ids.is_done = True
            visit._finish(done, hours=0.5, as_of=done)
            self.assertGreaterEqual(self.dues(subscription)[0][1], following)
            if done.year == 2026:
                self.assertEqual(self.dues(subscription)[0][1], following)
        self.assertGreater(self.dues(subscription)[0][1], date(2027, 1, 15))

    def test_opportunity_when_due(self):
        """The task brings the salesperson an opportunity with each visit: once, however often the day is run."""
        self.task.makes_lead = True
        seller = new_test_user(self.env, "joins_seller", groups="sales_team.group_sale_salesman")
        self.customer.user_id = seller
        subscription = self.subscribe(self.asset)
        for __ in range(2):
            self.run_planner(date(2026, 4, 1))
        visit = subscription.occurrence_ids.visit_id
        lead = self.env["crm.lead"].search([("service_visit_id", "=", visit.id)])
        self.assertEqual((len(lead), lead.user_id, lead.partner_id), (1, seller, self.customer))
        self.assertIn("Oil change", lead.name)
