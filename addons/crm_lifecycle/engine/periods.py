"""What each customer did within the periods of the value classes: lines and complaints reduced to figures."""

import numpy as np

from ..domain.value_class import Figures
from .purchases import _by_kind, _counted, _places

EVENTS = [("partner", "i"), ("day", "i")]
REFERRED = [("partner", "i"), ("day", "i"), ("amount", "f")]
_SHIFT = 20
_NEVER = np.iinfo(np.int64).max


def summarise_periods(lines, complaints, referred, customers, policies, periods, as_of):
    """Return the figures of each period as columns named ``<figure>_<days>``, and ``expires_<days>``.

    :param lines: purchase lines; ``complaints``: columns ``EVENTS``; ``referred``: columns ``REFERRED``
    :param customers: dict with ``partner`` (ascending) and ``kind``
    :param policies: dict kind → ``crm.lifecycle.policy``
    :param periods: numbers of days, 0 for everything
    :param int as_of: ordinal of the day
    """
    place, lines = _places(lines, customers["partner"])
    kind = customers["kind"]
    counted = _counted(lines["amount"], kind[place], policies)
    once = _by_kind(kind, policies, "same_day_once").astype(bool)
    events_at, events = _places(complaints, customers["partner"])
    given_at, given = _places(referred, customers["partner"])
    size = len(kind)
    out = {}
    for days in periods:
        since = as_of - days if days else -1
        within, event_in, given_in = (one["day"] > since for one in (lines, events, given))
        bought = within & counted
        keys = np.unique((place[bought] << _SHIFT) | lines["day"][bought])
        one_a_day = np.bincount(keys >> _SHIFT, minlength=size)
        out[f"orders_{days}"] = np.where(once, one_a_day, np.bincount(place[bought], minlength=size))
        for name in ("amount", "margin"):
            out[f"{name}_{days}"] = np.bincount(place[within], weights=lines[name][within], minlength=size)
        out[f"complaints_{days}"] = np.bincount(events_at[event_in], minlength=size)
        out[f"referred_{days}"] = np.bincount(given_at[given_in], weights=given["amount"][given_in], minlength=size)
        first = np.full(size, _NEVER, dtype=np.int64)
        if days:
            np.minimum.at(first, place[within], lines["day"][within])
            np.minimum.at(first, events_at[event_in], events["day"][event_in])
            np.minimum.at(first, given_at[given_in], given["day"][given_in])
        out[f"expires_{days}"] = np.where(first < _NEVER, np.minimum(first, _NEVER - days) + days, 0)
    return out


def figures(facts, days, digits):
    """Return the :class:`Figures` of the period ``days`` from the columns of ``facts``, money rounded."""
    money = {name: np.round(facts[f"{name}_{days}"], digits) for name in ("amount", "margin", "referred")}
    return Figures(orders=facts[f"orders_{days}"], complaints=facts[f"complaints_{days}"], **money)
