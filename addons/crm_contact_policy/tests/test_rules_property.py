"""The gate over random policies, holidays, zones and histories."""

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..domain import rules, wishes
from ..domain.memory import memory
from .common import examples

ZONES = (
    "Asia/Ho_Chi_Minh",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
    "UTC",
)
START = datetime(2026, 1, 1)
moments = st.integers(0, 500 * 24 * 12).map(lambda step: START + timedelta(minutes=5 * step))
channels = st.sampled_from(rules.CHANNELS)
purposes = st.sampled_from(rules.PURPOSES)
hour_lines = st.tuples(
    st.none() | st.integers(0, 6), st.just("") | channels, st.integers(0, 96), st.integers(0, 96)
).map(lambda line: (line[0], line[1], min(line[2:]) * 15, max(line[2:]) * 15))
caps = st.builds(
    rules.Cap,
    limit=st.integers(0, 4),
    days=st.sampled_from((1, 2, 7, 30, 45)),
    channel=st.just("") | channels,
    purpose=st.just("") | purposes,
)


pasts = st.builds(
    rules.Past,
    moments,
    channels,
    purposes,
    st.none() | moments,
    same_target=st.booleans(),
    counts=st.booleans(),
    by_hand=st.booleans(),
)


@st.composite
def rulebooks(draw):
    lines = draw(st.lists(hour_lines, max_size=6))
    days = draw(st.lists(st.integers(0, 500), max_size=25))
    return rules.Rulebook(
        hours={channel: rules.week_hours(lines, channel) for channel in rules.CHANNELS if channel != "post"},
        days_off=draw(st.frozensets(st.integers(0, 6), max_size=4)),
        holidays={date(2026, 1, 1) + timedelta(days=day): "Lễ" for day in days},
        free_on_days_off=draw(st.frozensets(purposes, max_size=2)),
        needs_consent=draw(st.frozensets(purposes, max_size=1)),
        passes_caps=draw(st.frozensets(purposes, max_size=1)),
        cooldown=draw(st.dictionaries(purposes, st.integers(0, 40), max_size=3)),
        caps=tuple(draw(st.lists(caps, max_size=3))),
    )


@st.composite
def people(draw):
    """What a customer may have asked for: hours of some days, a pause."""
    start = draw(st.integers(0, 23))
    wish = wishes.Wish(
        start,
        draw(st.integers(start + 1, 24)),
        draw(st.frozensets(st.integers(0, 6), min_size=1)),
        draw(st.none() | moments),
    )
    return {
        "tz": draw(st.sampled_from(ZONES)),
        "hours": wish.week,
        "paused_until": wish.paused_until,
        "child": draw(st.sampled_from(("", "", "", "consent_of_parent"))),
    }


def in_quiet_hours(book, channel, moment, tz):
    """An independent reading of the rule: the wall clock against the week's spans."""
    if channel not in book.hours:
        return False
    wall = rules.to_local(moment, tz)
    minute = wall.hour * 60 + wall.minute
    return not any(start <= minute < end for start, end in book.hours[channel][wall.weekday()])


def overfull(contacts, cap):
    """Whether some window of the cap holds too many of ``contacts`` (moment, channel, purpose)."""
    times = sorted(at for at, channel, purpose in contacts if cap.concerns(channel, purpose))
    return any(sum(start <= at < start + cap.window for at in times) > cap.limit for start in times)


