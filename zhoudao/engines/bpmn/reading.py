"""Whether every expression in a flow can be read and asks only for declared fields."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zhoudao.engines.bpmn.graph import Graph, Node
from zhoudao.engines.bpmn.problems import Problem

if TYPE_CHECKING:
    from zhoudao.engines.bpmn.check import Expressions

COUNTS = {
    "numberOfInstances",
    "numberOfCompletedInstances",
    "numberOfActiveInstances",
    "numberOfTerminatedInstances",
}


def problems(graph: Graph, language: "Expressions | None") -> Iterator[Problem]:
    """Element by element, in file order."""
    if language is None:
        return
    declared = names(graph)
    for element, label, expression, extra in _expressions(graph):
        wrong = language.fault(expression)
        if wrong is not None:
            yield Problem(element, label, "expression-invalid", f"{expression} ({wrong})")
            continue
        for name in sorted(language.names(expression) - declared - extra):
            yield Problem(element, label, "name-undeclared", name)


def names(graph: Graph) -> set[str]:
    """The declared inputs and whatever steps add: form fields, results, items of repeated steps."""
    found = {entry.name for entry in graph.inputs}
    for node in graph.nodes:
        found |= {field.name for field in node.step.form}
        found |= {node.step.result} if node.step.result else set()
        found |= {node.loop.item, "index"} if node.loop else set()
    return found


def asked_by(node: Node) -> Iterator[str]:
    """The expressions that are worked out when the element is reached or repeated."""
    yield from filter(None, _of(node))
    if node.loop and node.loop.until:
        yield node.loop.until


def _expressions(graph: Graph) -> Iterator[tuple[str, str, str, set[str]]]:
    for node in graph.nodes:
        for expression in filter(None, _of(node)):
            yield node.id, node.name, expression, set()
        if node.loop and node.loop.until:
            yield node.id, node.name, node.loop.until, COUNTS
    for flow in graph.flows:
        if flow.condition:
            yield flow.id, flow.name, flow.condition, set()


def _of(node: Node) -> Iterator[str]:
    yield from (expression for _, expression in node.step.args)
    yield from (field.value for field in node.step.form)
    if node.step.team.startswith("="):
        yield node.step.team[1:].strip()
    if node.event.timer:
        yield node.event.timer.expression
    if node.loop:
        yield from (node.loop.collection, node.loop.cardinality)
