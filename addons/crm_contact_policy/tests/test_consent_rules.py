"""What a customer said, as pure functions."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..domain import consent, rules, wishes
from .common import examples

NOW = datetime(2026, 3, 3, 3, 0)
DAY = timedelta(days=1)
CHANNELS = ("email", "sms", "phone")
PURPOSES = ("survey", "care", "marketing")
NEEDED = frozenset({"marketing"})


@st.composite
def words(draw):
    at = NOW - draw(st.integers(0, 400)) * DAY
    expires = draw(st.none() | st.integers(-30, 90).map(lambda days: NOW + days * DAY))
    return consent.Consent(
        draw(st.sampled_from(("given", "withdrawn", "unknown"))),
        at,
        draw(st.just("") | st.sampled_from(PURPOSES)),
        draw(st.just("") | st.sampled_from(CHANNELS)),
        expires if expires and expires > at else None,
        draw(st.integers(0, 5)),
    )


def status(said, purpose, channel, at=NOW):
    return consent.consent_status(said, purpose, channel, at)


@tagged("post_install", "-at_install", "pure")
class TestConsentRules(BaseCase):
    @settings(max_examples=examples(3000), deadline=None)
    @given(
        st.lists(words(), max_size=12),
        st.dictionaries(
            st.tuples(st.sampled_from(PURPOSES), st.sampled_from(CHANNELS)), st.booleans(), min_size=1, max_size=9
        ),
    )
    def test_page_does_what_was_ticked(self, said, wanted):
        """What the customer ticked is allowed, what not is not; what was not shown is never loosened."""
        added = consent.changes(said, wanted, NOW, PURPOSES, CHANNELS, NEEDED)
        after = [*said, *(consent.Consent(w.status, w.at, w.purpose, w.channel, None, 100 + w.order) for w in added)]
        for purpose in PURPOSES:
            for channel in CHANNELS:
                before = consent.allowed(status(said, purpose, channel), purpose, NEEDED)
                now = consent.allowed(status(after, purpose, channel), purpose, NEEDED)
                if (purpose, channel) in wanted:
                    self.assertEqual(now, wanted[purpose, channel], (purpose, channel, added))
                else:
                    self.assertLessEqual(now, before, (purpose, channel, added))
        shown = {cell: consent.allowed(status(after, *cell), cell[0], NEEDED) for cell in wanted}
        self.assertFalse(consent.changes(after, shown, NOW, PURPOSES, CHANNELS, NEEDED), "a second save adds nothing")

    @settings(max_examples=examples(3000), deadline=None)
    @given(st.lists(st.lists(words(), max_size=5), min_size=2, max_size=3), st.integers(0, 120))
    def test_merge_is_never_looser(self, people, later):
        """In one scope, of people who all said something: nobody's lasting no is lost, no pause becomes permanent."""
        people = [
            [consent.Consent(w.status, w.at, "", "", w.expires, 10 * number + n) for n, w in enumerate(own)]
            for number, own in enumerate(people)
        ]
        added = consent.merged_words(people, NOW)
        union = [word for own in people for word in own]
        after = union + [
            consent.Consent(word, NOW, "", "", expires, 100 + number) for number, (word, expires) in enumerate(added)
        ]
        at = NOW + later * DAY
        each = [status(own, "survey", "email", at) for own in people if own]
        merged = status(after, "survey", "email", at)
        if consent.WITHDRAWN in each:
            self.assertEqual(merged, consent.WITHDRAWN, added)
        ends = [word.expires for word in union if word.status == "withdrawn" and word.expires]
        lasting = any(consent._lasting(own, NOW) == (consent.WITHDRAWN, None) for own in people)
        if not lasting and at >= max(ends, default=NOW):
            self.assertNotEqual(merged, consent.WITHDRAWN, (people, added))

    def test_pause_and_yes(self):
        """One paused, the other said yes: a pause, then yes."""
        yes = [consent.Consent("given", NOW - 2 * DAY)]
        pause = [consent.Consent("withdrawn", NOW - 9 * DAY, expires=NOW + 20 * DAY)]
        added = consent.merged_words([yes, pause], NOW)
        self.assertEqual(added, [("given", None), ("withdrawn", NOW + 20 * DAY)])
        self.assertEqual(consent.merged_words([yes, yes], NOW), [])
        self.assertEqual(consent.merged_words([yes, []], NOW), [])

    def test_pause_with_an_end_holds(self):
        """A withdrawal that ends is waited for; one beneath it that does not is a no."""
        pause = consent.Consent("withdrawn", NOW - DAY, expires=NOW + 20 * DAY)
        ask, book = rules.Ask("email", "survey", NOW), rules.Rulebook()
        found = rules.decide(ask, rules.Person(consents=(pause,)), book)
        self.assertEqual((found.verdict, found.at, found.code), ("hold", NOW + 20 * DAY, "paused"))
        no = consent.Consent("withdrawn", NOW - 9 * DAY)
        found = rules.decide(ask, rules.Person(consents=(no, pause)), book)
        self.assertEqual((found.verdict, found.code), ("deny", "consent_withdrawn"))
        far = consent.Consent("withdrawn", NOW - DAY, expires=NOW + 80 * DAY)
        found = rules.decide(ask, rules.Person(consents=(far,)), book)
        self.assertEqual((found.verdict, found.code, found.params), ("deny", "no_moment", {"because": "paused"}))

    def test_wishes_merge(self):
        first = wishes.Wish(8, 12, frozenset({0, 1}), NOW)
        other = wishes.Wish(13, 20, frozenset({1, 2}), NOW + DAY)
        self.assertEqual(wishes.merge([first, other]), wishes.Wish(8, 12, frozenset({1}), NOW + DAY))
        self.assertIsNone(wishes.Wish().week)
