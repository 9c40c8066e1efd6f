"""The stages as they were on a day: the facts of then under the rules, parameters and cut points of then."""

import numpy as np

from ..domain.stages import NO_MANUAL
from .facts import OLD, FactReader, Scope
from .fitting import KINDS, prepare_fit_vals, read_columns
from .judge import Judge
from .planner import more_memory

RANGE = 250_000


def frozen_policies(env, company, fits):
    """Return the policies as they were when ``fits`` were made.

    :param fits: dict kind → ``crm.lifecycle.fit``, or an empty record: today's rules
    :return: dict kind → ``crm.lifecycle.policy``, new records for rules that have changed since
    """
    policies = {}
    for policy in env["crm.lifecycle.policy"]._ensure(company):
        kind = KINDS.index(policy.customer_kind)
        fit = fits.get(kind)
        if fit and fit.rules and fit.policy_version != policy.version:
            policy = policy.new({**fit.rules, "version": fit.policy_version}, origin=policy)
        policies[kind] = policy
    return policies


def without_memory(facts):
    """Forget in place what was said last: the decision then comes from the facts alone."""
    for name, _kind in OLD:
        facts[name] = np.zeros_like(facts[name])
    facts["old_stage"] += NO_MANUAL
    return facts


class AsOf:
    """Decides the stages of a company's customers as of a day, without writing any.

    The same domain code as a run; results equal those of a run made on that day.

    :param env: superuser environment
    :param company: ``res.company``
    :param date as_of: the day
    :param fits: dict kind → ``crm.lifecycle.fit`` to use; by default those a run of that day used, and where there was
        none, parameters learnt from the purchases up to that day
    """

    def __init__(self, env, company, as_of, fits=None):
        self.env = env
        self.company = company
        self.as_of = as_of
        env.flush_all()
        if fits is None:
            policies = env["crm.lifecycle.policy"]._ensure(company)
            fits = {
                KINDS.index(policy.customer_kind): env["crm.lifecycle.fit"]._find(policy, as_of, exact=False)
                for policy in policies
            }
        self.policies = frozen_policies(env, company, fits)
        self.reader = FactReader(env, company, self.policies, as_of)
        self.fits = {kind: fits.get(kind) or self._learn(kind) for kind in self.policies}
        digits = company.currency_id.decimal_places
        self.judge = Judge(self.policies, self.fits, self.reader.classes, as_of, digits)

    def decide(self, scope):
        """Return (facts, decisions) of the customers in ``scope`` who had a row on that day."""
        facts = without_memory(self.reader.rows(scope))
        out = self.judge.judge(facts)
        where = np.flatnonzero(~out["kill"])
        facts, out = ({name: column[where] for name, column in columns.items()} for columns in (facts, out))
        self.judge.forecast(facts, out)
        return facts, out

    def _learn(self, kind):
        """Return an unsaved fit of the purchases up to the day."""
        vals = prepare_fit_vals(self.policies[kind], kind, fit_columns(self.reader), self.as_of)
        return self.env["crm.lifecycle.fit"].new(vals)


def scopes(env):
    """Yield the ranges of partner ids, so that memory does not grow with the number of customers."""
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
    for after in range(0, env.cr.fetchone()[0], RANGE):
        yield Scope(after=after, upto=after + RANGE)


def fit_columns(reader):
    """Return the columns that a fit needs."""
    more_memory(reader.env.cr)
    return read_columns(reader)[0]
