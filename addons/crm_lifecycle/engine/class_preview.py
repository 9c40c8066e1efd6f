"""How many customers each value class would have under unsaved limits: the same decision as a run."""

from dataclasses import dataclass

import numpy as np
from odoo.tools import SQL

from ..domain.value_class import ANY_KIND, FIGURES, classify
from .facts import FactReader, Scope
from .fitting import KINDS
from .periods import figures
from .preview import EXAMPLES, LISTED, SAMPLE, Move


@dataclass
class ClassPreview:
    """Names by class id, (class id, customers) in order of rank with 0 last, the moves, and of how many each is one."""

    names: dict
    counts: list
    moves: list
    step: int


def preview_classes(env, company, changed, as_of):
    """Return who would be in which class under the limits of ``changed``, a class with unsaved values.

    Of many customers every second, third … one is looked at.
    """
    env.flush_all()
    saved = env["crm.value.class"]._of_company(company)
    wanted = saved.filtered(lambda one: one.id != changed._origin.id)
    if changed.active:
        wanted |= changed
    wanted = wanted.sorted(lambda one: (one.sequence, one._origin.id or float("inf")))
    policies = {KINDS.index(one.customer_kind): one for one in env["crm.lifecycle.policy"]._ensure(company)}
    ids, step = _sample(env, company)
    facts = FactReader(env, company, policies, as_of, saved | wanted).rows(Scope(ids=ids))
    digits = company.currency_id.decimal_places
    before, after = (_decide(facts, [one._rule() for one in classes], digits) for classes in (saved, wanted))
    names = {one._origin.id or -1: one.name or env._("new class") for one in saved | wanted}
    counts = [(one._origin.id or -1, int((after["class"] == (one._origin.id or -1)).sum())) for one in wanted]
    counts.append((0, int(((after["class"] == 0) & (facts["orders"] > 0)).sum())))
    return ClassPreview(names, counts, _moves(facts, before["class"], after), step)


def _sample(env, company):
    population = SQL(
        "SELECT partner_id AS id FROM crm_lifecycle_status WHERE company_id = %s AND order_count > 0", company.id
    )
    [(number,)] = env.execute_query(SQL("SELECT count(*) FROM (%s) p", population))
    step = max(1, -(-number // SAMPLE))
    rows = env.execute_query(
        SQL("SELECT id FROM (%s) p WHERE mod(hashint4(id)::int8 + 2147483648, %s) = 0 ORDER BY id", population, step)
    )
    return tuple(partner_id for (partner_id,) in rows), step


def _decide(facts, rules, digits):
    """Return the columns of ``classify`` for both kinds."""
    size = len(facts["partner"])
    out = {}
    for kind in (0, 1):
        where = np.flatnonzero(facts["kind"] == kind)
        part = {name: column[where] for name, column in facts.items()}
        mine = [rule for rule in rules if rule.kind in (kind, ANY_KIND)]
        found = classify(mine, {rule.days: figures(part, rule.days, digits) for rule in mine}, part["orders"] > 0)
        for name, column in found.items():
            out.setdefault(name, np.zeros(size, dtype=column.dtype))[where] = column
    return out


def _moves(facts, before, after):
    pairs = np.stack([before, after["class"]])
    moves = []
    for old, new in np.unique(pairs[:, before != after["class"]], axis=1).T.tolist():
        found = np.flatnonzero((before == old) & (after["class"] == new))
        examples = [
            (int(facts["partner"][at]), {name: after[f"class_{name}"][at].item() for name in (*FIGURES, "days")})
            for at in found[:EXAMPLES]
        ]
        moves.append(Move(old, new, len(found), facts["partner"][found[:LISTED]].tolist(), examples))
    return sorted(moves, key=lambda move: -move.count)
