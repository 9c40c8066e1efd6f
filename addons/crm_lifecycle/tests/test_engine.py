"""The stages, from the facts in the database to the rows, the history and the words."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL
from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from ..engine import runner
from ..models.crm_transaction import steady_offset
from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestEngine(LifecycleCase):
    def test_each_stage(self):
        suspect, prospect, new, established, quiet, ended = partners = self.make_customers(6)
        self.env["crm.lead"].create({"name": "Hỏi giá", "partner_id": prospect.id, "company_id": self.company.id})
        self.buy(new, 5)
        self.buy(established, 200, 150, 80, 10)
        self.buy(quiet, 300, 250, 200, 100)
        self.buy(ended, 600, 500)
        self.run_all(as_of=date.today() if date.today() > TODAY else TODAY)
        # The lead was created at the real moment; purchases are counted from TODAY
        self.Run._execute(self.company, TODAY)
        codes = [self.stage(partner) for partner in partners]
        self.assertEqual(codes[0], "suspect")
        self.assertEqual(codes[2:], ["new", "established", "quiet", "ended"])
        self.assertFalse(self.status(suspect), "a suspect has no row")

    def test_prospect_by_lead(self):
        partner = self.make_customers(1)
        self.env["crm.lead"].create({"name": "Hỏi giá", "partner_id": partner.id, "company_id": self.company.id})
        self.run_all(as_of=self.company._lifecycle_today() + timedelta(days=1))
        self.assertEqual(self.stage(partner), "prospect")
        self.assertIn("nothing bought yet", partner.lifecycle_reason)

    def test_a_lead_of_nobody(self):
        """Without company and salesperson a lead counts for the first company: there its customer is looked at."""
        partner = self.make_customers(1)
        first = self.env["res.company"].search([], order="id", limit=1)
        self.assertNotEqual(first, self.company)
        self.env["crm.lead"].create(
            {"name": "Hỏi giá", "partner_id": partner.id, "company_id": False, "user_id": False, "team_id": False}
        )
        marked = self.env["crm.lifecycle.dirty"].search([("partner_id", "=", partner.id)])
        self.assertIn(first, marked.company_id)
        partner.with_company(first).lifecycle_refresh()
        status = self.env["crm.lifecycle.status"].search([("partner_id", "=", partner.id)])
        self.assertEqual((status.company_id, status.stage_code), (first, "prospect"))

    def test_prospect_by_interaction(self):
        partner = self.make_customers(1)
        self.env["crm.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "direction": "in",
                "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                "purpose": "sale",
                "state": "done",
                "date": datetime(2026, 5, 20, 3, 0),
            }
        )
        self.run_all()
        self.assertEqual(self.stage(partner), "prospect")
        self.assertEqual(self.status(partner).since, date(2026, 5, 20))

    def test_reason_in_words(self):
        partner = self.make_customers(1)
        self.buy(partner, 119 + 56, 119 + 28, 119)
        self.run_all()
        status = self.status(partner)
        self.assertEqual(status.stage_code, "quiet")
        transition = self.env["crm.lifecycle.transition"].search([("partner_id", "=", partner.id)])
        self.assertEqual(transition.effective_on, TODAY - timedelta(days=29))
        self.assertEqual(transition.reason, "13 weeks since the last order, usually 4 weeks")
        self.assertEqual(status.mean_gap_days, 28)

    def test_return_after_quiet_and_ended(self):
        quiet, ended = self.make_customers(2)
        self.buy(quiet, 120)
        self.buy(ended, 400)
        self.run_all()
        self.assertEqual([self.stage(quiet), self.stage(ended)], ["quiet", "ended"])
        self.buy(quiet, TODAY + timedelta(days=1))
        self.buy(ended, TODAY + timedelta(days=1))
        self.run_all(as_of=TODAY + timedelta(days=2))
        for partner in quiet | ended:
            self.assertEqual(self.stage(partner), "new")
            self.assertEqual(self.status(partner).since, TODAY + timedelta(days=1))
            self.assertIn("Returned", self.status(partner).reason)
        self.assertIn("13 months", self.status(ended).reason)
        self.assertEqual(self.transitions(quiet), [("suspect", "quiet"), ("quiet", "new")])

    def test_same_day_counts_once(self):
        partner = self.make_customers(1)
        self.buy(partner, 10, 10, 10)
        self.run_all()
        self.assertEqual(self.status(partner).order_count, 1)
        self.policy.same_day_once = False
        self.run_all()
        self.assertEqual(self.status(partner).order_count, 3)

    def test_returns_and_zero_amounts(self):
        partner, only_return, zero = self.make_customers(3)
        self.buy(partner, 20)
        self.buy(partner, 10, amount=-40)
        self.buy(only_return, 10, amount=-40)
        self.buy(zero, 10, amount=0)
        self.run_all()
        self.assertEqual((self.status(partner).order_count, self.status(partner).amount_total), (1, 60))
        self.assertEqual(self.status(partner).last_date, TODAY - timedelta(days=20))
        self.assertFalse(self.status(only_return) | self.status(zero))
        self.policy.write({"count_zero": True, "count_returns": True})
        self.run_all()
        self.assertEqual(self.status(partner).last_date, TODAY - timedelta(days=10))
        self.assertEqual(self.stage(zero), "new")

    def test_a_purchase_taken_back_leaves_no_row(self):
        partner = self.make_customers(1)
        purchase = self.buy(partner, 10)
        self.run_all()
        purchase.unlink()
        self.run_all()
        self.assertFalse(self.status(partner))
        self.assertEqual(self.stage(partner), "suspect")
        self.assertEqual(self.transitions(partner)[-1], ("new", "suspect"))

    def test_contacts_count_for_their_company(self):
        firm = self.env["res.partner"].create({"name": "Công ty Minh Long", "is_company": True})
        contact = self.env["res.partner"].create({"name": "Chị Hoa", "parent_id": firm.id})
        self.buy(contact, 10)
        self.run_all()
        self.assertEqual(self.status(firm).customer_kind, "company")
        self.assertFalse(self.status(contact))
        self.assertEqual(self.stage(contact), "new")

    def test_contacts_count_for_their_company_in_whichever_range_they_are(self):
        firm, other = self.make_customers(2, is_company=True)
        self.make_customers(20)
        contacts = self.env["res.partner"].create(
            [{"name": "Chị Hoa", "parent_id": firm.id}, {"name": "Anh Tú", "parent_id": other.id}]
        )
        for days, contact, customer in ((10, contacts[0], firm), (20, contacts[0], firm), (30, contacts[1], other)):
            self.buy(contact, days, amount=50)
            self.buy(customer, days + 1, amount=7)
        with patch.object(runner, "RANGE", 5):
            run = self.run_all()
        self.assertGreater(len(run.range_ids), 3)
        self.assertEqual((self.status(firm).order_count, self.status(firm).amount_total), (4, 114))
        self.assertEqual((self.status(other).order_count, self.status(other).amount_total), (2, 57))
        self.assertFalse(self.status(contacts[0]) | self.status(contacts[1]))

    def test_own_company_and_internal_users_take_no_part(self):
        self.buy(self.company.partner_id, 10)
        self.buy(self.env.user.partner_id, 10)
        self.run_all()
        self.assertFalse(self.rows())

    def test_policy_domain(self):
        inside, outside = self.make_customers(2)
        inside.city = "Huế"
        self.policy.partner_domain = "[('city', '=', 'Huế')]"
        self.buy(inside, 10)
        self.buy(outside, 10)
        self.run_all()
        self.assertEqual(set(self.rows()), {inside.id})

    def test_never_ended_by_time_alone(self):
        partner = self.make_customers(1)
        self.policy.ended_days = 0
        self.buy(partner, 3000)
        self.run_all()
        self.assertEqual(self.stage(partner), "quiet")
        self.assertFalse(self.status(partner).next_change_on)

    def test_as_of_sees_nothing_later(self):
        partner = self.make_customers(1)
        self.buy(partner, 50, 20)
        self.run_all(as_of=TODAY - timedelta(days=30))
        self.assertEqual(self.status(partner).order_count, 1)
        self.assertEqual(self.status(partner).last_date, TODAY - timedelta(days=50))

    def test_unchanged_rows_are_not_rewritten(self):
        same, changed = self.make_customers(2)
        self.buy(same, 20)
        self.buy(changed, 20)
        self.run_all()
        before = self._versions()
        self.buy(changed, 5)
        run = self.run_all(as_of=TODAY + timedelta(days=1))
        after = self._versions()
        self.assertEqual(before[same.id], after[same.id])
        self.assertNotEqual(before[changed.id], after[changed.id])
        self.assertEqual((run.created, run.updated, run.moved), (0, 1, 0))

    def _versions(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT partner_id, xmin::text, ctid::text FROM crm_lifecycle_status WHERE company_id = %s",
            (self.company.id,),
        )
        return {partner_id: rest for partner_id, *rest in self.env.cr.fetchall()}

    def test_first_fill_and_import_start_nothing(self):
        old, imported, bought = self.make_customers(3)
        self.buy(old, 10)
        self.run_all()
        self.buy(imported, 10)
        self.env.cr.execute("DELETE FROM crm_lifecycle_dirty")
        self.env["crm.lifecycle.dirty"]._mark(imported, self.company, cause="import")
        self.buy(bought, 10)
        self.env.cr.execute(
            "DELETE FROM crm_lifecycle_dirty WHERE partner_id = %s AND cause = 'import'", (bought.id,)
        )
        self.run_all()
        triggers = {
            line.partner_id: line.trigger
            for line in self.env["crm.lifecycle.transition"].search([("company_id", "=", self.company.id)])
        }
        self.assertEqual(triggers, {old: "import", imported: "import", bought: "rule"})

    def test_query_count_does_not_grow(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.buy(partner, 30, 10)
        self.run_all(as_of=TODAY - timedelta(days=20))
        self.assertSameQueryCount(
            lambda: few.lifecycle_refresh(TODAY),
            lambda: many.lifecycle_refresh(TODAY),
        )

    def test_daily_run_leaves_what_a_full_run_leaves(self):
        partners = self.make_customers(6)
        for index, partner in enumerate(partners):
            self.buy(partner, *range(5 + 20 * index, 200, 30 + index))
        self.run_all(as_of=TODAY - timedelta(days=100))
        for ahead in range(99, -1, -7):
            self.Run._execute(self.company, TODAY - timedelta(days=ahead), full=False)
        self.Run._execute(self.company, TODAY, full=False)
        daily = self.rows(("stage_id", "last_date", "order_count", "quiet_on", "next_change_on"))
        self.run_all()
        self.assertEqual(daily, self.rows(("stage_id", "last_date", "order_count", "quiet_on", "next_change_on")))

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Chi nhánh khác"})
        partner = self.make_customers(1)
        self.buy(partner, 10)
        self.buy(partner, 10, company=other)
        self.run_all()
        self.assertEqual(self.status(partner).order_count, 1)
        self.Run._execute(other, TODAY)
        everything = self.env["crm.lifecycle.status"].search([("partner_id", "=", partner.id)])
        self.assertEqual(everything.company_id, self.company | other)
        elsewhere = partner.with_company(other)
        elsewhere.invalidate_recordset()
        self.assertEqual(elsewhere.lifecycle_status_id.company_id, other)

    def test_the_day_is_the_company_s(self):
        late = datetime(2026, 5, 31, 18, 0)  # 1 June, 1 a.m. in Ho Chi Minh City
        self.assertEqual(self.company._lifecycle_today(late), date(2026, 6, 1))
        self.company.partner_id.tz = "America/New_York"
        self.assertEqual(self.company._lifecycle_today(late), date(2026, 5, 31))

    def test_the_day_in_every_time_zone(self):
        """The hours are added where a zone never changes; the day is the one the database's own rules say."""
        moments = [datetime(1970, 1, 1) + timedelta(days=37 * step, hours=5 * step % 24) for step in range(700)]
        moments += [datetime(2000, 1, 1) + timedelta(hours=step) for step in range(-30, 30)]
        elsewhere = self.env["res.company"].create({"name": "Khác"})
        zones = "Asia/Ho_Chi_Minh", "Asia/Kolkata", "America/Bogota", "UTC", "Europe/Paris", "Asia/Pyongyang"
        model = self.env["crm.transaction"]
        for own, other in [*((zone, zone) for zone in zones), zones[:2], zones[3:5]]:
            by_company = {company.id: other for company in self.env["res.company"].search([])}
            by_company[self.company.id] = own
            self.patch(type(model), "_zones_sudo", lambda model, by_company=by_company: by_company)
            for company, zone in ((self.company, own), (elsewhere, other)):
                with self.subTest(company=company.name, own=own, other=other):
                    day = model._local_date(SQL("m.moment"), SQL("%s::int", company.id))
                    rows = self.env.execute_query(
                        SQL(
                            "SELECT m.moment, %s, ((m.moment AT TIME ZONE 'UTC') AT TIME ZONE %s)::date"
                            " FROM unnest(%s::timestamp[]) m(moment)",
                            day,
                            zone,
                            moments,
                        )
                    )
                    self.assertEqual([row for row in rows if row[1] != row[2]], [])
        self.assertEqual((steady_offset("Asia/Ho_Chi_Minh"), steady_offset("Europe/Paris")), (25200, None))

    def test_refresh_cron_clears_the_marks(self):
        partners = self.make_customers(3)
        self.run_all()
        for partner in partners:
            self.buy(partner, self.company._lifecycle_today())
        dirty = self.env["crm.lifecycle.dirty"]
        for partner in partners:
            dirty._mark(partner, self.company)
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertFalse(dirty.search([("company_id", "=", self.company.id)]))
        self.assertEqual({self.stage(partner) for partner in partners}, {"new"})

    def test_a_disturbed_refresh_loses_no_mark(self):
        """Another transaction came between: nothing is dropped, the next job goes on."""
        partner = self.make_customers(1)
        dirty = self.env["crm.lifecycle.dirty"]
        dirty._mark(partner, self.company)
        run = self.env["crm.lifecycle.run"]
        with (
            patch.object(type(run), "_refresh", side_effect=SerializationFailure),
            self.assertRaises(OperationalError),
        ):
            run._refresh_batch(self.company, partner.ids)
        self.assertTrue(dirty.search([("partner_id", "=", partner.id)]))
        self.assertFalse(run.search([("kind", "=", "refresh"), ("state", "=", "failed")]))

    def test_when_everyone_is_looked_at(self):
        """At first, once a week, when a month begins, after a change of the rules, and to end what was interrupted."""
        self.buy(self.make_customers(1), 10)
        needs = self.Run._needs_full
        self.company.lifecycle_full_requested = False
        self.assertTrue(needs(self.company, TODAY))
        self.run_all()
        self.assertFalse(needs(self.company, TODAY + timedelta(days=1)))
        self.Run._execute(self.company, TODAY + timedelta(days=6), full=False)
        self.assertFalse(needs(self.company, TODAY + timedelta(days=6)))
        self.assertTrue(needs(self.company, TODAY + timedelta(days=7)))
        self.run_all(as_of=TODAY + timedelta(days=28))
        self.assertFalse(needs(self.company, TODAY + timedelta(days=29)))
        self.assertTrue(needs(self.company, TODAY + timedelta(days=30)), "the first of July: new cut points")
        self.policy.gap_days = 70
        self.assertTrue(needs(self.company, TODAY + timedelta(days=29)))
        self.run_all(as_of=TODAY + timedelta(days=29))
        self.assertFalse(needs(self.company, TODAY + timedelta(days=30 - 1)))
        self.Run._begin(self.company, TODAY + timedelta(days=29), "full")
        self.assertTrue(needs(self.company, TODAY + timedelta(days=29)))

    def test_ranges_are_claimed_one_by_one_and_added_up(self):
        partners = self.make_customers(30)
        for partner in partners:
            self.buy(partner, 40, 10)
        whole = self.run_all()
        rows = self.rows()
        with patch.object(runner, "RANGE", 7):
            parts = self.run_all(as_of=TODAY + timedelta(days=1))
        self.assertGreater(len(parts.range_ids), 3)
        self.assertTrue(all(parts.range_ids.mapped("done")))
        self.assertEqual((parts.customers, parts.updated, parts.progress), (whole.customers, 0, 100))
        self.assertEqual(rows, self.rows())
        self.assertEqual(parts.range_ids.mapped("after_id"), [7 * index for index in range(len(parts.range_ids))])

    def test_a_run_left_by_a_former_version_gets_its_parts(self):
        self.buy(self.make_customers(1), 10)
        run = self.Run._begin(self.company, TODAY, "full")
        run.range_ids.unlink()
        self.assertEqual(self.run_all(), run)
        self.assertEqual((run.state, run.customers, len(run.range_ids)), ("done", 1, 1))
