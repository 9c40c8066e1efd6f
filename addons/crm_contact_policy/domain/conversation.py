"""Which contacts made outside the gate take a place under the caps. Nothing here knows of Odoo.

A cap protects the customer from us as a whole: an e-mail, a call or a visit of a colleague counts like any other
contact – but only against what *we* want. It never puts off what the customer waits for or is glad of; and who answers
the customer disturbs nobody.
"""

from datetime import timedelta

# What we want from the customer: surveys, advertising and selling wait for what colleagues did by hand.
WANTED_BY_US = frozenset({"survey", "marketing", "sale"})
ANSWER_WITHIN = timedelta(days=7)


def is_answer(moment, heard):
    """Whether a contact at ``moment`` answers the customer, heard of at most seven days before.

    >>> from datetime import datetime
    >>> is_answer(datetime(2026, 3, 3), [datetime(2026, 3, 1)]), is_answer(datetime(2026, 3, 9), [datetime(2026, 3, 1)])
    (True, False)
    """
    return any(timedelta() <= moment - word <= ANSWER_WITHIN for word in heard)


def taking_place(pasts, purpose):
    """Those of the past contacts that take a place under caps and cool-downs when one for ``purpose`` is asked for."""
    if purpose in WANTED_BY_US:
        return [past for past in pasts if past.counts]
    return [past for past in pasts if past.counts and not past.by_hand]
