"""Which services meet in one visit, which are given up, which are part of a larger one: pure decisions.

>>> swallowed([1, 2, 3], {3: [2], 2: [1]})
{1: 3, 2: 3}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Candidate:
    """An occurrence that may be served: ``key`` says with which others (same asset, same customer, same branch)."""

    id: int
    key: tuple
    due: date
    start: date
    end: date
    make_from: date


def group_visits(candidates: Sequence[Candidate], today: date) -> list[tuple[date, list[Candidate]]]:
    """Bundle the services due: one visit takes along every other whose window is already open on its day.

    :param candidates: planned occurrences, due or soon to be
    :param today: visits are made when ``make_from`` of their first service has come
    :return: ``[(day of the visit, its candidates)]``; a candidate is in at most one visit
    """
    groups: list[tuple[date, list[Candidate]]] = []
    current: list[Candidate] = []
    for item in sorted(candidates, key=lambda c: (c.key, c.due, c.id)):
        if current and item.key == current[0].key and item.start <= current[0].due:
            current.append(item)
            continue
        if current:
            groups.append((current[0].due, current))
        current = [item]
    if current:
        groups.append((current[0].due, current))
    return [(day, items) for day, items in groups if any(c.make_from <= today for c in items)]


def overdue_to_close(policy: str, today: date, open_services: Sequence[tuple[int, date, date]]) -> list[int]:
    """Which open services of one series are given up.

    :param policy: ``keep`` none, ``skip`` each whose window is over, ``catch_up`` all but the latest one due
    :param open_services: ``(seq, due, end of window)`` of the open ones
    :return: the numbers to mark as missed
    """
    over = [seq for seq, __, end in open_services if end < today]
    if policy == "keep":
        return []
    if policy == "skip":
        return sorted(over)
    latest = max((seq for seq, due, __ in open_services if due <= today), default=0)
    return sorted(seq for seq in over if seq < latest)


def swallowed(tasks: Sequence[int], includes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Which tasks of one visit are part of a larger one there.

    :param tasks: tasks that meet in a visit
    :param includes: task → tasks it contains directly
    :return: ``{smaller task: larger task}``; of two that contain each other the first stays
    """
    result: dict[int, int] = {}
    for large in tasks:
        if large in result:
            continue
        todo, seen = list(includes.get(large, ())), {large}
        while todo:
            small = todo.pop()
            if small in seen:
                continue
            seen.add(small)
            todo.extend(includes.get(small, ()))
            if small in tasks and result.get(large) != small:
                result[small] = large
    return {small: _top(large, result) for small, large in result.items()}


def _top(task: int, swallowed_by: Mapping[int, int]) -> int:
    seen = set()
    while task in swallowed_by and task not in seen:
        seen.add(task)
        task = swallowed_by[task]
    return task
