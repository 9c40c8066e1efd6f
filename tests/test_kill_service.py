"""The daily planning killed with SIGKILL at random moments, and two of them at once, leave the rows of a quiet day.

Real Odoo processes on copies of a prepared database: subscriptions by interval and by series, batches of a few rows,
so that a day has many commits. Twenty kills in a row, and moments of a fresh day: four with SUITE_LONG=1, else one.
"""

import os
import random
import unittest

from .scratch import (
    connection,
    kill_again_and_again,
    kill_at,
    run_shell,
    scratch_database,
    seconds_undisturbed,
    start_shell,
)

KILLS = 20
MOMENTS = 4 if os.environ.get("SUITE_LONG") == "1" else 1
COMPANY = "Planned and restarted"
PREPARE = f"""
import random
from datetime import date, timedelta
random.seed(5)
company = env["res.company"].create({{"name": "{COMPANY}"}})
env = env(context=dict(env.context, tracking_disable=True, allowed_company_ids=company.ids,
                       service_as_of=date(2026, 1, 1)))
steps = [(0, 0, {{"name": "Dose %s" % n, "delay": 30 * n, "least": 21 if n else 0, "sequence": n}}) for n in range(3)]
plans = env["crm.service.plan"].create([
    {{"name": "Oil", "company_id": company.id, "task_ids": [
        (0, 0, {{"name": "Oil", "interval": 2, "timing": "fixed"}}), (0, 0, {{"name": "Tyres", "interval": 5}})]}},
    {{"name": "Doses", "company_id": company.id, "task_ids": [
        (0, 0, {{"name": "Dose", "kind": "chain", "step_ids": steps}})]}},
])
partners = env["res.partner"].create(
    [{{"name": "P%s" % n, "street": "%s Road" % (n % 80), "city": "Huế"}} for n in range(240)])
env["crm.service.subscription"].create([
    {{"partner_id": partner.id, "plan_id": plans[n % 2].id, "company_id": company.id,
      "start_date": date(2026, 1, 1) + timedelta(days=n % 90), "plan_from": date(2026, 1, 1)}}
    for n, partner in enumerate(partners)])
env.cr.execute("DELETE FROM crm_service_occurrence WHERE company_id = %s", [company.id])
env.cr.execute("UPDATE crm_service_series SET planned_until = NULL")
env.cr.commit()
"""
DAY = f"""
from datetime import datetime
from odoo.addons.crm_service_plan.models import crm_service_make_mixin, crm_service_planner
crm_service_planner.BATCH, crm_service_make_mixin.BATCH_KEYS = 9, 7
company = env["res.company"].search([("name", "=", "{COMPANY}")])
planner = env["crm.service.planner"].with_context(tracking_disable=True)
type(planner)._companies = lambda self: company.with_env(self.env)
type(env["ir.cron"])._commit_progress = lambda self, *args, **kwargs: (self.env.cr.commit(), 3600)[1]
print("GO", flush=True)
for month, day in ((3, 1), (3, 20), (5, 5)):
    planner._cron_daily(at=datetime(2026, month, day, 2))
print("DONE", flush=True)
"""
OCCURRENCES = """
    SELECT o.subscription_id, o.task_id, o.seq, o.due_date, o.window_start, o.window_end, o.state, o.compliance,
           v.due_date, v.planned_start, v.state, s.next_due, s.error_code
      FROM crm_service_occurrence o JOIN crm_service_subscription s ON s.id = o.subscription_id
 LEFT JOIN crm_service_visit v ON v.id = o.visit_id
     WHERE o.company_id = %(company)s ORDER BY 1, 2, 3"""
VISITS = """
    SELECT v.partner_id, v.due_date, v.name, v.state, v.price, count(o.id)
      FROM crm_service_visit v LEFT JOIN crm_service_occurrence o ON o.visit_id = v.id
     WHERE v.company_id = %(company)s GROUP BY v.id ORDER BY 1, 2, 3"""
SERIES = """
    SELECT subscription_id, task_id, anchor, base_seq, not_before, planned_until, dirty, error_code
      FROM crm_service_series ORDER BY 1, 2"""


def leftovers(database):
    """Return everything the days wrote, without ids and moments."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute("SELECT id FROM res_company WHERE name = %s", [COMPANY])
        company = cr.fetchone()[0]
        result = []
        for query in (OCCURRENCES, VISITS, SERIES):
            cr.execute(query, {"company": company})
            result.append(cr.fetchall())
        return result


class TestKillService(unittest.TestCase):
    def assertSame(self, database, expected):
        for name, got, want in zip(("services", "visits", "series"), leftovers(database), expected, strict=True):
            self.assertEqual(got, want, name)

    def test_killed_and_run_again_and_two_at_once(self):
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet, DAY)
                expected = leftovers(quiet)
            occurrences, visits, __ = expected
            self.assertGreater(len(occurrences), 1000)
            self.assertGreater(len(visits), 200)
            with self.subTest("two at once"), scratch_database(prepared) as database:
                processes = [start_shell(database, DAY) for _number in range(2)]
                outputs = [process.stdout.read() for process in processes]
                for process in processes:
                    process.stdout.close()
                    process.wait()
                self.assertTrue(any("DONE" in output for output in outputs), outputs)
                run_shell(database, DAY)
                self.assertSame(database, expected)
            with self.subTest("twenty times in a row"), scratch_database(prepared) as database:
                moments = [seconds * random.uniform(0, 2 / KILLS) for _number in range(KILLS)]
                self.assertGreaterEqual(kill_again_and_again(database, DAY, moments), KILLS // 2)
                self.assertSame(database, expected)
            for number in range(MOMENTS):
                moment = seconds * random.uniform(number, number + 1) / MOMENTS
                with self.subTest(moment=round(moment, 2)), scratch_database(prepared) as database:
                    kill_at(database, moment, DAY)
                    run_shell(database, DAY)
                    self.assertSame(database, expected)
