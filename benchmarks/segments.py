"""Refresh of 20 segments against the floor of the nightly run: one SQL aggregate with every figure.

The segments are of all kinds: who they are, how they buy, what they bought, the best of them. Measured: the first fill
of all; the refresh after 1 % of the customers ordered again, which is the ratio.
"""

from __future__ import annotations

import time
from contextlib import contextmanager

from . import lifecycle_run, populate
from .common import database_of, interval, odoo_env, odoo_registry, profiled, say

TARGET = 1.0
WHAT = "refresh of 20 segments over the SQL floor of the nightly run"


def add_arguments(parser):
    parser.add_argument("--partners", type=int, default=200_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="print the slowest segments")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use it when it is there")


def run(args):
    name = f"bench_{args.partners}_{args.orders}"
    with database_of(name, args.keep) as made, odoo_registry(name) as registry:
        fresh = _fill(registry, args, made)
        lifecycle_run._floor(registry)  # the first one reads from the disk
        ratios, before = [], lifecycle_run._floor(registry)
        for turn in range(args.repeat + 1):
            spent = _refresh(registry, "first fill" if fresh and not turn else f"refresh {turn}", args.profile)
            after = lifecycle_run._floor(registry)
            ratios.append(spent / ((before + after) / 2))
            before = after
            _order(registry, turn)
    if fresh:
        say(f"segments_first ratio {ratios[0]:.3f} [{ratios[0]:.3f}, {ratios[0]:.3f}] target {TARGET:g}")
        ratios = ratios[1:]
    return interval(ratios)


def _fill(registry, args, made):
    """Make what is missing of customers, orders, lines, stages and segments; return whether the segments are new."""
    with odoo_env(registry) as env:
        if made:
            populate.fill(env, args.partners, args.orders)
        if not env["product.product"].search_count([("default_code", "=", "BENCH0")], limit=1):
            populate.add_lines(env, products=20)
        if env["crm.segment"].search_count([("name", "=like", "Bench %")], limit=1):
            return False
    _nightly(registry)
    with odoo_env(registry) as env:
        populate.vacuum(env, "sale_order_line", "crm_lifecycle_status")
        products = env["product.product"].search([("default_code", "=like", "BENCH%")], order="id")
        env["crm.segment"].search([]).unlink()
        env["crm.segment"].create([{"name": f"Bench {n}", **vals} for n, vals in enumerate(_criteria(products))])
    return True


def _criteria(products):
    """Return the values of 20 segments."""
    some = [(6, 0, products[:3].ids)]
    found = [
        {"metric_domain": f"[('stage_id.code', '=', '{code}')]"} for code in ("new", "established", "quiet", "ended")
    ]
    found += [
        {"metric_domain": f"[('order_count', '>', 0), ('amount_total', '>', {amount})]"} for amount in (500, 2000)
    ]
    found += [
        {"metric_domain": "[('order_count', '>', 0)]", "rank_by": by, "rank_limit": 5.0}
        for by in ("amount_total", "margin_total", "order_count", "p_buy", "first_date", "last_date")
    ]
    found += [{"product_mode": "bought", "product_ids": some, "product_days": days} for days in (30, 90)]
    found += [
        {"product_mode": "bought", "product_ids": some, "rank_by": "amount_total", "rank_unit": "number",
         "rank_limit": 1000},
        {"product_mode": "not_bought", "product_ids": some, "product_days": 90,
         "metric_domain": "[('stage_id.code', '=', 'established')]"},
        {"customer_kind": "company"},
        {"domain": "[('email', 'ilike', '7@example.com')]"},
        {"domain": "[('email', 'ilike', '9@')]", "customer_kind": "person",
         "metric_domain": "[('recency_score', '>=', 4)]"},
        {"domain": "[('ref', '=like', 'B1%')]", "include_suspects": True},
    ]
    return found


def _nightly(registry):
    with odoo_env(registry, lifecycle_commit=True) as env:
        company = env.company
        env["crm.lifecycle.policy"]._ensure(company)
        env["crm.lifecycle.run"]._execute(company, company._lifecycle_today())


def _order(registry, turn):
    with odoo_env(registry) as env:
        populate.order_again(env, 0.01, turn)
    _nightly(registry)


def _refresh(registry, label, profile):
    """Refresh all segments, each in a transaction, as the nightly job does; return the seconds."""
    with odoo_env(registry) as env:
        segments = env["crm.segment"].search([("name", "like", "Bench")], order="id")
        begin = time.perf_counter()
        if profile:
            with _timed_each(type(segments)):
                profiled(segments._refresh_each)
        else:
            segments._refresh_each()
        env.cr.commit()
        total = time.perf_counter() - begin
        problems = [error for error in segments.mapped("error") if error]
        members = sum(segments.mapped("member_count"))
    if problems:
        raise RuntimeError(problems[0])
    say(f"  {label}: {total:.2f} s ({len(segments)} segments, {members} members)")
    return total


@contextmanager
def _timed_each(model):
    """Print the seconds of each segment that is refreshed in the block."""
    original = model._refresh

    def timed(segment, *args):
        begin = time.perf_counter()
        original(segment, *args)
        segment.flush_recordset()
        say(
            f"    {segment.name}: {time.perf_counter() - begin:.2f} s, {segment.member_count} members,"
            f" {segment.joined_count} joined, {segment.left_count} left"
        )

    model._refresh = timed
    try:
        yield
    finally:
        model._refresh = original
