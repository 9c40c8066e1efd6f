"""Fits of the forecast and cut points of the scores, frozen for a month."""

import numpy as np

from ..domain import blend, mbg
from ..domain.stages import cut_points

KINDS = ("person", "company")
FOR_FIT = ("kind", "days", "orders", "first", "last", "amount", "past_days", "past_last")


def period(as_of):
    """Return the period a fit holds for, ``2026-11``."""
    return f"{as_of:%Y-%m}"


def prepare_fit_vals(policy, kind, columns, as_of):
    """Return the values of a ``crm.lifecycle.fit`` from the columns of ``FactReader.read_for_fit``.

    The plain gap decides with fewer than 500 customers, a history shorter than two horizons, no convergence, or a
    dropout near 0 (nobody seems ever to leave).
    """
    where = columns["kind"] == kind
    days, first, last = (columns[name][where] for name in ("days", "first", "last"))
    today = as_of.toordinal()
    weeks = float(today - first.min()) / 7 if len(first) else 0.0
    vals = {
        "company_id": policy.company_id.id,
        "customer_kind": KINDS[kind],
        "fitted_on": as_of,
        "period": period(as_of),
        "policy_id": policy._origin.id,
        "policy_version": policy.version,
        "rules": policy._rule_vals(),
        "customers": len(days),
        "history_weeks": weeks,
        "method": "gap",
        "recency_cuts": cut_points(last),
        "frequency_cuts": cut_points(columns["orders"][where]),
        "monetary_cuts": cut_points(np.round(columns["amount"][where], 2)),
    }
    if len(days) < mbg.MIN_CUSTOMERS:
        vals["fallback_code"] = "few"
    elif weeks < 2 * policy.horizon_weeks:
        vals["fallback_code"] = "short"
    else:
        vals.update(_fit(days, first, last, today))
    if vals["method"] == "mbg":
        past = {name: columns[name][where] for name in ("first", "last", "past_days", "past_last")}
        vals.update(_blend(vals, past, today - 7 * policy.horizon_weeks, policy.horizon_weeks))
    return vals


def _blend(vals, columns, day, horizon):
    """Return the correction of the forecast, learnt from what followed one horizon ago; none if it is no help."""
    known = columns["past_days"] > 0
    first, last, days, past_last = (columns[name][known] for name in ("first", "last", "past_days", "past_last"))
    happened = last > day
    parts = []
    for bought in (False, True):
        where = happened == bought
        if where.any():
            rows = mbg.distinct(days[where] - 1, (past_last - first)[where] // 7, (day - first[where]) // 7)
            parts.append((*rows, np.full(len(rows[0]), float(bought))))
    if len(parts) < 2:
        return {}
    x, t_x, age, weights, outcome = (np.concatenate(column) for column in zip(*parts, strict=True))
    params = mbg.MbgParams(vals["r"], vals["alpha"], vals["a"], vals["b"])
    found = blend.fit(mbg.p_buy(params, x, t_x, age, horizon), x, outcome, weights)
    if not found:
        return {}
    return {
        "blended": True,
        "blend_constant": found.constant,
        "blend_model": found.model,
        "blend_purchases": found.purchases,
    }


def _fit(days, first, last, today):
    """Return the parameters, or why there are none. Whole weeks: about 20,000 distinct rows for a million customers."""
    params = mbg.fit(days - 1, (last - first) // 7, (today - first) // 7)
    vals = {
        "r": params.r,
        "alpha": params.alpha,
        "a": params.a,
        "b": params.b,
        "log_likelihood": params.log_likelihood if np.isfinite(params.log_likelihood) else 0.0,
        "converged": params.converged,
    }
    if params.converged:
        return {**vals, "method": "mbg"}
    degenerate = params.dropout < mbg.MIN_DROPOUT
    return {**vals, "fallback_code": "degenerate" if degenerate else "diverged"}
