import doctest
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..domain import consent, holidays_vn, memory, rules, windows
from ..domain.consent import Consent
from ..domain.rules import Ask, Cap, Finding, Past, Person, Rulebook, decide

DAY = timedelta(days=1)
OPEN = {channel: (((480, 1200),),) * 7 for channel in rules.CHANNELS}
TUESDAY = datetime(2026, 3, 3, 10, 0)
SATURDAY_NIGHT = datetime(2026, 3, 7, 21, 0)


@tagged("post_install", "-at_install", "pure")
class TestRules(BaseCase):
    def test_doctests(self):
        """The examples in the docstrings are right."""
        for module in (rules, holidays_vn, memory, windows):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_allow(self):
        self.assertEqual(
            decide(Ask("email", "survey", TUESDAY), Person(), Rulebook(hours=OPEN)), Finding("allow", TUESDAY)
        )

    def test_combine_denial_wins_then_latest(self):
        early, late = Finding("hold", TUESDAY, "a"), Finding("hold", TUESDAY + DAY, "b")
        denial = Finding("deny", TUESDAY, "c")
        self.assertEqual(rules.combine([early, None, late], TUESDAY), late)
        self.assertEqual(rules.combine([late, denial], TUESDAY), denial)
        self.assertIsNone(rules.combine([None, None], TUESDAY))

    def test_unreachable(self):
        finding = decide(Ask("email", "survey", TUESDAY), Person(problem="no_email"), Rulebook(hours=OPEN))
        self.assertEqual((finding.verdict, finding.code), ("deny", "no_email"))

    def test_quiet_hours_then_day_off(self):
        """Saturday night, Sunday off: Monday morning; the reason is the first one met."""
        finding = decide(Ask("sms", "sale", SATURDAY_NIGHT), Person(), Rulebook(hours=OPEN, days_off=frozenset({6})))
        self.assertEqual(finding, Finding("hold", datetime(2026, 3, 9, 8, 0), finding.code, finding.params))
        self.assertIn(finding.code, ("quiet_hours", "day_off"))

    def test_quiet_hours_recipient_zone(self):
        """10:00 UTC is 17:00 in Saigon, but 05:00 in New York."""
        book = Rulebook(hours=OPEN)
        self.assertEqual(decide(Ask("email", "care", TUESDAY), Person(tz="Asia/Ho_Chi_Minh"), book).verdict, "allow")
        finding = decide(Ask("email", "care", TUESDAY), Person(tz="America/New_York"), book)
        self.assertEqual((finding.verdict, finding.at), ("hold", datetime(2026, 3, 3, 13, 0)))

    def test_channel_without_quiet_hours(self):
        book = Rulebook(hours={"email": OPEN["email"]})
        self.assertEqual(decide(Ask("post", "care", SATURDAY_NIGHT), Person(), book).verdict, "allow")

    def test_daylight_saving(self):
        """The night the clocks change, 08:00 is 08:00 by the new clock."""
        night = datetime(2026, 3, 29, 0, 30)
        finding = decide(Ask("email", "care", night), Person(tz="Europe/Berlin"), Rulebook(hours=OPEN))
        self.assertEqual(finding.at, datetime(2026, 3, 29, 6, 0))

    def test_holiday_names_itself(self):
        book = Rulebook(hours=OPEN, holidays={TUESDAY.date(): "Tết"})
        finding = decide(Ask("email", "survey", TUESDAY), Person(), book)
        self.assertEqual((finding.code, finding.params), ("holiday", {"name": "Tết"}))
        self.assertEqual(finding.at, datetime(2026, 3, 4, 8, 0))

    def test_purpose_free_on_days_off(self):
        book = Rulebook(hours=OPEN, days_off=frozenset(range(7)), free_on_days_off=frozenset({"care"}))
        self.assertEqual(decide(Ask("email", "care", TUESDAY), Person(), book).verdict, "allow")
        self.assertEqual(decide(Ask("email", "survey", TUESDAY), Person(), book).verdict, "deny")

    def test_week_hours_resolution(self):
        """Channel before every channel, weekday before every day, equal rank adds up, from = to closes."""
        lines = [
            (None, "", 480, 1200),
            (5, "", 480, 720),
            (None, "sms", 540, 600),
            (None, "sms", 900, 960),
            (6, "sms", 0, 0),
        ]
        self.assertEqual(rules.week_hours(lines, "email")[0], ((480, 1200),))
        self.assertEqual(rules.week_hours(lines, "email")[5], ((480, 720),))
        self.assertEqual(rules.week_hours(lines, "sms")[5], ((540, 600), (900, 960)))
        self.assertEqual(rules.week_hours(lines, "sms")[6], ())
        self.assertEqual(rules.week_hours([], "email")[3], rules.DEFAULT_HOURS)

    def test_cap_rolling(self):
        book = Rulebook(hours=OPEN, caps=(Cap(2, 7),))
        past = tuple(Past(TUESDAY - days * DAY, "sms", "sale") for days in (1, 3))
        finding = decide(Ask("email", "survey", TUESDAY), Person(past=past), book)
        self.assertEqual((finding.verdict, finding.code, finding.at), ("hold", "cap", TUESDAY + 4 * DAY))

    def test_cap_counts_future_bookings(self):
        """A place promised for next week is taken as well."""
        book = Rulebook(hours=OPEN, caps=(Cap(1, 7),))
        past = (Past(TUESDAY + 2 * DAY, "email", "sale"),)
        finding = decide(Ask("email", "survey", TUESDAY), Person(past=past), book)
        self.assertEqual(finding.at, TUESDAY + 9 * DAY)

    def test_cap_exactly_one_window_apart(self):
        self.assertEqual(rules.earliest_free([TUESDAY - 30 * DAY], 1, 30 * DAY, TUESDAY), TUESDAY)

    def test_cap_of_other_channel_or_purpose(self):
        book = Rulebook(hours=OPEN, caps=(Cap(1, 30, "sms"), Cap(1, 30, "", "marketing")))
        past = (Past(TUESDAY - DAY, "email", "survey"),)
        self.assertEqual(decide(Ask("email", "survey", TUESDAY), Person(past=past), book).verdict, "allow")

    def test_cap_zero_and_passing(self):
        book = Rulebook(hours=OPEN, caps=(Cap(0, 1),), passes_caps=frozenset({"service"}))
        self.assertEqual(decide(Ask("email", "survey", TUESDAY), Person(), book).code, "cap_zero")
        self.assertEqual(decide(Ask("email", "service", TUESDAY), Person(), book).verdict, "allow")

    def test_reminder_takes_no_new_place(self):
        """A further contact about the same thing passes the cap of its purpose, not that of its channel."""
        past = (Past(TUESDAY - DAY, "email", "survey", same_target=True),)
        book = Rulebook(hours=OPEN, caps=(Cap(1, 30, "", "survey"),), cooldown={"survey": 30})
        self.assertEqual(decide(Ask("email", "survey", TUESDAY), Person(past=past), book).verdict, "allow")
        book = Rulebook(hours=OPEN, caps=(Cap(1, 7, "email"),))
        self.assertEqual(decide(Ask("email", "survey", TUESDAY), Person(past=past), book).verdict, "hold")

    def test_cooldown_and_refusal(self):
        book = Rulebook(hours=OPEN, cooldown={"survey": 30})
        refused = Past(TUESDAY - 40 * DAY, "web", "survey", refused_on=TUESDAY - 5 * DAY, counts=False)
        finding = decide(Ask("email", "survey", TUESDAY), Person(past=(refused,)), book)
        self.assertEqual((finding.code, finding.at), ("cooldown", TUESDAY + 25 * DAY))
        self.assertEqual(decide(Ask("email", "sale", TUESDAY), Person(past=(refused,)), book).verdict, "allow")

    def test_hold_longer_than_60_days_is_a_denial(self):
        past = (Past(TUESDAY, "email", "survey"),)
        finding = decide(Ask("email", "survey", TUESDAY), Person(past=past), Rulebook(hours=OPEN, caps=(Cap(1, 61),)))
        self.assertEqual((finding.verdict, finding.code, finding.params), ("deny", "no_moment", {"because": "cap"}))

    def test_consent(self):
        given = Consent("given", TUESDAY - 9 * DAY, "marketing", "")
        withdrawn = Consent("withdrawn", TUESDAY - 5 * DAY, "marketing", "")
        book = Rulebook(hours=OPEN, needs_consent=frozenset({"marketing"}))
        ask = Ask("email", "marketing", TUESDAY)
        self.assertEqual(decide(ask, Person(), book).code, "consent_missing")
        self.assertEqual(decide(ask, Person(consents=(given,)), book).verdict, "allow")
        self.assertEqual(decide(ask, Person(consents=(given, withdrawn)), book).code, "consent_withdrawn")
        self.assertEqual(decide(Ask("email", "sale", TUESDAY), Person(consents=(withdrawn,)), book).verdict, "allow")

    def test_consent_scopes_strictest(self):
        consents = [
            Consent("withdrawn", TUESDAY - 9 * DAY, "", "sms"),
            Consent("given", TUESDAY - DAY, "marketing", ""),
        ]
        self.assertEqual(consent.consent_status(consents, "marketing", "sms", TUESDAY), "withdrawn")
        self.assertEqual(consent.consent_status(consents, "marketing", "email", TUESDAY), "given")
        self.assertEqual(consent.strictest(["given", "unknown", "withdrawn"]), "withdrawn")

    def test_consent_expiry_and_pause(self):
        given = Consent("given", TUESDAY - 9 * DAY)
        self.assertEqual(
            consent.consent_status([Consent("given", TUESDAY - 9 * DAY, expires=TUESDAY)], "sale", "sms", TUESDAY),
            "unknown",
        )
        pause = Consent("withdrawn", TUESDAY - 2 * DAY, expires=TUESDAY + DAY)
        self.assertEqual(consent.consent_status([given, pause], "sale", "sms", TUESDAY), "withdrawn")
        self.assertEqual(consent.consent_status([given, pause], "sale", "sms", TUESDAY + DAY), "given")
