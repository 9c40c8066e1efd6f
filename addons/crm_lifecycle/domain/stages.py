"""The stage of a customer: whole columns at once, and the readable reference for one.

Days are proleptic ordinals (``date.toordinal()``), 0 meaning "none". The rules:

* nothing bought: *prospect* with a sign of interest, else *suspect*;
* bought: *quiet* from ``quiet_on`` = last purchase + the silence that makes quiet (never less than the policy's
  minimum, and never before the minimum has passed since the last sign of life), *ended* so many days later (or never),
  else *established* with enough purchases and enough days since the first, else *new*;
* a stage set by hand holds until its last day; without purchase after it, if it says that the customer is not buying;
  then the rules decide again, from the day after;
* *returned* is said of the purchase that ended a silence, or a quiet or ended that somebody had declared.

>>> rules = Rules(established_orders=2, established_days=30, ended_days=100, min_silence_days=10)
>>> decide_one(rules, Customer(orders=1, first=1000, last=1000, silence=60), as_of=1010).stage
'new'
>>> decide_one(rules, Customer(orders=1, first=1000, last=1000, silence=60), as_of=1060).stage
'quiet'
>>> decide_one(rules, Customer(orders=1, first=1000, last=1000, silence=60), as_of=1160).stage
'ended'
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SUSPECT, PROSPECT, NEW, ESTABLISHED, QUIET, ENDED = range(6)
CODES = ("suspect", "prospect", "new", "established", "quiet", "ended")
ACTIVE = (NEW, ESTABLISHED)
REASONS = ("nothing", "interest", "first", "few", "regular", "returned", "silent", "ended", "manual")
NOTHING, INTEREST, FIRST, FEW, REGULAR, RETURNED, SILENT, PRESUMED, MANUAL = range(9)
NO_MANUAL = -1


@dataclass(frozen=True)
class Rules:
    """The rules of a policy. Weeks, days and purchases as named; ``ended_days`` 0 means never by time alone."""

    horizon_weeks: int = 26
    probability_cut: float = 0.15
    gap_days: int = 180
    min_silence_days: int = 28
    established_orders: int = 3
    established_days: int = 90
    ended_days: int = 365


@dataclass(frozen=True)
class Customer:
    """The facts of one customer, in ordinals and days.

    :param orders: purchases that count
    :param first, last: first and last purchase; ``nth``: the one that made enough for established; ``previous``: the
        one before the last
    :param sign: first sign of interest; ``alive``: last sign of life
    :param silence: days without a purchase after which the customer is quiet; ``silence_before``: the same as it was
        before the last purchase
    :param manual: index of the stage set by hand or -1, with its first and last day
    """

    orders: int = 0
    first: int = 0
    last: int = 0
    nth: int = 0
    previous: int = 0
    sign: int = 0
    alive: int = 0
    silence: int = 0
    silence_before: int = 0
    manual: int = NO_MANUAL
    manual_on: int = 0
    manual_until: int = 0


@dataclass(frozen=True)
class Decision:
    """What the rules say: stage and engine stage by code, days as ordinals (0: none), reason by code."""

    stage: str
    engine_stage: str
    since: int
    quiet_on: int
    next_change_on: int
    reason: str
    is_manual: bool


def decide_one(rules: Rules, customer: Customer, as_of: int) -> Decision:
    """Return the decision for one customer on the day ``as_of``. The reference for :func:`decide`."""
    stage, since, quiet_on, next_on, reason = _rule_one(rules, customer, as_of)
    engine_stage = stage
    if _manual_expired(customer, as_of) and stage != customer.manual and since:
        since = max(since, customer.manual_until + 1)
    manual = _manual_holds(customer, as_of)
    if manual:
        stage, since, reason = customer.manual, customer.manual_on, MANUAL
        next_on = customer.manual_until + 1 if customer.manual_until else 0
    return Decision(CODES[stage], CODES[engine_stage], since, quiet_on, next_on, REASONS[reason], manual)


def _manual_holds(customer, as_of):
    if customer.manual == NO_MANUAL:
        return False
    if customer.manual_until and as_of > customer.manual_until:
        return False
    bought_since = customer.orders > 0 and customer.last > customer.manual_on
    return customer.manual in ACTIVE or not bought_since


def _manual_expired(customer, as_of):
    """Tell whether a stage set by hand held to its last day, now past, so that the rules decide since the day after."""
    if customer.manual == NO_MANUAL or not customer.manual_until or as_of <= customer.manual_until:
        return False
    return not customer.orders or customer.last <= (
        customer.manual_until if customer.manual in ACTIVE else customer.manual_on
    )


def _brought_back(customer):
    """Tell whether the last purchase is the first one after somebody declared the customer quiet or ended."""
    if customer.manual not in (QUIET, ENDED) or not customer.previous:
        return False
    in_force = not customer.manual_until or customer.last <= customer.manual_until
    return in_force and customer.previous <= customer.manual_on < customer.last


def _rule_one(rules, customer, as_of):
    if not customer.orders:
        if customer.sign:
            return PROSPECT, customer.sign, 0, 0, INTEREST
        return SUSPECT, 0, 0, 0, NOTHING
    quiet_on = customer.last + max(customer.silence, rules.min_silence_days, 1)
    if customer.alive:
        quiet_on = max(quiet_on, customer.alive + rules.min_silence_days)
    ended_on = quiet_on + rules.ended_days if rules.ended_days else 0
    if ended_on and as_of >= ended_on:
        return ENDED, ended_on, quiet_on, 0, PRESUMED
    if as_of >= quiet_on:
        return QUIET, quiet_on, quiet_on, ended_on, SILENT
    return _active_one(rules, customer, as_of, quiet_on)


def _active_one(rules, customer, as_of, quiet_on):
    returned = _brought_back(customer) or bool(customer.previous) and customer.last - customer.previous >= max(
        customer.silence_before, rules.min_silence_days, 1
    )
    enough = customer.orders >= rules.established_orders
    established_on = max(customer.nth, customer.first + rules.established_days) if enough else 0
    if enough and as_of >= established_on:
        since = max(customer.last, established_on) if returned else established_on
        return ESTABLISHED, since, quiet_on, quiet_on, RETURNED if returned else REGULAR
    since = customer.last if returned else customer.first
    next_on = min(quiet_on, established_on) if enough else quiet_on
    return NEW, since, quiet_on, next_on, RETURNED if returned else (FEW if customer.orders > 1 else FIRST)


def decide(rules: Rules, facts, as_of: int) -> dict:
    """Return the decisions for whole columns.

    :param Rules rules: the policy's rules
    :param facts: mapping or structured array with the columns named as the fields of :class:`Customer`
    :param int as_of: the day, as an ordinal
    :return: dict of integer columns ``stage``, ``engine_stage`` (indices into :data:`CODES`), ``since``, ``quiet_on``,
        ``next_change_on`` (ordinals, 0: none), ``reason`` (index into :data:`REASONS`) and boolean ``is_manual``
    """
    col = {name: np.asarray(facts[name], dtype=np.int64) for name in Customer.__dataclass_fields__}
    bought = col["orders"] > 0
    quiet_on = col["last"] + np.maximum(np.maximum(col["silence"], rules.min_silence_days), 1)
    with_alive = np.maximum(quiet_on, col["alive"] + rules.min_silence_days)
    quiet_on = np.where(bought, np.where(col["alive"] > 0, with_alive, quiet_on), 0)
    out = _active(rules, col, as_of, quiet_on)
    _silences(rules, out, bought, as_of, quiet_on)
    _put(out, ~bought & (col["sign"] > 0), PROSPECT, col["sign"], 0, INTEREST)
    _put(out, ~bought & (col["sign"] <= 0), SUSPECT, 0, 0, NOTHING)
    out["quiet_on"] = quiet_on
    out["engine_stage"] = out["stage"].copy()
    manual = _manual(col, bought, as_of)
    until = col["manual_until"]
    expired = _expired(col, bought, as_of) & (out["stage"] != col["manual"]) & (out["since"] > 0)
    np.copyto(out["since"], np.maximum(out["since"], until + 1), where=expired)
    _put(out, manual, col["manual"], col["manual_on"], np.where(until > 0, until + 1, 0), MANUAL)
    out["is_manual"] = manual
    return out


def _put(out, where, stage, since, next_on, reason):
    """Write one verdict into the columns at the places ``where``."""
    for name, value in (("stage", stage), ("since", since), ("next_change_on", next_on), ("reason", reason)):
        np.copyto(out[name], value, where=where)


def _active(rules, col, as_of, quiet_on):
    """Return the columns as if nobody were silent: new, established, returned."""
    before = np.maximum(np.maximum(col["silence_before"], rules.min_silence_days), 1)
    returned = (col["previous"] > 0) & (col["last"] - col["previous"] >= before) | _back(col)
    enough = col["orders"] >= rules.established_orders
    established_on = np.maximum(col["nth"], col["first"] + rules.established_days)
    out = {
        "stage": np.full(len(quiet_on), NEW, dtype=np.int64),
        "since": np.where(returned, col["last"], col["first"]),
        "next_change_on": np.where(enough, np.minimum(quiet_on, established_on), quiet_on),
        "reason": np.where(returned, RETURNED, np.where(col["orders"] > 1, FEW, FIRST)),
    }
    since = np.where(returned, np.maximum(col["last"], established_on), established_on)
    reason = np.where(returned, RETURNED, REGULAR)
    _put(out, enough & (established_on <= as_of), ESTABLISHED, since, quiet_on, reason)
    return out


def _silences(rules, out, bought, as_of, quiet_on):
    """Overwrite those who are quiet or presumed ended."""
    ended_on = quiet_on + rules.ended_days if rules.ended_days else np.zeros_like(quiet_on)
    _put(out, bought & (quiet_on <= as_of), QUIET, quiet_on, ended_on, SILENT)
    if rules.ended_days:
        _put(out, bought & (ended_on <= as_of), ENDED, ended_on, 0, PRESUMED)


def _manual(col, bought, as_of):
    """Return where a stage set by hand holds."""
    holds = (col["manual"] != NO_MANUAL) & ((col["manual_until"] <= 0) | (col["manual_until"] >= as_of))
    active = (col["manual"] == NEW) | (col["manual"] == ESTABLISHED)
    return holds & (active | ~(bought & (col["last"] > col["manual_on"])))


def _expired(col, bought, as_of):
    """Return :func:`_manual_expired` for columns."""
    past = (col["manual"] != NO_MANUAL) & (col["manual_until"] > 0) & (col["manual_until"] < as_of)
    active = (col["manual"] == NEW) | (col["manual"] == ESTABLISHED)
    return past & (~bought | (col["last"] <= np.where(active, col["manual_until"], col["manual_on"])))


def _back(col):
    """Return :func:`_brought_back` for columns."""
    declared = ((col["manual"] == QUIET) | (col["manual"] == ENDED)) & (col["previous"] > 0)
    in_force = (col["manual_until"] <= 0) | (col["last"] <= col["manual_until"])
    return declared & in_force & (col["previous"] <= col["manual_on"]) & (col["manual_on"] < col["last"])


def score(values, cuts):
    """Return scores 1 … len(cuts)+1 by frozen cut points; equal values get equal scores.

    >>> score([1, 2, 2, 9], [1, 2, 5]).tolist()
    [1, 2, 2, 4]
    """
    return np.searchsorted(np.asarray(cuts, dtype=float), np.asarray(values, dtype=float), side="left") + 1


def cut_points(values, parts=5):
    """Return the ``parts − 1`` cut points that divide ``values`` most evenly, ties together.

    >>> cut_points([1, 1, 1, 1, 2, 3, 4, 5, 6, 7])
    [1.0, 1.0, 3.0, 5.0]
    """
    values = np.sort(np.asarray(values, dtype=float))
    if not len(values):
        return []
    where = [max(0, int(np.ceil(len(values) * part / parts)) - 1) for part in range(1, parts)]
    return [float(values[index]) for index in where]
