"""Everything that can be known about a flow before it runs."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from zhoudao.engines.bpmn import reading, soundness
from zhoudao.engines.bpmn.graph import ACTIVITIES, GATEWAYS, PROCESS, Flow, Graph, Kind, Node, On
from zhoudao.engines.bpmn.problems import Problem


@dataclass(frozen=True, slots=True)
class Known:
    """What exists in the company; what is not given is not checked. Commands may be mapped to argument names."""

    commands: Collection[str] | Mapping[str, Collection[str]] | None = None
    decisions: Collection[str] | None = None
    teams: Collection[str] | None = None
    events: Collection[str] | None = None
    flows: Collection[str] | None = None


class Expressions(Protocol):
    """A language for conditions."""

    def fault(self, expression: str, /) -> str | None: ...
    def names(self, expression: str, /) -> frozenset[str]: ...


_ANYTHING = Known()


def check(graph: Graph, known: Known = _ANYTHING, expressions: Expressions | None = None) -> list[Problem]:
    """All problems in file order; paths are only explored when the drawing itself is in order."""
    problems = [*graph.faults, *_starts(graph)]
    for node in graph.nodes:
        problems += [Problem(node.id, node.name, code, detail) for code, detail in _node(graph, node, known)]
    problems += reading.problems(graph, expressions)
    shape = [*_unreachable(graph), *_stuck(graph)]
    problems += shape
    if not graph.faults and not shape and not any(problem.code in _SHAPE for problem in problems):
        problems += soundness.problems(graph)
    return list(dict.fromkeys(problems))


_SHAPE = {"no-start", "several-starts", "gateway-arm", "start-entered", "end-left"}


def _starts(graph: Graph) -> Iterator[Problem]:
    scopes = [(PROCESS, graph.id, graph.name)]
    scopes += [(node.index, node.id, node.name) for node in graph.nodes if node.kind is Kind.SUBPROCESS]
    for scope, name, label in scopes:
        starts = [node for node in graph.nodes if node.kind is Kind.START and node.scope == scope]
        plain = [node for node in starts if node.event.on is On.NONE]
        if not starts:
            yield Problem(name, label, "no-start")
        elif len(plain) > 1:
            yield Problem(plain[1].id, plain[1].name, "several-starts")
        if scope != PROCESS:
            for start in starts:
                if start.event.on is not On.NONE:
                    yield Problem(start.id, start.name, "event-misplaced", start.event.on.value)


_Found = Iterator[tuple[str, str]]


def _node(graph: Graph, node: Node, known: Known) -> _Found:
    if node.kind is Kind.START and node.incoming:
        yield "start-entered", ""
    if node.kind is Kind.END and node.outgoing:
        yield "end-left", ""
    if node.kind is Kind.BOUNDARY and node.host is not None and graph.nodes[node.host].kind not in ACTIVITIES:
        yield "boundary-without-activity", ""
    if node.kind is Kind.BOUNDARY and node.event.on is On.ERROR and not node.interrupting:
        yield "event-misplaced", "non-interrupting error"
    if node.kind is Kind.EVENT_BASED:
        yield from _arms(graph, node)
    elif node.kind is not Kind.PARALLEL:
        yield from _choices(graph, node)
    yield from _work(node, known)
    yield from _people(node, known)


def _arms(graph: Graph, node: Node) -> _Found:
    for flow in node.outgoing:
        target = graph.nodes[graph.flows[flow].target]
        if target.kind not in (Kind.CATCH, Kind.RECEIVE) or target.loop or len(target.incoming) > 1:
            yield "gateway-arm", target.name or target.id


def _choices(graph: Graph, node: Node) -> _Found:
    """A split by conditions needs one on every flow but the default, and a default."""
    flows = [graph.flows[index] for index in node.outgoing]
    asked = any(flow.condition for flow in flows)
    splits = node.kind in GATEWAYS and len(flows) > 1
    if node.default is None and (splits or (asked and all(flow.condition for flow in flows))):
        yield "no-default", ""
    if splits:
        yield from _bare(flows, node)


def _bare(flows: list[Flow], node: Node) -> _Found:
    bare = [flow for flow in flows if not flow.condition and flow.index != node.default]
    # Without a default the first bare flow is most likely meant to be it, and that is already said.
    for flow in bare[1 if node.default is None else 0 :]:
        yield "condition-missing", flow.name or flow.id


def _work(node: Node, known: Known) -> _Found:
    step = node.step
    yield from _asked(node)
    if node.kind is Kind.SERVICE and not step.command:
        yield "no-command", ""
    if node.kind is Kind.RULE and not step.decision:
        yield "no-decision", ""
    if node.kind is Kind.CALL and not step.calls:
        yield "no-flow", ""
    if node.kind is Kind.SEND and not step.command and not node.event.code:
        yield "message-unnamed", ""
    if step.command and isinstance(known.commands, Mapping) and step.command in known.commands:
        for name, _ in step.args:
            if name not in known.commands[step.command]:
                yield "unknown-argument", name


def _asked(node: Node) -> _Found:
    """What is asked of the customer: a step of their own, with words and a form."""
    if not node.step.asks:
        return
    if node.kind is not Kind.USER or node.loop:
        yield "ask-misplaced", ""
    if not node.step.text:
        yield "ask-unworded", ""
    if not node.step.form:
        yield "ask-empty", ""


def _people(node: Node, known: Known) -> _Found:
    step = node.step
    told: tuple[tuple[str, str, Collection[str] | None], ...] = (
        ("unknown-command", step.command, known.commands),
        ("unknown-decision", step.decision, known.decisions),
        ("unknown-team", step.team if not step.team.startswith("=") else "", known.teams),
        ("unknown-event", step.done_on, known.events),
        ("unknown-flow", step.calls, known.flows),
    )
    for code, value, existing in told:
        if value and existing is not None and value not in existing:
            yield code, value


def _unreachable(graph: Graph) -> Iterator[Problem]:
    reached = _closure(graph, [start.index for start in graph.starts()], _onward)
    for node in graph.nodes:
        if node.index not in reached and (node.host is None or node.host in reached):
            yield Problem(node.id, node.name, "unreachable")


def _stuck(graph: Graph) -> Iterator[Problem]:
    """Nodes from which no path leads out of their scope; an activity without a way on is an end by itself."""
    ends = [node.index for node in graph.nodes if not node.outgoing and not _waits_for_arms(node)]
    reached = _closure(graph, ends, _back)
    for node in graph.nodes:
        if node.index not in reached:
            yield Problem(node.id, node.name, "no-way-out")


def _waits_for_arms(node: Node) -> bool:
    return node.kind in GATEWAYS or node.kind is Kind.START


def _onward(graph: Graph, node: Node) -> Iterator[int]:
    yield from (graph.flows[flow].target for flow in node.outgoing)
    yield from node.boundaries
    if node.start is not None:
        yield node.start


def _back(graph: Graph, node: Node) -> Iterator[int]:
    yield from (graph.flows[flow].source for flow in node.incoming)
    if node.host is not None:
        yield node.host


def _closure(graph: Graph, begin: list[int], step: Callable[[Graph, Node], Iterator[int]]) -> set[int]:
    found, todo = set(begin), list(begin)
    for index in todo:
        for following in step(graph, graph.nodes[index]):
            if following not in found:
                found.add(following)
                todo.append(following)
    return found
