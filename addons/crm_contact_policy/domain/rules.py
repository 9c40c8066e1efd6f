"""When may we contact whom: every rule as a pure function.

Nothing here knows of Odoo. A caller states what is asked (:class:`Ask`), what is known
of the recipient (:class:`Person`) and the company's rules (:class:`Rulebook`);
:func:`decide` answers with one :class:`Finding`.

All moments are naive datetimes in UTC; hours of a day are minutes since local midnight;
a weekday counts from Monday = 0.

>>> book = Rulebook(hours={"email": ((((480, 1200),),) * 7)}, days_off=frozenset({6}))
>>> ask = Ask("email", "survey", datetime(2026, 3, 1, 9, 0))        # a Sunday
>>> decide(ask, Person(), book)
Finding(verdict='hold', at=datetime.datetime(2026, 3, 2, 8, 0), code='day_off', params={})
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import pytz

from .consent import GIVEN, WITHDRAWN, consent_status, of_child, withdrawn_until
from .conversation import taking_place
from .windows import earliest_free

ALLOW, HOLD, DENY = "allow", "hold", "deny"
CHANNELS = ("email", "sms", "phone", "visit", "post", "chat", "social", "web")
PURPOSES = ("survey", "service", "care", "marketing", "sale", "support")

# What a policy that does not speak of a purpose means: wishes and what the customer asked for may come on any day,
# collecting and selling never on a day off (whatever the policy says), advertising needs consent.
FREE_ON_DAYS_OFF = frozenset({"service", "care", "support"})
NEVER_ON_DAYS_OFF = frozenset(PURPOSES) - FREE_ON_DAYS_OFF
NEEDS_CONSENT = frozenset({"marketing"})
# What a pause leaves alone: the customer waits for it.
ASKED_FOR = frozenset({"service", "support"})

HORIZON = timedelta(days=60)
DAY = 24 * 60
DEFAULT_HOURS = ((8 * 60, 20 * 60),)
_STEP = timedelta(minutes=15)
_MAX_ROUNDS = 500


@dataclass(frozen=True)
class Finding:
    """What one rule, or all of them, say: ``verdict``, the earliest moment, and why."""

    verdict: str
    at: datetime
    code: str = ""
    params: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """A contact somebody wants to make.

    ``deadline`` is the last moment a hold may end; without it, 60 days after ``since``, when it was asked for first (by
    default ``at``). ``bypass``: somebody entitled takes the responsibility for passing caps, cool-downs and – never for
    collecting and selling – days off.
    """

    channel: str
    purpose: str
    at: datetime
    deadline: datetime | None = None
    since: datetime | None = None
    bypass: bool = False

    @property
    def last_moment(self):
        """The moment after which a hold becomes a denial."""
        return self.deadline or max((self.since or self.at) + HORIZON, self.at)


class Past(NamedTuple):
    """A contact already made or promised: it takes a place under the caps when it ``counts`` (not what the customer
    made, nor an answer to it). ``by_hand``: made by a colleague, not asked of the gate.

    A tuple: 1,000 customers have 20,000 of them, made in a quarter of a dataclass's time.
    """

    at: datetime
    channel: str
    purpose: str
    refused_on: datetime | None = None
    same_target: bool = False
    counts: bool = True
    by_hand: bool = False


@dataclass(frozen=True)
class Person:
    """What the rules must know about the recipient.

    ``problem`` names what makes the channel unusable (``archived``, ``no_email`` …), empty when nothing does.
    ``hours``: seven tuples (Monday first) of the (from, to) minutes the customer asked for, None when any will do.
    ``paused_until``: the moment until which the customer wants to hear nothing. ``child``: empty for grown-ups; for a
    child the code to refuse with as long as no parent or guardian agreed.
    """

    tz: str = "UTC"
    problem: str = ""
    hours: tuple | None = None
    paused_until: datetime | None = None
    consents: tuple = ()
    past: tuple = ()
    child: str = ""
    firm: tuple = ()  # what their company said: its no binds its people, its yes does not speak for them


@dataclass(frozen=True)
class Cap:
    """At most ``limit`` contacts in any ``days`` days, of one channel and/or purpose or of all."""

    limit: int
    days: float
    channel: str = ""
    purpose: str = ""

    @property
    def window(self):
        """Length of the rolling window."""
        return timedelta(days=self.days)

    def concerns(self, channel, purpose):
        """Whether a contact of this channel and purpose counts under the cap."""
        return self.channel in ("", channel) and self.purpose in ("", purpose)

    def taken(self, places):
        """The sorted moments of those of ``places`` (:class:`Past`) that take a place under this cap.

        A further contact about the same thing takes none of a purpose.
        """
        channel, purpose = self.channel, self.purpose
        return sorted(
            [
                past.at
                for past in places
                if (not channel or channel == past.channel)
                and (not purpose or (purpose == past.purpose and not past.same_target))
            ]
        )


@dataclass(frozen=True)
class Rulebook:
    """A company's rules, ready for use.

    ``hours``: per channel seven tuples (Monday first) of (from, to) minutes in which we may contact; a channel
    that is not a key has no quiet hours. ``holidays``: local dates with their names. ``cooldown``: days per purpose.
    """

    hours: dict = field(default_factory=dict)
    days_off: frozenset = frozenset()
    holidays: dict = field(default_factory=dict)
    free_on_days_off: frozenset = frozenset()
    needs_consent: frozenset = frozenset()
    passes_caps: frozenset = frozenset()
    cooldown: dict = field(default_factory=dict)
    caps: tuple = ()
    zone_by_country: bool = False


# --------------------------------------------------------------------------- time
@lru_cache(maxsize=512)
def _zone(name):
    try:
        return pytz.timezone(name or "UTC")
    except pytz.UnknownTimeZoneError:
        return pytz.utc


@lru_cache(maxsize=8192)  # a thousand customers asked of at one moment live in few zones
def to_local(moment, tz):
    """The wall-clock time (naive) of a UTC ``moment`` in the zone named ``tz``."""
    return pytz.utc.localize(moment).astimezone(_zone(tz)).replace(tzinfo=None)


@lru_cache(maxsize=8192)
def to_utc(wall, tz, later=False):
    """The UTC moment (naive) of a wall-clock time; ``later`` takes the second one of a repeated hour."""
    aware = _zone(tz).localize(wall, is_dst=not later)
    return aware.astimezone(pytz.utc).replace(tzinfo=None)


def local_dates(start, end, tz):
    """The local dates a UTC interval touches (the end is outside)."""
    first, last = to_local(start, tz).date(), to_local(max(start, end - timedelta(seconds=1)), tz).date()
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def week_hours(lines, channel):
    """Seven tuples of the (from, to) minutes open for ``channel``.

    ``lines`` are (weekday or None, channel or "", from, to). Lines of the channel beat lines of every channel; among
    those, lines of the weekday beat lines of every day; lines of equal rank add up; from = to closes the day.

    >>> week_hours([(None, "", 480, 1200), (5, "", 480, 720), (None, "sms", 540, 600)], "sms")[5]
    ((540, 600),)
    """
    own = [line for line in lines if line[1] == channel] or [line for line in lines if not line[1]]
    week = []
    for weekday in range(7):
        exact = [line for line in own if line[0] == weekday] or [line for line in own if line[0] is None]
        spans = tuple(sorted((start, end) for _day, _channel, start, end in exact if end > start))
        week.append(spans if exact else DEFAULT_HOURS)
    return tuple(week)


def is_open(week, moment, tz):
    """Whether ``moment`` lies in the contact hours ``week`` of the zone ``tz``."""
    wall = to_local(moment, tz)
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in week[wall.weekday()])


@lru_cache(maxsize=8192)
def next_open(week, moment, tz, days=62):
    """The first moment from ``moment`` on in the contact hours, or None within ``days`` days."""
    if is_open(week, moment, tz):
        return moment
    first_day = to_local(moment, tz).date()
    for offset in range(days + 1):
        day = first_day + timedelta(days=offset)
        starts = [
            to_utc(datetime.combine(day, time()) + timedelta(minutes=start), tz, later)
            for start, _end in week[day.weekday()]
            for later in (False, True)
        ]
        starts = [start for start in starts if start > moment and is_open(week, start, tz)]
        if starts:
            return min(starts)
    return None


# --------------------------------------------------------------------------- rules
def rule_reachable(ask, person, book, moment):
    """Deny when the recipient cannot be reached that way: archived, no address, blacklisted."""
    if person.problem:
        return Finding(DENY, moment, person.problem)
    return None


def rule_consent(ask, person, book, moment):
    """Deny after a withdrawal – hold during one that ends –, and without consent for a purpose that needs one.

    Of a child everything needs one but what was asked for, and a parent or guardian gives it.
    """
    said = of_child(person.consents) if person.child else person.consents
    for words in (said, person.firm):
        if consent_status(words, ask.purpose, ask.channel, moment) == WITHDRAWN:
            if end := withdrawn_until(words, ask.purpose, ask.channel, moment):
                return Finding(HOLD, end, "paused")
            return Finding(DENY, moment, "consent_withdrawn", {"purpose": ask.purpose})
    if consent_status(said, ask.purpose, ask.channel, moment) == GIVEN:
        return None
    if person.child and ask.purpose not in ASKED_FOR:
        return Finding(DENY, moment, person.child, {"purpose": ask.purpose})
    if ask.purpose in book.needs_consent:
        return Finding(DENY, moment, "consent_missing", {"purpose": ask.purpose})
    return None


def rule_pause(ask, person, book, moment):
    """Hold while the customer wants to hear nothing; what they asked for comes all the same."""
    if ask.purpose in ASKED_FOR or person.paused_until is None or person.paused_until <= moment:
        return None
    return Finding(HOLD, person.paused_until, "paused")


def rule_preferred_hours(ask, person, book, moment):
    """Hold outside the hours the customer asked for; they count wherever contact hours do."""
    if person.hours is None or ask.channel not in book.hours:
        return None
    start = next_open(person.hours, moment, person.tz)
    if start is None:
        return Finding(DENY, moment, "never_open", {"channel": ask.channel})
    return Finding(HOLD, start, "preferred_hours") if start > moment else None


def rule_quiet_hours(ask, person, book, moment):
    """Hold outside the contact hours, in the recipient's time zone."""
    week = book.hours.get(ask.channel)
    if week is None:
        return None
    start = next_open(week, moment, person.tz)
    if start is None:
        return Finding(DENY, moment, "never_open", {"channel": ask.channel})
    return Finding(HOLD, start, "quiet_hours") if start > moment else None


