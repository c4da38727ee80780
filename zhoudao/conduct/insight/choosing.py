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
    seen. How long a message takes that no activity is cannot be known: none, and it is noted.
    """
    shown: dict[str, Any] = {}
    notes: list[Note] = []
    for node in graph.nodes:
        made = _event(graph, node, found, hours)
        if made:
            shown[node.id] = made
            if "after" in made and node.event.on is not On.NONE:
                notes.append(Note("event-guessed", node.id))
    for arms in _races(graph):
        if not any(shown.get(arm.id, {}).get("chance", 1) == 1 for arm in arms):
            shown[arms[-1].id].pop("chance")
    return shown, notes


def _event(graph: Graph, node: Node, found: Conformance, hours: str) -> dict[str, Any]:
    is_caught = node.kind in (Kind.CATCH, Kind.BOUNDARY) or _is_arm(graph, node)
    if not is_caught:
        return {}
    if node.event.on is On.TIMER:
        timer = node.event.timer
        is_plain = timer is not None and timer.duration is not None and not timer.date and timer.repeats == 1
        made: dict[str, Any] = {} if is_plain else {"after": 0}
        return made | ({"hours": hours} if node.event.business and hours else {})
    if node.kind is Kind.BOUNDARY:
        chance = _chance(graph, node, found)
        thrown = {} if node.event.on in _THROWN else {"after": 0}
        return {"chance": chance} | thrown if chance else {}
    return {"after": 0} | ({"chance": _chance(graph, node, found)} if _is_arm(graph, node) else {})


def _is_arm(graph: Graph, node: Node) -> bool:
    return any(graph.nodes[graph.flows[index].source].kind is Kind.EVENT_BASED for index in node.incoming)


def _races(graph: Graph) -> Iterator[list[Node]]:
    for node in graph.nodes:
        if node.kind is Kind.EVENT_BASED:
            yield [graph.nodes[graph.flows[index].target] for index in node.outgoing]


def _chance(graph: Graph, node: Node, found: Conformance) -> float:
    """Of an arm, how often it was gone along of all; of a boundary event, how often it came of all that its host was
    done or came to this.
    """
    came = sum(found.passed.get(graph.flows[index].id, 0) for index in node.outgoing)
    if node.host is not None:
        whole = sum(found.passed.get(graph.flows[index].id, 0) for index in graph.nodes[node.host].incoming)
    else:
        gate = next(graph.nodes[graph.flows[i].source] for i in node.incoming)
        whole = sum(found.passed.get(graph.flows[index].id, 0) for index in gate.outgoing)
    return min(came / whole, 1.0) if whole else 0.0
