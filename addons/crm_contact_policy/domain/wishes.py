"""The hours and the pause a customer asked for: the last wish counts.

Hours are floats of the customer's own day (8.5 = half past eight), weekdays count from Monday = 0, moments are naive
datetimes in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Wish:
    """When a customer wants to be contacted: between two hours of some days, and not before ``paused_until``."""

    hour_from: float = 0.0
    hour_to: float = 24.0
    days: frozenset = EVERY_DAY
    paused_until: datetime | None = None

    @property
    def week(self):
        """Seven tuples (Monday first) of the (from, to) minutes wished for, None when any hour of any day will do.

        >>> Wish(9, 12, frozenset({5})).week[4:]
        ((), ((540, 720),), ())
        """
        if self.days == EVERY_DAY and (self.hour_from, self.hour_to) == (0, 24):
            return None
        span = ((round(self.hour_from * 60), round(self.hour_to * 60)),)
        return tuple(span if day in self.days else () for day in range(7))

    def is_within(self, other, at):
        """Whether this wish leaves no moment from ``at`` on that ``other`` left out.

        >>> now = datetime(2026, 1, 1)
        >>> Wish(9, 12).is_within(Wish(8, 12), now), Wish().is_within(Wish(8, 12), now)
        (True, False)
        """
        until = other.paused_until if other.paused_until and other.paused_until > at else None
        return (
            other.hour_from <= self.hour_from
            and self.hour_to <= other.hour_to
            and self.days <= other.days
            and (until is None or (self.paused_until or at) >= until)
        )


def merge(wishes):
    """The strictest of several people's wishes, when they turn out to be one person.

    Hours and days they have in common, and the longest pause; of hours or days that exclude each other, those of the
    first (the latest wish) stay.

    >>> merge([Wish(8, 12), Wish(10, 20)])
    Wish(hour_from=10, hour_to=12, days=frozenset({0, 1, 2, 3, 4, 5, 6}), paused_until=None)
    """
    result, *others = wishes
    for other in others:
        start, end = max(result.hour_from, other.hour_from), min(result.hour_to, other.hour_to)
        if start < end:
            result = replace(result, hour_from=start, hour_to=end)
        result = replace(result, days=result.days & other.days or result.days)
    return replace(result, paused_until=max((w.paused_until for w in wishes if w.paused_until), default=None))
