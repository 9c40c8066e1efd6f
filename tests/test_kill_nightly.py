"""The nightly run killed with SIGKILL at random moments and started again leaves the rows of an undisturbed run.

Real Odoo processes on copies of a prepared database: a first fill, two months of purchases, a nightly run; customers in
ranges of 150, so that a run has many commits. Twenty moments with SUITE_LONG=1, two otherwise. Two processes at once leave
the same rows, too, also when one of them is killed.
"""

import os
import random
import signal
import time
import unittest

from .scratch import connection, run_shell, scratch_database, start_shell

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
           expected_orders::text, expected_amount::text, computed_on, quiet_on, next_change_on, is_manual, f.period
      FROM crm_lifecycle_status s JOIN crm_lifecycle_fit f ON f.id = s.fit_id
     WHERE s.company_id = %(company)s ORDER BY partner_id"""
TRANSITION = """
    SELECT t.partner_id, from_stage_id, to_stage_id, effective_on, trigger, reason_code, reason_params::text,
           t.policy_version, metrics::text, r.as_of
      FROM crm_lifecycle_transition t JOIN crm_lifecycle_run r ON r.id = t.run_id
     WHERE t.company_id = %(company)s ORDER BY t.partner_id, effective_on, to_stage_id"""
RUN = """
    SELECT as_of, kind, state, is_first, customers, created, updated, deleted, moved, moves::text
      FROM crm_lifecycle_run WHERE company_id = %(company)s ORDER BY as_of"""
FIT = """
    SELECT customer_kind, period, method, r, alpha, a, b, recency_cuts::text, monetary_cuts::text
      FROM crm_lifecycle_fit WHERE company_id = %(company)s ORDER BY customer_kind, period"""


def leftovers(database):
    """Return everything the runs wrote, without ids and moments."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute("SELECT id FROM res_company WHERE name = 'Killed and restarted'")
        company = cr.fetchone()[0]
        result = []
        for query in (STATUS, TRANSITION, RUN, FIT):
            cr.execute(query, {"company": company})
            result.append(cr.fetchall())
        return result


def seconds_undisturbed(database):
    """Run both nights on ``database`` and return the seconds between the words GO and DONE."""
    process = start_shell(database, NIGHT)
    begin = None
    for line in process.stdout:
        if line.startswith("GO"):
            begin = time.monotonic()
        if line.startswith("DONE"):
            process.wait()
            return time.monotonic() - begin
    raise AssertionError("the undisturbed run did not finish")


def kill_at(database, moment):
    """Start both nights on ``database`` and kill the process ``moment`` seconds after GO."""
    process = start_shell(database, NIGHT)
    for line in process.stdout:
        if line.startswith("GO"):
            break
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()


class TestKillNightly(unittest.TestCase):
    def test_killed_and_run_again(self):
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet)
                expected = leftovers(quiet)
            statuses, transitions, runs, fits = expected
            self.assertGreater(len(statuses), 2000)
            self.assertGreater(len(transitions), len(statuses))
            self.assertEqual([run[2] for run in runs], ["done", "done"])
            self.assertTrue(fits)
            for number in range(MOMENTS):
                moment = seconds * random.uniform(number, number + 1) / MOMENTS
                with self.subTest(moment=round(moment, 2)), scratch_database(prepared) as database:
                    kill_at(database, moment)
                    run_shell(database, NIGHT)
                    for name, got, want in zip(("status", "transition", "run", "fit"), leftovers(database), expected,
                                               strict=True):
                        self.assertEqual(got, want, name)

    def test_two_at_once_and_one_killed(self):
        """Two processes share both nights; then again with one killed on the way: no double row, nothing lost."""
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet)
                expected = leftovers(quiet)
            for number in range(max(1, MOMENTS // 4)):
                with self.subTest(kind="both end", number=number), scratch_database(prepared) as database:
                    for process in [start_shell(database, NIGHT) for _ in "ab"]:
                        output = process.stdout.read()
                        process.wait()
                        self.assertIn("DONE", output)
                        self.assertNotIn("Traceback", output)
                    self.compare(database, expected)
                with self.subTest(kind="one killed", number=number), scratch_database(prepared) as database:
                    other = start_shell(database, NIGHT)
                    kill_at(database, seconds * random.random())
                    other.stdout.read()
                    other.wait()
                    run_shell(database, NIGHT)
                    self.compare(database, expected)

    def compare(self, database, expected):
        """Assert the same statuses, transitions and fits; every run is done."""
        statuses, transitions, runs, fits = leftovers(database)
        self.assertEqual(statuses, expected[0])
        self.assertEqual(transitions, expected[1])
        self.assertEqual(fits, expected[3])
        self.assertEqual({(run[0], run[2]) for run in runs}, {(run[0], run[2]) for run in expected[2]})
