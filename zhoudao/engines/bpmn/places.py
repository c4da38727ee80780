"""Where tokens can rest in a flow with everything that is nested in it, as bits of one number.

A marking is one number: bit by bit whether a token rests at a step, event or sub-process, has come into a join by a
flow, or whether a timer beside a step is still to fire. Gateways are passed at once, as the engine does.
"""

from collections import deque
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from zhoudao.engines.bpmn.graph import PROCESS, TASKS, Graph, Kind, Node, On

_RESTING = TASKS | {Kind.SUBPROCESS, Kind.CATCH, Kind.EVENT_BASED}
_MOST_PENDING, _MOST_FREE = 64, 10
Flows = tuple[int, ...]


class TooManyWays(Exception):
    """At one gateway there are more combinations of ways than can be tried."""

    def __init__(self, element: str) -> None:
        super().__init__(f"{element}: there are too many combinations of ways to try them all.")
        self.element = element


class Way(NamedTuple):
    """What one way on does to a marking: bits that come, bits that go first, and the flows it passes. Bits that come
    `twice` tell that there would be two tokens in one place.
    """

    add: int
    clear: int
    flows: Flows
    twice: int = 0


class _Open(NamedTuple):
    pending: Flows
    add: int
    clear: int
    flows: Flows
    twice: int = 0

    def with_bits(self, bits: int) -> "_Open":
        return self._replace(add=self.add | bits, twice=self.twice | self.add & bits)


class Places:
    def __init__(self, graph: Graph, visible: Collection[str] = ()) -> None:
        self.graph = graph
        self._visible = frozenset(visible)
        self.joins = [
            node for node in graph.nodes
            if node.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and len(node.incoming) > 1
        ]  # fmt: skip
        self.subs = [node for node in graph.nodes if node.kind is Kind.SUBPROCESS]
        self.elements: list[int] = []
        """The node of each bit."""
        self.begin = self._bit(-1)
        self.at = {node.index: self._bit(node.index) for node in graph.nodes if self.rests(node)}
        self.into = {flow: self._bit(join.index) for join in self.joins for flow in join.incoming}
        self.armed = {node.index: self._bit(node.index) for node in graph.nodes if fires_once(node)}
        self._ways: dict[Flows, list[Way]] = {}

    def rests(self, node: Node) -> bool:
        """Whether a token stays there until something happens."""
        shown = node.kind in (Kind.THROW, Kind.END) and node.event.on is not On.TERMINATE and node.id in self._visible
        return node.kind in _RESTING or shown

    def _bit(self, node: int) -> int:
        self.elements.append(node)
        return 1 << (len(self.elements) - 1)

    @cached_property
    def all(self) -> int:
        """Every bit."""
        return (1 << len(self.elements)) - 1

    @cached_property
    def inner(self) -> dict[int, int]:
        """By sub-process the bits of everything inside, at any depth."""
        found = {sub.index: 0 for sub in self.subs}
        for place, node in enumerate(self.elements):
            scope = self.graph.nodes[node].scope if node >= 0 else PROCESS
            if node >= 0 and self.graph.nodes[node].host is not None and self._is_armed(place):
                scope = self.graph.nodes[self.graph.nodes[node].host or 0].scope
            while scope != PROCESS:
                found[scope] |= 1 << place
                scope = self.graph.nodes[scope].scope
        return found

    def _is_armed(self, place: int) -> bool:
        return self.armed.get(self.elements[place]) == 1 << place

    def beside(self, node: Node) -> int:
        """The bits of the timers that are set while this is worked on."""
        return sum(self.armed[index] for index in node.boundaries if index in self.armed)

    def whole(self, node: Node) -> int:
        """An activity with all that waits or runs within it."""
        return self.at[node.index] | self.beside(node) | self.inner.get(node.index, 0)

    def leaving(self, node: Node) -> list[Way]:
        """Every way on from a node that is over."""
        return [way for flows in choices(self.graph, node) for way in self.ways(flows)]

    def entering(self, node: Node) -> list[Way]:
        """Every way to begin the inside of a sub-process anew."""
        if node.start is None:
            return []
        return self.ways(self.graph.nodes[node.start].outgoing)

    def ways(self, flows: Flows) -> list[Way]:
        """Every marking in which tokens sent down these flows come to rest. Nearest first, each once.

        Raises: TooManyWays.
        """
        known = self._ways.get(flows)
        if known is None:
            known = self._ways[flows] = list(self._come_to_rest(flows))
        return known

    def _come_to_rest(self, flows: Flows) -> Iterator[Way]:
        first = _Open(flows, 0, 0, ())
        seen, todo = {first[:3]}, deque([first])
        while todo:
            here = todo.popleft()
            if not here.pending:
                yield Way(here.add, here.clear, here.flows, here.twice)
                continue
            for following in self._arrive(here):
                if len(following.pending) > _MOST_PENDING or len(seen) > 50_000:
                    raise TooManyWays(self.graph.nodes[self.graph.flows[flows[0]].target].id)
                if following[:3] not in seen:
                    seen.add(following[:3])
                    todo.append(following)

    def _arrive(self, here: _Open) -> Iterator[_Open]:
        """One token goes down the first of the pending flows."""
        flow, pending = here.pending[0], here.pending[1:]
        node = self.graph.nodes[self.graph.flows[flow].target]
        moved = _Open(pending, here.add, here.clear, (*here.flows, flow), here.twice)
        if flow in self.into:
            yield moved.with_bits(self.into[flow])
        elif node.index in self.at:
            yield from self._rest(node, moved)
        elif node.kind is Kind.END and node.event.on is On.TERMINATE:
            yield self._cleared(moved, node.scope)
        else:
            yield from self.passing(node, moved)

    def _rest(self, node: Node, moved: _Open) -> Iterator[_Open]:
        rested = moved.with_bits(self.at[node.index] | self.beside(node))
        if node.kind is Kind.SUBPROCESS and node.start is not None:
            rested = rested._replace(pending=rested.pending + self.graph.nodes[node.start].outgoing)
        yield rested
        if may_be_none(node):
            yield from (moved._replace(pending=moved.pending + flows) for flows in choices(self.graph, node))

    def passing(self, node: Node, moved: _Open) -> Iterator[_Open]:
        """A token goes through a gateway or a throw event, or comes to an end."""
        if node.event.on in (On.ERROR, On.ESCALATION) and node.kind in (Kind.END, Kind.THROW):
            moved, is_gone = self._thrown(node, moved)
            if is_gone:
                yield moved
                return
        if node.kind is Kind.END:
            yield moved
            return
        yield from (moved._replace(pending=moved.pending + flows) for flows in choices(self.graph, node))

    def thrown(self, node: Node) -> list[Way]:
        """Every way on from an end or throw event that was stood at."""
        found = []
        for one in self.passing(node, _Open((), 0, 0, ())):
            after = self.ways(one.pending) if one.pending else [Way(0, 0, ())]
            found += [way._replace(clear=way.clear | one.clear) for way in after]
        return found

    def _thrown(self, node: Node, moved: _Open) -> tuple[_Open, bool]:
        """What catches it goes on; whether the token that threw it is gone with what was interrupted."""
        on, scope = node.event.on, node.scope
        while scope != PROCESS:
            host = self.graph.nodes[scope]
            caught = self._catching(host, on, node.event.code)
            if caught is not None:
                moved = self._cleared(moved, host.index, self.whole(host)) if caught.interrupting else moved
                return moved._replace(pending=moved.pending + caught.outgoing), caught.interrupting
            scope = host.scope
        return (self._cleared(moved, PROCESS), True) if on is On.ERROR else (moved, False)

    def _catching(self, host: Node, on: On, code: str) -> Node | None:
        events = [self.graph.nodes[index] for index in host.boundaries]
        fitting = [event for event in events if event.event.on is on and event.event.code in (code, "")]
        return max(fitting, key=lambda event: event.event.code == code, default=None)

    def _cleared(self, moved: _Open, scope: int, bits: int | None = None) -> _Open:
        gone = bits if bits is not None else (self.all if scope == PROCESS else self.inner[scope])
        left = tuple(flow for flow in moved.pending if not self._lies_in(self.graph.flows[flow].source, scope))
        return _Open(left, moved.add & ~gone, moved.clear | gone, moved.flows, moved.twice & ~gone)

    def _lies_in(self, node: int, scope: int) -> bool:
        around = self.graph.nodes[node].scope
        while around not in (scope, PROCESS):
            around = self.graph.nodes[around].scope
        return around == scope


