"""A score or class never changes without a reason that can be shown."""

from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestScores(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.value.class"].search([]).active = False
        cls.best, cls.rest = cls.env["crm.value.class"].create(
            [
                {"name": "Vàng", "min_amount": 500, "sequence": 1, "company_id": cls.company.id},
                {"name": "Bạc", "min_amount": 0, "sequence": 2, "company_id": cls.company.id},
            ]
        )
        cls.partners = cls.make_customers(10)
        for index, partner in enumerate(cls.partners):
            cls.buy(partner, *range(20 + 15 * index, 300, 60 + 5 * index), amount=30 + 10 * index)
        cls.Run._execute(cls.company, TODAY)
        cls.partner = cls.partners[4]

    def scores(self):
        return self.rows(("recency_score", "frequency_score", "monetary_score", "value_class_id"))

    def changes(self, partner):
        self.env.invalidate_all()
        return self.status(partner).score_changes or []

    def test_a_first_fill_is_no_change(self):
        self.assertFalse(any(self.changes(partner) for partner in self.partners))

    def test_a_purchase(self):
        self.buy(self.partner, TODAY + timedelta(days=1), amount=900)
        self.run_all(as_of=TODAY + timedelta(days=1))
        status = self.status(self.partner)
        change = self.changes(self.partner)[0]
        self.assertEqual(change["class"], [self.rest.id, self.best.id])
        self.assertEqual(change["m"][1], status.monetary_score)
        self.assertEqual(change["on"], "2026-06-02")
        self.assertIn("class Bạc → Vàng", status.score_note)
        self.assertIn("purchases 3 → 4, the last on 06/02/2026", status.score_note)
        self.assertIn(status.score_note, self.partner.lifecycle_score_note)
        self.assertFalse(self.changes(self.partners[3]), "nobody else's changed")

    def test_a_refund(self):
        self.buy(self.partner, TODAY + timedelta(days=1), amount=900)
        self.run_all(as_of=TODAY + timedelta(days=1))
        self.buy(self.partner, TODAY + timedelta(days=2), amount=-900)
        self.run_all(as_of=TODAY + timedelta(days=2))
        status = self.status(self.partner)
        self.assertEqual(self.changes(self.partner)[0]["class"], [self.best.id, self.rest.id])
        self.assertIn("revenue fell by a return", status.score_note)
        self.assertEqual(len(status.score_changes), 2)

    def test_the_next_month_s_cut_points(self):
        for partner in self.partners[5:]:
            self.buy(partner, TODAY - timedelta(days=1))
        self.run_all()
        before = self.scores()
        self.run_all(as_of=TODAY + timedelta(days=35))
        after = self.scores()
        moved = [partner for partner in self.partners if before[partner.id] != after[partner.id]]
        self.assertTrue(moved)
        for partner in moved:
            self.assertIn("new cut points for July 2026", self.status(partner).score_note)

    def test_the_rules(self):
        partner = self.partners[9]
        self.buy(partner, *[155] * 6, amount=0.01)
        self.run_all()
        before = self.scores()[partner.id]
        self.policies.write({"same_day_once": False})
        self.run_all()
        self.assertLess(before["frequency_score"], self.scores()[partner.id]["frequency_score"])
        self.assertIn("purchases 2 → 8", self.status(partner).score_note)
        self.assertIn("the rules were changed: version", self.status(partner).score_note)

    def test_the_rule_of_the_classes(self):
        self.best.min_amount = 1
        self.run_all()
        self.assertIn("class Bạc → Vàng", self.status(self.partner).score_note)
        self.assertIn("the rule of the value classes", self.status(self.partner).score_note)

    def test_every_change_is_told(self):
        """Months of purchases, returns and runs: whenever a score differs, the row says from what to what, and why."""
        before = self.scores()
        for step in range(1, 8):
            day = TODAY + timedelta(days=13 * step)
            for index in range(step % 3, 10, 3):
                self.buy(self.partners[index], day, amount=(-50, 80, 400)[(index + step) % 3])
            self.run_all(as_of=day)
            after = self.scores()
            names = {"recency_score": "r", "frequency_score": "f", "monetary_score": "m", "value_class_id": "class"}
            for partner in self.partners:
                old, new = before[partner.id], after[partner.id]
                told = self.status(partner).score_changes or [{}]
                for column, name in names.items():
                    pair = [value.id or None if name == "class" else value for value in (old[column], new[column])]
                    if pair[0] != pair[1]:
                        self.assertEqual((told[0]["on"], told[0][name]), (str(day), pair))
                        self.assertRegex(self.status(partner).score_note, r"\(.+\)")
            before = after
        self.assertTrue(all(len(self.status(partner).score_changes or []) <= 6 for partner in self.partners))

    def test_names_are_escaped_and_other_roles_read_them(self):
        self.best.name = "<b>Vàng</b>"
        self.buy(self.partner, TODAY + timedelta(days=1), amount=900)
        self.run_all(as_of=TODAY + timedelta(days=1))
        seller = new_test_user(self.env, "score.seller", "sales_team.group_sale_salesman")
        seller.company_ids |= self.company
        seller.company_id = self.company
        status = self.status(self.partner).with_user(seller)
        self.assertIn("&lt;b&gt;Vàng", status.score_history)
        self.assertIn("purchases", status.score_note)

    def test_query_count_does_not_grow(self):
        for partner in self.partners:
            self.buy(partner, TODAY + timedelta(days=1), amount=900)
        self.run_all(as_of=TODAY + timedelta(days=1))
        few, many = self.status(self.partner), self.status(self.partners)
        self.assertSameQueryCount(lambda: few.mapped("score_note"), lambda: many.mapped("score_note"))

    def status(self, partner):
        return self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", partner.ids), ("company_id", "=", self.company.id)]
        )
