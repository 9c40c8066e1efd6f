"""Work spread over people and days: nobody gets more a day than agreed, nobody is called before he may be."""

from __future__ import annotations

from collections import Counter
from itertools import islice


def spread(items, people, days, per_day):
    """Give every item a person and a day.

    :param items: list of (item, owner or None, first day allowed or None), the most important first
    :param people: persons who share the items without an owner among them; an owner who is not one of them is ignored
    :param days: working days in order
    :param per_day: how many a person takes a day
    :return: (placed, left): list of (item, person, day), and the items for which no day is left

    >>> spread([("a", 1, None), ("b", None, None), ("c", 1, None), ("d", 9, 12)], [1, 2], [10, 11, 12], 1)
    ([('a', 1, 10), ('b', 2, 10), ('c', 1, 11), ('d', 2, 12)], [])
    >>> spread([("a", None, None), ("b", None, None)], [1], [10], 1)
    ([('a', 1, 10)], ['b'])
    """
    load, taken = Counter(), Counter()
    placed, left = [], []
    for item, owner, first in items:
        able = [owner] if owner in people else sorted(people, key=lambda person: (load[person], people.index(person)))
        free = (
            (person, day)
            for person in able
            for day in days
            if (first is None or day >= first) and taken[person, day] < per_day
        )
        found = next(islice(free, 1), None)
        if found is None:
            left.append(item)
            continue
        person, day = found
        load[person] += 1
        taken[person, day] += 1
        placed.append((item, person, day))
    return placed, left
