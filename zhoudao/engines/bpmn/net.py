"""One scope of a flow as a net of places, for trying every way through it; data is left out."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from zhoudao.engines.bpmn.graph import ACTIVITIES, Graph, Kind, Node, On

Place = tuple[str, int]
"""("at", node), ("in", flow into a join) or ("armed", non-interrupting boundary event)."""
State = tuple[Place, ...]
"""The occupied places in order, repeated where there are two tokens."""
DONE: State = ()
_FEW = 6


class Move(NamedTuple):
    node: int
    state: State


class Net:
    def __init__(self, graph: Graph, scope: int) -> None:
        self.graph = graph
        self.nodes = [node for node in graph.nodes if node.scope == scope]
        self._reached: dict[tuple[int, ...], list[Place]] = {}
        self.joins = {
            node.index for node in self.nodes if node.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and len(node.incoming) > 1
        }

    def after_start(self, start: Node) -> State:
        return self._state([], self._out(start.outgoing))

    def entering(self, node: Node) -> list[Place]:
        """Where a token rests that is about to enter a node without coming by a flow."""
        return self.resting(node, -1, [index for index in node.boundaries if not self.graph.nodes[index].interrupting])

    def resting(self, node: Node, flow: int, armed: list[int]) -> list[Place]:
        """The places of a token at a node, which came by this flow, with these events armed beside it."""
        if node.index in self.joins:
            return [("in", flow)]
        if self._is_straight(node):
            return list(self._out(node.outgoing))
        return [("at", node.index), *(("armed", index) for index in armed)]

    def doubled(self, state: State) -> set[int]:
        """Nodes at which two tokens are at once."""
        twice = {place for place, other in pairwise(state) if place == other}
        return {self._node_of(place) for place in twice if place[0] != "armed"}

    def held(self, state: State) -> list[int]:
        """The nodes at which the tokens of a marking are, joins first."""
        nodes = {self._node_of(place) for place in state if place[0] != "armed"}
        return sorted(nodes, key=lambda node: (node not in self.joins, node))

    def moves(self, state: State, *, one_at_a_time: bool) -> Iterator[Move]:
        """Every next marking; with `one_at_a_time` only the choices of the first token that can move."""
        for node in dict.fromkeys(self._node_of(place) for place in state if place[0] != "armed"):
            moved = False
            for following in self._node_moves(state, self.graph.nodes[node]):
                moved = True
                yield Move(node, following)
            if moved and one_at_a_time:
                return

    def _node_of(self, place: Place) -> int:
        return self.graph.flows[place[1]].target if place[0] == "in" else place[1]

    def _state(self, kept: list[Place], added: list[Place]) -> State:
        return tuple(sorted(kept + added))

    def _without(self, state: State, gone: list[Place]) -> list[Place]:
        kept = list(state)
        for place in gone:
            kept.remove(place)
        return kept

    def _node_moves(self, state: State, node: Node) -> Iterator[State]:
        if node.index in self.joins:
            yield from self._join(state, node)
            return
        here: Place = ("at", node.index)
        if node.kind is Kind.END:
            yield DONE if node.event.on in (On.TERMINATE, On.ERROR) else self._state(self._without(state, [here]), [])
            return
        armed = [place for place in state if place[0] == "armed" and self.graph.nodes[place[1]].host == node.index]
        gone = self._without(state, [here, *armed])
        for taken in self._choices(node):
            yield self._state(gone, self._out(taken))
        for event in (self.graph.nodes[index] for index in node.boundaries):
            if event.interrupting:
                yield self._state(gone, self._out(event.outgoing))
        for place in armed:
            yield self._state(self._without(state, [place]), self._out(self.graph.nodes[place[1]].outgoing))

    def _join(self, state: State, node: Node) -> Iterator[State]:
        waiting: list[Place] = [("in", flow) for flow in node.incoming if ("in", flow) in state]
        if node.kind is Kind.PARALLEL and len(waiting) < len(node.incoming):
            return
        if node.kind is Kind.INCLUSIVE and self._awaited(state, node):
            return
        for taken in self._choices(node):
            yield self._state(self._without(state, waiting), self._out(taken))

    def _awaited(self, state: State, node: Node) -> bool:
        behind = self.graph.upstream[node.index]
        filled = [behind[flow] for flow in node.incoming if ("in", flow) in state]
        empty = [behind[flow] for flow in node.incoming if ("in", flow) not in state]
        others = {self._node_of(place) for place in state if place[0] != "armed"} - {node.index}
        return any(
            any(other in nodes for nodes in empty) and not any(other in nodes for nodes in filled) for other in others
        )

    def _choices(self, node: Node) -> Iterator[tuple[int, ...]]:
        """The sets of flows a token may leave by."""
        flows = node.outgoing
        if node.kind in (Kind.EXCLUSIVE, Kind.EVENT_BASED) and len(flows) > 1:
            yield from ((flow,) for flow in flows)
        elif node.kind is not Kind.PARALLEL and any(self.graph.flows[flow].condition for flow in flows):
            yield from self._some(node)
        else:
            yield flows

    def _some(self, node: Node) -> Iterator[tuple[int, ...]]:
        """Any non-empty set of the conditional flows, or the default alone; unconditional ones always."""
        always = tuple(flow for flow in node.outgoing if self._always(node, flow))
        free = [flow for flow in node.outgoing if self.graph.flows[flow].condition and flow != node.default]
        sizes = range(0 if always else 1, len(free) + 1) if len(free) <= _FEW else (1, len(free))
        for size in sizes:
            yield from (always + some for some in combinations(free, size))
        if node.default is not None and not always:
            yield (node.default,)

    def _always(self, node: Node, flow: int) -> bool:
        return not self.graph.flows[flow].condition and flow != node.default

    def _out(self, flows: tuple[int, ...]) -> list[Place]:
        if flows not in self._reached:
            self._reached[flows] = [place for flow in flows for place in self._arrive(flow)]
        return self._reached[flows]

    def _is_straight(self, node: Node) -> bool:
        return len(node.outgoing) == 1 == len(node.incoming) and not node.boundaries

    def _arrive(self, flow: int) -> Iterator[Place]:
        """Where a token comes to rest: straight steps with one way in and one way out are passed over."""
        seen: set[int] = set()
        while True:
            node = self.graph.nodes[self.graph.flows[flow].target]
            if node.index in self.joins:
                yield ("in", flow)
                return
            if node.kind is Kind.END and node.event.on not in (On.TERMINATE, On.ERROR):
                return
            if not self._is_straight(node) or node.index in seen:
                break
            seen.add(node.index)
            flow = node.outgoing[0]
        yield ("at", node.index)
        if node.kind in ACTIVITIES:
            yield from (("armed", index) for index in node.boundaries if not self.graph.nodes[index].interrupting)
