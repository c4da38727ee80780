"""What a run is waiting for now, and what will likely come next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from zhoudao.engines.bpmn.graph import ACTIVITIES, Flow, Graph, Kind, Node, On
from zhoudao.engines.bpmn.marking import Marking, Token
from zhoudao.engines.bpmn.run import Evaluate


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open thing: whoever holds the token's number may answer it."""

    token: Token
    node: Node


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A step a customer may be told about."""

    element: str
    name: str
    text: Mapping[str, str]
    when: Literal["now", "next"]


def waiting(graph: Graph, marking: Marking) -> tuple[Waiting, ...]:
    """Open work, timers and message waits, oldest first; sub-processes, gateways and joins are left out."""
    outside = {*ACTIVITIES, Kind.CATCH, Kind.BOUNDARY} - {Kind.SUBPROCESS}
    found = (Waiting(token, graph.nodes[token.node]) for token in sorted(marking.tokens))
    return tuple(
        entry for entry in found if entry.node.kind in outside and not (entry.node.loop and entry.token.nth < 0)
    )


def upcoming(
    graph: Graph, marking: Marking, data: Mapping[str, object], *, evaluate: Evaluate | None = None
) -> tuple[Upcoming, ...]:
    """The open steps and then those behind them on the likely way: conditions that hold now, else the default."""
    now = [entry.node for entry in waiting(graph, marking) if entry.node.kind is not Kind.BOUNDARY]
    steps = {node.index: node for node in now if _told(node)}
    open_now = set(steps)
    todo = [token.node for token in marking.tokens if graph.nodes[token.node].kind is not Kind.BOUNDARY]
    seen = set(todo)
    for index in todo:
        for following in _likely(graph, graph.nodes[index], data, evaluate):
            if following.index not in seen:
                seen.add(following.index)
                todo.append(following.index)
                if _told(following):
                    steps.setdefault(following.index, following)
    return tuple(
        Upcoming(node.id, node.name, node.step.text, "now" if node.index in open_now else "next")
        for node in steps.values()
    )


def _told(node: Node) -> bool:
    return bool(node.step.text) or node.kind in (Kind.USER, Kind.MANUAL)


def _likely(graph: Graph, node: Node, data: Mapping[str, object], evaluate: Evaluate | None) -> Iterator[Node]:
    if node.kind is Kind.SUBPROCESS and node.start is not None:
        yield graph.nodes[node.start]
    flows = [graph.flows[index] for index in node.outgoing]
    if len(flows) > 1 and node.kind is Kind.EVENT_BASED:
        flows = [min(flows, key=lambda flow: graph.nodes[flow.target].event.on is On.TIMER)]
    elif len(flows) > 1 and node.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE):
        flows = _chosen(node, flows, data, evaluate)
    for flow in flows:
        yield graph.nodes[flow.target]


def _chosen(node: Node, flows: list[Flow], data: Mapping[str, object], evaluate: Evaluate | None) -> list[Flow]:
    held = [flow for flow in flows if evaluate and flow.condition and _holds(flow.condition, data, evaluate)]
    default = [flow for flow in flows if flow.index == node.default]
    return (held if node.kind is Kind.INCLUSIVE else held[:1]) or default or flows[:1]


def _holds(condition: str, data: Mapping[str, object], evaluate: Evaluate) -> bool:
    try:
        return evaluate(condition, data) is True
    except Exception:  # A guess for a page: what cannot be told yet is not likely.
        return False
