"""A flow as a finite automaton: every marking it can reach, and what leads from each to the next.

Source: reachability graph of a workflow net (van der Aalst, The Application of Petri Nets to Workflow Management,
1998), here of the flow itself, with sub-processes inside, so that nothing is lost in a translation: the same steps in
the same order as `advance` allows, conditions taken either way. A test tries both side by side.
"""

from array import array
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from zhoudao.engines.bpmn.graph import TASKS, Graph
from zhoudao.engines.bpmn.moving import SILENT, Moving, notes
from zhoudao.engines.bpmn.places import Flows
from zhoudao.engines.bpmn.problems import FlowRefused

MOST_MARKINGS = 20_000
_MOST_MOVES = 40
"""How many moves a marking may have on average."""


class TooManyMarkings(Exception):
    """The flow can be in more markings than were allowed."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The flow can be in more than {most:,} markings.")
        self.most = most


class NeverEnds(Exception):
    """No way through the flow comes to an end."""


@dataclass(frozen=True)
class Automaton:
    """States are numbered as they were found; 0 is before the start. Moves stand in columns, by their source.

    `label` is the index in `labels` of the element whose step a move is, `SILENT` where nobody sees it; `way` the index
    in `ways` of the flows (by their index in the graph) that it passes. `final` is the state in which all is over.
    """

    labels: tuple[str, ...]
    source: "array[int]"
    target: "array[int]"
    label: "array[int]"
    way: "array[int]"
    ways: tuple[Flows, ...]
    final: int
    markings: tuple[int, ...]
    elements: tuple[str, ...]
    """Where a token rests, by the bit of a marking; empty for the place before the start."""
    notes: tuple[tuple[str, str], ...] = ()
    """(element, code): where less is told than the flow can do. `one-after-another`: repeated side by side, told one
    after the other; `one-at-a-time`: begun again beside itself, told as waiting for its turn; `any-number`: repeated
    any number of times, for how often is said by the data alone."""

    def __len__(self) -> int:
        return len(self.markings)

    def standing(self, state: int) -> tuple[str, ...]:
        """The elements at which tokens rest."""
        marking, found = self.markings[state], dict[str, None]()
        while marking:
            place = marking & -marking
            marking ^= place
            found[self.elements[place.bit_length() - 1]] = None
        return tuple(element for element in found if element)

    @cached_property
    def first(self) -> "array[int]":
        """Where the moves of each state begin, and at last the number of moves."""
        counts = [0] * (len(self) + 1)
        for source in self.source:
            counts[source + 1] += 1
        for state in range(len(self)):
            counts[state + 1] += counts[state]
        return array("i", counts)


def automaton(graph: Graph, *, visible: Collection[str] | None = None, most: int = MOST_MARKINGS) -> Automaton:
    """Every reachable marking. `visible` are the ids of the elements that are seen when they happen: all tasks when
    nothing is said; events may be among them. `most` is how many markings there may be (about 1 kB each).

    Raises: FlowRefused for a faulty graph; RunsTwice; TooManyMarkings; TooManyWays; NeverEnds.
    """
    if graph.faults:
        raise FlowRefused(list(graph.faults))
    shown = {node.id for node in graph.nodes if node.kind in TASKS} if visible is None else visible
    moving = Moving(graph, shown)
    found = _Explored(moving, most)
    found.explore()
    if 0 not in found.states:
        raise NeverEnds(NeverEnds.__doc__)
    return Automaton(
        labels=moving.labels, source=found.source, target=found.target, label=found.label, way=found.way,
        ways=tuple(found.ways), final=found.states[0], markings=tuple(found.states),
        elements=tuple(graph.nodes[node].id if node >= 0 else "" for node in moving.places.elements),
        notes=tuple(notes(graph, moving)),
    )  # fmt: skip


class _Explored:
    """Breadth first; of several ways between two states with one label the first is kept."""

    def __init__(self, moving: Moving, most: int) -> None:
        self.moving, self.most = moving, most
        self.states: dict[int, int] = {moving.places.begin: 0}
        self.ways: dict[Flows, int] = {}
        self.source, self.target, self.label, self.way = (array("i") for _ in range(4))

    def explore(self) -> None:
        states, todo, here = self.states, [self.moving.places.begin], 0
        while here < len(todo):
            moves: dict[tuple[int, int], Flows] = {}
            for label, marking, flows in self.moving.following(todo[here]):
                state = states.get(marking)
                if state is None:
                    state = states[marking] = len(todo)
                    todo.append(marking)
                moves.setdefault((label, state), flows)
            if len(todo) > self.most or len(self.source) > _MOST_MOVES * self.most:
                raise TooManyMarkings(self.most)
            moves.pop((SILENT, here), None)
            self._keep(here, moves)
            here += 1

    def _keep(self, here: int, moves: dict[tuple[int, int], Flows]) -> None:
        for (label, target), flows in moves.items():
            self.source.append(here)
            self.target.append(target)
            self.label.append(label)
            self.way.append(self.ways.setdefault(flows, len(self.ways)))
