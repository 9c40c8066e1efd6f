"""The customer's form: what comes next in words, the timeline, and what the addon costs."""

from datetime import timedelta

from odoo.tests import Form, new_test_user, tagged

from .common import LifecycleCase

SPECIFICATION = ("lifecycle_stage_id", "lifecycle_value_class_id", "lifecycle_engine_stage_id")
MANY = ("one2many", "many2many")
HEADER = (
    "lifecycle_stage_id",
    "lifecycle_stage_code",
    "lifecycle_since",
    "lifecycle_reason",
    "lifecycle_next",
    "lifecycle_value_class_id",
    "lifecycle_is_manual",
)
MAX_QUERIES = 4  # status, stage, segments; and the company's time zone, for the day of today


@tagged("post_install", "-at_install")
class TestCustomerForm(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.customer = cls.make_customers(1)
        cls.user = new_test_user(
            cls.env, "form.seller", "sales_team.group_sale_salesman", company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def next(self):
        self.env.invalidate_all()
        return self.customer.with_context(lang="en_US").lifecycle_next

    def test_what_comes_next(self):
        self.assertFalse(self.next())
        self.buy(self.customer, self.today - timedelta(days=10))
        self.run_all(self.today)
        status = self.status(self.customer)
        self.assertIn("Turns quiet on", self.next())
        self.assertIn(str(status.quiet_on.year), self.next())
        self.run_all(self.today + timedelta(days=120))
        self.assertIn("Presumed ended on", self.next())
        self.run_all(self.today + timedelta(days=400))
        self.assertIn("brings the customer back", self.next())
        self.customer._lifecycle_declare("established", "Hợp đồng", until=self.today + timedelta(days=500))
        self.assertIn("The rules decide again after", self.next())

    def test_timeline(self):
        self.buy(self.customer, self.today - timedelta(days=200))
        for days in (199, 100, 0):
            self.run_all(self.today - timedelta(days=days))
        action = self.customer.action_lifecycle_history()
        self.assertEqual([kind for _view, kind in action["views"]], ["kanban", "list", "form"])
        lines = self.env["crm.lifecycle.transition"].search(action["domain"], order="effective_on, id")
        self.assertGreater(len(lines), 1)
        self.assertTrue(lines[-1].lasted.endswith("so far"), lines[-1].lasted)
        self.assertFalse(lines[0].lasted.endswith("so far"))
        between = (lines[1].effective_on - lines[0].effective_on).days
        self.assertIn(str(between if between < 60 else round(between / 30.4)), lines[0].lasted)

    def test_the_first_purchase_is_the_one_the_rules_count(self):
        """A free sample before it is no first purchase, and nobody's hidden document."""
        self.buy(self.customer, self.today - timedelta(days=30), amount=0.0)
        self.buy(self.customer, self.today - timedelta(days=20), amount=70.0)
        self.run_all(self.today)
        card = self.env["crm.lifecycle.first.purchase"].create({"partner_id": self.customer.id})
        self.assertEqual((card.date, card.amount), (self.today - timedelta(days=20), 70.0))
        self.assertFalse(card.is_hidden)
        self.policy.count_zero = True
        self.run_all(self.today)
        again = card.create({"partner_id": self.customer.id})
        self.assertEqual((again.date, again.amount, again.is_hidden), (self.today - timedelta(days=30), 0.0, False))

    def test_timeline_is_read_by_one_statement(self):
        def histories(number):
            customers = self.make_customers(number)
            for customer in customers:
                self.buy(customer, self.today - timedelta(days=100))
            self.run_all(self.today)
            return self.env["crm.lifecycle.transition"].search([("partner_id", "in", customers.ids)])

        few, many = histories(10), histories(100)
        self.assertSameQueryCount(lambda: few.mapped("lasted"), lambda: many.mapped("lasted"))

    def test_what_the_form_costs(self):
        """The header costs a fixed, small number of queries over a form without this addon, for a sales person."""
        self.buy(self.customer, self.today - timedelta(days=10), self.today)
        self.run_all(self.today)
        segment = self.env["crm.segment"].create({"name": "S", "company_id": self.company.id, "domain": "[]"})
        segment._refresh(self.today)
        partner = self.customer.with_user(self.user)
        shown = [name for name in Form(partner)._view["fields"] if partner._fields[name].type not in MANY]
        names = [name for name in shown if name in HEADER]
        self.assertEqual(set(names), set(HEADER))
        specification = {name: {"fields": {"display_name": {}}} if name in SPECIFICATION else {} for name in names}
        specification["lifecycle_segment_ids"] = {"fields": {"display_name": {}, "color": {}}}
        bare = {name: {} for name in shown if partner._fields[name]._module != "crm_lifecycle"}

        def read(wanted):
            partner.env.invalidate_all()
            self.company.with_user(self.user)._contact_tz()  # the day of today, asked for by the base addon's part, too
            partner.web_read(wanted)

        for wanted in (bare, bare | specification):
            self.queryCount(lambda wanted=wanted: read(wanted))
        without = self.queryCount(lambda: read(bare))
        cost = self.queryCount(lambda: read(bare | specification)) - without
        self.assertLessEqual(cost, MAX_QUERIES)
