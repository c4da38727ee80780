"""What really happened against the flow that should have: every case of a log aligned with a flow, and what differs.

Imports numpy: for the analyst and the command line alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.meaning import Meaning, meaning
from zhoudao.engines.bpmn.automaton import MOST_MARKINGS, Automaton, automaton
from zhoudao.engines.bpmn.graph import TASKS, Graph
from zhoudao.engines.mining.aligning import Alignments, Costs, Limits, Model, align
from zhoudao.engines.mining.deviations import Deviation, Read, deviations, read, used
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.variants import Variants, variants
from zhoudao.kit.frozen import frozen

_LIMITS = Limits()


@frozen
class Differs:
    """One deviation in words of the flow and the log. `left_out` is the id of a step that was not done; or `besides` an
    activity that was done where the flow has none, `after` the element of that id (empty: before the first).
    """

    left_out: str
    besides: str
    after: str
    times: int
    cases: int
    examples: tuple[str, ...]
    cost: int
    seconds: float | None


@dataclass(frozen=True, eq=False)
class Conformance:
    """`fitness` is of each variant, `fitness_of_cases` of the log: each case counts as one. `done`, `left_out` and
    `passed` are how often each step was done, was missing, and each sequence flow was gone along, over all cases.
    """

    meaning: Meaning
    automaton: Automaton
    variants: Variants
    aligned: Alignments
    deviations: tuple[Differs, ...]
    done: Mapping[str, int]
    left_out: Mapping[str, int]
    passed: Mapping[str, int]
    seen: Read = field(repr=False)

    @property
    def fitness(self) -> NDArray[np.float64]:
        return self.aligned.fitness

    @property
    def fitness_of_cases(self) -> float:
        return float(np.average(self.fitness, weights=self.variants.count)) if len(self.variants) else 1.0

    @property
    def fitting_cases(self) -> int:
        """Cases without any deviation."""
        return int(self.variants.count[self.aligned.cost == 0].sum())


def conformance(
    graph: Graph, log: Log, *, said: Mapping[str, str | Collection[str]] | None = None, are_tasks_seen: bool = True,
    element_costs: Mapping[str, int] | None = None, activity_costs: Mapping[str, int] | None = None,
    most_markings: int = MOST_MARKINGS, limits: Limits = _LIMITS,
) -> Conformance:  # fmt: skip
    """Every case aligned. Costs are whole numbers from 0 to 1,000, 1 where nothing is said: of leaving out an element
    (by id) and of doing an activity besides (by name).

    Raises: UnknownElement; CostRefused; what `automaton` raises: FlowRefused, RunsTwice, TooManyMarkings, TooManyWays,
    NeverEnds.
    """
    meant = meaning(graph, log.activities, said, are_tasks_seen=are_tasks_seen)
    tasks = {node.id for node in graph.nodes if node.kind in TASKS}
    built = automaton(graph, visible=(tasks - set(meant.unseen)) | meant.visible, most=most_markings)
    model, found = model_of(built), variants(log)
    means = _means(built, log, meant)
    costs = _costs(built, log, element_costs or {}, activity_costs or {})
    aligned = align(model, log, found, means, costs=costs, limits=limits)
    labels = np.array(built.label, np.int32)
    seen = read(aligned, labels, log, found)
    counted = used(seen, found, len(labels), len(built.labels))
    return Conformance(
        meant, built, found, aligned,
        tuple(_differs(one, built, log, found) for one in deviations(seen, log, found, costs)),
        dict(zip(built.labels, counted.done.tolist(), strict=True)),
        dict(zip(built.labels, counted.left_out.tolist(), strict=True)),
        _passed(graph, built, counted.moves), seen,
    )  # fmt: skip


def model_of(built: Automaton) -> Model:
    """The automaton as the columns alignments are made of."""
    return Model.of(
        np.array(built.first, np.int64), np.array(built.target, np.int32), np.array(built.label, np.int32),
        final=built.final, labels=len(built.labels),
    )  # fmt: skip


def _means(built: Automaton, log: Log, meant: Meaning) -> dict[int, list[int]]:
    label = {element: number for number, element in enumerate(built.labels)}
    return {
        code: sorted(label[element] for element in meant.elements[name])
        for code, name in enumerate(log.activities)
        if name in meant.elements
    }


def _costs(built: Automaton, log: Log, elements: Mapping[str, int], activities: Mapping[str, int]) -> Costs:
    return Costs(
        np.array([elements.get(element, 1) for element in built.labels], np.int32),
        np.array([activities.get(name, 1) for name in log.activities], np.int32),
    )


def _passed(graph: Graph, built: Automaton, moves: NDArray[np.int64]) -> dict[str, int]:
    ways = np.bincount(np.array(built.way, np.int64), weights=moves, minlength=len(built.ways)).astype(np.int64)
    found = dict.fromkeys((flow.id for flow in graph.flows), 0)
    for way, times in zip(built.ways, ways.tolist(), strict=True):
        for flow in way:
            found[graph.flows[flow].id] += times
    return found


def _differs(one: Deviation, built: Automaton, log: Log, found: Variants) -> Differs:
    return Differs(
        left_out=built.labels[one.label] if one.label >= 0 else "",
        besides=log.activities[one.activity] if one.activity >= 0 else "",
        after=built.labels[one.after] if one.after >= 0 else "",
        times=one.times, cases=one.cases, cost=one.cost, seconds=None if one.time is None else one.time / 1e6,
        examples=tuple(log.cases[int(case)] for case in one.whose(found)),
    )  # fmt: skip
