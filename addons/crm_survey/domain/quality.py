"""Doubtful participations: answered too fast, without looking, or against what we know. Flags only, no verdicts."""

from dataclasses import dataclass, field

SPEED = "speed"
STRAIGHT = "straight"
CONTRADICTION = "contradiction"

# Faster than this share of the survey's median is too fast to have read the questions.
SPEED_SHARE = 0.5
# A median of fewer participations says little.
MEDIAN_FROM = 10
# Two equal answers in a row are a coincidence, and so is one short table.
SERIES_FROM = 3
STRAIGHT_FROM = 4

# What does not change with the mood: an opinion may differ from last year's, a date of birth may not.
LASTING_KINDS = ("demographic", "family")
# Values that can be compared; texts say the same in many words.
COMPARED_TYPES = ("boolean", "choice", "date", "float", "integer")


@dataclass(frozen=True)
class Participation:
    """What the rules look at in one participation.

    :ivar seconds: from the first page to the last, ``None`` if unknown
    :ivar questions: number of questions asked
    :ivar series: answers that could be given without looking: one tuple for each table and for the scales of one
        length, in order
    :ivar statements: {what was asked: canonical value} of what was said about the customer
    """

    seconds: float | None = None
    questions: int = 0
    series: tuple = ()
    statements: dict = field(default_factory=dict)


def is_too_fast(seconds, questions, median):
    """Whether a question took less than half of what it takes others.

    :param median: seconds a question of this survey takes (median over participations), ``None``: too few

    >>> is_too_fast(30, 10, 8.0), is_too_fast(40, 10, 8.0), is_too_fast(1, 10, None)
    (True, False, False)
    """
    if seconds is None or not questions or median is None:
        return False
    return seconds / questions < SPEED_SHARE * median


def is_straight(series):
    """Whether every table and row of scales got one and the same answer throughout.

    >>> is_straight([(4, 4, 4, 4)]), is_straight([(4, 4, 4, 5)]), is_straight([(4, 4, 4)])
    (True, False, False)
    >>> is_straight([(4, 4, 4), (1, 1, 1)]), is_straight([(4, 4, 4, 4), (1, 2, 3)])
    (True, False)
    """
    counted = [answers for answers in series if len(answers) >= SERIES_FROM]
    if sum(len(answers) for answers in counted) < STRAIGHT_FROM:
        return False
    return all(len(set(answers)) == 1 for answers in counted)


def counts_as_known(kind, value_type, verified):
    """Whether a fact is firm enough to hold an answer against it.

    >>> counts_as_known("demographic", "date", False), counts_as_known("service", "integer", False)
    (True, False)
    >>> counts_as_known("service", "integer", True), counts_as_known("demographic", "text", True)
    (True, False)
    """
    return value_type in COMPARED_TYPES and (verified or kind in LASTING_KINDS)


def contradicted(statements, known):
    """Return, sorted, what was answered otherwise than known.

    >>> contradicted({1: "female", 2: "5", 3: "x"}, {1: "male", 2: "5"})
    [1]
    """
    return sorted(key for key, value in statements.items() if key in known and known[key] != value)


def find_flags(participation, median, known):
    """Return the flags of one participation as {flag: what shows it}, JSON-ready.

    >>> find_flags(Participation(20, 10, ((3, 3, 3, 3),), {7: "a"}), 8.0, {7: "b"})
    {'speed': [2.0, 8.0], 'straight': 4, 'contradiction': [7]}
    >>> find_flags(Participation(100, 10, ((3, 4, 3, 3),)), 8.0, {})
    {}
    """
    flags = {}
    if is_too_fast(participation.seconds, participation.questions, median):
        flags[SPEED] = [round(participation.seconds / participation.questions, 1), round(median, 1)]
    if is_straight(participation.series):
        flags[STRAIGHT] = sum(len(answers) for answers in participation.series if len(answers) >= SERIES_FROM)
    if against := contradicted(participation.statements, known):
        flags[CONTRADICTION] = against
    return flags
