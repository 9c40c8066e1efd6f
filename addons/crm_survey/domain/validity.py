"""Whether an answer sent by a browser, or by somebody who writes requests himself, can be an answer at all."""

from math import isfinite

# Characters of a free answer: long enough for a letter, short enough for a database.
TEXT_MAX = 10_000


def as_sent(answer):
    """Return an answer as forms send it: the number 0 is an answer, and not the absence of one.

    >>> as_sent(0), as_sent(0.0), as_sent(""), as_sent(False)
    ('0', '0.0', '', False)
    """
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return str(answer) if is_number else answer


def is_text(answer):
    """Whether it is a text of a sensible length.

    >>> is_text("good"), is_text({"x": 1}), is_text("x" * 10001)
    (True, False, False)
    """
    return isinstance(answer, str) and len(answer) <= TEXT_MAX


def is_number(answer):
    """Whether it is a finite number, written or not.

    >>> is_number("1.5"), is_number("nan"), is_number("1e999"), is_number([])
    (True, False, False, False)
    """
    try:
        return isfinite(float(answer))
    except (TypeError, ValueError, OverflowError):
        return False


def is_on_scale(answer, low, high):
    """Whether it is a whole number from ``low`` to ``high``.

    >>> is_on_scale("0", 0, 10), is_on_scale("11", 0, 10), is_on_scale("7.5", 0, 10), is_on_scale("ten", 0, 10)
    (True, False, False, False)
    """
    try:
        return low <= int(str(answer)) <= high
    except ValueError:
        return False


def are_choices(answer, labels):
    """Whether it is one or several of the ``labels`` (ids).

    >>> are_choices("4", {4, 5}), are_choices(["4", 5], {4, 5}), are_choices("6", {4, 5}), are_choices({}, {4})
    (True, True, False, False)
    """
    chosen = answer if isinstance(answer, list) else [answer]
    return all(isinstance(one, str | int) and str(one).isdecimal() and int(one) in labels for one in chosen)


def is_table(answer, rows, labels):
    """Whether it gives ``labels`` to some of the ``rows`` (ids).

    >>> is_table({"1": ["4"]}, {1}, {4}), is_table({"2": ["4"]}, {1}, {4}), is_table(["4"], {1}, {4})
    (True, False, False)
    """
    return isinstance(answer, dict) and all(
        str(row).isdecimal() and int(row) in rows and isinstance(chosen, list) and are_choices(chosen, labels)
        for row, chosen in answer.items()
    )
