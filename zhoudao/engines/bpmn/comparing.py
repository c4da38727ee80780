"""What differs between two versions of a flow, element by element; where things stand on paper does not count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from zhoudao.engines.bpmn.graph import PROCESS, Graph, Loop, Node

Aspects = dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect of a changed element, before and after, as text; empty where there is none."""

    aspect: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """`what`: added, removed or changed. The process itself is an element too, by the id of the flow."""

    element: str
    name: str
    kind: str
    what: str
    differences: tuple[Difference, ...] = ()


def compare(before: Graph, after: Graph) -> list[Change]:
    """What was added, removed and changed, in the order of the newer file, what is gone last."""
    old, new = _elements(before), _elements(after)
    changes = [_change(element, old.get(element), found) for element, found in new.items()]
    gone = [Change(element, found[1], found[0], "removed") for element, found in old.items() if element not in new]
    return [change for change in changes if change is not None] + gone


_Element = tuple[str, str, Aspects]
"""Its kind, its name, all that is said of it."""


def _change(element: str, old: _Element | None, new: _Element) -> Change | None:
    kind, name, aspects = new
    if old is None:
        return Change(element, name, kind, "added")
    before = old[2]
    found = tuple(
        Difference(aspect, before.get(aspect, ""), aspects.get(aspect, ""))
        for aspect in dict.fromkeys([*aspects, *before])
        if before.get(aspect, "") != aspects.get(aspect, "")
    )
    return Change(element, name, kind, "changed", found) if found else None


def _elements(graph: Graph) -> dict[str, _Element]:
    inputs = ", ".join(f"{entry.name}: {entry.type}" for entry in graph.inputs)
    found: dict[str, _Element] = {graph.id: ("process", graph.name, {"name": graph.name, "inputs": inputs})}
    for node in graph.nodes:
        found[node.id] = (node.kind.value, node.name, _node(graph, node))
    for flow in graph.flows:
        ends = {"from": graph.nodes[flow.source].id, "to": graph.nodes[flow.target].id}
        found[flow.id] = ("flow", flow.name, {"name": flow.name, "condition": flow.condition} | ends)
    return found


def _node(graph: Graph, node: Node) -> Aspects:
    step = node.step
    said: dict[str, Any] = {
        "name": node.name,
        "kind": node.kind.value,
        "scope": graph.nodes[node.scope].id if node.scope != PROCESS else "",
        "default": graph.flows[node.default].id if node.default is not None else "",
        "event": _event(node),
        "host": graph.nodes[node.host].id if node.host is not None else "",
        "loop": _loop(node.loop),
        "team": step.team,
        "target": span(step.target),
        "basis": "business" if step.business else "",
        "cost": step.cost,
        "warn": " ".join(map(str, step.warn)),
        "command": step.command,
        "arguments": ", ".join(f"{name} = {value}" for name, value in step.args),
        "decision": step.decision,
        "result": step.result,
        "calls": step.calls,
        "done_on": step.done_on,
        "protected": " ".join(sorted(step.protected)),
        "asks": step.asks,
        "tells": step.tells,
        "form": "; ".join(_field(field.name, field.type, field) for field in step.form),
    }
    said |= {f"purpose.{language}": text for language, text in step.purpose.items()}
    said |= {f"instructions.{language}": text for language, text in step.instructions.items()}
    said |= {f"text.{language}": text for language, text in step.text.items()}
    return {aspect: str(value) for aspect, value in said.items() if value not in (None, "")}


def _event(node: Node) -> str:
    event = node.event
    parts = [event.on.value, event.code, event.timer.text if event.timer else "", "business" if event.business else ""]
    if node.host is not None and not node.interrupting:
        parts.append("beside")
    return " ".join(part for part in parts if part and part != "none")


def _loop(loop: Loop | None) -> str:
    if loop is None:
        return ""
    how = "one by one" if loop.sequential else "all at once"
    return " ".join(part for part in (loop.cardinality, loop.collection, loop.item, loop.until, how) if part)


def _field(name: str, kind: str, field: Any) -> str:
    labels: Mapping[str, str] = field.label
    words = " / ".join(labels.values())
    options = f" [{'|'.join(_option(field, option) for option in field.options)}]" if field.options else ""
    known = f" = {field.value}" if field.value else ""
    return f"{name} ({kind}{' *' if field.required else ''}){options}{known} {words}".strip()


def _option(field: Any, option: str) -> str:
    words: Mapping[str, str] = field.words.get(option, {})
    return f"{option}: {' / '.join(words.values())}" if words else option


def span(target: timedelta | None) -> str:
    """A target time in hours and minutes: `4 h 30 min`."""
    if target is None:
        return ""
    hours, minutes = divmod(round(target.total_seconds() / 60), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)
