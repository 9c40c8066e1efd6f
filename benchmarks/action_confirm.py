"""What the suite costs when an order is confirmed.

Two processes, one on a database with Odoo's modules only and one with the suite on top, confirm an order of three lines
in turn; the commit is part of it. R is the median ratio of the pairs, with its 95 % interval by bootstrap.
"""

from __future__ import annotations

import subprocess
import sys
import time

from .common import ROOT, database_of, interval, odoo_env, odoo_registry, say

TARGET = 1.10
WHAT = "confirming an order with the suite over without, in interleaved pairs"


def add_arguments(parser):
    parser.add_argument("--pairs", type=int, default=150)
    parser.add_argument("--serve", metavar="DATABASE", help="internal: answer each line on standard input")


def run(args):
    if args.serve:
        _serve(args.serve)
        sys.exit(0)
    with (
        database_of("bench_confirm_core", template="SUITE_CORE_DB"),
        database_of("bench_confirm_suite"),
        _Worker("bench_confirm_core") as core,
        _Worker("bench_confirm_suite") as suite,
    ):
        for _warm_up in range(10):
            core.confirm(), suite.confirm()
        pairs = []
        for number in range(args.pairs):
            order = (core, suite) if number % 2 else (suite, core)
            seconds = {worker: worker.confirm() for worker in order}
            pairs.append((seconds[core], seconds[suite]))
    for index, label in enumerate(("without", "with")):
        values = sorted(pair[index] for pair in pairs)
        say(f"  {label} the suite: median {values[len(values) // 2] * 1000:.1f} ms")
    return interval([suite / core for core, suite in pairs])


class _Worker:
    """A process that confirms orders on one database."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks", "action_confirm", "--serve", self.database]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        return self

    def __exit__(self, *_exception):
        self.process.stdin.close()
        self.process.wait(60)

    def confirm(self):
        """Return the seconds one confirmation took."""
        self.process.stdin.write("go\n")
        for line in self.process.stdout:
            if line.startswith("seconds "):
                return float(line.split()[1])
        raise RuntimeError(f"the process on {self.database} ended")


def _serve(database):
    with odoo_registry(database) as registry:
        with odoo_env(registry) as env:
            products = env["product.product"].create(
                [{"name": f"Part {number}", "type": "consu", "list_price": 10 * number} for number in (1, 2, 3)]
            )
            seller = env["res.users"].create(
                {
                    "name": "Seller",
                    "login": "bench_seller",
                    "email": "seller@example.com",
                    "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
                }
            )
        for number, _line in enumerate(sys.stdin):
            say(f"seconds {_confirm(registry, products.ids, seller.id, number)}")


def _confirm(registry, product_ids, user_id, number):
    with odoo_env(registry) as env:
        partner = env["res.partner"].create({"name": f"Buyer {number}", "email": f"buyer{number}@example.com"})
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": user_id,
                "order_line": [(0, 0, {"product_id": product}) for product in product_ids],
            }
        )
        env.cr.commit()
    with odoo_env(registry) as env:
        order = env["sale.order"].browse(order.id).with_user(user_id)
        begin = time.perf_counter()
        order.action_confirm()
        env.cr.commit()
        return time.perf_counter() - begin
