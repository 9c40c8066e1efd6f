"""Rules in the notation of RFC 5545 (``FREQ=MONTHLY;BYDAY=2TU``), by dateutil.

>>> from datetime import date
>>> rule = Dates(check_text("RRULE:FREQ=MONTHLY;BYDAY=2TU"), date(2026, 1, 13), False)
>>> [rule.nth(number).isoformat() for number in (1, 2, 3)]
['2026-02-10', '2026-03-10', '2026-04-14']
"""

import re
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice, takewhile

from dateutil.rrule import rrulestr

from .workdays import ScheduleError

SUB_DAILY = re.compile(r"FREQ=(HOURLY|MINUTELY|SECONDLY)|BY(HOUR|MINUTE|SECOND)=")
UNTIL = re.compile(r";?UNTIL=\d{8}(T\d{6}Z?)?(?=;|$)")
ALLOWED = re.compile(r"[A-Z0-9=;,+\-]+")
# Dateutil looks for the next date up to the year 9999: whoever asks for 30 February waits for all of them.
PROBE_FROM = datetime(2024, 2, 29)


@lru_cache(maxsize=1024)
def check_text(text: str) -> str:
    """Normalise a rule.

    :param text: one RRULE, with or without the word RRULE in front
    :return: the rule in capitals without the word
    :raises ScheduleError: ``rrule_syntax`` not a rule, ``rrule_time`` more often than daily, ``rrule_never`` no date
    """
    rule = re.sub(r"\s", "", text or "").upper().removeprefix("RRULE:")
    if SUB_DAILY.search(rule):
        raise ScheduleError("rrule_time")
    if not ALLOWED.fullmatch(rule) or "FREQ=" not in rule:
        raise ScheduleError("rrule_syntax")
    try:
        # The end of a rule counts from its own start, so an old one is no error.
        probe = rrulestr(UNTIL.sub("", rule).strip(";"), dtstart=PROBE_FROM)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise ScheduleError("rrule_syntax") from error
    if next(iter(probe), None) is None:
        raise ScheduleError("rrule_never")
    return rule


class Dates:
    """The dates of a rule from an anchor on, looked up by their number.

    :param text: a rule as :func:`check_text` returns it
    :param anchor: first day
    :param inclusive: whether the anchor itself counts, if it matches
    """

    def __init__(self, text: str, anchor: date, inclusive: bool):
        self._anchor = anchor
        until = re.search(r"UNTIL=(\d{8})", text)
        last = datetime.strptime(until.group(1), "%Y%m%d").date() if until else date.max
        # Without its UNTIL, which may carry a time zone that our days do not have.
        bare = UNTIL.sub("", text).strip(";")
        found = (moment.date() for moment in rrulestr(bare, dtstart=datetime.combine(anchor, time())))
        found = takewhile(lambda day: day <= last, found)
        self._source = (day for day in found if inclusive or day > anchor)
        self._known: list[date] = []

    def nth(self, number: int) -> date | None:
        """:return: date ``number`` (from 1), None when the rule has ended"""
        missing = number - len(self._known)
        if missing > 0:
            self._known += islice(self._source, missing)
        return self._known[number - 1] if 0 < number <= len(self._known) else None


@lru_cache(maxsize=4096)
def dates_of(text: str, anchor: date, inclusive: bool) -> Dates:
    """The same as :class:`Dates`, computed once for all subscriptions with that anchor."""
    return Dates(check_text(text), anchor, inclusive)
