"""The history written anew, month by month, as a generation that supersedes the former."""

import calendar
from datetime import timedelta

import numpy as np
from odoo.tools import SQL

from ..domain.stages import CODES, SUSPECT
from . import copying
from .as_of import AsOf, fit_columns, scopes
from .facts import FactReader
from .fitting import KINDS, prepare_fit_vals
from .store import NEW, TABLE, Store


def month_end(day):
    """Return the last day of the month of ``day``.

    >>> from datetime import date
    >>> month_end(date(2024, 2, 3))
    datetime.date(2024, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_day(done, first, today):
    """Return the day of the next step, or None after the last one, which is today.

    >>> from datetime import date
    >>> next_day(None, date(2026, 1, 15), date(2026, 3, 10))
    datetime.date(2026, 1, 31)
    >>> next_day(date(2026, 2, 28), date(2026, 1, 15), date(2026, 3, 10))
    datetime.date(2026, 3, 10)
    >>> next_day(date(2026, 3, 10), date(2026, 1, 15), date(2026, 3, 10)) is None
    True
    """
    if done and done >= today:
        return None
    return min(today, month_end(done + timedelta(days=1) if done else first))


class Rebuilder(Store):
    """Appends the changes of stage between two days of a rebuild.

    :param rebuild: the ``crm.lifecycle.rebuild``
    :param date day: the day decided for
    :param date since: the day of the step before, or None
    """

    def __init__(self, rebuild, day, since):
        self.env = rebuild.env
        self.cr = self.env.cr
        self.company = rebuild.company_id
        self.since = since
        ids = self.env["crm.lifecycle.stage"]._ids_by_code()
        self.run_id = None
        self.as_of = day
        self.recorded_at = None
        self.is_first = False
        self.company_id = self.company.id
        self.digits = self.company.currency_id.decimal_places
        self.generation = rebuild.generation
        self._begins_history = True  # its steps follow each other: see _effective
        self.trigger = "rebuild"
        self.stage_ids = np.array([ids[code] for code in CODES], dtype=np.int64)

    def step(self, last):
        """Append what changed up to the day.

        :param bool last: whether this is today, for which a run has made this month's fit
        :return: number of changes
        """
        engine = AsOf(self.env, self.company, self.as_of, self._fits(last))
        return sum(self._range(engine, scope) for scope in scopes(self.env))

    def _fits(self, last):
        """Return the fits of the day under today's rules: those of a run, or new ones of this generation."""
        model = self.env["crm.lifecycle.fit"]
        found = self.env["crm.lifecycle.policy"]._ensure(self.company)
        policies = {KINDS.index(policy.customer_kind): policy for policy in found}
        fits = {kind: model._find(policy, self.as_of, exact=True) for kind, policy in policies.items() if last}
        fits = {kind: fit for kind, fit in fits.items() if fit}
        if len(fits) < len(policies):
            columns = fit_columns(FactReader(self.env, self.company, policies, self.as_of))
            for kind in policies.keys() - fits.keys():
                vals = prepare_fit_vals(policies[kind], kind, columns, self.as_of)
                fits[kind] = model.create({**vals, "generation": self.generation})
            self.env.flush_all()
        return fits

    def _range(self, engine, scope):
        """Append the changes of the customers in ``scope``; return their number."""
        facts, out = engine.decide(scope)
        before = self._before(scope)
        partners = np.union1d(facts["partner"], before["partner"])
        there = np.searchsorted(partners, facts["partner"])
        stage = np.full(len(partners), SUSPECT, dtype=np.int64)
        stage[there] = out["stage"]
        old = np.full(len(partners), SUSPECT, dtype=np.int64)
        old[np.searchsorted(partners, before["partner"])] = before["stage"]
        moved = stage != old
        if not moved.any():
            return 0
        data = {}
        for name, _kind in NEW:
            source = out.get(name, facts.get(name))
            column = np.zeros(len(partners), dtype=np.float64 if source is None else source.dtype)
            if source is not None:
                column[there] = source
            data[name] = column[moved]
        data["partner"] = partners[moved]
        data["from_stage"], data["stage"] = self.stage_ids[old[moved]], self.stage_ids[stage[moved]]
        data["since"] = self._effective(data["since"].astype(np.int64))
        data["declared"] = np.where(data["is_manual"] > 0, data["declared"], 0)
        copying.write(self.cr, TABLE, NEW, data)
        self.cr.execute(self._transitions(SQL()))
        return int(moved.sum())

    def _before(self, scope):
        """Return the stage that each customer had at the step before, as columns partner and stage (index)."""
        rows = copying.read(
            self.cr,
            SQL(
                """SELECT DISTINCT ON (partner_id) partner_id::int4, to_stage_id::int4 FROM crm_lifecycle_transition
                    WHERE company_id = %s AND generation = %s AND %s ORDER BY partner_id, id DESC""",
                self.company_id,
                self.generation,
                scope.condition(SQL("partner_id")),
            ),
            [("partner", "i"), ("stage", "i")],
        )
        index = np.zeros(int(self.stage_ids.max()) + 1, dtype=np.int64)
        index[self.stage_ids] = np.arange(len(CODES))
        rows["stage"] = index[rows["stage"]]
        return rows

    def _effective(self, since):
        """Return the days of the changes: never before the step before, however the month's new parameters see it."""
        day = self.as_of.toordinal()
        since = np.where(since > 0, np.minimum(since, day), day)
        return np.maximum(since, self.since.toordinal() + 1) if self.since else since
