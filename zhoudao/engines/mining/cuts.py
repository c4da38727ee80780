"""Cuts of a directly-follows graph: groups of activities between which everything is of one kind.

Source: Leemans, Fahland, van der Aalst, Discovering Block-Structured Process Models from Event Logs: A Constructive
Approach, 2013 (cuts), and the same, Discovering … Containing Infrequent Behaviour, 2014 (the filter).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

Traces = Mapping[tuple[int, ...], int]
"""Sequences of activities, and how many cases went so."""
Groups = list[frozenset[int]]


class Follows(NamedTuple):
    """What directly follows what, what is first and what is last, with how often."""

    edges: Counter[tuple[int, int]]
    starts: Counter[int]
    ends: Counter[int]
    activities: frozenset[int]


def follows(traces: Traces) -> Follows:
    """The directly-follows graph; empty sequences leave nothing in it."""
    found = Follows(Counter(), Counter(), Counter(), frozenset(each for trace in traces for each in trace))
    for trace, times in traces.items():
        if trace:
            found.starts[trace[0]] += times
            found.ends[trace[-1]] += times
            for pair in pairwise(trace):
                found.edges[pair] += times
    return found


def frequent(graph: Follows, noise: float) -> Follows:
    """Without what is rarer than this share (0 to 1) of the most frequent that goes out of the same activity."""
    most: Counter[int] = Counter(graph.ends)
    for (source, _), times in graph.edges.items():
        most[source] = max(most[source], times)
    return Follows(
        Counter({edge: times for edge, times in graph.edges.items() if times >= noise * most[edge[0]]}),
        _above(graph.starts, noise), _above(graph.ends, noise), graph.activities,
    )  # fmt: skip


def _above(counts: Counter[int], noise: float) -> Counter[int]:
    most = max(counts.values(), default=0)
    return Counter({each: times for each, times in counts.items() if times >= noise * most})


def choice(graph: Follows) -> Groups:
    """Groups between which nothing goes."""
    return _ordered(_joined(graph.activities, graph.edges))


def sequence(graph: Follows) -> Groups:
    """Groups in order: from each every later one can be reached, and never an earlier one."""
    reach = _reach(graph)
    nodes = sorted(graph.activities)
    same = [(a, b) for a in nodes for b in nodes if a < b and (b in reach[a]) == (a in reach[b])]
    groups = _ordered(_joined(graph.activities, same))
    while True:
        mixed = [
            (min(one), min(other)) for one in groups for other in groups
            if one is not other and _goes(one, other, reach) and _goes(other, one, reach)
        ]  # fmt: skip
        if not mixed:
            break
        same += mixed
        groups = _ordered(_joined(graph.activities, same))
    ahead = {group: sum(_goes(group, other, reach) for other in groups if other is not group) for group in groups}
    return _kept_together(sorted(groups, key=lambda group: -ahead[group]), graph)


def _kept_together(groups: Groups, graph: Follows) -> Groups:
    """Groups that are only left out together stay together: →(a, ×(→(b, c), τ)), not →(a, ×(b, τ), ×(c, τ)).

    Source: strict sequence cut, Leemans 2017, §6.2.
    """
    of = {each: place for place, group in enumerate(groups) for each in group}
    earliest, latest = [len(groups)] * len(groups), [-1] * len(groups)
    for source, target in graph.edges:
        if of[source] != of[target]:
            earliest[of[target]] = min(earliest[of[target]], of[source])
            latest[of[source]] = max(latest[of[source]], of[target])
    for each in graph.starts:
        earliest[of[each]] = -1
    for each in graph.ends:
        latest[of[each]] = len(groups)
    bounds = [False] * len(groups)  # of each group whether it is one with the group before it
    for pivot in range(len(groups)):
        passed = any(of[source] < pivot < of[target] for source, target in graph.edges)
        starts_later, ends_before = any(of[s] > pivot for s in graph.starts), any(of[e] < pivot for e in graph.ends)
        if passed or starts_later or ends_before:
            _join_around(pivot, bounds, earliest, latest)
    together: list[set[int]] = []
    for group, is_one_with_last in zip(groups, bounds, strict=True):
        together = [*together[:-1], together[-1] | group] if is_one_with_last else [*together, set(group)]
    return [frozenset(group) for group in together] if len(together) > 1 else groups


def _join_around(pivot: int, bounds: list[bool], earliest: list[int], latest: list[int]) -> None:
    """What comes before the pivot and leads no farther, and what comes after and is entered from nowhere else."""
    place = pivot - 1
    while place >= 0 and latest[place] <= pivot:
        bounds[place + 1] = True
        place -= 1
    place = pivot + 1
    while place < len(bounds) and earliest[place] >= pivot:
        bounds[place] = True
        place += 1


def _goes(one: frozenset[int], other: frozenset[int], reach: Mapping[int, frozenset[int]]) -> bool:
    return any(not reach[each].isdisjoint(other) for each in one)


def parallel(graph: Follows) -> Groups:
    """Groups between which each activity follows each, and each group can begin and end."""
    nodes = sorted(graph.activities)
    apart = [
        (a, b) for a in nodes for b in nodes
        if a < b and not (graph.edges[a, b] and graph.edges[b, a])
    ]  # fmt: skip
    whole, parts = [], frozenset[int]()
    for group in _ordered(_joined(graph.activities, apart)):
        if group & graph.starts.keys() and group & graph.ends.keys():
            whole.append(group)
        else:
            parts |= group
    if not parts:
        return whole
    if parts & graph.starts.keys() and parts & graph.ends.keys():
        return _ordered([*whole, parts])
    return _ordered([whole[0] | parts, *whole[1:]]) if whole else []


def loop(graph: Follows) -> Groups:
    """The body first, which begins and ends everything; then the groups by which it is done again."""
    starts, ends = frozenset(graph.starts), frozenset(graph.ends)
    body = starts | ends
    rest = graph.activities - body
    groups = _joined(rest, [edge for edge in graph.edges if edge[0] in rest and edge[1] in rest])
    again = [group for group in groups if _goes_round(graph, group, starts, ends)]
    body |= rest.difference(*again)
    return [body, *_ordered(again)] if again else []


def _goes_round(graph: Follows, group: frozenset[int], starts: frozenset[int], ends: frozenset[int]) -> bool:
    """It is come to from all ends and from them alone, and left to all starts and to them alone."""
    entered = {edge for edge in graph.edges if edge[1] in group and edge[0] not in group}
    left = {edge for edge in graph.edges if edge[0] in group and edge[1] not in group}
    entries, exits = {edge[1] for edge in entered}, {edge[0] for edge in left}
    return entered == {(end, entry) for end in ends for entry in entries} and left == {
        (leaving, start) for leaving in exits for start in starts
    }


def _reach(graph: Follows) -> dict[int, frozenset[int]]:
    following: dict[int, list[int]] = {each: [] for each in graph.activities}
    for source, target in graph.edges:
        following[source].append(target)
    found = {}
    for node in graph.activities:
        seen: set[int] = set()
        todo = list(following[node])
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo += following[here]
        found[node] = frozenset(seen)
    return found


def _joined(nodes: Iterable[int], pairs: Iterable[tuple[int, int]]) -> Groups:
    """The connected parts."""
    root = {node: node for node in nodes}

    def top(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in pairs:
        root[top(one)] = top(other)
    groups: dict[int, set[int]] = {}
    for node in root:
        groups.setdefault(top(node), set()).add(node)
    return [frozenset(group) for group in groups.values()]


def _ordered(groups: Groups) -> Groups:
    return sorted(groups, key=min)
