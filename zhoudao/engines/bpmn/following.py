"""Following a drawn flow by what happens elsewhere: one thing stands at one step, and each fact says how far it is.

A fact completes the step that is bound to it: a task's `done_on`, else the message of a task or event. What was left
out on the drawn way is passed over, and what comes late changes nothing, so whatever happens it stands somewhere. It
goes back only where an event beside a step says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from zhoudao.engines.bpmn.graph import PROCESS, TASKS, Graph, Kind, Node, On

_WAITING = frozenset({Kind.USER, Kind.MANUAL, Kind.RECEIVE, Kind.CATCH, Kind.CALL, Kind.EVENT_BASED})
_BOUND = TASKS | {Kind.CATCH, Kind.BOUNDARY}
Data = Mapping[str, object]
Holds = Callable[[str, Data], bool]


@dataclass(frozen=True, slots=True)
class Passed:
    """One step that is over. `is_waited`: it was stood at; otherwise it was over without anybody having waited."""

    node: int
    is_waited: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Where it stands now, the steps that are over with that, and all nodes the way went through, in order."""

    standing: int
    steps: tuple[Passed, ...] = ()
    through: tuple[int, ...] = ()
    is_over: bool = False


@dataclass(frozen=True)
class Way:
    """A flow as something that is followed. `holds` says whether a condition does; it refuses none."""

    graph: Graph
    holds: Holds
    _heard: dict[int, dict[str, tuple[Node, bool]]] = field(default_factory=dict)  # by where it stands, by fact

    def begin(self) -> Moved:
        """Where everything begins."""
        return self._on(self.graph.starts()[0], {}, ())

    def follow(self, standing: int, fact: str, data: Data) -> Moved | None:
        """What a fact changes for what stands here; None: nothing."""
        here = self.graph.nodes[standing]
        found, is_beside = self._hearing(here).get(fact, (None, False))
        if found is None:
            return None
        if found is here:
            return self._on(here, data, (Passed(here.index, is_waited=True),))
        if is_beside:
            moved = self._on(found, data, ())
        else:
            ahead = () if found.kind is Kind.BOUNDARY else (Passed(found.index, is_waited=False),)
            moved = self._on(found, data, (Passed(here.index, is_waited=True), *ahead))
            moved = replace(moved, through=(here.index, *moved.through))
        return None if moved.standing == standing else moved

    def usual(self, standing: int) -> tuple[int, ...]:
        """Where it will stand after this if nothing unusual happens, with the end."""
        found: list[int] = []
        while True:
            moved = self._on(self.graph.nodes[standing], {}, ())
            if moved.standing in found:
                return tuple(found)
            found.append(moved.standing)
            if moved.is_over:
                return tuple(found)
            standing = moved.standing

    def _hearing(self, here: Node) -> dict[str, tuple[Node, bool]]:
        """By fact the node it is bound to: here, beside here (true), else the nearest ahead."""
        known = self._heard.get(here.index)
        if known is None:
            known = self._heard[here.index] = {}
            beside = list(self._beside(here))
            for node in (here, *beside, *self._before(here)):
                known.setdefault(bound_to(node), (node, node in beside))
            known.pop("", None)
        return known

    def _beside(self, node: Node) -> Iterator[Node]:
        """The events that interrupt it, or what it lies in."""
        while True:
            yield from (self.graph.nodes[each] for each in node.boundaries if self.graph.nodes[each].interrupting)
            if node.scope == PROCESS:
                return
            node = self.graph.nodes[node.scope]

    def _before(self, here: Node) -> list[Node]:
        """Everything ahead on the drawn way, the nearest first; events beside it too, but not where they lead."""
        seen, found, todo = {here.index}, [], list(self._following(here))
        for node in todo:
            if node.index not in seen:
                seen.add(node.index)
                found += [node, *(self.graph.nodes[each] for each in node.boundaries)]
                todo += self._following(node)
        return [one for one in found if one.interrupting]

    def _following(self, node: Node) -> Iterator[Node]:
        if node.start is not None:
            yield self.graph.nodes[node.start]
        yield from (self.graph.nodes[self.graph.flows[flow].target] for flow in node.outgoing)
        if not node.outgoing and node.scope != PROCESS:
            yield from self._following_out(self.graph.nodes[node.scope])

    def _following_out(self, scope: Node) -> Iterator[Node]:
        yield from (self.graph.nodes[self.graph.flows[flow].target] for flow in scope.outgoing)
        if not scope.outgoing and scope.scope != PROCESS:
            yield from self._following_out(self.graph.nodes[scope.scope])

    def _on(self, node: Node, data: Data, steps: tuple[Passed, ...]) -> Moved:
        """From a node that is over to the next that is waited at."""
        through = [node.index]
        for _ in range(2 * len(self.graph.nodes)):
            following = self._next(node, data)
            if following is None:
                end = () if node.kind is not Kind.END else (Passed(node.index, is_waited=False),)
                return Moved(node.index, (*steps, *end), tuple(through), is_over=True)
            node = following
            if waits_at(node):
                return Moved(node.index, steps, tuple(through))
            through.append(node.index)
        return Moved(node.index, steps, tuple(through[:-1]))  # a ring without a step: it stands in it

    def _next(self, node: Node, data: Data) -> Node | None:
        """The one behind it, out of what it lies in where that ends; None: it is all over."""
        if node.kind is Kind.SUBPROCESS and node.start is not None:
            return self.graph.nodes[node.start]
        while not node.outgoing:
            if node.scope == PROCESS:
                return None
            node = self.graph.nodes[node.scope]
        return self.graph.nodes[self.graph.flows[self._chosen(node, data)].target]

    def _chosen(self, node: Node, data: Data) -> int:
        for flow in node.outgoing:
            condition = self.graph.flows[flow].condition
            if flow != node.default and condition and self.holds(condition, data):
                return flow
        return node.outgoing[0] if node.default is None else node.default


def waits_at(node: Node) -> bool:
    """Whether something can stand there."""
    return node.kind in _WAITING or (node.kind in TASKS and bool(bound_to(node)))


def bound_to(node: Node) -> str:
    """The fact that completes it; empty: none does."""
    if node.kind not in _BOUND:
        return ""
    if node.step.done_on:
        return node.step.done_on
    return node.event.code if node.event.on is On.MESSAGE and node.kind is not Kind.SEND else ""