@tagged("post_install", "-at_install", "pure")
class TestGateProperties(BaseCase):
    @settings(max_examples=examples(5000), deadline=None)
    @given(rulebooks(), people(), st.lists(st.tuples(moments, channels, purposes), max_size=30))
    def test_sequence_keeps_every_rule(self, book, known, asked):
        """Whatever is asked in whatever order: quiet hours, the customer's own hours and pause, days off, caps,
        cool-downs and the 60 days are kept."""
        past, contacts, tz = [], [], known["tz"]
        for at, channel, purpose in asked:
            person = rules.Person(past=tuple(past), **known)
            found = rules.decide(rules.Ask(channel, purpose, at), person, book)
            if found.verdict == rules.DENY:
                continue
            self.assertGreaterEqual(found.at, at)
            self.assertLessEqual(found.at - at, rules.HORIZON)
            self.assertFalse(in_quiet_hours(book, channel, found.at, tz), (found, tz))
            day = rules.to_local(found.at, tz).date()
            if known["hours"] and channel in book.hours:
                self.assertFalse(in_quiet_hours(rules.Rulebook(hours={channel: known["hours"]}), channel, found.at, tz))
            if known["paused_until"] and purpose not in ("service", "support"):
                self.assertGreaterEqual(found.at, known["paused_until"])
            if purpose not in ("service", "care", "support") or purpose not in book.free_on_days_off:
                self.assertFalse(day.weekday() in book.days_off or day in book.holidays, (found, tz))
            self.assertNotIn(purpose, book.needs_consent)
            self.assertTrue(not known["child"] or purpose in ("service", "support"), "a child is left alone")
            past.append(rules.Past(found.at, channel, purpose))
            contacts.append((found.at, channel, purpose))
        limited = [contact for contact in contacts if contact[2] not in book.passes_caps]
        for cap in book.caps:
            self.assertFalse(overfull(limited, cap), (cap, limited))
        for purpose, days in book.cooldown.items():
            times = sorted(at for at, _channel, of in contacts if of == purpose)
            for first, second in zip(times, times[1:], strict=False):
                self.assertGreaterEqual(second - first, timedelta(days=days))

    @settings(max_examples=examples(2000), deadline=None)
    @given(st.sampled_from(ZONES), moments, st.lists(hour_lines, min_size=1, max_size=5), channels)
    def test_next_open_is_the_first(self, tz, at, lines, channel):
        """No quarter of an hour between the wish and the answer was open (skipped hours of the clock aside)."""
        week = rules.week_hours(lines, channel)
        found = rules.next_open(week, at, tz)
        if found is None:
            self.assertFalse(any(week))
            return
        self.assertTrue(rules.is_open(week, found, tz))
        step = at
        while step < found:
            wall = rules.to_local(step, tz)
            shifted = rules.to_utc(wall, tz) != step or rules.to_local(
                step - timedelta(hours=3), tz
            ) != wall - timedelta(hours=3)
            self.assertTrue(shifted or not rules.is_open(week, step, tz), (step, found))
            step += timedelta(minutes=15)

    @settings(max_examples=examples(2000), deadline=None)
    @given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 1439))
    def test_round_trip(self, tz, day, minute):
        """A wall-clock time that exists comes back unchanged."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        moment = rules.to_utc(wall, tz)
        back = rules.to_local(moment, tz)
        self.assertLessEqual(abs(back - wall), timedelta(days=1, hours=1))
        self.assertEqual(rules.to_local(rules.to_utc(back, tz), tz), back)

    @settings(max_examples=examples(1000), deadline=None)
    @given(rulebooks(), people(), st.lists(st.tuples(moments, channels, purposes), max_size=15), moments)
    def test_bypass_keeps_the_night_and_the_customers_word(self, book, known, history, at):
        """Who bypasses passes caps and cool-downs, and days off with care, service and support; nothing else, and never
        has to wait longer for it."""
        past = tuple(rules.Past(*contact) for contact in history)
        person = rules.Person(past=past, **known)
        for channel, purpose in (("email", "survey"), ("sms", "care"), ("phone", "sale"), ("email", "service")):
            plain = rules.decide(rules.Ask(channel, purpose, at), person, book)
            found = rules.decide(rules.Ask(channel, purpose, at, bypass=True), person, book)
            if found.verdict == rules.DENY:
                self.assertEqual(plain.verdict, rules.DENY)
                continue
            self.assertFalse(in_quiet_hours(book, channel, found.at, known["tz"]))
            waits = known["paused_until"] if purpose != "service" else None
            self.assertGreaterEqual(found.at, max(at, waits or at))
            if purpose in ("survey", "sale"):
                day = rules.to_local(found.at, known["tz"]).date()
                self.assertFalse(day.weekday() in book.days_off or day in book.holidays, found)
            if plain.verdict != rules.DENY:
                self.assertLessEqual(found.at, plain.at)

    @settings(max_examples=examples(2000), deadline=None)
    @given(rulebooks(), rulebooks(), people(), st.lists(pasts, max_size=30), moments, channels, purposes)
    def test_what_is_forgotten_changes_nothing(self, book, other, known, history, at, channel, purpose):
        """Contacts older than the rules look back at may be left unread."""
        ask = rules.Ask(channel, purpose, at)
        span = memory(ask, [book, other, book])
        kept = [
            past
            for past in history
            if past.at >= span.since
            or (past.purpose == purpose and (past.at >= span.own_since or (past.refused_on or at) >= span.own_since))
        ]
        whole, short = (rules.Person(past=tuple(past), **known) for past in (history, kept))
        self.assertEqual(rules.decide(ask, short, book), rules.decide(ask, whole, book))

    @settings(max_examples=examples(1000), deadline=None)
    @given(rulebooks(), people(), moments, st.integers(0, 90 * 24))
    def test_deadline(self, book, known, at, hours):
        """With a deadline nothing goes after it; without a moment before it, it is too late."""
        person = rules.Person(**known)
        deadline = at + timedelta(hours=hours)
        found = rules.decide(rules.Ask("email", "care", at, deadline=deadline), person, book)
        if found.verdict == rules.DENY:
            self.assertIn(found.code, ("too_late", "never_open", "cap_zero", "consent_missing", "consent_of_parent"))
        else:
            self.assertLessEqual(found.at, deadline)
        late = deadline + timedelta(minutes=1)
        after = rules.decide(rules.Ask("email", "care", late, deadline=deadline), person, book)
        self.assertEqual((after.verdict, after.code), (rules.DENY, "too_late"))