def rule_day_off(ask, person, book, moment):
    """Hold on a weekly day off or a holiday, unless the purpose may; by bypass all may but collecting and selling."""
    if ask.purpose in (FREE_ON_DAYS_OFF if ask.bypass else book.free_on_days_off - NEVER_ON_DAYS_OFF):
        return None
    day = to_local(moment, person.tz).date()
    if not _is_off(day, book):
        return None
    for offset in range(1, 63):
        following = day + timedelta(days=offset)
        if not _is_off(following, book):
            start = max(to_utc(datetime.combine(following, time()), person.tz), moment + timedelta(minutes=1))
            name = book.holidays.get(day)
            return Finding(HOLD, start, "holiday" if name else "day_off", {"name": name} if name else {})
    return Finding(DENY, moment, "never_open", {"channel": ask.channel})


def _is_off(day: date, book):
    return day.weekday() in book.days_off or day in book.holidays


def rule_cooldown(ask, person, book, moment):
    """Hold while the purpose cools down after the last contact for it, or after a refusal."""
    days = book.cooldown.get(ask.purpose, 0)
    if days <= 0:
        return None
    same = [past for past in person.past if past.purpose == ask.purpose]
    if not same:
        return None
    times = [past.at for past in taking_place(same, ask.purpose) if not past.same_target]
    times += [past.refused_on for past in same if past.refused_on]
    start = earliest_free(sorted(times), 1, timedelta(days=days), moment)
    if start > moment:
        return Finding(HOLD, start, "cooldown", {"days": days, "purpose": ask.purpose})
    return None


