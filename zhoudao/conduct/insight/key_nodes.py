"""Which steps decide how long cases take: for each, what would change if it took less time, by simulation under the
same luck; beside it how many cases pass it, what it is joined to, and whether there is a way around it.

Steps stand by what would change, never by how central they are drawn: a step in the middle that takes a minute is no
key.
Imports numpy: for the analyst and the command line alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from math import inf

import numpy as np

from zhoudao.conduct.insight.scenario import Scenario
from zhoudao.engines.simulation.distributions import Distribution
from zhoudao.engines.simulation.model import Delay, Does, Model, Node, Task
from zhoudao.engines.simulation.results import Estimate, Results, compared
from zhoudao.engines.simulation.simulating import Trace, record, simulate

FASTER = 0.2
MOST_ACTIVITIES = 12_000_000
"""So many pieces of work are simulated in all: some seven seconds of CPU where people have hours."""
LEAST, MOST = 5, 30
Heard = Callable[[float], None]


class FasterRefused(ValueError):
    """How much faster is a share above 0 and below 1."""


class NothingToHasten(Exception):
    """No step of this flow takes any time."""


@dataclass(frozen=True)
class Place:
    """How a step stands in the flow. `share` of the cases pass it (0 to 1), `visits` times each of these on average;
    `before` and `behind` steps directly before and after it; `between` is its flow-weighted betweenness (0 to 1);
    `is_cut`: every way from the start to an end leads through it.
    """

    share: float
    visits: float
    before: int
    behind: int
    between: float
    is_cut: bool


@dataclass(frozen=True)
class KeyNode:
    """One step: how the median and the ninth tenth of cycle times change if it takes less time, in seconds with their
    intervals (below zero: sooner).
    """

    element: str
    median: Estimate
    p90: Estimate
    place: Place


@dataclass(frozen=True)
class KeyNodes:
    """The steps, those of which most would be gained first; `faster` is the share of its time each was spared; `median`
    and `p90` are cycle times as they are, in seconds.
    """

    nodes: tuple[KeyNode, ...]
    faster: float
    replications: int
    median: Estimate
    p90: Estimate
    warnings: tuple[str, ...]


def key_nodes(
    scenario: Scenario, *, faster: float = FASTER, replications: int | None = None, heard: Heard = lambda share: None
) -> KeyNodes:
    """Each step's service and delay are shortened in turn, everything else and all luck being the same. Without
    `replications` as many are made as take some seconds of CPU, at least 5 and at most 30.

    Raises: FasterRefused; NothingToHasten; what `simulate` raises.
    """
    if not 0 < faster < 1:
        raise FasterRefused(FasterRefused.__doc__)
    model = scenario.model
    steps = [node for node in model.nodes if node.task and node.task.logged and _takes_time(node.task)]
    if not steps:
        raise NothingToHasten(NothingToHasten.__doc__)
    trace = record(model, seed=scenario.seed)
    turns = replications or int(np.clip(MOST_ACTIVITIES // (len(trace.case) * (len(steps) + 1)), LEAST, MOST))

    def run(changed: Model, number: int) -> Results:
        return simulate(
            changed, replications=turns, warm_up=scenario.warm_up, seed=scenario.seed,
            heard=lambda share: heard((number + share) / (len(steps) + 1)),
        )  # fmt: skip

    base, places = run(model, 0), _places(model, trace)
    found = []
    for number, node in enumerate(steps, 1):
        change = compared(base, run(hastened(model, node.id, faster), number))
        found.append(KeyNode(node.id, change["cycle_median", ""], change["cycle_p90", ""], places[node.id]))
    found.sort(key=lambda one: (one.median.mean + one.p90.mean, -one.place.share, one.element))
    return KeyNodes(tuple(found), faster, turns, base["cycle_median"], base["cycle_p90"], base.warnings)


def _takes_time(task: Task) -> bool:
    return task.service.mean > 0 or (task.delay is not None and task.delay.time.mean > 0)


def hastened(model: Model, element: str, faster: float) -> Model:
    """The same, with one step's service and delay so much shorter."""

    def shorter(given: Distribution) -> Distribution:
        return given.times(1 - faster)

    def changed(node: Node) -> Node:
        if node.id != element or node.task is None:
            return node
        delay = node.task.delay and Delay(shorter(node.task.delay.time), node.task.delay.hours)
        return replace(node, task=replace(node.task, service=shorter(node.task.service), delay=delay))

    return replace(model, nodes=tuple(changed(node) for node in model.nodes))


