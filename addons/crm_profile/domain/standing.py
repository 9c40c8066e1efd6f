"""Which of two statements about a customer counts: pure functions.

A statement has a standing: what was verified counts more than what the customer said, that more than what a colleague
believes, that more than what came from an import or from others. Statements are added, never overwritten:
:func:`settle` says what becomes of the new one and of the one that counted so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STATED, VERIFIED, DISPUTED, SUPERSEDED, EXPIRED = "stated", "verified", "disputed", "superseded", "expired"
USABLE = (STATED, VERIFIED)
CUSTOMER_SOURCES = ("survey", "partner")
RANKS = {"survey": 3, "partner": 3, "employee": 2, "import": 1, "third_party": 1}
VERIFIED_RANK = 10
SURE_CONFIDENCE = 0.5


def is_sure(status, source, confidence):
    """Whether a statement may be used towards the customer: in a message, a script, a prefilled answer.

    What somebody verified may. What was only stated may if it is not from a third party, which may be about somebody
    else, and if its recorder was at least as sure as not (:data:`SURE_CONFIDENCE`).

    >>> is_sure("stated", "survey", 0.9), is_sure("stated", "third_party", 0.9), is_sure("verified", "third_party", 1)
    (True, False, True)
    >>> is_sure("stated", "employee", 0.2), is_sure("disputed", "survey", 1)
    (False, False)
    """
    if status == VERIFIED:
        return True
    return status == STATED and source != "third_party" and confidence >= SURE_CONFIDENCE


@dataclass(frozen=True)
class Statement:
    """A value somebody stated: ``value`` in canonical form, ``voice`` tells apart who speaks."""

    value: str
    source: str
    on: date
    status: str = STATED
    voice: str = ""

    @property
    def rank(self):
        """Standing as a number; higher counts more."""
        return VERIFIED_RANK if self.status == VERIFIED else RANKS[self.source]


@dataclass(frozen=True)
class Verdict:
    """What happens: ``new`` is the status of the new statement (None: it is not added), ``old`` the status the former
    one gets; ``refresh``: the former one was confirmed and takes the new date."""

    new: str | None
    old: str
    refresh: bool = False


def voice(source, user_id=None, ref=None):
    """Who speaks: the customer, one colleague, one import, one third party."""
    if source in CUSTOMER_SOURCES:
        return "customer"
    return f"{source}:{user_id if source == 'employee' else ref or ''}"


def settle(current, new):
    """Decide between the statement that counts and a new one.

    * the same value: of equal standing it confirms (refresh), of higher standing it replaces, of lower none is added;
    * another value of higher standing supersedes;
    * another value of lower standing is added as disputed, and what counted goes on counting;
    * another value of equal standing: the same voice, later, supersedes itself; an older one joins the history; a
      different voice, or the same one on the same day in another way, disputes both.

    >>> a = Statement("honda", "survey", date(2026, 1, 1), voice="customer")
    >>> settle(a, Statement("yamaha", "employee", date(2026, 2, 1), voice="employee:7"))
    Verdict(new='disputed', old='stated', refresh=False)
    >>> settle(a, Statement("yamaha", "survey", date(2026, 2, 1), voice="customer"))
    Verdict(new='stated', old='superseded', refresh=False)
    """
    if new.value == current.value:
        if new.rank > current.rank:
            return Verdict(new.status, SUPERSEDED)
        return Verdict(None, current.status, refresh=new.rank == current.rank and new.on > current.on)
    if new.rank > current.rank:
        return Verdict(new.status, SUPERSEDED)
    if new.rank < current.rank:
        return Verdict(DISPUTED, current.status)
    if new.voice != current.voice or (new.on == current.on and new.source != current.source):
        return Verdict(DISPUTED, current.status if current.status == VERIFIED else DISPUTED)
    if new.on < current.on:
        return Verdict(SUPERSEDED, current.status)
    return Verdict(new.status, SUPERSEDED)


def expires_on(collected, months):
    """The day a statement collected on ``collected`` expires after ``months`` months; None for no limit."""
    if not months:
        return None
    total = collected.month - 1 + months
    year, month = collected.year + total // 12, total % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return date(year, month, min(collected.day, last))


@dataclass(frozen=True)
class Outcome:
    """What becomes of a new statement among those still open.

    ``new``: its status, None when it is not added; ``changes``: new status by index of the open ones; ``refresh``:
    index of the one it confirms.
    """

    new: str | None
    changes: dict
    refresh: int | None = None


def settle_all(opens, new):
    """Decide what a new statement does to the open ones (stated, verified or disputed) about the same thing.

    At most one open statement is usable; :func:`settle` decides between it and the new one. Without a usable one, a new
    statement of higher standing ends the dispute, so does agreement of all who spoke; otherwise it joins the dispute.
    """
    current = next((i for i, statement in enumerate(opens) if statement.status in USABLE), None)
    if current is None:
        return _settle_contested(opens, new) if opens else Outcome(new.status, {})
    verdict = settle(opens[current], new)
    changes = {} if verdict.old == opens[current].status else {current: verdict.old}
    if verdict.new is None:
        return Outcome(None, changes, current if verdict.refresh else None)
    if verdict.new == DISPUTED:
        return _repeat(opens, new, changes, DISPUTED)
    if verdict.new in USABLE:
        _end_doubts(opens, new, changes)
    return Outcome(verdict.new, changes)


def _settle_contested(opens, new):
    if new.rank > max(statement.rank for statement in opens):
        return Outcome(new.status, dict.fromkeys(range(len(opens)), SUPERSEDED))
    others = [statement for statement in opens if statement.voice != new.voice]
    if all(statement.value == new.value for statement in others):
        return Outcome(new.status, dict.fromkeys(range(len(opens)), SUPERSEDED))
    return _repeat(opens, new, {}, DISPUTED)


def _repeat(opens, new, changes, status):
    """A voice that speaks again: the same word is confirmed, another one takes the place of its former doubt."""
    for index, statement in enumerate(opens):
        if statement.voice != new.voice or statement.status != DISPUTED:
            continue
        if statement.value == new.value:
            return Outcome(None, changes, index if new.on > statement.on else None)
        if new.on >= statement.on:
            changes[index] = SUPERSEDED
    return Outcome(status, changes)


def _end_doubts(opens, new, changes):
    for index, statement in enumerate(opens):
        agrees = statement.value == new.value or statement.voice == new.voice
        if statement.status == DISPUTED and (agrees or new.status == VERIFIED):
            changes[index] = SUPERSEDED
