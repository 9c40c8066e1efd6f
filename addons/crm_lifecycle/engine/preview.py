"""What changed rules would do, before they are saved: the same decisions, by the saved rules and by the new ones."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from odoo.tools import SQL

from ..domain.mbg import MIN_CUSTOMERS
from ..domain.stages import CODES, REASONS, SUSPECT
from .as_of import without_memory
from .facts import FactReader, Scope
from .fitting import FOR_FIT, KINDS, prepare_fit_vals
from .judge import Judge

SAMPLE = 20_000
"""Customers looked at; of more, every second, third … one, so that the time stays within seconds."""
LISTED = 1_000
EXAMPLES = 3


@dataclass
class Move:
    """Customers who would go from one stage to another.

    :param ids: partner ids, at most ``LISTED``
    :param examples: list of (partner id, reason code, reason parameters) under the new rules
    """

    before: str
    after: str
    count: int
    ids: list
    examples: list = field(default_factory=list)


@dataclass
class Preview:
    """The moves, the customers looked at, and of how many each is one (1: everybody was looked at)."""

    moves: list
    looked: int
    step: int


def preview(env, policy, as_of, counted_changed):
    """Return who would move under the unsaved rules of ``policy``.

    :param env: superuser environment
    :param policy: ``crm.lifecycle.policy``, unsaved changes included
    :param date as_of: the day
    :param bool counted_changed: whether it is about who or what counts, and not only about limits
    :return: :class:`Preview`
    """
    return _Preview(env, policy, as_of, counted_changed).result()


class _Preview:
    def __init__(self, env, policy, as_of, counted_changed):
        self.env = env
        self.company = policy.company_id
        self.policy = policy
        self.kind = KINDS.index(policy.customer_kind)
        self.as_of = as_of
        self.counted_changed = counted_changed

    def result(self):
        ids, step = self._sample()
        saved = {KINDS.index(one.customer_kind): one for one in self.env["crm.lifecycle.policy"]._ensure(self.company)}
        facts = self._facts(saved, ids)
        before = self._judge(saved, facts, self._stored_fits(saved))
        changed = {**saved, self.kind: self.policy}
        new_facts = self._facts(changed, ids) if self.counted_changed else facts
        fits = {**self._stored_fits(saved), **self._new_fit(new_facts, step)}
        after = self._judge(changed, new_facts, fits)
        return self._compare(facts, before, new_facts, after, step)

    def _sample(self):
        """Return the ids to look at, and of how many customers each is one."""
        population = SQL(
            "SELECT partner_id AS id FROM crm_lifecycle_status WHERE company_id = %s AND customer_kind = %s",
            self.company.id,
            KINDS[self.kind],
        )
        if self.counted_changed:
            population = SQL(
                "SELECT id FROM res_partner WHERE commercial_partner_id = id AND COALESCE(is_company, false) = %s",
                bool(self.kind),
            )
        [(number,)] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) p", population))
        step = max(1, -(-number // SAMPLE))
        # Neighbouring ids came by one import or one branch: every n-th id stands for all, the first n would not.
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) p WHERE mod(hashint4(id)::int8 + 2147483648, %s) = 0 ORDER BY id",
                population,
                step,
            )
        )
        return tuple(partner_id for (partner_id,) in rows), step

    def _facts(self, policies, ids):
        no_class = self.env["crm.value.class"]
        facts = FactReader(self.env, self.company, policies, self.as_of, no_class).rows(Scope(ids=ids))
        where = np.flatnonzero(facts["kind"] == self.kind)
        return without_memory({name: column[where] for name, column in facts.items()})

    def _stored_fits(self, policies):
        model = self.env["crm.lifecycle.fit"]
        return {kind: model._find(policy, self.as_of, exact=False) for kind, policy in policies.items()}

    def _new_fit(self, facts, step):
        """Return the fit that the next run would make, from everybody or from a sample large enough."""
        where = (facts["days"] > 0) & (facts["eligible"] > 0)
        columns = {name: facts[name][where] for name in FOR_FIT}
        if step > 1 and np.count_nonzero(where) < MIN_CUSTOMERS:
            return {}
        vals = prepare_fit_vals(self.policy, self.kind, columns, self.as_of)
        return {self.kind: self.env["crm.lifecycle.fit"].new(vals)}

    def _judge(self, policies, facts, fits):
        classes = self.env["crm.value.class"]
        digits = self.company.currency_id.decimal_places
        out = Judge(policies, fits, classes, self.as_of, digits).judge(facts)
        out["reason"] = np.where(out["kill"], 0, out["reason"])
        return out

    def _compare(self, facts, before, new_facts, after, step):
        """Return the :class:`Preview` of the two decisions, whose customers may differ."""
        partners = np.union1d(facts["partner"], new_facts["partner"])
        old = np.full(len(partners), SUSPECT, dtype=np.int64)
        new = old.copy()
        old[np.searchsorted(partners, facts["partner"])] = before["stage"]
        new[np.searchsorted(partners, new_facts["partner"])] = after["stage"]
        place = np.full(len(partners), -1, dtype=np.int64)
        place[np.searchsorted(partners, new_facts["partner"])] = np.arange(len(new_facts["partner"]))
        groups = defaultdict(list)
        for index in np.flatnonzero(old != new):
            groups[CODES[old[index]], CODES[new[index]]].append(index)
        moves = [
            Move(
                a,
                b,
                len(found),
                partners[found[:LISTED]].tolist(),
                [self._example(partners[index], place[index], new_facts, after) for index in found[:EXAMPLES]],
            )
            for (a, b), found in groups.items()
        ]
        looked = int(np.count_nonzero((old != SUSPECT) | (new != SUSPECT)))
        return Preview(sorted(moves, key=lambda move: -move.count), looked, step)

    def _example(self, partner, place, facts, out):
        if place < 0:
            return int(partner), "nothing", {}
        day = {name: _iso(column[place]) for name, column in (("first", facts["first"]), ("last", facts["last"]))}
        params = {
            **day,
            "since": _iso(out["since"][place]),
            "orders": int(facts["orders"][place]),
            "usual": float(out["gap"][place]),
            "gap": int(out["returned"][place]),
        }
        return int(partner), REASONS[out["reason"][place]], params


def _iso(ordinal):
    """Return the ISO day of an ordinal, None for 0."""
    return date.fromordinal(int(ordinal)).isoformat() if ordinal else None
