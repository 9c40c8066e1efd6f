"""Which groups of respondents may be shown, so that nobody can be told by subtracting what is shown.

Respondents are cut into groups several times: by stage, by salesperson, by wave … Each cut is a *partition*, a
label for every respondent. A group below the threshold is hidden; but a hidden group is the total minus the others, so
further ones go with it (complementary suppression). And two partitions may differ by a single person only.

For any two partitions, and the total where it is known, the rule is exact. Draw a node for each group of both (what is
hidden is one group, the remainder) and an edge for each respondent, between his two groups. Some sum of shown figures
speaks of fewer than so many respondents if and only if removing fewer edges than that tears the graph apart; then the
new partition hides another group. (A sum gives each group a factor; it is zero for a respondent when the factors of his
two groups cancel out; along a connected part they all do, or none does.) Sums over three partitions at once are not
looked at.
"""

from collections import Counter

import numpy as np

SCORES_FROM = 5
VERBATIMS_FROM = 8
GROUND = ("ground", 0)


def total_holds(sizes, threshold=SCORES_FROM):
    """Whether the total may be shown beside groups of these sizes, of which those below the threshold are hidden.

    >>> total_holds([20, 3]), total_holds([20, 3, 4]), total_holds([20, 9]), total_holds([3])
    (False, True, True, False)
    """
    rest = sum(size for size in sizes if size < threshold)
    return sum(sizes) >= threshold and (not rest or rest >= threshold)


def publish(partitions, threshold=SCORES_FROM, total=True):
    """Return for each partition the set of labels that may be shown, earlier partitions first.

    :param partitions: sequences of one hashable label for each respondent, all of the same length
    :param threshold: fewest respondents any shown figure, or sum of such, speaks of
    :param total: whether the figure of everybody is known, too

    >>> publish([["a"] * 9 + ["b"] * 7 + ["c"] * 2])
    [{'a'}]
    >>> publish([["a"] * 9 + ["b"] * 3 + ["c"] * 3])
    [{'a'}]
    >>> publish([["a"] * 4]), publish([["a"] * 20 + ["b"] * 3], total=False)
    ([set()], [{'a'}])
    >>> [sorted(labels) for labels in publish([["x"] * 10 + ["y"] * 10, ["x"] * 11 + ["y"] * 9])]
    [['x', 'y'], []]
    """
    published, result = [], []
    for labels in partitions:
        shown, coarse = _admit(labels, published, threshold, total)
        if shown:
            published.append(coarse)
        result.append(shown)
    return result


def _admit(labels, published, threshold, total):
    """Return (labels shown, code of each respondent's group, 0 for all hidden ones) of one more partition."""
    if len(labels) < threshold:
        return set(), None
    names, codes = {}, np.empty(len(labels), dtype=np.int64)
    for place, label in enumerate(labels):
        codes[place] = names.setdefault(label, len(names))
    sizes = np.bincount(codes, minlength=len(names))
    hidden = sizes < threshold
    while total and 0 < int(sizes[hidden].sum()) < threshold:
        hidden |= _smallest(sizes, ~hidden)
    for other in published:  # hiding more never uncovers what an earlier comparison found safe
        while torn := _torn(np.where(hidden[codes], 0, codes + 1), other, threshold, total):
            near = np.isin(np.arange(len(names)) + 1, list(torn)) & ~hidden
            hidden |= _smallest(sizes, near if near.any() else ~hidden)
    return {label for label, code in names.items() if not hidden[code]}, np.where(hidden[codes], 0, codes + 1)


def _smallest(sizes, among):
    """Return a mask of the smallest of the groups ``among`` (all false if there is none)."""
    mask = np.zeros(len(sizes), dtype=bool)
    places = np.flatnonzero(among)
    if len(places):
        mask[places[np.argmin(sizes[places])]] = True
    return mask


def _torn(one, two, threshold, total):
    """Return codes of groups of ``one`` beside a cut of fewer than ``threshold`` respondents, or an empty set.

    With the total known, what is hidden is a known sum, too; else it has no factor: all hidden groups are the ground.
    """
    width = int(two.max()) + 1
    table = np.bincount(one * width + two)
    places = np.flatnonzero(table)
    weights = table[places]
    if (weights >= threshold).all():
        return set()
    edges = Counter()
    for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
        a, b = (("one", place // width), ("two", place % width))
        if not total:
            a, b = (GROUND if not node[1] else node for node in (a, b))
        if a != b:
            edges[a, b] = weight
    for side in _cuts(edges, threshold):
        near = {a for (a, b) in edges if (a in side) != (b in side)} - {GROUND}
        near = near or {node for node in side if node[0] == "one"}
        return {code for _kind, code in near} | {0}
    return set()


def _cuts(edges, threshold):
    """Yield sets of nodes that fewer than ``threshold`` edges join to the rest of their connected part."""
    members, graph = _contract(edges, threshold)
    for part in _parts(graph):
        if len(part) > 1:
            side = _light_cut({node: graph[node] for node in part}, threshold)
            if side:
                yield set().union(*(members[node] for node in side))


def _contract(edges, threshold):
    """Merge nodes that ``threshold`` edges or more join: no light cut parts them.

    :returns: ({node: original nodes in it}, {node: Counter of its neighbours})
    """
    graph = {}
    for (a, b), weight in edges.items():
        graph.setdefault(a, Counter())[b] += weight
        graph.setdefault(b, Counter())[a] += weight
    members = {node: {node} for node in graph}
    heavy = [pair for pair, weight in edges.items() if weight >= threshold]
    while heavy:
        a, b = heavy.pop()
        if a not in graph or b not in graph[a]:
            continue
        members[a] |= members.pop(b)
        for other, weight in graph.pop(b).items():
            del graph[other][b]
            if other != a:
                graph[a][other] += weight
                graph[other][a] += weight
        heavy.extend((a, other) for other, weight in graph[a].items() if weight >= threshold)
    return members, graph


def _parts(graph):
    """Yield the connected parts of a graph as sets of nodes."""
    seen = set()
    for start in graph:
        if start in seen:
            continue
        part, todo = {start}, [start]
        while todo:
            for other in graph[todo.pop()]:
                if other not in part:
                    part.add(other)
                    todo.append(other)
        seen |= part
        yield part


def _light_cut(graph, threshold):
    """Return one side of a cut lighter than ``threshold`` of a connected graph, or ``None`` (Stoer and Wagner 1997)."""
    graph = {node: Counter(edges) for node, edges in graph.items()}
    members = {node: {node} for node in graph}
    while len(graph) > 1:
        before, last, weight = _order(graph)
        if weight < threshold:
            return members[last]
        members[before] |= members.pop(last)
        for other, number in graph.pop(last).items():
            del graph[other][last]
            if other != before:
                graph[before][other] += number
                graph[other][before] += number
    return None


def _order(graph):
    """Order the nodes by how tightly they hang on those before; return the last two and the weight of the last one."""
    start = next(iter(graph))
    pull = Counter(graph[start])
    left, before, last = set(graph) - {start}, start, start
    weight = 0
    while left:
        before, last = last, max(left, key=lambda node: pull[node])
        weight = pull[last]
        left.discard(last)
        for other, number in graph[last].items():
            pull[other] += number
    return before, last, weight
