"""When a customer is best called, whose turn it is, and when to try again: dates and hours only.

Moments are naive datetimes; where a function speaks of *local* ones they are of the customer's own clock.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

# Whose turn it is: who was promised a call, who may be called, who not yet.
CALL_BACK, READY, LATER = 0, 1, 2

# What came of a call that reached nobody -> hours until the next try, by how many tries there were already.
GAPS = {"busy": (0.5, 1, 4), "no_answer": (4, 20, 44), "voicemail": (20, 44, 68)}
SPAN_HOURS = 2
# A dialog left open longer than that was forgotten: nobody was on the phone all the time.
LONGEST_CALL = timedelta(hours=3)


def turn(due, call_back_on, at):
    """Return whose turn it is at ``at``: :data:`CALL_BACK`, :data:`READY` or :data:`LATER`.

    The SQL of the queue's order says the same; a test proves that both agree.

    >>> at = datetime(2026, 3, 3, 9)
    >>> turn(at, at, at), turn(at, None, at), turn(None, None, at), turn(at, at + timedelta(minutes=1), at)
    (0, 1, 1, 2)
    """
    moment = call_back_on or due
    if moment is not None and moment > at:
        return LATER
    return CALL_BACK if call_back_on is not None else READY


@dataclass(frozen=True)
class Span:
    """Hours of the customer's day in which to call: ``source`` says whence we know (reached, wish, usual)."""

    start: float
    end: float
    source: str = "usual"
    count: int = 0

    def holds(self, moment):
        """Whether a local moment lies in the span."""
        return self.start <= moment.hour + moment.minute / 60 < self.end

    def next_start(self, moment):
        """Return the first local moment from ``moment`` on that lies in the span.

        >>> Span(9, 11).next_start(datetime(2026, 3, 3, 12)), Span(9, 11).next_start(datetime(2026, 3, 3, 10))
        (datetime.datetime(2026, 3, 4, 9, 0), datetime.datetime(2026, 3, 3, 10, 0))
        """
        if self.holds(moment):
            return moment
        start = datetime.combine(moment.date(), time()) + timedelta(hours=self.start)
        return start if start >= moment else start + timedelta(days=1)


def best_span(reached, missed, wish, usual):
    """Return the hours in which to call a customer.

    :param reached: local moments at which somebody spoke with the customer
    :param missed: local moments of calls that reached nobody
    :param wish: (from, to) hours the customer asked for, ``None`` when any will do
    :param usual: (from, to) hours in which the company calls when nothing else is known

    The two hours in which the customer was reached most often, a vain call counting half against them; ties go to the
    earlier ones. Hours the customer did not ask for never come out.

    >>> day = datetime(2026, 3, 2)
    >>> best_span([day.replace(hour=18), day.replace(hour=19)], [day.replace(hour=9)], None, (9, 11))
    Span(start=18, end=20, source='reached', count=2)
    >>> best_span([day.replace(hour=9)], [], (13, 16), (9, 11)), best_span([], [], None, (9, 11))
    (Span(start=13, end=16, source='wish', count=0), Span(start=9, end=11, source='usual', count=0))
    """
    first, last = wish or (0, 24)
    best, best_score = None, 0
    for start in range(24 - SPAN_HOURS + 1):
        span = Span(start, start + SPAN_HOURS, "reached")
        if start < first or span.end > last:
            continue
        count = sum(map(span.holds, reached))
        score = count - sum(map(span.holds, missed)) / 2
        if count and score > best_score:
            best, best_score = Span(start, span.end, "reached", count), score
    if best:
        return best
    start, end = max(first, usual[0]), min(last, usual[1])
    if wish and (start >= end or (first, last) != (0, 24)):
        return Span(*((start, end) if start < end else wish), "wish")
    return Span(*usual)


def next_try(outcome, tries, local, span):
    """Return the local moment of the next call after one that reached nobody.

    :param outcome: busy, no_answer or voicemail
    :param tries: how many calls there were, this one included
    :param local: when this one was made, by the customer's clock
    :param span: the customer's :class:`Span`; one we only suppose moves nothing, so that other hours are tried, too

    >>> at = datetime(2026, 3, 3, 9)
    >>> next_try("busy", 1, at, Span(9, 11)), next_try("no_answer", 1, at, Span(18, 20, "reached", 2))
    (datetime.datetime(2026, 3, 3, 9, 30), datetime.datetime(2026, 3, 3, 18, 0))
    >>> next_try("no_answer", 2, at, Span(9, 11))
    datetime.datetime(2026, 3, 4, 5, 0)
    """
    gaps = GAPS[outcome]
    moment = local + timedelta(hours=gaps[min(max(tries, 1), len(gaps)) - 1])
    return moment if outcome == "busy" or span.source == "usual" else span.next_start(moment)


def propose_call_back(local, span):
    """Return a local moment to propose when the customer wants to be called back: the next day at a good hour.

    >>> propose_call_back(datetime(2026, 3, 3, 16), Span(9, 11))
    datetime.datetime(2026, 3, 4, 9, 0)
    """
    return datetime.combine(local.date(), time()) + timedelta(days=1, hours=span.start)


def call_hours(since, until):
    """Return how long a call took, in hours; 0 when it was never begun, or forgotten.

    >>> at = datetime(2026, 3, 3, 9)
    >>> call_hours(at, at + timedelta(minutes=6)), call_hours(None, at), call_hours(at, at + timedelta(hours=9))
    (0.1, 0.0, 0.0)
    """
    if since is None or not timedelta() <= until - since <= LONGEST_CALL:
        return 0.0
    return (until - since).total_seconds() / 3600


def is_exhausted(outcome, tries, limit):
    """Whether the customer is not called any more after this outcome; a call the customer agreed to is always made.

    >>> is_exhausted("busy", 3, 3), is_exhausted("busy", 2, 3), is_exhausted("busy", 9, 0)
    (True, False, False)
    >>> is_exhausted("call_back", 9, 3)
    False
    """
    return outcome in GAPS and 0 < limit <= tries


# Outcomes of calls in which somebody was reached who could answer for the customer.
CONTACTS = frozenset({"break_off", "by_link", "call_back", "completed", "not_eligible", "refused", "unable"})
