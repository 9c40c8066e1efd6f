"""What to do with a lead that was asked: propose it, ask on, or keep it warm until the need comes."""

from dataclasses import dataclass
from datetime import date, timedelta

# When to be there, in days from today, by what the customer said about the need; a little before it arises.
DAYS_BY_WHEN = {"now": 0, "quarter": 60, "year": 270, "later": 360}
BEFORE_NEED = timedelta(days=14)
ASK_WITHIN = timedelta(days=7)
UNKNOWN = timedelta(days=30)


@dataclass(frozen=True)
class Advice:
    """What to do (propose, ask, nurture, rest) and on which day; ``rest``: there is no need, nothing is planned."""

    what: str
    on: date | None = None


def need_day(today, need_on, need_when):
    """Return the day on which to be there for the need, ``None`` when the customer has none.

    >>> need_day(date(2026, 3, 3), date(2026, 9, 30), None), need_day(date(2026, 3, 3), None, "quarter")
    (datetime.date(2026, 9, 16), datetime.date(2026, 5, 2))
    >>> need_day(date(2026, 3, 3), None, "none"), need_day(date(2026, 3, 3), None, None)
    (None, datetime.date(2026, 4, 2))
    """
    if need_on:
        return max(today, need_on - BEFORE_NEED)
    if need_when == "none":
        return None
    return today + (timedelta(days=DAYS_BY_WHEN[need_when]) if need_when in DAYS_BY_WHEN else UNKNOWN)


def advise(proposal, today, need_on=None, need_when=None):
    """Return the :class:`Advice` for a lead.

    :param proposal: what its fit says: convert, ask, nurture, or nothing without a target profile
    :param need_on: the day of the need, if told; ``need_when``: now, quarter, year, later or none

    >>> advise("convert", date(2026, 3, 3), need_when="year")
    Advice(what='propose', on=datetime.date(2026, 3, 3))
    >>> advise("ask", date(2026, 3, 3), need_when="year")
    Advice(what='ask', on=datetime.date(2026, 3, 10))
    >>> advise("nurture", date(2026, 3, 3), need_on=date(2026, 9, 30))
    Advice(what='nurture', on=datetime.date(2026, 9, 16))
    >>> advise(None, date(2026, 3, 3), need_when="none")
    Advice(what='rest', on=None)
    """
    if proposal == "convert":
        return Advice("propose", today)
    day = need_day(today, need_on, need_when)
    if not day:
        return Advice("rest")
    if proposal == "ask":
        return Advice("ask", min(day, today + ASK_WITHIN))
    return Advice("nurture", day)