def _places(model: Model, trace: Trace) -> dict[str, Place]:
    """How every task stands in the flow, by what was seen of one replication."""
    cases = len(trace.arrived)
    width = len(trace.tasks)
    done = np.bincount(trace.task, minlength=width)
    pairs = np.unique(trace.case.astype(np.int64) * width + trace.task)
    passed = np.bincount(pairs % width, minlength=width)
    followed = _followed(trace)
    between = betweenness(followed)
    found = {}
    for at, name in enumerate(trace.tasks):
        found[name] = Place(
            share=float(passed[at] / cases), visits=float(done[at] / passed[at]) if passed[at] else 0.0,
            before=sum(1 for edge in followed if edge[1] == at), behind=sum(1 for edge in followed if edge[0] == at),
            between=between.get(at, 0.0), is_cut=is_cut(model, name),
        )  # fmt: skip
    return found


def _followed(trace: Trace) -> dict[tuple[int, int], int]:
    """How often one task directly followed another in a case."""
    order = np.lexsort((trace.begun, trace.end, trace.case))
    case, task = trace.case[order], trace.task[order].astype(np.int64)
    same = case[1:] == case[:-1]
    pairs, counts = np.unique(task[:-1][same] * len(trace.tasks) + task[1:][same], return_counts=True)
    return {divmod(int(pair), len(trace.tasks)): int(count) for pair, count in zip(pairs, counts, strict=True)}


def betweenness(followed: Mapping[tuple[int, int], int]) -> dict[int, float]:
    """Of each node the share of all pairs of others between which the shortest way leads through it, a step being the
    shorter the more often it is gone (0 to 1); equally short ways share.

    Source: Brandes, "A faster algorithm for betweenness centrality" (2001), with lengths 1 / frequency.

    >>> betweenness({(0, 1): 5, (1, 2): 5})
    {0: 0.0, 1: 0.5, 2: 0.0}
    """
    nodes = sorted({node for edge in followed for node in edge})
    near: dict[int, list[tuple[int, float]]] = {node: [] for node in nodes}
    for (one, other), count in followed.items():
        if one != other:
            near[one].append((other, 1 / count))
    total = dict.fromkeys(nodes, 0.0)
    for source in nodes:
        order, ways, before = _shortest(source, near)
        owed = dict.fromkeys(nodes, 0.0)
        for node in reversed(order):
            for earlier in before[node]:
                owed[earlier] += ways[earlier] / ways[node] * (1 + owed[node])
            total[node] += owed[node] if node != source else 0.0
    pairs = (len(nodes) - 1) * (len(nodes) - 2)
    return {node: each / pairs if pairs else 0.0 for node, each in total.items()}


def _shortest(
    source: int, near: Mapping[int, list[tuple[int, float]]]
) -> tuple[list[int], dict[int, float], dict[int, list[int]]]:
    """Nodes by their distance, in how many shortest ways each is reached, and from which before it (Dijkstra)."""
    far, ways = dict.fromkeys(near, inf), dict.fromkeys(near, 0.0)
    before: dict[int, list[int]] = {node: [] for node in near}
    far[source], ways[source], order, seen = 0.0, 1.0, [], set[int]()
    heap = [(0.0, source)]
    while heap:
        length, node = heappop(heap)
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        for other, step in near[node]:
            longer = length + step
            if other in seen or longer > far[other] + 1e-15:
                continue
            if longer < far[other] - 1e-15:
                far[other], ways[other], before[other] = longer, 0.0, []
                heappush(heap, (longer, other))
            ways[other] += ways[node]
            before[other].append(node)
    return order, ways, before


def is_cut(model: Model, element: str) -> bool:
    """Whether no end can be reached from the start without this element."""
    onward = _onward(model)
    todo, seen = [model.start], {model.start} - {element}
    while todo:
        for other in onward[todo.pop()] - seen - {element}:
            seen.add(other)
            todo.append(other)
    return not any(node.id in seen and node.scope is None and not onward[node.id] for node in model.nodes)


def _onward(model: Model) -> dict[str, set[str]]:
    """Where a case may go on from each node: into a sub-process and from its ends on behind it."""
    found: dict[str, set[str]] = {node.id: set() for node in model.nodes}
    for flow in model.flows:
        found[flow.source].add(flow.target)
    for scope in (node for node in model.nodes if node.does is Does.SCOPE and node.start):
        behind, found[scope.id] = found[scope.id], {scope.start or ""}
        for node in model.nodes:
            if node.scope == scope.id and not found[node.id]:
                found[node.id] = behind
    for node in model.nodes:
        if node.boundary:
            found[node.boundary.host].add(node.id)
        if node.catches:
            found[node.id] = found[node.id] | {node.catches}
    return found
