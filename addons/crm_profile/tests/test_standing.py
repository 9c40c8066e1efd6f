import doctest
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..domain import standing
from ..domain.standing import DISPUTED, EXPIRED, STATED, SUPERSEDED, USABLE, VERIFIED, Outcome, Statement, settle_all
from .common import examples

START = date(2026, 1, 1)


def said(value, source="survey", day=0, status=STATED, voice=None):
    return Statement(value, source, START + timedelta(days=day), status, voice or standing.voice(source, 1, "ref"))


statements = st.builds(
    lambda value, who, day, verified: Statement(
        value, who[0], START + timedelta(days=day), VERIFIED if verified else STATED, standing.voice(*who)
    ),
    st.sampled_from("abc"),
    st.sampled_from(
        [
            ("survey", None, None),
            ("partner", None, None),
            ("employee", 1, None),
            ("employee", 2, None),
            ("import", None, "x"),
            ("third_party", None, "y"),
        ]
    ),
    st.integers(0, 30),
    st.integers(0, 9).map(lambda number: number == 0),
)


@tagged("post_install", "-at_install", "pure")
class TestStanding(BaseCase):
    def test_doctests(self):
        self.assertEqual(doctest.testmod(standing).failed, 0)

    def test_table(self):
        """open statements → new one → outcome"""
        cases = [
            # nothing known
            ([], said("a"), Outcome(STATED, {})),
            # the same value: confirmed, replaced by higher standing, ignored from lower
            ([said("a")], said("a", day=1), Outcome(None, {}, 0)),
            ([said("a", "employee")], said("a", day=1), Outcome(STATED, {0: SUPERSEDED})),
            ([said("a")], said("a", "employee", 1), Outcome(None, {}, None)),
            # another value: same voice later, earlier; higher; lower
            ([said("a")], said("b", day=1), Outcome(STATED, {0: SUPERSEDED})),
            ([said("a", day=5)], said("b", day=1), Outcome(SUPERSEDED, {})),
            ([said("a", "employee")], said("b"), Outcome(STATED, {0: SUPERSEDED})),
            ([said("a")], said("b", "employee"), Outcome(DISPUTED, {})),
            # equal standing, another voice: both in doubt
            ([said("a", "employee", voice="x")], said("b", "employee", 1), Outcome(DISPUTED, {0: DISPUTED})),
            # the customer in two ways on one day
            ([said("a", "survey")], said("b", "partner"), Outcome(DISPUTED, {0: DISPUTED})),
            # verified is never overwritten by lower standing, only by another verification
            ([said("a", status=VERIFIED)], said("b", day=9), Outcome(DISPUTED, {})),
            ([said("a", status=VERIFIED)], said("b", day=9, status=VERIFIED), Outcome(VERIFIED, {0: SUPERSEDED})),
            # a dispute ends by higher standing or by agreement, else goes on
            (
                [said("a", "employee", 0, DISPUTED, "x"), said("b", "employee", 0, DISPUTED, "y")],
                said("c"),
                Outcome(STATED, {0: SUPERSEDED, 1: SUPERSEDED}),
            ),
            (
                [said("a", "employee", 0, DISPUTED, "x"), said("b", "employee", 0, DISPUTED, "y")],
                said("b", "employee", 1, voice="x"),
                Outcome(STATED, {0: SUPERSEDED, 1: SUPERSEDED}),
            ),
            (
                [said("a", "employee", 0, DISPUTED, "x"), said("b", "employee", 0, DISPUTED, "y")],
                said("c", "employee", 1, voice="z"),
                Outcome(DISPUTED, {}),
            ),
            # a doubter who repeats himself, or changes his mind
            ([said("a"), said("b", "employee", 0, DISPUTED)], said("b", "employee", 3), Outcome(None, {}, 1)),
            (
                [said("a"), said("b", "employee", 0, DISPUTED)],
                said("c", "employee", 3),
                Outcome(DISPUTED, {1: SUPERSEDED}),
            ),
        ]
        for opens, new, outcome in cases:
            with self.subTest(opens=opens, new=new):
                self.assertEqual(settle_all(opens, new), outcome)

    @settings(max_examples=examples(2000), deadline=None)
    @given(st.lists(statements, max_size=12))
    def test_any_sequence(self, sequence):
        """At most one usable statement at any time; a verified one only yields to a verification; no open doubles."""
        opens = []
        for new in sequence:
            verified = [s for s in opens if s.status == VERIFIED]
            outcome = settle_all(opens, new)
            changed = [
                Statement(s.value, s.source, s.on, outcome.changes.get(index, s.status), s.voice)
                for index, s in enumerate(opens)
            ]
            if outcome.new:
                changed.append(Statement(new.value, new.source, new.on, outcome.new, new.voice))
            opens = [s for s in changed if s.status not in (SUPERSEDED, EXPIRED)]
            self.assertLessEqual(sum(s.status in USABLE for s in opens), 1, opens)
            if verified and new.status != VERIFIED:
                self.assertIn(verified[0].value, [s.value for s in opens if s.status == VERIFIED])
            doubts = [(s.voice, s.value) for s in opens if s.status == DISPUTED]
            self.assertEqual(len(doubts), len(set(doubts)), opens)
            self.assertTrue(opens, "what was said is never lost altogether")

    @settings(max_examples=examples(1000), deadline=None)
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
    def test_expiry(self, day, months):
        end = standing.expires_on(day, months)
        self.assertEqual((end.year - day.year) * 12 + end.month - day.month, months)
        self.assertLessEqual(end.day, day.day)
        self.assertTrue(end.day == day.day or (end + timedelta(days=1)).day == 1)
