"""One run off its drawn way: a step left out, or an earlier one done again, never so that the rest could not end.

Going back moves exactly one token. Whether the tokens can still all come to an end is proven by trying every way on
from the new marking, as a flow is checked before it is deployed (`soundness`); what cannot be proven is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from zhoudao.engines.bpmn import soundness
from zhoudao.engines.bpmn.graph import ACTIVITIES, Field, Graph, Kind, Node, On
from zhoudao.engines.bpmn.marking import Marking, Token
from zhoudao.engines.bpmn.net import Net, Place
from zhoudao.engines.bpmn.reading import asked_by
from zhoudao.engines.bpmn.run import Run
from zhoudao.engines.bpmn.triggers import Repeat

BOUND = 1_500
_AUTOMATIC = frozenset({Kind.SERVICE, Kind.SEND, Kind.RULE, Kind.CALL, Kind.RECEIVE})
_NEVER = datetime.min.replace(tzinfo=UTC)
Names = Callable[[str], frozenset[str]]
"""The names an expression reads."""


class BendRefused(Exception):
    """The run cannot be bent so. `code`: not-earlier, one-of-many, other-part, already-open, paths-open, paths-met,
    not-proven; or, of leaving out, result-needed."""

    def __init__(self, node: Node, code: str, steps: tuple[str, ...] = ()) -> None:
        super().__init__(f"{node.id} ({node.name or node.kind}): {code}")
        self.element, self.name, self.code, self.steps = node.id, node.name or node.id, code, steps
        """`steps` are the names of what stands in the way."""


def repeat(run: Run, trigger: Repeat) -> None:
    """Takes the token back to an earlier step of its own path. Raises: BendRefused"""
    target = run.graph.node(trigger.element)
    token = _moved(run, trigger.token, target)
    _prove(run, token, target)
    run.cancel(token)
    run.place(target.index, token.parent)


def offered(graph: Graph, marking: Marking, token: int) -> tuple[tuple[Node, str], ...]:
    """Every step before an open one, and what speaks against going back to it (nothing: an empty code)."""
    run = Run(graph, marking, {}, _NEVER, lambda _expression, _data: None)
    found = []
    for node in earlier(graph, run.node(run.tokens[token])):
        try:
            _prove(run, _moved(run, token, node), node)
        except BendRefused as refusal:
            found.append((node, refusal.code))
        else:
            found.append((node, ""))
    return tuple(found)


def earlier(graph: Graph, node: Node) -> tuple[Node, ...]:
    """The steps from which this one is reached, in file order: of its own part of the flow and of those around it."""
    before: set[int] = set()
    while True:
        before |= _reached(graph, node.index, _backward) - {node.index}
        if node.scope < 0:
            return tuple(found for found in graph.nodes if found.index in before and found.kind in ACTIVITIES)
        node = graph.nodes[node.scope]


def between(graph: Graph, first: Node, last: Node) -> frozenset[int]:
    """What is walked again when a run goes from `last` back to `first`: both, all between, and all within those."""
    while last.scope != first.scope and last.scope >= 0:
        last = graph.nodes[last.scope]
    way = _reached(graph, first.index, _forward) & _reached(graph, last.index, _backward)
    inside = {node.index for node in graph.nodes if any(around in way for around in _around(graph, node))}
    return frozenset(way | inside)


def needed(graph: Graph, node: Node, names: Names) -> tuple[Field, ...]:
    """What this step would have found out and later conditions, arguments or times ask for: to be said by whoever
    leaves it out. Raises: BendRefused (result-needed) when what it finds out cannot be filled in by hand.
    """
    step = node.step
    if step.result:
        if not _asks(graph, node, step.result, names):
            return ()
        if not step.form:
            raise BendRefused(node, "result-needed")
        return step.form
    found = [field for field in step.form if _asks(graph, node, field.name, names)]
    if node.kind in _AUTOMATIC:
        others = {field.name for other in graph.nodes for field in other.step.form}
        others |= {other.step.result for other in graph.nodes}
        found += [
            Field(given.name, given.type, required=True)
            for given in graph.inputs
            if given.name not in others and _asks(graph, node, given.name, names)
        ]
    return tuple(found)


def unknown(fields: tuple[Field, ...], data: Mapping[str, object]) -> tuple[Field, ...]:
    """The fields the run does not know yet."""
    return tuple(field for field in fields if data.get(field.name) is None)


def _moved(run: Run, name: int, target: Node) -> Token:
    """The token that goes back: the open one, or what stands around it when the step lies outside."""
    token = run.tokens[name]
    while True:
        node, parent = run.node(token), run.parent(token)
        if token.nth >= 0:
            raise BendRefused(node, "one-of-many")
        if parent is not None and run.node(parent).kind is Kind.EVENT_BASED:
            token = parent
        elif node.scope == target.scope:
            return token
        elif parent is None:
            raise BendRefused(target, "other-part")
        elif beside := _beside(run, token):
            raise BendRefused(target, "paths-open", _names(run, beside))
        else:
            token = parent


def _beside(run: Run, token: Token) -> list[Token]:
    """The other tokens of the same scope, without events armed on its steps."""
    beside = (other for other in run.children(token.parent) if other.id != token.id)
    return [other for other in beside if run.node(other).kind is not Kind.BOUNDARY]


def _prove(run: Run, token: Token, target: Node) -> None:
    node, beside = run.node(token), _beside(run, token)
    if target.kind not in ACTIVITIES or target.index not in _reached(run.graph, node.index, _backward) - {node.index}:
        raise BendRefused(target, "not-earlier")
    if any(other.node == target.index for other in beside):
        raise BendRefused(target, "already-open")
    net = Net(run.graph, target.scope)
    places: list[Place] = net.entering(target)
    for other in beside:
        places += net.resting(run.node(other), other.flow, _armed(run, other))
    if fault := soundness.fault_from(net, places, bound=BOUND):
        code = "not-proven" if fault == "not-proven" else "paths-open" if beside else "paths-met"
        raise BendRefused(target, code, _names(run, beside))


def _armed(run: Run, token: Token) -> list[int]:
    """The events beside an activity that may still happen without ending it."""
    waiting = {child.node for child in run.children(token.id)}
    events = [run.graph.nodes[index] for index in run.node(token).boundaries]
    timed = (On.TIMER, On.MESSAGE)
    return [each.index for each in events if not each.interrupting and _may_happen(each, waiting, timed)]


def _may_happen(event: Node, waiting: set[int], timed: tuple[On, ...]) -> bool:
    return event.event.on not in timed or event.index in waiting


def _names(run: Run, tokens: list[Token]) -> tuple[str, ...]:
    nodes = [run.node(token) for token in tokens]
    return tuple(dict.fromkeys(node.name or node.id for node in nodes))


def _asks(graph: Graph, node: Node, name: str, names: Names) -> bool:
    """Whether anything behind the step reads this name before another step sets it anew."""
    if any(name in names(condition) for condition in _conditions(graph, node)):
        return True
    todo, seen = list(_behind(graph, node)), set[int]()
    for index in todo:
        if index in seen:
            continue
        seen.add(index)
        later = graph.nodes[index]
        if any(name in names(expression) for expression in asked_by(later)):
            return True
        if name == later.step.result or any(field.name == name and field.required for field in later.step.form):
            continue
        if any(name in names(condition) for condition in _conditions(graph, later)):
            return True
        todo += _behind(graph, later)
    return False


def _conditions(graph: Graph, node: Node) -> Iterator[str]:
    yield from (graph.flows[flow].condition for flow in node.outgoing if graph.flows[flow].condition)


def _behind(graph: Graph, node: Node) -> Iterator[int]:
    """What may come next, also out of the end of a sub-process and by its boundary events."""
    yield from _forward(graph, node)
    if node.start is not None:
        yield node.start
    if not node.outgoing and node.scope >= 0:
        yield from _forward(graph, graph.nodes[node.scope])


def _forward(graph: Graph, node: Node) -> Iterator[int]:
    yield from (graph.flows[flow].target for flow in node.outgoing)
    yield from node.boundaries


def _backward(graph: Graph, node: Node) -> Iterator[int]:
    yield from (graph.flows[flow].source for flow in node.incoming)
    if node.host is not None:
        yield node.host


def _reached(graph: Graph, index: int, step: Callable[[Graph, Node], Iterator[int]]) -> set[int]:
    found, todo = {index}, [index]
    for each in todo:
        for following in step(graph, graph.nodes[each]):
            if following not in found:
                found.add(following)
                todo.append(following)
    return found


def _around(graph: Graph, node: Node) -> Iterator[int]:
    while node.scope >= 0:
        node = graph.nodes[node.scope]
        yield node.index
