"""Value classes by frequency, volume, margin and complaints, from the facts to the words; and causes of a lull."""

from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import ROW, TODAY, LifecycleCase

CLASS_ROW = (
    *ROW,
    "value_class_id",
    "class_days",
    "class_orders",
    "class_amount",
    "class_margin",
    "class_complaints",
    "class_referred",
)


@tagged("post_install", "-at_install")
class TestValueClasses(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.env.ref("crm_contact_policy.channel_phone")
        cls.best, cls.good = cls.env["crm.value.class"].create(
            [
                {
                    "name": "A",
                    "sequence": 1,
                    "period_days": 365,
                    "min_orders": 4,
                    "min_amount": 300,
                    "max_complaints": 0,
                    "company_id": cls.company.id,
                },
                {"name": "B", "sequence": 2, "period_days": 365, "min_orders": 2, "company_id": cls.company.id},
            ]
        )

    def complain(self, partner, days, **vals):
        return self.env["crm.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "direction": "in",
                "channel_id": self.phone.id,
                "purpose": "support",
                "state": "done",
                "is_complaint": True,
                "date": datetime.combine(TODAY - timedelta(days=days), time(3)),
                **vals,
            }
        )

    def class_of(self, partner):
        self.env.invalidate_all()
        return self.status(partner).value_class_id

    def test_buys_most_and_complains_least(self):
        happy, cross, few = self.make_customers(3)
        for partner in happy | cross:
            self.buy(partner, 200, 150, 80, 10)
        self.buy(few, 200, 10)
        self.complain(cross, 30)
        self.run_all()
        self.assertEqual([self.class_of(one) for one in (happy, cross, few)], [self.best, self.good, self.good])
        self.assertIn("A: 4 purchases", self.status(happy).class_reason)
        self.assertIn("no complaint", self.status(happy).class_reason)
        self.assertIn("12 months", self.status(happy).class_reason)
        self.assertIn("1 complaint", self.status(cross).class_reason)
        self.assertEqual(happy.lifecycle_value_class_id, self.best)
        self.assertIn(happy, self.env["res.partner"].search([("lifecycle_value_class_id", "=", self.best.id)]))
        self.assertIn("A: 4 purchases", happy.lifecycle_class_reason)

    def test_complaints_are_asked_in_words(self):
        with Form(self.env["crm.value.class"]) as form:
            form.name = "Platinum"
            self.assertFalse(form.limits_complaints, "whoever buys may complain, unless said otherwise")
            form.limits_complaints = True
            self.assertEqual(form.max_complaints, 0)
            form.max_complaints = 2
        platinum = form.record
        self.assertEqual((platinum.max_complaints, platinum.limits_complaints), (2, True))
        with Form(platinum) as form:
            form.limits_complaints = False
        self.assertEqual(platinum.max_complaints, -1)

    def test_what_is_long_ago_does_not_count(self):
        partner = self.make_customers(1)
        self.buy(partner, 900, 800, 700, 600, 20)
        self.complain(partner, 500)
        self.run_all()
        self.assertFalse(self.class_of(partner))
        self.assertEqual(self.status(partner).class_orders, 1)
        self.assertEqual(self.status(partner).class_complaints, 0)
        self.assertIn("No class: 1 purchase", self.status(partner).class_reason)
        self.good.period_days = 0
        self.run_all()
        self.assertEqual(self.class_of(partner), self.good)
        self.assertEqual(self.status(partner).class_complaints, 1)

    def test_persons_and_companies_apart(self):
        person, firm = self.make_customers(2)
        firm.is_company = True
        self.best.customer_kind = "company"
        for partner in person | firm:
            self.buy(partner, 200, 150, 80, 10)
        self.run_all()
        self.assertEqual(self.class_of(firm), self.best)
        self.assertEqual(self.class_of(person), self.good)

    def test_a_class_changes_with_the_days_and_the_daily_run_knows(self):
        """The first purchase leaves the year: the daily run drops the customer on that very day."""
        partner = self.make_customers(1)
        self.buy(partner, 360, 150, 80, 10)
        self.run_all()
        self.assertEqual(self.class_of(partner), self.best)
        self.assertLessEqual(self.status(partner).next_change_on, TODAY + timedelta(days=5))
        self.Run._execute(self.company, TODAY + timedelta(days=4), full=False)
        self.assertEqual(self.class_of(partner), self.best)
        self.Run._execute(self.company, TODAY + timedelta(days=5), full=False)
        self.assertEqual(self.class_of(partner), self.good)
        change = self.env["crm.value.class.change"].search([("partner_id", "=", partner.id)])
        self.assertEqual((change.from_class_id, change.to_class_id), (self.best, self.good))
        self.assertEqual(change.changed_on, TODAY + timedelta(days=5))
        self.assertIn("B: 3 purchases", change.reason)
        with self.assertRaises(UserError):
            change.write({"orders": 99})

    def test_first_fill_is_no_change(self):
        partner = self.make_customers(1)
        self.buy(partner, 20, 10)
        self.run_all()
        self.assertFalse(self.env["crm.value.class.change"].search([("partner_id", "=", partner.id)]))

    def test_a_complaint_marks_the_customer(self):
        partner = self.make_customers(1)
        self.buy(partner, 200, 150, 80, 10)
        self.run_all()
        self.env.cr.execute("DELETE FROM crm_lifecycle_dirty")
        complaint = self.complain(partner, 3, is_complaint=False)
        self.env.cr.execute("DELETE FROM crm_lifecycle_dirty")
        complaint.write({"is_complaint": True})
        self.assertTrue(self.env["crm.lifecycle.dirty"].search([("partner_id", "=", partner.id)]))
        partner.lifecycle_refresh(TODAY)
        self.assertEqual(self.class_of(partner), self.good)

    def test_complaints_of_another_company_are_its_own(self):
        other = self.env["res.company"].create({"name": "Khác"})
        partner = self.make_customers(1)
        self.buy(partner, 200, 150, 80, 10)
        self.complain(partner, 3, company_id=other.id)
        self.run_all()
        self.assertEqual(self.class_of(partner), self.best)

    def test_the_margin(self):
        partner = self.make_customers(1)
        self.buy(partner, 200, 150, 80, 10)
        self.best.min_margin = 1
        self.run_all()
        self.assertEqual(self.class_of(partner), self.good)

    def test_preview_tells_how_many_before_saving(self):
        rich, poor = self.make_customers(2)
        today = self.company._lifecycle_today()
        self.buy(rich, *(today - timedelta(days=days) for days in (200, 150, 80, 10)))
        self.buy(poor, *(today - timedelta(days=days) for days in (20, 10)))
        self.Run._execute(self.company, today)
        form = Form(self.good)
        self.assertIn("A 1 · B 1", form.preview["headline"])
        self.assertFalse(form.preview["rows"])
        form.min_orders = 3
        [row] = form.preview["rows"]
        self.assertEqual(row["ids"], poor.ids)
        self.assertEqual(row["count"], "1")
        self.assertIn("2 purchases", row["examples"][0]["reason"])
        self.assertEqual(self.class_of(poor), self.good, "nothing is saved")
        new = Form(self.env["crm.value.class"])
        new.name = "VIP"
        new.sequence = 0
        new.min_orders = 4
        self.assertIn("VIP 1", new.preview["headline"])

    def test_a_changed_class_has_everyone_looked_at(self):
        self.run_all()
        self.assertFalse(self.company.lifecycle_full_requested)
        self.good.min_orders = 7
        self.assertTrue(self.company.lifecycle_full_requested)

    def test_in_words(self):
        self.assertEqual(
            self.best.in_words.split(",")[0],
            "At least 4 purchases",
        )
        self.assertIn("no complaint in 12 months", self.best.in_words)

    def test_wrong_limits_are_refused(self):
        for vals in ({"period_days": -1}, {"max_complaints": -2}, {"min_orders": -1}):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env["crm.value.class"].create({"name": "X", **vals})
                self.env.flush_all()

    def test_queries_do_not_grow(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.buy(partner, 30, 10)
        self.run_all(as_of=TODAY - timedelta(days=20))
        self.assertSameQueryCount(lambda: few.lifecycle_refresh(TODAY), lambda: many.lifecycle_refresh(TODAY))
        self.assertSameQueryCount(
            lambda: few.mapped("lifecycle_class_reason"), lambda: many.mapped("lifecycle_class_reason")
        )

    @settings(max_examples=examples(60), deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 800), st.booleans()), min_size=1, max_size=12),
        st.randoms(),
    )
    @mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_run")
    def test_some_or_all_in_any_order(self, facts, random):
        shuffled = list(facts)
        random.shuffle(shuffled)
        self.assertEqual(self._after(facts), self._after(shuffled, some=True))

    @settings(max_examples=examples(40), deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 500), st.booleans()), min_size=1, max_size=8))
    @mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_run")
    def test_daily_equals_full(self, facts):
        self.assertEqual(self._after(facts, ahead=23), self._after(facts, ahead=23, daily=True))

    def _after(self, facts, some=False, ahead=0, daily=False):
        """Return the rows after purchases and complaints (customer, days ago, complaint?); then undo everything."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            partners = self.make_customers(3)
            for index, days, complaint in facts:
                if complaint:
                    self.complain(partners[index], days)
                else:
                    self.buy(partners[index], days)
            if some:
                for partner in partners:
                    partner.lifecycle_refresh(TODAY)
            else:
                self.run_all()
            for day in range(1, ahead + 1) if daily else ():
                self.Run._execute(self.company, TODAY + timedelta(days=day), full=False)
            if ahead and not daily:
                self.run_all(as_of=TODAY + timedelta(days=ahead))
            names = [name for name in CLASS_ROW if not name.endswith("_score")]
            rows = self.rows(names)
            return [rows.get(partner.id) for partner in partners]
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    # -- causes of a lull --------------------------------------------------------------------------------------------
    def test_a_natural_cause_is_kept_apart(self):
        moved, cross, silent = partners = self.make_customers(3)
        for partner in partners:
            self.buy(partner, 100)
        self.run_all()
        causes = self.env["crm.lull.cause"]
        told = causes.create({"partner_id": moved.id, "kind": "moved", "said_on": TODAY - timedelta(days=5)})
        self.assertEqual(told.cause, "natural")
        self.assertEqual(told.stage_id, self.status(moved).stage_id)
        causes._record_sudo(cross, self.company, "dissatisfied", "interview", said_on=TODAY)
        statuses = self.env["crm.lifecycle.status"]
        quiet = [("company_id", "=", self.company.id), ("stage_id.code", "=", "quiet")]
        self.assertEqual(statuses.search([*quiet, ("lull_cause", "=", "natural")]).partner_id, moved)
        self.assertEqual(statuses.search([*quiet, ("lull_cause", "=", "dissatisfied")]).partner_id, cross)
        self.assertEqual(statuses.search([*quiet, ("lull_cause", "in", [False, "unknown"])]).partner_id, silent)
        groups = dict(statuses._read_group(quiet, ["lull_cause"], ["__count"]))
        self.assertEqual(groups, {"natural": 1, "dissatisfied": 1, False: 1})
        self.assertIn("Moved away", moved.lifecycle_lull)
        self.buy(moved, 0)
        causes.create({"partner_id": moved.id, "kind": "season", "said_on": TODAY - timedelta(days=1)})
        self.run_all()
        self.assertFalse(self.status(moved).lull_cause, "a purchase ends it")

    def test_who_moved_is_not_dissatisfied(self):
        partner = self.make_customers(1)
        with self.assertRaises(ValidationError):
            self.env["crm.lull.cause"].create({"partner_id": partner.id, "kind": "moved", "cause": "dissatisfied"})

    def test_told_by_whoever_says_it_of_whom_he_sees(self):
        seller = new_test_user(
            self.env,
            "lull.seller",
            "sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        other = self.env["res.company"].create({"name": "Khác"})
        partner = self.make_customers(1)
        told = (
            self.env["crm.lull.cause"]
            .with_user(seller)
            .create({"partner_id": partner.id, "kind": "illness", "user_id": self.env.uid})
        )
        self.assertEqual(told.user_id, seller)
        with self.assertRaises(AccessError):
            self.env["crm.lull.cause"].with_user(seller).create(
                {"partner_id": partner.id, "kind": "illness", "company_id": other.id}
            )
        with self.assertRaises(AccessError):
            told.unlink()
