"""How far back the rules look. Nothing here knows of Odoo.

Of a customer's years only the last days matter to a cap of seven days: what is older need not be read at all.
"""

from datetime import datetime, timedelta
from typing import NamedTuple


class Memory(NamedTuple):
    """Which past contacts can matter: all from ``since`` on, those for ``purpose`` from ``own_since`` on."""

    purpose: str
    since: datetime
    own_since: datetime


def memory(ask, books):
    """How far back the rules of any of ``books`` look when ``ask`` is decided, as :class:`Memory`.

    >>> from .rules import Ask, Cap, Rulebook
    >>> caps = (Cap(5, 7), Cap(1, 365, "sms"), Cap(1, 30, "", "survey"))
    >>> book = Rulebook(cooldown={"survey": 90, "sale": 7}, caps=caps)
    >>> asked = memory(Ask("email", "survey", datetime(2026, 6, 30)), [book])
    >>> str(asked.since), str(asked.own_since)
    ('2026-06-23 00:00:00', '2026-04-01 00:00:00')
    """
    books = {id(book): book for book in books}.values()
    caps = [cap for book in books for cap in book.caps if cap.concerns(ask.channel, ask.purpose)]
    every = max((cap.days for cap in caps if not cap.purpose), default=0)
    cooldowns = [book.cooldown.get(ask.purpose, 0) for book in books]
    own = max([cap.days for cap in caps if cap.purpose] + cooldowns, default=0)
    return Memory(ask.purpose, ask.at - timedelta(days=every), ask.at - timedelta(days=own))
