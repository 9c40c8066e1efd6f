"""A thousand customers whose orders changed are looked at again: at most half a second.

R is seconds over 0.5; the interval is of the single repetitions.
"""

from __future__ import annotations

import statistics
import time

from . import populate
from .common import database_of, odoo_env, odoo_registry, profiled, say

TARGET = 1.0
GOAL = 0.5
WHAT = "1,000 customers marked and refreshed; R is seconds over 0.5"


def add_arguments(parser):
    parser.add_argument("--partners", type=int, default=50_000)
    parser.add_argument("--orders", type=int, default=250_000)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--profile", action="store_true", help="print where the last repetition spends its time")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it when it is there")


def run(args):
    name = f"bench_{args.partners}_{args.orders}"
    with database_of(name, args.keep) as fresh, odoo_registry(name) as registry:
        _fill(registry, args, fresh)
        seconds = [
            _refresh(registry, args.batch, seed, args.profile and seed == args.repeat)
            for seed in range(args.repeat + 1)
        ][1:]
    ratios = [value / GOAL for value in seconds]
    return statistics.median(ratios), min(ratios), max(ratios)


def _fill(registry, args, fresh):
    """Make the customers and orders, and their stages, where they are missing."""
    with odoo_env(registry) as env:
        if fresh:
            populate.fill(env, args.partners, args.orders)
        if not env["crm.lifecycle.run"].search_count([("kind", "=", "full"), ("state", "=", "done")], limit=1):
            env["crm.lifecycle.run"]._execute(env.company, env.company._lifecycle_today())


def _refresh(registry, batch, seed, profile):
    with odoo_env(registry) as env:
        env.cr.execute(
            "SELECT id FROM res_partner WHERE ref ~ '^B[0-9]+$' ORDER BY (id::bigint * 7919 + %s) %% 10007 LIMIT %s",
            [seed * 131, batch],
        )
        partners = env["res.partner"].browse([partner for (partner,) in env.cr.fetchall()])
        day = env.company._lifecycle_today()
        env.cr.execute(
            "UPDATE sale_order SET amount_untaxed = amount_untaxed + 1, amount_total = amount_total + 1"
            " WHERE partner_id = ANY(%s)",
            [partners.ids],
        )
        env["crm.lifecycle.dirty"]._mark(partners, env.company)
        env.cr.commit()
        begin = time.perf_counter()
        if profile:
            run = profiled(lambda: env["crm.lifecycle.run"]._refresh(env.company, partners.ids, day))
        else:
            run = env["crm.lifecycle.run"]._refresh(env.company, partners.ids, day)
        env.cr.commit()
        spent = time.perf_counter() - begin
        say(f"  {batch} marked: {spent:.3f} s ({run.customers} looked at, {run.updated} changed)")
    return spent
