"""How well somebody fits a target profile: weighted criteria, must-haves, and what is not known yet."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Criterion:
    """One thing asked of a value.

    ``kind`` is ``in`` (one of ``values``), ``range`` (between ``low`` and ``high``, each may be None), ``true``, or
    ``text`` (one of ``values``, lower case, occurs in it).
    """

    kind: str
    weight: float = 1.0
    must: bool = False
    values: frozenset = field(default_factory=frozenset)
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Fit:
    """The result: ``score`` and ``known`` in percent of the weights, and places in the list of criteria."""

    score: int
    known: int
    met: tuple = ()
    missed: tuple = ()
    unknown: tuple = ()
    missed_must: tuple = ()


def judge(criterion, value):
    """Return whether ``value`` meets the criterion, None when it is not known.

    >>> judge(Criterion("in", values=frozenset({"a"})), ["b", "a"]), judge(Criterion("range", low=5), 4)
    (True, False)
    >>> judge(Criterion("text", values=frozenset({"sửa xe"})), "Tiệm Sửa Xe Ba") , judge(Criterion("true"), None)
    (True, None)
    """
    if value is None or value == [] or value == "":
        return None
    if criterion.kind == "in":
        held = set(value) if isinstance(value, (list, tuple, set, frozenset)) else {value}
        return bool(held & criterion.values)
    if criterion.kind == "range":
        above = criterion.low is None or value >= criterion.low
        return above and (criterion.high is None or value <= criterion.high)
    if criterion.kind == "text":
        return any(word in str(value).lower() for word in criterion.values)
    return bool(value)


def fit(criteria, values):
    """Return the :class:`Fit` of the ``values`` to the ``criteria``, two lists of one length.

    The score is the share of the weight that is met; what is unknown gives nothing, so that learning more can only
    raise it or show why not. A must-have that is missed makes it 0; one that is unknown does not.

    >>> fit([Criterion("true", 3), Criterion("true", 1)], [True, None])
    Fit(score=75, known=75, met=(0,), missed=(), unknown=(1,), missed_must=())
    >>> fit([Criterion("true", 3), Criterion("true", 1, must=True)], [True, False]).score
    0
    """
    verdicts = [judge(criterion, value) for criterion, value in zip(criteria, values, strict=True)]
    places = {
        wanted: tuple(index for index, verdict in enumerate(verdicts) if verdict is wanted)
        for wanted in (True, False, None)
    }
    total = sum(criterion.weight for criterion in criteria)
    if not total:
        return Fit(0, 0)

    def share(indices):
        return sum(criteria[index].weight for index in indices) / total

    missed_must = tuple(index for index in places[False] if criteria[index].must)
    score = 0 if missed_must else round(100 * share(places[True]))
    known = round(100 * (share(places[True]) + share(places[False])))
    return Fit(score, known, places[True], places[False], places[None], missed_must)
