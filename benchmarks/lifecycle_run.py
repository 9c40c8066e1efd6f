"""The nightly run against the floor: one SQL aggregate that gives every figure of every customer.

Measured in the same run: the floor; a first run that fills everything; a full run after 1 % of the customers ordered
again; a daily run of the due ones. Ratios of seconds to the floor's; low and high are of the single repetitions.
"""

from __future__ import annotations

import resource
import statistics
import time
from datetime import timedelta
from functools import partial

from . import populate
from .common import database_of, odoo_env, odoo_registry, profiled, say

TARGET = 1.5
TARGET_FIRST = 3.0
TARGET_DAILY = 0.1
GOAL_MEMORY = 500  # MB
WHAT = "nightly run, 1 % changed, over the SQL floor; also the first run (target 3) and the daily one (0.1)"
FLOOR = """
    SELECT count(*), sum(orders), sum(days), sum(amount), sum(margin), min(first), max(last), sum(gap) FROM (
        SELECT p.commercial_partner_id, count(*) AS orders, count(DISTINCT o.day) AS days, min(o.day) AS first,
               max(o.day) AS last, sum(o.amount) AS amount, sum(o.margin) AS margin,
               (max(o.day) - min(o.day))::float8 / NULLIF(count(DISTINCT o.day) - 1, 0) AS gap
          FROM (SELECT partner_id, ((date_order AT TIME ZONE 'UTC') AT TIME ZONE %s)::date AS day,
                       amount_untaxed / NULLIF(currency_rate, 0) AS amount, margin / NULLIF(currency_rate, 0) AS margin
                  FROM sale_order WHERE state = 'sale' AND company_id = %s) o
          JOIN res_partner p ON p.id = o.partner_id
         GROUP BY p.commercial_partner_id) f"""


def add_arguments(parser):
    parser.add_argument("--partners", type=int, default=200_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3, help="repetitions of the changed and the daily run")
    parser.add_argument("--first", type=int, default=1, help="repetitions of the first run")
    parser.add_argument("--profile", action="store_true", help="print where the first and the changed run spend time")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it when it is there")


def run(args):
    name = f"bench_{args.partners}_{args.orders}"
    with database_of(name, args.keep) as fresh, odoo_registry(name) as registry:
        if fresh:
            with odoo_env(registry) as env:
                populate.fill(env, args.partners, args.orders)
        idle = _peak()
        _floor(registry)  # the first one reads from the disk
        first = _over_floor(registry, [lambda: _first(registry, args.profile)] * args.first)
        with odoo_env(registry) as env:
            populate.vacuum(env, "crm_lifecycle_status", "crm_lifecycle_transition")
        changed = _over_floor(
            registry, [partial(_changed, registry, seed, args.profile and not seed) for seed in range(args.repeat)]
        )
        daily = _over_floor(registry, [partial(_daily, registry, day) for day in range(1, args.repeat + 1)])
        peak = _peak() - idle
    say(f"lifecycle_run_memory ratio {peak / GOAL_MEMORY:.3f} (+{peak:.0f} MB over idle) target 1")
    for name, ratios, target in (("first", first, TARGET_FIRST), ("daily", daily, TARGET_DAILY)):
        say(f"lifecycle_run_{name} ratio {ratios[0]:.3f} [{ratios[1]:.3f}, {ratios[2]:.3f}] target {target:g}")
    return changed


def _over_floor(registry, measures):
    """Return median, least and largest ratio of each measure to the mean of the floors right before and after it."""
    ratios, before = [], _floor(registry)
    for measure in measures:
        spent = measure()
        after = _floor(registry)
        ratios.append(spent / ((before + after) / 2))
        before = after
    return statistics.median(ratios), min(ratios), max(ratios)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _floor(registry):
    """Return the seconds of the floor, with the memory for sorting that the suite takes for itself."""
    with odoo_env(registry) as env:
        env.cr.execute("SET LOCAL work_mem = '96MB'")
        begin = time.perf_counter()
        env.cr.execute(FLOOR, [populate.ZONE, env.company.id])
        customers, orders = env.cr.fetchone()[:2]
        spent = time.perf_counter() - begin
    say(f"  floor: {spent:.2f} s ({customers} customers, {orders} orders)")
    return spent


def _execute(registry, label, days=0, full=True, profile=False):
    """Carry out a run as the nightly job does; return its seconds."""
    with odoo_env(registry, lifecycle_commit=True) as env:
        company = env.company
        env["crm.lifecycle.policy"]._ensure(company)
        as_of = company._lifecycle_today() + timedelta(days=days)
        begin = time.perf_counter()
        if profile:
            run = profiled(lambda: env["crm.lifecycle.run"]._execute(company, as_of, full=full))
        else:
            run = env["crm.lifecycle.run"]._execute(company, as_of, full=full)
        env.cr.commit()
        spent = time.perf_counter() - begin
        say(
            f"  {label}: {spent:.2f} s ({run.customers} looked at, {run.created} new, {run.updated} changed,"
            f" {run.moved} moved, {run.deleted} removed)"
        )
    return spent


def _first(registry, profile):
    with odoo_env(registry) as env:
        populate.forget_stages(env.cr)
        populate.vacuum(env, "crm_lifecycle_status", "crm_lifecycle_transition")
    return _execute(registry, "first run", profile=profile)


def _changed(registry, seed, profile):
    with odoo_env(registry) as env:
        ordered = populate.order_again(env, 0.01, seed)
        env.cr.commit()
    return _execute(registry, f"full run, {ordered} ordered again", profile=profile)


def _daily(registry, days):
    return _execute(registry, "daily run", days=days, full=False)
