"""CDNOW's ledger, 69,659 purchases of 23,570 customers, imported into an empty company: at most a minute.

R is seconds over 60, the contacts included.
"""

from __future__ import annotations

import time

from . import cdnow
from .common import database_of, odoo_env, odoo_registry, say

TARGET = 1.0
GOAL = 60
WHAT = "CDNOW imported with its customers; R is seconds over 60"


def run(_args):
    with database_of("bench_ledger_import"), odoo_registry("bench_ledger_import") as registry:
        with odoo_env(registry) as env:
            company = env["res.company"].create({"name": "CDNOW", "currency_id": env.ref("base.USD").id})
            transactions = env["crm.external.transaction"]
            rows = list(_rows())
            seconds = []
            for label in ("first", "again"):
                begin = time.perf_counter()
                result = transactions._import_rows(company, rows)
                env.flush_all()
                seconds.append(time.perf_counter() - begin)
                say(
                    f"  {label}: {seconds[-1]:.1f} s ({result.created} new, {result.unchanged} unchanged,"
                    f" {result.partners_created} new customers, {result.rejected} rejected)"
                )
    ratio = seconds[0] / GOAL
    return ratio, ratio, ratio


def _rows():
    with cdnow.log_path().open(encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.split()
            if fields and fields[0].isdigit():
                customer, day, units, dollars = fields
                yield {
                    "line": number,
                    "external_ref": f"CDNOW-{number}",
                    "customer": f"CDNOW-{customer}",
                    "name": f"Customer {customer}",
                    "date": f"{day[:4]}-{day[4:6]}-{day[6:]}",
                    "amount": dollars,
                    "quantity": units,
                }
