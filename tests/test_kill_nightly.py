"""The nightly run killed with SIGKILL at random moments and started again leaves the rows of an undisturbed run.

Real Odoo processes on copies of a prepared database: a first fill, two months of purchases, a nightly run; customers in
ranges of 150, so that a run has many commits. Twenty moments with SUITE_LONG=1, two otherwise. Two processes at once
share the ranges and leave the same rows, too, also when one of them is killed: the other does its ranges. The rebuild
of the history is killed likewise.
"""

import os
import random
import time
import unittest

from .scratch import (
    connection,
    kill,
    kill_at,
    run_shell,
    scratch_database,
    seconds_undisturbed,
    start_shell,
    wait_for,
)

MOMENTS = 20 if os.environ.get("SUITE_LONG") == "1" else 2
PREPARE = """
import random
from datetime import date, timedelta
random.seed(11)
company = env["res.company"].create({"name": "Killed and restarted"})
partners = env["res.partner"].create([{"name": "K%s" % index, "is_company": index % 7 == 0} for index in range(3000)])
rows = []
for partner in partners:
    day = date(2024, 1, 1) + timedelta(days=random.randrange(500))
    while day < date(2026, 3, 1) and random.random() < .8:
        rows.append(("K%s" % len(rows), partner.id, company.id, day, random.randrange(1, 500), 1))
        day += timedelta(days=random.randrange(5, 120))
env.cr.execute_values(
    "INSERT INTO crm_external_transaction (external_ref, partner_id, company_id, date, amount, quantity) VALUES %s",
    rows, page_size=1000)
env.cr.execute("DELETE FROM crm_lifecycle_dirty")
env.cr.commit()
"""
TOGETHER = """
with env.registry.cursor() as barrier:
    print("READY", flush=True)
    barrier.execute("SELECT pg_advisory_xact_lock_shared(4711)")
"""
HOLD = """
from odoo.addons.crm_lifecycle.engine import store
def hold(self, *args):
    print("HOLDING", flush=True)
    import time
    time.sleep(600)
store.Store.keep = hold
"""
REBUILD = """
from datetime import date
company = env["res.company"].search([("name", "=", "Killed and restarted")])
company.partner_id.tz = "UTC"
type(company)._lifecycle_today = lambda self, at=None: date(2026, 3, 1)
model = env["crm.lifecycle.rebuild"]
if not model.search([("company_id", "=", company.id)]):
    model._request_sudo(company)
    env.cr.commit()
print("GO", flush=True)
model._cron_rebuild()
print("DONE", flush=True)
"""
WORKERS = """
    SELECT g.run_id, count(*), count(DISTINCT g.worker), bool_and(g.done), sum(g.customers)
      FROM crm_lifecycle_run_range g GROUP BY g.run_id ORDER BY g.run_id"""
NIGHT = """
from datetime import date
from odoo.addons.crm_lifecycle.engine import runner
runner.RANGE = 150
company = env["res.company"].search([("name", "=", "Killed and restarted")])
run = env["crm.lifecycle.run"].with_context(lifecycle_commit=True)
print("GO", flush=True)
for day in (date(2026, 1, 1), date(2026, 3, 1)):
    if not run.search([("company_id", "=", company.id), ("as_of", "=", day), ("state", "=", "done")]):
        run._execute(company, day)
print("DONE", flush=True)
"""
STATUS = """
    SELECT partner_id, s.customer_kind, stage_id, since, reason_code, reason_params::text, first_date, last_date,
           order_count, amount_total, mean_gap_days, recency_score, frequency_score, monetary_score, p_buy::text,
           score_changes IS NULL,
           expected_orders::text, expected_amount::text, computed_on, quiet_on, next_change_on, is_manual, f.period
      FROM crm_lifecycle_status s JOIN crm_lifecycle_fit f ON f.id = s.fit_id
     WHERE s.company_id = %(company)s ORDER BY partner_id"""
TRANSITION = """
    SELECT t.partner_id, from_stage_id, to_stage_id, effective_on, trigger, reason_code, reason_params::text,
           t.policy_version, first_date, last_date, order_count, amount_total, mean_gap_days, p_buy::text, quiet_on,
           recency_score, frequency_score, monetary_score, r.as_of
      FROM crm_lifecycle_transition t JOIN crm_lifecycle_run r ON r.id = t.run_id
     WHERE t.company_id = %(company)s ORDER BY t.partner_id, effective_on, to_stage_id"""
RUN = """
    SELECT as_of, kind, state, is_first, customers, created, updated, deleted, moved, moves::text
      FROM crm_lifecycle_run WHERE company_id = %(company)s ORDER BY as_of"""
FIT = """
    SELECT customer_kind, period, method, r, alpha, a, b, recency_cuts::text, monetary_cuts::text
      FROM crm_lifecycle_fit WHERE company_id = %(company)s ORDER BY customer_kind, period"""

INDEX = """
    SELECT indexdef FROM pg_indexes
     WHERE tablename IN ('crm_lifecycle_status', 'crm_lifecycle_transition') ORDER BY indexdef"""


