"""A million dated services from 100,000 subscriptions, against the raw insert of the very same rows.

Floor: ``INSERT … SELECT`` of the finished rows from a plain copy into the emptied table, its keys and indexes in place.
R is the planner's time over that. A second run with nothing to do must stay within 0.05 times the floor, a day on which
1 % of the subscriptions moved (new meters, new dates) is printed beside it.
"""

from __future__ import annotations

import statistics
import time
from datetime import date, timedelta

from . import populate
from .common import database_of, odoo_env, odoo_registry, profiled, say, timed

TARGET = 2.0
NOTHING = 0.05
AS_OF = date(2026, 3, 2)
WHAT = "1,000,000 services of 100,000 subscriptions against the raw insert of the same rows"


def add_arguments(parser):
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=10, help="services of each subscription within the horizon")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--profile", action="store_true")


def run(args):
    with database_of("bench_service", keep=args.keep) as fresh, odoo_registry("bench_service") as registry:
        if fresh:
            with timed("customers and subscriptions"):
                fill(registry, args.subscriptions, args.each)
        pairs = [_pair(registry, args) for _number in range(args.repeat)]
        floor = statistics.median(pair[1] for pair in pairs)
        idle = _idle(registry)
        say(f"  nothing to do: {idle:.3f} s, {idle / floor:.4f} of the floor (target {NOTHING:g})")
        moved = _moved(registry, args.subscriptions)
        say(f"  1 % moved: {moved:.3f} s, {moved / floor:.3f} of the floor")
    ratios = [ours / raw for ours, raw in pairs]
    if idle / floor > NOTHING:
        say("  MISSED: a run with nothing to do")
        return NOTHING + max(ratios) + TARGET, TARGET + 1, TARGET + 1
    return statistics.median(ratios), min(ratios), max(ratios)


def fill(registry, count, each):
    """Subscriptions on one plan, their starts spread over a year; nothing is dated yet."""
    with odoo_env(registry) as env:
        customers(env, count)
        plan = make_plan(env, each)
        env.cr.execute(
            """INSERT INTO crm_service_subscription
                   (partner_id, plan_id, company_id, start_date, plan_from, state, start_meter, create_uid, create_date,
                    write_uid, write_date)
               SELECT p.id, %s, %s, DATE '2025-03-01' + (row_number() OVER (ORDER BY p.id) %% 365)::int, %s,
                      'active', 0, 1, now(), 1, now()
                 FROM res_partner p WHERE p.ref ~ '^B[1-9]' ORDER BY p.id LIMIT %s""",
            [plan.id, env.company.id, AS_OF, count],
        )
        env["crm.service.planner"]._sync_series()
        env.cr.execute("ANALYZE crm_service_subscription; ANALYZE crm_service_series; ANALYZE res_partner")


def customers(env, count):
    """Add plain customers with the references B1, B2 …"""
    partner = env["res.partner"].create({"name": "Bench", "ref": "B0"})
    env.flush_all()
    populate.clone(
        env.cr,
        "res_partner",
        partner.id,
        {"id": "g.id", "name": "'Bench ' || g.n", "complete_name": "'Bench ' || g.n", "ref": "'B' || g.n",
         "commercial_partner_id": "g.id"},
        f"(SELECT nextval('res_partner_id_seq') AS id, n FROM generate_series(1, {count}) n) AS g",
    )
    env.invalidate_all()


def make_plan(env, each):
    """A plan whose task falls ``each`` times within a horizon of a year."""
    env.company.service_horizon_days = 365 - 30  # the planner adds thirty days of slack
    return env["crm.service.plan"].create(
        {
            "name": "Benchmark",
            "company_id": env.company.id,
            "lead_days": 0,
            "task_ids": [
                (0, 0, {"name": "Service", "interval": round(365 / each), "interval_unit": "day", "timing": "fixed"})
            ],
        }
    )


def _pair(registry, args):
    """:return: seconds of the planner, seconds of the raw insert of the rows it made"""
    with registry.cursor() as cr:
        cr.execute("TRUNCATE crm_service_occurrence CASCADE")
        cr.execute("UPDATE crm_service_series SET planned_until = NULL, dirty = FALSE")
        cr.execute("UPDATE crm_service_subscription SET next_due = NULL")
    _settle(registry)
    begin = time.perf_counter()
    if args.profile:
        profiled(lambda: _plan(registry))
    else:
        _plan(registry)
    ours = time.perf_counter() - begin
    with registry.cursor() as cr:
        cr.execute("DROP TABLE IF EXISTS bench_rows")
        cr.execute("CREATE TABLE bench_rows AS SELECT * FROM crm_service_occurrence ORDER BY id")
        cr.execute("SELECT count(*) FROM bench_rows")
        rows = cr.fetchone()[0]
        cr.execute("TRUNCATE crm_service_occurrence CASCADE")
    _settle(registry)
    with registry.cursor() as cr:
        begin = time.perf_counter()
        cr.execute("INSERT INTO crm_service_occurrence SELECT * FROM bench_rows")
        cr.commit()
        raw = time.perf_counter() - begin
    say(f"  {rows} services: planner {ours:.2f} s, raw insert {raw:.2f} s")
    return ours, raw


def _settle(registry):
    with registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE crm_service_series")
        cr.execute("VACUUM ANALYZE crm_service_subscription")
        cr.execute("CHECKPOINT")


def _plan(registry):
    """Date everything, a commit after each batch as the scheduled action does."""
    with odoo_env(registry) as env:
        while env["crm.service.planner"]._plan_next(env.company, AS_OF):
            env.cr.commit()
            env.invalidate_all()


def _day(registry, as_of):
    """The whole daily work: series, dates, missed, visits, proposals, problems."""
    with odoo_env(registry) as env:
        begin = time.perf_counter()
        env["crm.service.planner"]._run(as_of, env.company)
        env.cr.commit()
        return time.perf_counter() - begin


def _idle(registry):
    with registry.cursor() as cr:
        # What is due today already has its visit in a running business: nothing to do means no visit to make.
        cr.execute("UPDATE crm_service_occurrence SET state = 'done' WHERE due_date <= %s", [AS_OF])
        cr._cnx.commit()
        cr.execute("ANALYZE crm_service_occurrence")
    return min(_day(registry, AS_OF) for _number in range(3))


def _moved(registry, count):
    """One in a hundred was done today: their series are dated anew."""
    with registry.cursor() as cr:
        cr.execute(
            "UPDATE crm_service_series SET dirty = TRUE, anchor = anchor + 3 WHERE id %% 100 = 0 RETURNING id", []
        )
        say(f"  {cr.rowcount} series moved by three days")
    return _day(registry, AS_OF - timedelta(days=0))
