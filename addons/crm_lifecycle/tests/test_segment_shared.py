"""Segments refreshed together look at purchases and figures once, and find what each would find alone."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.segment_figures import SharedFigures, shared_figures
from ..engine.segment_purchases import OwnPurchases, SharedPurchases, shared_purchases
from .common import TODAY, LifecycleCase

PRODUCTS = 5
BUYERS = 6
LINES = st.lists(
    st.tuples(
        st.integers(0, BUYERS - 1),
        st.integers(0, PRODUCTS - 1),
        st.integers(-3, 60),  # days before the day of the refresh; negative: after it
        st.sampled_from([100.0, 100.0, -40.0]),
    ),
    max_size=25,
)
ASKED = st.lists(
    st.tuples(
        st.frozensets(st.integers(0, PRODUCTS - 1), min_size=1),
        st.sampled_from([0, 1, 7, 30, 60]),
        st.sampled_from(["bought", "not_bought", False]),
        st.sampled_from(["[]", "[('amount_total', '>', 100)]", "[('stage_id.code', '!=', 'new')]"]),
        st.sampled_from([False, "amount_total", "first_date", "order_count"]),
    ),
    min_size=2,
    max_size=6,
)


@tagged("post_install", "-at_install")
class TestSegmentShared(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.make_customers(BUYERS, ref="SHR")
        cls.products = cls.env["product.product"].create([{"name": f"P{number}"} for number in range(PRODUCTS)])
        cls.env["crm.segment"].search([]).active = False

    def make(self, **vals):
        vals = {"name": "S", "company_id": self.company.id, "domain": "[('ref', '=', 'SHR')]", **vals}
        return self.env["crm.segment"].create(vals)

    def buying(self, products, **vals):
        return self.make(**{"product_mode": "bought", "product_ids": [(6, 0, products.ids)], **vals})

    def buyers(self, purchases, segment, as_of=TODAY):
        return {row[0] for row in self.env.execute_query(purchases.buyers(segment, as_of))}

    @settings(max_examples=examples(200), deadline=None)
    @given(LINES, ASKED)
    @mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_run")
    def test_the_shared_look_finds_what_each_own_look_finds(self, lines, asked):
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            for buyer, product, days, amount in lines:
                line = self.buy(self.customers[buyer], TODAY - timedelta(days=days), amount=amount)
                line.product_id = self.products[product]
            self.run_all()
            self._compare([self._asking(*one) for one in asked])
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def _asking(self, wanted, days, mode, metric, rank):
        products = self.products.browse([self.products[index].id for index in sorted(wanted)])
        return self.buying(
            products, product_days=days, product_mode=mode, metric_domain=metric, rank_by=rank, rank_limit=40
        )

    def copied(self, *segments):
        """Return the figures that ``segments`` read, copied now."""
        figures = SharedFigures(self.company, set().union(*self.env["crm.segment"].union(*segments)._figure_columns()))
        figures.look()
        return figures

    def _compare(self, segments):
        """Refresh each alone, then again by a shared look: the same buyers and members, nobody joins or leaves."""
        for segment in segments:
            segment._refresh(TODAY)
        members = self.env["crm.segment.member"]
        alone, before = [segment._partners() for segment in segments], members.search_count([])
        shared = SharedPurchases(self.env["crm.segment"].union(*segments), TODAY)
        shared.look()
        figures = self.copied(*segments)
        for segment, expected in zip(segments, alone, strict=True):
            self.assertEqual(self.buyers(shared, segment), self.buyers(OwnPurchases(), segment))
            segment._refresh(TODAY, shared, figures)
            self.assertEqual(segment._partners(), expected)
            self.assertEqual((segment.joined_count, segment.left_count), (0, 0))
        self.assertEqual(members.search_count([]), before)
        shared.forget()
        figures.forget()

    def test_all_see_the_figures_of_one_moment(self):
        """A status refreshed meanwhile is seen by the next refresh, a customer deleted meanwhile joins nothing."""
        for customer in self.customers[:3]:
            self.buy(customer, 5)
        self.run_all()
        segments = [self.make(metric_domain=f"[('amount_total', '>', {limit})]") for limit in (50, 150, 250)]
        figures = self.copied(*segments)
        segments[0]._refresh(TODAY, figures=figures)
        self.buy(self.customers[0], 0, amount=500.0)
        self.run_all()
        gone = self.make(metric_domain="[('amount_total', '>', 10)]")
        self.env.cr.execute("DELETE FROM crm_external_transaction WHERE partner_id = %s", [self.customers[2].id])
        self.env.invalidate_all()
        self.customers[2].unlink()
        for segment in (*segments[1:], gone):
            segment._refresh(TODAY, figures=figures)
        self.assertFalse(segments[1]._partners() | segments[2]._partners())
        self.assertEqual(gone._partners(), self.customers[:2])
        figures.forget()
        for segment in segments:
            segment._refresh(TODAY)
        self.assertEqual([segment._partners() for segment in segments[1:]], [self.customers[0], self.customers[0]])

    def test_what_was_not_copied_is_read_alone(self):
        self.buy(self.customers[0], 5, amount=300.0)
        self.buy(self.customers[1], 5, 40)
        self.run_all()
        segment = self.make(metric_domain="[('amount_total', '>', 250)]")
        figures = self.copied(segment)
        segment._refresh(TODAY, figures=figures)
        self.assertEqual(segment._partners(), self.customers[0])
        segment.metric_domain = "[('order_count', '=', 2)]"
        self.assertNotIn("order_count", figures.columns)
        segment._refresh(TODAY, figures=figures)
        self.assertEqual(segment._partners(), self.customers[1])
        elsewhere = self.env["res.company"].create({"name": "Khác"})
        segment.company_id = elsewhere
        segment.metric_domain = "[('amount_total', '>', 250)]"
        segment._refresh(TODAY, figures=figures)
        self.assertFalse(segment._partners())
        figures.forget()

    def test_what_was_not_looked_up_is_looked_up_alone(self):
        """Criteria changed behind the look, another day, another company: never an old answer."""
        for index, days in ((0, 5), (1, 50), (2, 200)):
            self.buy(self.customers[index], days).product_id = self.products[index]
        both = self.products[:2]
        segments = self.buying(both, product_days=30) | self.buying(both, product_days=10)
        shared = SharedPurchases(segments, TODAY)
        shared.look()
        first = segments[0]
        self.assertEqual(self.buyers(shared, first), set(self.customers[0].ids))
        for vals, found in (
            ({"product_days": 0}, self.customers[:2]),
            ({"product_days": 100}, self.customers[:2]),
            ({"product_ids": [(6, 0, self.products[1].ids)]}, self.customers[1]),
            ({"product_ids": [(6, 0, self.products[1:3].ids)], "product_days": 0}, self.customers[1:3]),
        ):
            with self.subTest(vals=vals):
                first.write(vals)
                self.assertEqual(self.buyers(shared, first), set(found.ids))
        self.assertEqual(self.buyers(shared, segments[1], TODAY + timedelta(days=1)), set(self.customers[0].ids))
        elsewhere = self.env["res.company"].create({"name": "Khác"})
        segments[1].company_id = elsewhere
        self.assertFalse(self.buyers(shared, segments[1]))

    def test_one_look_for_all(self):
        few = self.buying(self.products[0]) | self.buying(self.products[1])
        many = few | self.buying(self.products[1:3]) | self.buying(self.products[2:], product_days=9) | self.make()
        looks = self.count_looks(lambda: few._refresh_sudo(TODAY)), self.count_looks(lambda: many._refresh_sudo(TODAY))
        self.assertEqual(looks, (1, 1))
        self.assertEqual(self.count_looks(lambda: few[0]._refresh_sudo(TODAY)), 1)
        self.assertEqual(self.count_looks(lambda: self.make()._refresh_sudo(TODAY)), 0)

    def count_looks(self, work):
        """Return how many statements of ``work`` read the imported ledger."""
        execute, looks = type(self.env.cr).execute, []

        def counting(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            looks.append("crm_external_transaction t" in str(text))
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", counting)
        work()
        self.patch(type(self.env.cr), "execute", execute)
        return sum(looks)

    def test_nothing_is_left(self):
        segments = self.buying(self.products[0]) | self.buying(self.products[1])
        with shared_purchases(segments, TODAY, checkpoint=lambda: None):
            self.assertTrue(self.there())
        self.assertFalse(self.there())
        columns = (segments | self.make())._figure_columns()
        with shared_figures(self.company, columns, checkpoint=lambda: None):
            self.assertTrue(self.there("crm_segment_figure"))
        self.assertFalse(self.there("crm_segment_figure"))

    def there(self, table="crm_segment_purchase"):
        self.env.cr.execute("SELECT to_regclass(%s)", [f"pg_temp.{table}"])
        return self.env.cr.fetchone()[0]

    def test_the_job(self):
        """Each segment by itself: one that cannot be read tells so, the others have what they would have alone."""
        self.buy(self.customers[0], 5).product_id = self.products[0]
        self.buy(self.customers[1], 5).product_id = self.products[1]
        self.run_all()
        good, bad, last = (self.buying(self.products[index]) for index in (0, 0, 1))
        best = self.make(rank_by="amount_total", rank_unit="number", rank_limit=1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_segment SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s", [bad.id])
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_segments").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(bad.error)
        self.assertEqual((good.error, last.error, best.error), (False, False, False))
        self.assertEqual(best._partners(), self.customers[:2])
        self.assertEqual((good._partners(), last._partners()), (self.customers[0], self.customers[1]))
        self.assertFalse(self.there())
        self.assertFalse(self.there("crm_segment_figure"))
