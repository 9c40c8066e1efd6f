"""What changed rules would do, before they are saved."""

from collections import Counter

import numpy as np

from ..domain.stages import CODES, SUSPECT
from .facts import FactReader, Scope
from .judge import Judge

SAMPLE = 50_000


def preview(env, policy, as_of):
    """Return who would move under the unsaved rules of ``policy``.

    :param env: superuser environment
    :param policy: ``crm.lifecycle.policy``, possibly unsaved
    :param date as_of: the day
    :return: (Counter of (from, to) codes, customers looked at, whether only a sample was looked at)
    """
    kind = 1 if policy.customer_kind == "company" else 0
    others = env["crm.lifecycle.policy"]._ensure(policy.company_id)
    policies = {1 if other.customer_kind == "company" else 0: other for other in others}
    policies[kind] = policy
    fits = {key: env["crm.lifecycle.fit"]._find(item, as_of, exact=False) for key, item in policies.items()}
    env.cr.execute(
        "SELECT partner_id FROM crm_lifecycle_status WHERE company_id = %s ORDER BY partner_id LIMIT 1 OFFSET %s",
        (policy.company_id.id, SAMPLE),
    )
    found = env.cr.fetchone()
    scope = Scope(upto=found[0]) if found else Scope()
    facts = FactReader(env, policy.company_id, policies, as_of).rows(scope)
    where = np.flatnonzero(facts["kind"] == kind)
    facts = {name: column[where] for name, column in facts.items()}
    out = Judge(policies, fits, env["crm.value.class"], as_of, 2).judge(facts)
    old = np.where(facts["status"] > 0, facts["old_stage"], SUSPECT)
    moved = old != out["stage"]
    pairs = zip(old[moved].tolist(), out["stage"][moved].tolist(), strict=True)
    return Counter((CODES[a], CODES[b]) for a, b in pairs), len(where), bool(found)
