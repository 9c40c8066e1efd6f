"""Does a service contract pay for a visit? A pure decision; the reason is a code, its words are made for the reader.

>>> judge(Entitlement("visits", included=4), Use(visits=3), Call(hours=1)).code
'visit_left'
>>> judge(Entitlement("visits", included=4), Use(visits=4), Call(hours=1)).covered
False
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Entitlement:
    """What a contract promises: unlimited visits, so many visits, or so many hours; within its days."""

    kind: str
    included: float = 0
    start: date | None = None
    end: date | None = None
    in_force: bool = True


@dataclass(frozen=True)
class Use:
    """What was used up by other visits."""

    visits: int = 0
    hours: float = 0


@dataclass(frozen=True)
class Call:
    """The visit to be judged. ``asset_ok``, ``plan_ok``: the contract names its asset and its plans, or all."""

    hours: float = 0
    day: date | None = None
    asset_ok: bool = True
    plan_ok: bool = True


@dataclass(frozen=True)
class Verdict:
    """Covered or not, why, and how much is left afterwards (None = no limit)."""

    covered: bool
    code: str
    left: float | None = None


def judge(contract: Entitlement, used: Use, call: Call) -> Verdict:
    """Decide on one visit; a visit that needs more hours than are left is not covered, nothing is split.

    :return: :class:`Verdict`
    """
    refusal = _refusal(contract, call)
    if refusal:
        return Verdict(False, refusal)
    if contract.kind == "unlimited":
        return Verdict(True, "unlimited")
    if contract.kind == "visits":
        left = contract.included - used.visits
        return Verdict(True, "visit_left", left - 1) if left >= 1 else Verdict(False, "visits_used", 0)
    left = contract.included - used.hours
    if left + 1e-6 >= call.hours and left > 0:
        return Verdict(True, "hours_left", left - call.hours)
    return Verdict(False, "hours_used", max(left, 0))


def _refusal(contract: Entitlement, call: Call) -> str | None:
    if not contract.in_force:
        return "not_in_force"
    before = contract.start and call.day and call.day < contract.start
    after = contract.end and call.day and call.day > contract.end
    if before or after:
        return "other_days"
    if not call.asset_ok:
        return "other_asset"
    return None if call.plan_ok else "other_plan"
