"""Fits of the forecast and cut points of the scores, frozen for a month."""

import numpy as np

from ..domain import blend, mbg
from ..domain.stages import cut_points
from .facts import Scope

KINDS = ("person", "company")
FOR_FIT = ("kind", "days", "orders", "first", "last", "amount", "past_days", "past_last")
SAMPLE = 250_000
"""Of more ids than this a part is read, the same whenever it is asked for: parameters and cut points of 250,000
customers lie within one in a hundred of those of a million, and reading them takes a quarter of the time."""
LEAST = 10_000
"""Customers who bought, of a kind, that such a part must hold; else all of the kind are read."""


def read_columns(reader, keep=False):
    """Return the columns ``FOR_FIT`` of the customers who bought, and the facts they were taken from.

    :param reader: ``FactReader``; bool keep: whether to return the facts of everyone, where they are read at once
    :return: dict of columns, and the facts or None
    """
    reader.env.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
    last = reader.env.cr.fetchone()[0]
    if last <= SAMPLE:
        facts = reader.rows(Scope(after=0, upto=max(last, 1)))
        return _bought(facts), facts if keep else None
    parts = [_bought(reader.rows(Scope(every=round(last / SAMPLE) or 1)))]
    for kind in (0, 1):
        of_kind = parts[0]["kind"] == kind
        if np.count_nonzero(of_kind) < LEAST:
            parts[0] = {name: column[~of_kind] for name, column in parts[0].items()}
            parts += [_bought(reader.rows(scope)) for scope in _scopes(reader, kind)]
    return {name: np.concatenate([part[name] for part in parts]) for name in FOR_FIT}, None


def _bought(facts):
    """Return the columns of the customers who take part and bought."""
    where = (facts["days"] > 0) & (facts["eligible"] > 0)
    return {name: facts[name][where] for name in FOR_FIT}


def _scopes(reader, kind):
    """Yield the customers of a kind, so many at a time that memory does not grow with their number."""
    reader.env.cr.execute(
        "SELECT id FROM res_partner WHERE commercial_partner_id = id AND COALESCE(is_company, false) = %s ORDER BY id",
        [bool(kind)],
    )
    ids = [partner_id for (partner_id,) in reader.env.cr.fetchall()]
    for start in range(0, len(ids), SAMPLE):
        yield Scope(ids=tuple(ids[start : start + SAMPLE]))


def period(as_of):
    """Return the period a fit holds for, ``2026-11``."""
    return f"{as_of:%Y-%m}"


def prepare_fit_vals(policy, kind, columns, as_of):
    """Return the values of a ``crm.lifecycle.fit`` from the columns of :func:`read_columns`.

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
    """Return the correction of the forecast, learnt from what followed one horizon ago; none if it is no help.

    The forecasts compared are those of then, with the parameters known then: with today's, which have seen what
    followed, the correction would trust the model too much.
    """
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
    then = mbg.fit(x, t_x, age, weights)
    params = then if then.converged else mbg.MbgParams(vals["r"], vals["alpha"], vals["a"], vals["b"])
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
