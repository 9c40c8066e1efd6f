"""Reminders, promised times, contracts, solved cases: the work killed with SIGKILL and run again does all of it once.

Real Odoo processes on copies of a prepared database, a few rows to a transaction. Twenty kills in a row, and moments of
a fresh day: four with SUITE_LONG=1, else one. Mails stay in Odoo's queue: what counts is that each is there, and there
once.
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
COUNT = 120
COMPANY = "Reminded and restarted"
PREPARE = f"""
from datetime import date, datetime
company = env["res.company"].create({{"name": "{COMPANY}", "service_case_close_days": 7}})
company.partner_id.tz = "Asia/Ho_Chi_Minh"
env = env(context=dict(env.context, tracking_disable=True, mail_create_nolog=True, allowed_company_ids=company.ids))
boss = env["res.users"].create({{"name": "Boss", "login": "restarted_boss", "email": "boss@example.com",
    "company_id": company.id, "company_ids": [(6, 0, company.ids)],
    "group_ids": [(4, env.ref("crm_service_plan.group_manager").id)]}})
sla = env["crm.service.sla"].create(
    {{"name": "Two hours", "response_hours": 2, "solve_hours": 8, "company_id": company.id}})
plan = env["crm.service.plan"].create({{"name": "Care", "company_id": company.id, "task_ids": [
    (0, 0, {{"name": "Check", "interval": 6}})]}})
plan.reminder_ids.unlink()
plan.reminder_ids = [(0, 0, {{"days_before": 7, "channel_id": env.ref("crm_contact_policy.channel_email").id,
    "template_id": env.ref("crm_service_plan.mail_template_visit_reminder").id}})]
partners = env["res.partner"].create([
    {{"name": "R%s" % n, "email": "r%s@example.com" % n, "tz": "Asia/Ho_Chi_Minh"}} for n in range({COUNT})])
env["crm.service.visit"].create([
    {{"name": "Check", "partner_id": partner.id, "company_id": company.id, "plan_ids": [(6, 0, plan.ids)],
      "due_date": date(2026, 3, 10), "planned_start": datetime(2026, 3, 10, 2)}} for partner in partners])
contracts = env["crm.service.contract"].create([
    {{"name": "C%s" % n, "partner_id": partner.id, "company_id": company.id, "kind": "unlimited", "renew_days": 30,
      "start_date": date(2025, 3, 20), "end_date": date(2026, 3, 19 if n % 2 else 1), "user_id": boss.id}}
    for n, partner in enumerate(partners)])
contracts.with_context(service_as_of=date(2025, 3, 20)).action_start()
cases = env["crm.service.case"].with_context(service_at=datetime(2026, 3, 2, 2)).create([
    {{"name": "Broken %s" % n, "partner_id": partner.id, "company_id": company.id, "user_id": boss.id,
      "received_on": datetime(2026, 3, 2, 2)}} for n, partner in enumerate(partners)])
solved = cases[::3].with_context(service_at=datetime(2026, 3, 2, 3))
for case in solved:
    case.solution = "Mended"
solved.action_solve()
env.flush_all()
env.cr.execute("UPDATE crm_service_case SET solved_on = '2026-02-01' WHERE id = ANY(%s)", [solved.ids])
env["mail.mail"].search([]).unlink()
env.cr.commit()
"""
WORK = f"""
from datetime import date, datetime
from odoo.addons.crm_service_plan.models import (
    crm_service_case_alarm_mixin, crm_service_contract_flow, crm_service_remind_mixin)
for module in (crm_service_case_alarm_mixin, crm_service_contract_flow, crm_service_remind_mixin):
    module.BATCH = 9