def rule_caps(ask, person, book, moment):
    """Hold while one more contact would pass a rolling cap, unless the purpose may."""
    if ask.purpose in book.passes_caps:
        return None
    caps = [cap for cap in book.caps if cap.concerns(ask.channel, ask.purpose)]
    places = taking_place(person.past, ask.purpose) if caps else []
    worst = None
    for cap in caps:
        params = {"limit": cap.limit, "days": cap.days, "channel": cap.channel, "purpose": cap.purpose}
        start = earliest_free(cap.taken(places), cap.limit, cap.window, moment)
        if start is None:
            return Finding(DENY, moment, "cap_zero", params)
        if start > moment and (worst is None or start > worst.at):
            worst = Finding(HOLD, start, "cap", params)
    return worst


RULES = (
    rule_reachable,
    rule_consent,
    rule_pause,
    rule_quiet_hours,
    rule_preferred_hours,
    rule_day_off,
    rule_cooldown,
    rule_caps,
)
# What nobody may pass: the customer's own word, and the night; collecting and selling not a day off, either.
BINDING_RULES = (rule_reachable, rule_consent, rule_pause, rule_quiet_hours, rule_preferred_hours, rule_day_off)


def combine(findings, moment):
    """One finding out of several: a denial wins, then the latest hold; None when all allow."""
    found = [finding for finding in findings if finding is not None]
    for finding in found:
        if finding.verdict == DENY:
            return finding
    return max(found, key=lambda finding: finding.at, default=None)


def decide(ask, person, book, rules=RULES):
    """Allow now, hold until the first moment at which every rule agrees, or deny.

    Returns a :class:`Finding`; for a hold, ``code`` and ``params`` are those of the first rule that held it. A hold
    that would end after ``ask.last_moment`` is a denial with code ``no_moment``, or ``too_late`` when the caller set
    the deadline; so is whatever is asked for after it.
    """
    if ask.bypass:
        rules = tuple(rule for rule in rules if rule in BINDING_RULES)
    late = "too_late" if ask.deadline else "no_moment"
    if ask.at > ask.last_moment:
        return Finding(DENY, ask.at, late, {"because": ""})
    moment, first = ask.at, None
    for _round in range(_MAX_ROUNDS):
        finding = combine([rule(ask, person, book, moment) for rule in rules], moment)
        if finding is None:
            break
        if finding.verdict == DENY:
            return Finding(DENY, ask.at, finding.code, finding.params)
        first = first or finding
        moment = max(finding.at, moment + _STEP) if finding.at <= moment else finding.at
        if moment > ask.last_moment:
            return Finding(DENY, ask.at, late, {"because": first.code})
    else:
        return Finding(DENY, ask.at, late, {"because": first.code})
    if first is None:
        return Finding(ALLOW, ask.at)
    return Finding(HOLD, moment, first.code, first.params)
