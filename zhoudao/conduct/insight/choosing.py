"""Which way cases go in a scenario, from which way they went."""

from collections.abc import Iterator
from typing import Any

from zhoudao.conduct.insight.conforming import Conformance
from zhoudao.conduct.insight.noted import Note
from zhoudao.engines.bpmn.graph import Graph, Kind, Node, On

_THROWN = (On.ERROR, On.ESCALATION)


def gateways(graph: Graph, found: Conformance) -> tuple[dict[str, Any], list[Note]]:
    """The chance of each flow out of each choice: of one of them its share, of some of them how often it was gone along
    each time the choice came. A choice nobody came to has even chances.
    """
    shown: dict[str, Any] = {}
    notes: list[Note] = []
    for node in graph.nodes:
        flows = [graph.flows[index].id for index in node.outgoing]
        if len(flows) < 2 or not _is_choice(graph, node):
            continue
        passed = [found.passed.get(flow, 0) for flow in flows]
        whole = sum(passed) if node.kind is Kind.EXCLUSIVE else _came(graph, node, found, passed)
        if not whole:
            notes.append(Note("way-unseen", node.id))
            even = 1.0 if node.kind is not Kind.EXCLUSIVE else 1 / len(flows)
            shown[node.id] = dict.fromkeys(flows, even)
            continue
        shown[node.id] = {flow: min(times / whole, 1.0) for flow, times in zip(flows, passed, strict=True)}
    return shown, notes


def _is_choice(graph: Graph, node: Node) -> bool:
    if node.kind in (Kind.PARALLEL, Kind.EVENT_BASED):
        return False
    conditional = any(graph.flows[flow].condition for flow in node.outgoing)
    return node.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) or conditional


def _came(graph: Graph, node: Node, found: Conformance, passed: list[int]) -> int:
    """How often an inclusive choice came: as often as it was come to, by one flow at a time."""
    came = [found.passed.get(graph.flows[index].id, 0) for index in node.incoming]
    if len(came) > 1 and node.kind is Kind.INCLUSIVE:
        return max(*passed, *came)
    return max(sum(came), *passed)


def events(graph: Graph, found: Conformance, hours: str) -> tuple[dict[str, Any], list[Note]]:
    """What happens at the edge of steps, and when: timers as they are drawn, messages and errors as often as they were
    seen. How long a message takes that no activity is cannot be known: none. A clock at an edge of which it is not
    known when it rings never does. Both are noted.
    """
    shown: dict[str, Any] = {}
    notes: list[Note] = []
    for node in graph.nodes:
        made = _event(graph, node, found, hours)
        if made:
            shown[node.id] = made
            if "after" in made:
                notes.append(Note("event-never" if made.get("chance") == 0 else "event-guessed", node.id))
    for arms in _races(graph):
        _race(graph, arms, found, shown)
    return shown, notes


def _event(graph: Graph, node: Node, found: Conformance, hours: str) -> dict[str, Any]:
    if node.kind not in (Kind.CATCH, Kind.BOUNDARY) and not _is_arm(graph, node):
        return {}
    if node.event.on is On.TIMER:
        return _timer(node) | ({"hours": hours} if node.event.business else {})
    if node.kind is Kind.BOUNDARY:
        chance = _chance(graph, node, found)
        return {"chance": chance} | ({} if node.event.on in _THROWN else {"after": 0}) if chance else {}
    return {"after": 0}


def _timer(node: Node) -> dict[str, Any]:
    timer = node.event.timer
    if timer is not None and timer.duration is not None and not timer.date and timer.repeats == 1:
        return {}
    return {"after": 0, "chance": 0} if node.kind is Kind.BOUNDARY else {"after": 0}


def _is_arm(graph: Graph, node: Node) -> bool:
    return any(graph.nodes[graph.flows[index].source].kind is Kind.EVENT_BASED for index in node.incoming)


def _races(graph: Graph) -> Iterator[list[Node]]:
    for node in graph.nodes:
        if node.kind is Kind.EVENT_BASED:
            yield [graph.nodes[graph.flows[index].target] for index in node.outgoing]


def _race(graph: Graph, arms: list[Node], found: Conformance, shown: dict[str, Any]) -> None:
    """This will give messages that race each other such chances that each comes as often as it did, one after the other
    where the one before it did not; where a clock races as well, it rings if none of them comes.
    """
    messages = [arm for arm in arms if arm.event.on is not On.TIMER]
    came = {arm.id: _left(graph, arm, found) for arm in arms}
    left = sum(came.values())
    for number, arm in enumerate(messages):
        chance = came[arm.id] / left if left else 1 / (len(arms) - number)
        shown[arm.id] = {**shown.get(arm.id, {}), "after": 0, "chance": chance}
        left -= came[arm.id]
    if len(messages) == len(arms):
        shown[messages[-1].id].pop("chance")


def _left(graph: Graph, node: Node, found: Conformance) -> int:
    return sum(found.passed.get(graph.flows[index].id, 0) for index in node.outgoing)


def _chance(graph: Graph, node: Node, found: Conformance) -> float:
    """How often a boundary event came of all that its host was come to."""
    host = graph.nodes[node.host or 0]
    whole = sum(found.passed.get(graph.flows[index].id, 0) for index in host.incoming)
    return min(_left(graph, node, found) / whole, 1.0) if whole else 0.0
