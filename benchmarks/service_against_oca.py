"""The same plans in OCA fieldservice_recurring and in crm_service_plan: how many times longer do the others take?

Both date six-monthly services of as many customers for two years, in one database and in the same run; then a night on
which nothing is due. R is our seconds for each service over theirs; the target 0.01 is "a hundred times as fast". The
idle night counts, too: the worse of both ratios is R.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from datetime import date, datetime

from .common import database_of, odoo_env, odoo_registry, say, timed
from .service_occurrences import customers

TARGET = 0.01
WHAT = "crm_service_plan against OCA fieldservice_recurring on the same plans; R is our time over theirs"
ADDON = "fieldservice_recurring"


def add_arguments(parser):
    parser.add_argument("--plans", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=1, help="rounds of ours; theirs run once, they take minutes")


def run(args):
    with database_of("bench_against_oca"):
        _install()
        with odoo_registry("bench_against_oca") as registry:
            with odoo_env(registry) as env:
                customers(env, args.plans)
            theirs = _theirs(registry, args.plans)
            ours = [_ours(registry, args.plans, number) for number in range(args.repeat)]
    ratios = []
    for each, idle in ours:
        dated, night = each / theirs[0], idle / theirs[1]
        say(f"  for each service {dated:.5f}, idle night {night:.5f}")
        ratios.append(max(dated, night))
    return statistics.median(ratios), min(ratios), max(ratios)


def _install():
    """Install the addon into the benchmark's database.

    :raises SystemExit: it does not lie on the addons path
    """
    done = subprocess.run(
        [sys.executable, "-m", "odoo", "-c", os.environ["SUITE_ODOO_CONF"], "-d", "bench_against_oca", "-i", ADDON,
         "--stop-after-init", "--max-cron-threads=0", "--no-http", "--log-level=warn"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    output = done.stdout + done.stderr
    if done.returncode or "invalid module names" in output:
        sys.exit(f"{ADDON} is not on the addons path: its wheels are listed in benchmarks/requirements-oca.txt, "
                 f"./bench fetches them.\n{output[-2000:]}")


def _theirs(registry, plans):
    """:return: seconds for each order made, seconds of a night with nothing to do"""
    with odoo_env(registry, tracking_disable=True) as env:
        partners = env["res.partner"].search([("ref", "=like", "B%"), ("ref", "!=", "B0")], limit=plans)
        rule = env["fsm.frequency"].create({"name": "Half a year", "interval": 6, "interval_type": "monthly"})
        rules = env["fsm.frequency.set"].create(
            {"name": "Half a year", "schedule_days": 730, "fsm_frequency_ids": [(6, 0, rule.ids)]}
        )
        places = env["fsm.location"].create(
            [{"name": partner.name, "partner_id": partner.id, "owner_id": partner.id} for partner in partners]
        )
        recurring = env["fsm.recurring"].create(
            [
                {"location_id": place.id, "fsm_frequency_set_id": rules.id, "start_date": datetime.now()}
                for place in places
            ]
        )
        recurring.write({"state": "progress"})
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
        before = env["fsm.order"].search_count([])
        seconds = {}
        with timed(f"fieldservice_recurring dates {plans} plans", seconds):
            env["fsm.recurring"]._cron_scheduled_task()
            env.flush_all()
        made = env["fsm.order"].search_count([]) - before
        env.cr.commit()
        env.invalidate_all()
        with timed("fieldservice_recurring, idle night", seconds):
            env["fsm.recurring"]._cron_scheduled_task()
            env.flush_all()
    dated, idle = seconds.values()
    say(f"  {made} orders, {1000 * dated / made:.3f} ms each")
    return dated / made, idle


def _ours(registry, plans, number):
    """:return: seconds for each service dated, seconds of a night with nothing to do"""
    today = date.today()
    with odoo_env(registry, tracking_disable=True) as env:
        env.company.service_horizon_days = 730
        plan = env["crm.service.plan"].create(
            {"name": f"Half a year {number}", "lead_days": 0, "task_ids": [
                (0, 0, {"name": "Service", "interval": 6, "first": "start", "timing": "fixed", "shift": "none"})]}
        )  # fmt: skip
        env.cr.execute(
            """INSERT INTO crm_service_subscription
                   (partner_id, plan_id, company_id, start_date, plan_from, state, create_uid, create_date, write_uid,
                    write_date)
               SELECT id, %s, %s, %s, %s, 'active', 1, now(), 1, now() FROM res_partner
                WHERE ref ~ '^B[1-9]' ORDER BY id LIMIT %s""",
            [plan.id, env.company.id, today, today, plans],
        )
        planner = env["crm.service.planner"]
        seconds = {}
        with timed(f"crm_service_plan dates {plans} plans", seconds):
            planner._sync_series()
            while planner._plan_next(env.company, today):
                pass
        made = env["crm.service.occurrence"].search_count([("plan_id", "=", plan.id)])
        # The first service is today's: its visit has been made in a running business.
        env.cr.execute("UPDATE crm_service_occurrence SET state = 'done' WHERE due_date <= %s", [today])
        env.cr.commit()
        env.cr.execute("ANALYZE crm_service_series, crm_service_occurrence, crm_service_subscription")
        env.cr.commit()
        env.invalidate_all()
        with timed("crm_service_plan, idle night", seconds):
            begin = time.perf_counter()
            planner._run(today, env.company)
            idle = time.perf_counter() - begin
    dated = next(iter(seconds.values()))
    say(f"  {made} services, {1000 * dated / made:.4f} ms each")
    return dated / made, idle
