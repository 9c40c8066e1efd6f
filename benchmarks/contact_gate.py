"""May we contact these thousand customers now? At most 0.2 seconds, with a number of queries that does not grow.

R is seconds over 0.2 with cold caches, of the slowest of the cases in each repetition; the interval is of the single
repetitions. Beside the time on the clock, the processor's time of this process is printed: on a shared machine it is
what the decisions cost, the database aside.
"""

from __future__ import annotations

import statistics
import time
from datetime import datetime, timedelta

from . import populate
from .common import database_of, odoo_env, odoo_registry, profiled, say

TARGET = 1.0
GOAL = 0.2
CASES = (("email", "survey"), ("sms", "marketing"), ("phone", "sale"))
WHAT = "decisions of the contact gate for 1,000 partners; R is seconds over 0.2"


def add_arguments(parser):
    parser.add_argument("--partners", type=int, default=1000)
    parser.add_argument("--past", type=int, default=20, help="past contacts of each partner")
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--profile", action="store_true", help="print where one repetition spends its time")


def run(args):
    with database_of("bench_contact_gate"), odoo_registry("bench_contact_gate") as registry:
        with odoo_env(registry) as env:
            populate.fill(env, args.partners, args.partners)
            _past_contacts(env, args.past)
        seconds = [
            max(_decide(registry, args.partners, number, case) for case in CASES) for number in range(args.repeat + 1)
        ][1:]
        for size in (args.partners // 10, args.partners):
            say(f"  {size} partners: {_decide(registry, size, 0, count=True)} queries")
        _book(registry, args.partners)
        if args.profile:
            profiled(lambda: _decide(registry, args.partners, 0))
    ratios = [value / GOAL for value in seconds]
    return statistics.median(ratios), min(ratios), max(ratios)


def _partners(env, size):
    return env["res.partner"].search([("ref", "=like", "B%")], limit=size, order="id")


def _past_contacts(env, past):
    """Give every partner contacts over the last half year, so that caps have something to count."""
    partner = _partners(env, 1)
    model = env["crm.interaction"].create(
        {
            "partner_id": partner.id,
            "company_id": env.company.id,
            "direction": "out",
            "channel_id": env.ref("crm_contact_policy.channel_email").id,
            "purpose": "service",
            "state": "done",
            "date": datetime.now() - timedelta(days=200),
        }
    )
    env.flush_all()
    populate.clone(
        env.cr,
        "crm_interaction",
        model.id,
        {
            "partner_id": "g.id",
            "commercial_partner_id": "g.id",
            "date": "date_trunc('second', now() at time zone 'UTC') - g.n * interval '9 days'",
        },
        f"(SELECT p.id, n FROM res_partner p, generate_series(1, {past}) n WHERE p.ref ~ '^B[0-9]+$') AS g",
    )
    env.cr.execute("ANALYZE crm_interaction")


def _decide(registry, size, number, case=CASES[0], count=False):
    """Return the seconds that the decisions take (or the queries), nothing being in the cache."""
    with odoo_env(registry) as env:
        partners = _partners(env, size)
        at = datetime.now().replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=number)
        env.invalidate_all()
        queries, begin, processor = env.cr.sql_log_count, time.perf_counter(), time.process_time()
        decisions = partners._contact_decisions(*case, at)
        spent, processor = time.perf_counter() - begin, time.process_time() - processor
        assert len(decisions) == size
        if count:
            return env.cr.sql_log_count - queries
        say(f"  {size} decisions ({', '.join(case)}): {spent:.3f} s, processor {processor:.3f} s")
    return spent


def _book(registry, size):
    with odoo_env(registry) as env:
        partners = _partners(env, size)
        env.invalidate_all()
        begin = time.perf_counter()
        partners._contact_book("email", "survey", datetime(2026, 3, 3, 3, 0))
        env.flush_all()
        say(f"  {size} booked: {time.perf_counter() - begin:.3f} s")
        env.cr.rollback()