def leftovers(database):
    """Return everything the runs wrote, without ids and moments, and the indexes, which a first fill puts off."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute("SELECT id FROM res_company WHERE name = 'Killed and restarted'")
        company = cr.fetchone()[0]
        result = []
        for query in (STATUS, TRANSITION, RUN, FIT, INDEX):
            cr.execute(query, {"company": company})
            result.append(cr.fetchall())
        return result


def workers(database):
    """Return (ranges, processes, all done, customers) of each run, in order."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute(WORKERS)
        return [row[1:] for row in cr.fetchall()]


def start_two(database):
    """Start both nights twice, both processes at the same moment; return them."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute("SELECT pg_advisory_lock(4711)")
        processes = [start_shell(database, TOGETHER + NIGHT) for _ in "ab"]
        for process in processes:
            wait_for(process, "READY")
    return processes


class TestKillNightly(unittest.TestCase):
    def test_killed_and_run_again(self):
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet, NIGHT)
                expected = leftovers(quiet)
            statuses, transitions, runs, fits, indexes = expected
            self.assertGreater(len(statuses), 2000)
            self.assertGreater(len(transitions), len(statuses))
            self.assertEqual([run[2] for run in runs], ["done", "done"])
            self.assertTrue(fits)
            self.assertIn("(company_id, last_date DESC, id DESC)", str(indexes))
            for number in range(MOMENTS):
                moment = seconds * random.uniform(number, number + 1) / MOMENTS
                with self.subTest(moment=round(moment, 2)), scratch_database(prepared) as database:
                    kill_at(database, moment, NIGHT)
                    run_shell(database, NIGHT)
                    for name, got, want in zip(("status", "transition", "run", "fit", "index"), leftovers(database),
                                               expected, strict=True):
                        self.assertEqual(got, want, name)

    def test_two_at_once_and_one_killed(self):
        """Two processes share both nights; then again with one killed on the way: no double row, nothing lost."""
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet, NIGHT)
                expected = leftovers(quiet)
            for number in range(max(1, MOMENTS // 4)):
                with self.subTest(kind="both end", number=number), scratch_database(prepared) as database:
                    for process in start_two(database):
                        output = process.stdout.read()
                        process.wait()
                        self.assertIn("DONE", output)
                        self.assertNotIn("Traceback", output)
                    self.compare(database, expected)
                    shared = workers(database)
                    self.assertTrue(all(line[2] for line in shared))
                    self.assertIn(2, [line[1] for line in shared], "one process did everything")
                with self.subTest(kind="one killed", number=number), scratch_database(prepared) as database:
                    first, other = start_two(database)
                    wait_for(first, "GO")
                    time.sleep(seconds * random.random())
                    kill(first)
                    output = other.stdout.read()
                    other.wait()
                    self.assertIn("DONE", output)
                    self.compare(database, expected)

    def test_the_range_of_a_killed_process_is_done_by_the_other(self):
        """One holds a range; the other does all the rest, waits, and takes that range when the first one dies."""
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds_undisturbed(quiet, NIGHT)
                expected = leftovers(quiet)
            with scratch_database(prepared) as database:
                holder = start_shell(database, HOLD + NIGHT)
                wait_for(holder, "HOLDING")
                other = start_shell(database, NIGHT)
                wait_for(other, "GO")
                for _second in range(120):
                    (ranges, _workers, done, _customers), = workers(database)
                    with connection(database) as link, link.cursor() as cr:
                        cr.execute("SELECT count(*) FROM crm_lifecycle_run_range WHERE NOT done")
                        if cr.fetchone()[0] == 1:
                            break
                    time.sleep(0.5)
                self.assertEqual((ranges > 10, done), (True, False))
                kill(holder)
                self.assertIn("DONE", other.stdout.read())
                other.wait()
                self.compare(database, expected)

    def test_rebuild_killed_and_run_again(self):
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            run_shell(prepared, NIGHT)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet, REBUILD)
                expected = self.history(quiet)
            self.assertGreater(len(expected), 5000)
            halfway = 0
            for number in range(MOMENTS):
                moment = seconds * random.uniform(number, number + 1) / MOMENTS
                with self.subTest(moment=round(moment, 2)), scratch_database(prepared) as database:
                    kill_at(database, moment, REBUILD)
                    halfway += 0 < len(self.history(database)) < len(expected)
                    run_shell(database, REBUILD)
                    self.assertEqual(self.history(database), expected)
            self.assertTrue(halfway, "no kill fell into the rebuild")

    def history(self, database):
        """Return what the rebuild wrote, without ids and moments."""
        with connection(database) as link, link.cursor() as cr:
            cr.execute(
                """SELECT partner_id, from_stage_id, to_stage_id, effective_on, reason_code, reason_params::text,
                          first_date, last_date, order_count, amount_total, mean_gap_days, p_buy::text, quiet_on,
                          recency_score, frequency_score, monetary_score
                     FROM crm_lifecycle_transition WHERE generation > 1
                 ORDER BY partner_id, effective_on, from_stage_id, to_stage_id"""
            )
            return cr.fetchall()

    def compare(self, database, expected):
        """Assert the same statuses, transitions, fits and indexes; every run is done."""
        statuses, transitions, runs, fits, indexes = leftovers(database)
        self.assertEqual(statuses, expected[0])
        self.assertEqual(transitions, expected[1])
        self.assertEqual(fits, expected[3])
        self.assertEqual(indexes, expected[4])
        self.assertEqual({(run[0], run[2]) for run in runs}, {(run[0], run[2]) for run in expected[2]})