company = env["res.company"].search([("name", "=", "{COMPANY}")])
at = datetime(2026, 3, 3, 3)
env = env(context=dict(env.context, tracking_disable=True, service_at=at, service_as_of=at.date()))
type(env["crm.service.planner"])._companies = lambda self: company.with_env(self.env)
type(env["ir.cron"])._commit_progress = lambda self, *args, **kwargs: (self.env.cr.commit(), 3600)[1]
print("GO", flush=True)
env["crm.service.visit"]._cron_remind(at=at)
env["crm.service.case"]._cron_sla()
env["crm.service.contract"]._cron_daily(as_of=at.date())
env["crm.service.case"]._cron_close()
print("DONE", flush=True)
"""
REMINDERS = """
    SELECT v.partner_id, v.state, r.state, i.state, count(m.id)
      FROM crm_service_visit v
 LEFT JOIN crm_service_visit_reminder r ON r.visit_id = v.id
 LEFT JOIN crm_interaction i ON i.id = r.interaction_id
 LEFT JOIN mail_message g ON g.model = 'crm.service.visit' AND g.res_id = v.id
 LEFT JOIN mail_mail m ON m.mail_message_id = g.id
     WHERE v.company_id = %(company)s GROUP BY v.id, r.id, i.id ORDER BY v.partner_id"""
CASES = """
    SELECT c.number, c.state, c.response_state, c.response_told, c.alarm_error, count(m.id),
           (SELECT count(*) FROM mail_activity a WHERE a.res_model = 'crm.service.case' AND a.res_id = c.id)
      FROM crm_service_case c
 LEFT JOIN mail_message g ON g.model = 'crm.service.case' AND g.res_id = c.id
 LEFT JOIN mail_mail m ON m.mail_message_id = g.id
     WHERE c.company_id = %(company)s GROUP BY c.id ORDER BY c.id"""
CONTRACTS = """
    SELECT c.partner_id, c.state, c.error, c.renewal_lead_id IS NOT NULL,
           (SELECT count(*) FROM crm_lead l WHERE l.partner_id = c.partner_id)
      FROM crm_service_contract c WHERE c.company_id = %(company)s ORDER BY 1"""


def leftovers(database):
    """Return what the work left behind, without ids and moments."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute("SELECT id FROM res_company WHERE name = %s", [COMPANY])
        company = cr.fetchone()[0]
        result = []
        for query in (REMINDERS, CASES, CONTRACTS):
            cr.execute(query, {"company": company})
            result.append(cr.fetchall())
        return result


class TestKillServiceWork(unittest.TestCase):
    def assertSame(self, database, expected):
        for name, got, want in zip(("reminders", "cases", "contracts"), leftovers(database), expected, strict=True):
            self.assertEqual(got, want, name)

    def assertDone(self, expected):
        """The quiet run did it all, or the comparison would prove nothing."""
        reminders, cases, contracts = expected
        self.assertEqual({row[1:] for row in reminders}, {("reminded", "sent", "done", 1)})
        self.assertEqual(len(reminders), COUNT)
        self.assertEqual(sum(row[1] == "closed" for row in cases), COUNT // 3)
        late = [row for row in cases if row[1] != "closed"]
        self.assertTrue(late and all(row[3] == "breached" and row[5] for row in late), late[:3])
        self.assertEqual({row[1:] for row in contracts},
                         {("expired", None, False, 0), ("to_renew", None, True, 1)})

    def test_killed_and_run_again_and_two_at_once(self):
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet, WORK)
                expected = leftovers(quiet)
                self.assertDone(expected)
                seconds_undisturbed(quiet, WORK)
                self.assertSame(quiet, expected)
            with self.subTest("two at once"), scratch_database(prepared) as database:
                processes = [start_shell(database, WORK) for _number in range(2)]
                for process in processes:
                    process.stdout.read()
                    process.stdout.close()
                    process.wait()
                seconds_undisturbed(database, WORK)
                self.assertSame(database, expected)
            with self.subTest("twenty times in a row"), scratch_database(prepared) as database:
                moments = [seconds * random.uniform(0, 2 / KILLS) for _number in range(KILLS)]
                self.assertGreaterEqual(kill_again_and_again(database, WORK, moments), KILLS // 2)
                self.assertSame(database, expected)
            for number in range(MOMENTS):
                moment = seconds * random.uniform(number, number + 1) / MOMENTS
                with self.subTest(moment=round(moment, 2)), scratch_database(prepared) as database:
                    kill_at(database, moment, WORK)
                    seconds_undisturbed(database, WORK)
                    self.assertSame(database, expected)
