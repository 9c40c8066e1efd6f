"""From purchase lines to one row a customer: sorted once, then reduced group by group."""

import numpy as np

LINES = [("partner", "i"), ("day", "i"), ("amount", "f"), ("margin", "f")]
_SHIFT = 20  # a day's ordinal takes 20 bits, so that customer and day make one sortable number
_MASK = (1 << _SHIFT) - 1


def summarise(lines, customers, policies, past):
    """Return the purchase columns of each customer.

    Several purchases of one day are one day. Whether a line counts as a purchase is told by its sign and the policy of
    the customer's kind; its amount is summed up in any case.

    :param lines: dict of the columns ``LINES``, in any order
    :param customers: dict with the columns ``partner`` (ascending) and ``kind``
    :param policies: dict kind → ``crm.lifecycle.policy``
    :param past: dict kind → ordinal of the day, a horizon ago, from which the forecast is checked
    :return: dict of the columns orders, days, first, last, nth, previous, amount, margin, and past_days, past_last: the
        purchase days up to the past day and the last of them
    """
    place, lines = _places(lines, customers["partner"])
    size = len(customers["partner"])
    kind = customers["kind"]
    out = {name: np.bincount(place, weights=lines[name], minlength=size) for name in ("amount", "margin")}
    counted = _counted(lines["amount"], kind[place], policies)
    keys = (place[counted] << _SHIFT) | lines["day"][counted]
    documents = np.bincount(place[counted], minlength=size)
    keys.sort()  # np.unique hashes, which takes ten times as long
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    days = np.bincount(keys >> _SHIFT, minlength=size)
    ends = np.cumsum(days)
    dates = np.append(keys & _MASK, 0)
    wanted = _by_kind(kind, policies, "established_orders")
    once = _by_kind(kind, policies, "same_day_once").astype(bool)
    bought = days > 0
    last = np.where(bought, dates[np.maximum(ends - 1, 0)], 0)
    start = np.minimum(ends - days, len(dates) - 1)
    nth = dates[np.minimum(start + wanted - 1, len(dates) - 1)]
    out["days"] = days
    out["orders"] = np.where(once, days, documents)
    out["first"] = np.where(bought, dates[start], 0)
    out["last"] = last
    out["nth"] = np.where(days >= wanted, nth, last)
    known = (keys & _MASK) <= np.array([past[0], past[1]])[kind][keys >> _SHIFT]
    out["past_days"] = np.bincount((keys >> _SHIFT)[known], minlength=size)
    out["past_last"] = np.where(
        out["past_days"] > 0, dates[np.maximum(ends - days + out["past_days"] - 1, 0)], 0
    )
    out["previous"] = np.where(days > 1, dates[np.maximum(ends - 2, 0)], 0)
    return out


def counted_days(lines, customers, policies, kind):
    """Return the partner and the day of each line that counts as a purchase of an eligible customer of one kind.

    :param lines, customers, policies: as in :func:`summarise`; customers have ``eligible`` too
    """
    place, lines = _places(lines, customers["partner"])
    counted = _counted(lines["amount"], customers["kind"][place], policies)
    counted &= (customers["kind"][place] == kind) & (customers["eligible"][place] > 0)
    return lines["partner"][counted], lines["day"][counted]


def _places(lines, partners):
    """Return the place of each line's customer, and the lines, without those of nobody in ``partners``."""
    if not len(partners):
        return np.zeros(0, dtype=np.int64), {name: column[:0] for name, column in lines.items()}
    place = np.minimum(np.searchsorted(partners, lines["partner"]), len(partners) - 1)
    known = partners[place] == lines["partner"]
    if known.all():
        return place, lines
    return place[known], {name: column[known] for name, column in lines.items()}


def _by_kind(kind, policies, name):
    """Return the policies' value ``name`` for each customer."""
    return np.array([int(policies[0][name]), int(policies[1][name])])[kind]


def _counted(amount, kind, policies):
    """Return which lines count as purchases."""
    zero = _by_kind(kind, policies, "count_zero").astype(bool)
    returns = _by_kind(kind, policies, "count_returns").astype(bool)
    return (amount > 0) | (zero & (amount == 0)) | (returns & (amount < 0))
