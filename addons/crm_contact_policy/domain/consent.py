"""What a customer said about being contacted: words, each of a scope; the last one counts, a withdrawal wins.

Moments are naive datetimes in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

GIVEN, WITHDRAWN, UNKNOWN = "given", "withdrawn", "unknown"


@dataclass(frozen=True)
class Consent:
    """One recorded word about consent; an empty purpose or channel means all of them.

    ``represented``: a parent or guardian said it in a child's name.
    """

    status: str
    at: datetime
    purpose: str = ""
    channel: str = ""
    expires: datetime | None = None
    order: int = 0
    represented: bool = False


def consent_status(consents, purpose, channel, moment):
    """What is known of a person's consent to ``purpose`` by ``channel`` at ``moment``.

    For each of the four scopes (this or every purpose × this or every channel) the last word counts. A withdrawal in
    any scope that covers the contact wins; then a given one; else unknown. A given consent that ran out is unknown; a
    withdrawal that ran out (a pause) leaves the word before it.
    """
    last = {}
    for consent in sorted(consents, key=lambda c: (c.at, c.order)):
        if consent.at > moment or consent.purpose not in ("", purpose) or consent.channel not in ("", channel):
            continue
        expired = consent.expires is not None and consent.expires <= moment
        if expired and consent.status == WITHDRAWN:
            continue
        last[consent.purpose, consent.channel] = UNKNOWN if expired else consent.status
    for status in (WITHDRAWN, GIVEN):
        if status in last.values():
            return status
    return UNKNOWN


def of_child(consents):
    """What counts of the words about a child: a parent's or guardian's, and every no.

    >>> [word.represented for word in of_child([Consent("given", datetime(2026, 3, 1)),
    ...     Consent("given", datetime(2026, 3, 1), represented=True)])]
    [True]
    """
    return tuple(word for word in consents if word.represented or word.status == WITHDRAWN)


def strictest(statuses):
    """The strictest of several consent statuses: withdrawn before unknown before given."""
    return min(statuses, key=(WITHDRAWN, UNKNOWN, GIVEN).index, default=UNKNOWN)


def withdrawn_until(consents, purpose, channel, moment):
    """When a withdrawal that covers the contact ends; None when it does not end by itself.

    >>> pause = Consent("withdrawn", datetime(2026, 3, 1), expires=datetime(2026, 4, 1))
    >>> withdrawn_until([pause], "survey", "email", datetime(2026, 3, 5))
    datetime.datetime(2026, 4, 1, 0, 0)
    """
    known = [c for c in consents if c.at <= moment]
    ends = sorted({c.expires for c in known if c.status == WITHDRAWN and c.expires and c.expires > moment})
    return next((end for end in ends if consent_status(known, purpose, channel, end) != WITHDRAWN), None)


# --------------------------------------------------------------------------- merging people
def merged_words(people, moment):
    """The words of one scope to add when several people turn out to be one: the strictest of what each said last.

    ``people``: for each of them the :class:`Consent` words of exactly this scope. A pause stays a pause: it ends at the
    latest of the ends, and beneath it the strictest lasting word counts. Returns (status, expires) in the order in
    which they are to be recorded, empty when all said the same.
    """
    said = {(_lasting(words, moment), _pause(words, moment)) for words in people if words}
    if len(said) < 2:
        return []
    rows = [row for row in [_strictest_row([lasting for lasting, _end in said if lasting])] if row]
    ends = [end for _lasting_word, end in said if end]
    return rows + ([(WITHDRAWN, max(ends))] if ends else [])


def _lasting(words, moment):
    """(status, expires) of the last word that is no pause, None when there is none."""
    words = [w for w in words if w.at <= moment and not (w.status == WITHDRAWN and w.expires)]
    if not words:
        return None
    last = max(words, key=lambda w: (w.at, w.order))
    if last.expires is not None and last.expires <= moment:
        return UNKNOWN, None
    return last.status, last.expires


def _pause(words, moment):
    """When the pause that is the last word ends, None when the last word is no pause."""
    words = [w for w in words if w.at <= moment and not (w.status == WITHDRAWN and w.expires and w.expires <= moment)]
    last = max(words, key=lambda w: (w.at, w.order), default=None)
    return last.expires if last and last.status == WITHDRAWN else None


def _strictest_row(rows):
    if not rows:
        return None
    status = strictest([status for status, _expires in rows])
    ends = [expires for of, expires in rows if of == status and expires]
    return status, min(ends, default=None)


# --------------------------------------------------------------------------- the customer's own page
def allowed(status, purpose, needed):
    """Whether a contact may be made with this consent ``status``; ``needed``: purposes that need consent."""
    return status == GIVEN or (status == UNKNOWN and purpose not in needed)


def changes(words, wanted, moment, purposes, channels, needed):
    """The words to add so that exactly what the customer ticked is allowed.

    ``wanted``: {(purpose, channel): ticked} of what the customer saw; ``purposes`` and ``channels``: all there are;
    ``needed``: purposes that need consent. What the customer did not change gets no word; what they did not see is
    never loosened. Returns :class:`Consent` in the order in which they are to be recorded.

    >>> [(c.status, c.purpose) for c in changes([], {("care", "email"): False}, datetime(2026, 3, 3), ["care"],
    ...     ["email"], [])]
    [('withdrawn', 'care')]
    """
    status = {(p, c): consent_status(words, p, c, moment) for p in purposes for c in channels}
    may = {cell: allowed(status[cell], cell[0], needed) for cell in wanted}
    opened = [cell for cell, ticked in wanted.items() if ticked and not may[cell]]
    closed = [cell for cell, ticked in wanted.items() if not ticked and may[cell]]
    lifted = [scope for scope in _wide_withdrawals(words, moment) if any(_covers(scope, cell) for cell in opened)]
    rows = [(UNKNOWN, scope) for scope in lifted]
    rows += [
        (WITHDRAWN, cell)
        for cell, known in status.items()
        if known == WITHDRAWN and cell not in opened and any(_covers(scope, cell) for scope in lifted)
    ]
    rows += [(GIVEN, cell) for cell in opened]
    rows += [(WITHDRAWN, scope) for scope in _whole_topics(closed, wanted)]
    return [Consent(word, moment, *scope, order=number) for number, (word, scope) in enumerate(rows)]


def _covers(scope, cell):
    return all(mine in ("", other) for mine, other in zip(scope, cell, strict=True))


def _wide_withdrawals(words, moment):
    """The scopes wider than one purpose by one channel whose last word is a withdrawal."""
    scopes = {(w.purpose, w.channel) for w in words if not (w.purpose and w.channel)}
    exact = {scope: [w for w in words if (w.purpose, w.channel) == scope] for scope in scopes}
    return sorted(s for s, own in exact.items() if consent_status(own, *s, moment) == WITHDRAWN)


def _whole_topics(closed, wanted):
    """``closed`` cells, those of a topic no channel is left of as the topic for every channel."""
    left = {purpose for (purpose, _channel), ticked in wanted.items() if ticked}
    return list(dict.fromkeys((p, c) if p in left else (p, "") for p, c in closed))
