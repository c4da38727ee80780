"""What can happen at each place of a flow, made ready once: the next markings are then a few operations on bits."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from zhoudao.engines.bpmn.graph import ACTIVITIES, PROCESS, TASKS, Graph, Kind, Node, On
from zhoudao.engines.bpmn.places import Flows, Places, Way

SILENT = -1


class RunsTwice(Exception):
    """A step can be started again while it is still being done, so there is no end of markings."""

    def __init__(self, element: str) -> None:
        super().__init__(f"{element} can be started again while it is still being done.")
        self.element = element


class Move(NamedTuple):
    """What may happen at one place: these bits go, and one of the ways is taken."""

    gone: int
    label: int
    ways: list[Way]


class _Join(NamedTuple):
    node: Node
    flows: Mapping[int, int]
    """By bit of an incoming flow: the places behind it."""
    bits: int


class Moving:
    def __init__(self, graph: Graph, visible: Collection[str]) -> None:
        self.graph = graph
        self.places = Places(graph, visible)
        self.labels = tuple(node.id for node in graph.nodes if node.id in visible)
        self._label = {element: label for label, element in enumerate(self.labels)}
        self.moves: dict[int, list[Move]] = {}
        self.blocked: set[int] = set()
        """Nodes at which a second token would have come while there was one, and that was left out."""
        self._beside = _beside(graph)
        self._joins = [self._join(node) for node in self.places.joins]
        self._watched = sum(join.bits for join in self._joins)
        self._watched |= sum(self.places.at[sub.index] for sub in self.places.subs)
        self._prepare()

    def following(self, marking: int) -> Iterator[tuple[int, int, Flows]]:
        """Every (label, next marking, flows passed). Raises: RunsTwice."""
        left = marking
        while left:
            place = left & -left
            left ^= place
            for gone, label, ways in self.moves.get(place, ()):
                kept = marking & ~gone
                for way in ways:
                    moved = self._put(kept, way)
                    if moved is None:
                        continue
                    if moved & self._watched:
                        yield from ((label, settled, flows) for settled, flows in self._settled(moved, way.flows))
                    else:
                        yield label, moved, way.flows

    def _put(self, kept: int, way: Way) -> int | None:
        """The marking after this way; None where that step has to be over first."""
        kept &= ~way.clear
        twice = kept & way.add | way.twice
        if twice:
            node = self.places.elements[twice.bit_length() - 1]
            if node not in self._beside:
                raise RunsTwice(self.graph.nodes[node].id)
            self.blocked.add(node)
            return None
        return kept | way.add

    def _settled(self, marking: int, flows: Flows) -> Iterator[tuple[int, Flows]]:
        """The markings once every join that may has fired and every sub-process that is over has ended."""
        todo, seen = deque([(marking, flows)]), {marking}
        while todo:
            here, passed = todo.popleft()
            fired = self._firing(here)
            if fired is None:
                yield here, passed
                continue
            for way in fired.ways:
                moved = self._put(here & ~fired.gone, way)
                if moved is not None and moved not in seen:
                    seen.add(moved)
                    todo.append((moved, (*passed, *way.flows)))

    def _firing(self, marking: int) -> Move | None:
        for join in self._joins:
            if join.node.kind is Kind.PARALLEL and marking & join.bits == join.bits:
                return Move(join.bits, SILENT, self.places.leaving(join.node))
        for sub in self.places.subs:
            if marking & self.places.at[sub.index] and not marking & self.places.inner[sub.index]:
                again = [*self._again(sub)] if sub.loop else []
                return Move(self.places.whole(sub), SILENT, self.places.leaving(sub) + again)
        for join in self._joins:
            if join.node.kind is Kind.INCLUSIVE and marking & join.bits and not self._awaited(marking, join):
                return Move(join.bits, SILENT, self.places.leaving(join.node))
        return None

    def _again(self, sub: Node) -> Iterator[Way]:
        here = self.places.at[sub.index] | self.places.beside(sub)
        yield from (way._replace(add=way.add | here) for way in self.places.entering(sub) if way.add)

    def _join(self, node: Node) -> _Join:
        """Places count in the join's own scope only: a sub-process stands for what is inside it."""
        places = self.places
        behind = self.graph.upstream.get(node.index, {})
        bits = {
            places.into[flow]: sum(
                1 << place
                for place, there in enumerate(places.elements)
                if there in behind.get(flow, ()) and self.graph.nodes[there].scope == node.scope and there != node.index
                and places.armed.get(there) != 1 << place
            )
            for flow in node.incoming
        }  # fmt: skip
        return _Join(node, bits, sum(bits))

    def _awaited(self, marking: int, join: _Join) -> bool:
        empty = filled = 0
        for bit, behind in join.flows.items():
            if marking & bit:
                filled |= behind
            else:
                empty |= behind
        return bool(marking & empty & ~filled)

    def _prepare(self) -> None:
        places = self.places
        starts = self.graph.starts()
        self.moves[places.begin] = [self._move(start, places.begin, places.leaving(start)) for start in starts]
        for index, place in places.at.items():
            node = self.graph.nodes[index]
            self.moves[place] = [*self._work(node), *self._interruptions(node)]
        for index, place in places.armed.items():
            node = self.graph.nodes[index]
            self.moves[place] = [self._move(node, place, places.leaving(node))]

    def _move(self, node: Node, gone: int, ways: list[Way]) -> Move:
        return Move(gone, self._label.get(node.id, SILENT), ways)

    def _work(self, node: Node) -> Iterator[Move]:
        """The step is done, once more or for good; or the first of several events happens."""
        here = self.places.at[node.index]
        if node.kind in (Kind.END, Kind.THROW):
            yield self._move(node, here, self.places.thrown(node))
        elif node.kind is Kind.EVENT_BASED:
            for arm in (self.graph.nodes[self.graph.flows[flow].target] for flow in node.outgoing):
                yield self._move(arm, here, self.places.leaving(arm))
        elif node.kind is not Kind.SUBPROCESS:
            yield self._move(
                node, self.places.whole(node) if node.kind in ACTIVITIES else here, self.places.leaving(node)
            )
            if node.loop:
                yield self._move(node, 0, [Way(0, 0, ())])

    def _interruptions(self, node: Node) -> Iterator[Move]:
        """Events beside it, and whatever it may throw to what lies around it."""
        for event in (self.graph.nodes[index] for index in node.boundaries):
            if event.event.on in (On.TIMER, On.MESSAGE) and event.index not in self.places.armed:
                yield self._beside_move(node, event)
        if node.kind in TASKS:
            for on in (On.ERROR, On.ESCALATION):
                yield from (self._beside_move(host, event) for host, event in self._catching(node, on))

    def _beside_move(self, host: Node, event: Node) -> Move:
        return self._move(event, self.places.whole(host) if event.interrupting else 0, self.places.leaving(event))

    def _catching(self, node: Node, on: On) -> Iterator[tuple[Node, Node]]:
        """The events that may catch what a task throws, whatever its code, out to the one that catches any."""
        host, codes = node, set[str]()
        while True:
            events = [self.graph.nodes[index] for index in host.boundaries]
            for event in (each for each in events if each.event.on is on and each.event.code not in codes):
                codes.add(event.event.code)
                yield host, event
            if "" in codes or host.scope == PROCESS:
                return
            host = self.graph.nodes[host.scope]


def _beside(graph: Graph) -> frozenset[int]:
    """Everything that events which interrupt nothing, and steps repeated side by side, may lead to."""
    found = {node.index for node in graph.nodes if node.kind is Kind.BOUNDARY and not node.interrupting}
    todo = list(found)
    for index in todo:
        node = graph.nodes[index]
        further = [graph.flows[flow].target for flow in node.outgoing]
        further += [*node.boundaries, *(each.index for each in graph.nodes if each.scope == index)]
        for each in further:
            if each not in found:
                found.add(each)
                todo.append(each)
    return frozenset(found)


def notes(graph: Graph, moving: Moving) -> Iterator[tuple[str, str]]:
    """(element, code) of what the automaton tells more simply than the flow runs: see `Automaton.notes`."""
    for node in graph.nodes:
        if node.loop and node.kind is Kind.SUBPROCESS and not node.loop.sequential:
            yield node.id, "one-after-another"
        elif node.loop:
            yield node.id, "any-number"
    yield from ((graph.nodes[index].id, "one-at-a-time") for index in sorted(moving.blocked))
