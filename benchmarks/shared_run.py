"""Two processes that share one nightly run, over one process alone: no row twice, and nearly half the time.

Real processes, started together behind a lock of the database; each claims ranges of 25,000 customers. R is the time
until the last one has ended over that of one alone; repetitions take turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psycopg2

from . import populate
from .common import database_of, interval, odoo_env, odoo_registry, say

TARGET = 0.65
WHAT = "a first fill by two processes that share the run, over one alone"
BARRIER = 4712
WORK = """
from odoo.addons.crm_lifecycle.engine import runner
runner.RANGE = {size}
company = env["res.company"].browse({company})
with env.registry.cursor() as barrier:
    print("READY", flush=True)
    barrier.execute("SELECT pg_advisory_xact_lock_shared({barrier})")
env["crm.lifecycle.run"].with_context(lifecycle_commit=True)._execute(company, company._lifecycle_today())
print("DONE", flush=True)
"""


def add_arguments(parser):
    parser.add_argument("--partners", type=int, default=200_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--range", type=int, default=25_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it when it is there")


def run(args):
    name = f"bench_{args.partners}_{args.orders}"
    with database_of(name, args.keep) as fresh:
        with odoo_registry(name) as registry, odoo_env(registry) as env:
            if fresh:
                populate.fill(env, args.partners, args.orders)
            company = env.company.id
            env["crm.lifecycle.run"].with_context(lifecycle_commit=True)._execute(
                env.company, env.company._lifecycle_today()
            )  # makes the fits, and reads the disk
        code = WORK.format(size=args.range, company=company, barrier=BARRIER)
        ratios = []
        for _turn in range(args.repeat):
            alone = _timed(name, code, 1)
            ratios.append(_timed(name, code, 2) / alone)
    return interval(ratios)


def _timed(database, code, number):
    """Empty the stages, let ``number`` processes fill them, and return the seconds until the last one has ended."""
    link = psycopg2.connect(dbname=database)
    link.autocommit = True
    cr = link.cursor()
    cr.execute("BEGIN")
    populate.forget_stages(cr)
    cr.execute("COMMIT")
    cr.execute("VACUUM ANALYZE crm_lifecycle_status, crm_lifecycle_transition")
    cr.execute("SELECT pg_advisory_lock(%s)", [BARRIER])
    command = [sys.executable, "-m", "odoo", "shell", "-c", os.environ["SUITE_ODOO_CONF"], "-d", database,
               "--max-cron-threads=0", "--no-http", "--log-level=warn"]  # fmt: skip
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, **pipes) for _ in range(number)]
    for worker in workers:
        worker.stdin.write(code)
        worker.stdin.close()
    for worker in workers:
        _wait(worker, "READY")
    begin = time.perf_counter()
    cr.execute("SELECT pg_advisory_unlock(%s)", [BARRIER])
    for worker in workers:
        _wait(worker, "DONE")
    spent = time.perf_counter() - begin
    for worker in workers:
        worker.communicate()
    cr.execute("SELECT count(*), count(DISTINCT (partner_id, company_id)) FROM crm_lifecycle_status")
    rows, customers = cr.fetchone()
    cr.execute("SELECT count(*), count(DISTINCT partner_id) FROM crm_lifecycle_transition")
    if rows != customers or (rows,) * 2 != cr.fetchone():
        raise SystemExit("a customer was written twice, or not at all")
    cr.execute("SELECT worker, count(*), sum(seconds) FROM crm_lifecycle_run_range GROUP BY worker")
    shares = ", ".join(f"{parts} ranges in {seconds:.1f} s" for _worker, parts, seconds in cr.fetchall())
    say(f"  {number} process{'es' if number > 1 else ''}: {spent:.2f} s ({rows} customers; {shares})")
    link.close()
    return spent


def _wait(worker, word):
    for line in worker.stdout:
        if line.startswith(word):
            return
    raise SystemExit(f"a process ended without saying {word}")