def fires_once(node: Node) -> bool:
    """Whether it is a timer beside an activity, which fires once while the activity goes on."""
    timer = node.event.timer if node.kind is Kind.BOUNDARY else None
    return timer is not None and not node.interrupting and timer.repeats == 1


def may_be_none(node: Node) -> bool:
    """Whether a repeated activity may have nothing to do: only a written number says that it has."""
    return node.loop is not None and (not node.loop.cardinality.isdecimal() or node.loop.cardinality.strip("0") == "")


def choices(graph: Graph, node: Node) -> list[Flows]:
    """The sets of flows by which a token may leave, with conditions taken either way. Raises: TooManyWays."""
    flows = node.outgoing
    if node.kind in (Kind.EXCLUSIVE, Kind.EVENT_BASED) and len(flows) > 1:
        return [(flow,) for flow in flows]
    asked = any(graph.flows[flow].condition for flow in flows)
    undecided = node.kind is Kind.INCLUSIVE and len(flows) > 1 and node.default is None and not asked
    if node.kind is Kind.PARALLEL or not (asked or undecided):
        return [flows]
    free = [flow for flow in flows if flow != node.default and (undecided or graph.flows[flow].condition)]
    always = tuple(flow for flow in flows if flow not in free and flow != node.default)
    if len(free) > _MOST_FREE:
        raise TooManyWays(node.id)
    found = [always + some for size in range(len(free) + 1) for some in combinations(free, size) if always or some]
    return found if node.default is None or always else [*found, (node.default,)]
