"""The `zd` extension (https://zhoudao.org/bpmn): what a step carries beside its shape.

Attributes on the element: `team target basis cost warn command decision calls done-on asks tells result protected
purpose instructions text`; `team` and times may be `=expression`. Children of `extensionElements`: `zd:text lang`,
`zd:purpose lang`, `zd:instructions lang`, `zd:arg name` (an expression), `zd:field name type required options value`
(an expression: what is known before) with `zd:label lang`, and for the words of an option `zd:option value` with
`zd:label lang`; on the process `zd:input name type`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, TypeVar

from lxml import etree

from zhoudao.engines.bpmn import timers
from zhoudao.engines.bpmn.graph import Field, Input, Step

ZD = "https://zhoudao.org/bpmn"
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TYPES = ("string", "number", "boolean", "date", "list", "object")
_FIELD_TYPES = (*TYPES, "text", "choice", "confirm", "signature", "file")
_ATTRIBUTES = {"team", "command", "decision", "calls", "result", "done-on", "asks", "tells"}
_T = TypeVar("_T")
Fault = Callable[[str, str], None]
"""Notes (code, detail) against the element being read."""


def attribute(element: etree._Element, name: str) -> str:
    """One `zd` attribute, or an empty text."""
    return (element.get(f"{{{ZD}}}{name}") or "").strip()


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{{{BPMN}}}extensionElements/{{{ZD}}}{name}")


def step(element: etree._Element, fault: Fault) -> Step:
    """All that the element says about its step."""
    given: dict[str, Any] = {name.replace("-", "_"): attribute(element, name) for name in _ATTRIBUTES}
    if given["asks"] not in ("", "customer"):
        fault("value-invalid", "asks")
    if given["tells"] not in ("", "no"):
        fault("value-invalid", "tells")
    return Step(
        target=_read(element, "target", timers.span, fault),
        business=_read(element, "basis", _business, fault) or False,
        cost=_read(element, "cost", _cost, fault),
        warn=_read(element, "warn", _shares, fault) or (),
        protected=_read(element, "protected", _bends, fault) or frozenset(),
        form=tuple(_field(child, fault) for child in _children(element, "field")),
        purpose=_words(element, "purpose"),
        instructions=_words(element, "instructions"),
        text=_words(element, "text"),
        args=tuple((child.get("name", ""), (child.text or "").strip()) for child in _children(element, "arg")),
        **given,
    )


def inputs(process: etree._Element, fault: Fault) -> tuple[Input, ...]:
    """The declared inputs of a process."""
    found = tuple(Input(child.get("name", ""), child.get("type", "")) for child in _children(process, "input"))
    for entry in found:
        if not entry.name or entry.type not in TYPES:
            fault("value-invalid", f"input {entry.name}")
    return found


def _read(element: etree._Element, name: str, read: Callable[[str], _T], fault: Fault) -> _T | None:
    text = attribute(element, name)
    try:
        return read(text) if text else None
    except (ValueError, InvalidOperation):
        fault("value-invalid", name)
        return None


def _business(text: str) -> bool:
    if text not in ("business", "elapsed"):
        raise ValueError(text)
    return text == "business"


def _cost(text: str) -> Decimal:
    cost = Decimal(text)
    if not cost.is_finite() or cost < 0:
        raise ValueError(text)
    return cost


def _shares(text: str) -> tuple[int, ...]:
    shares = tuple(int(part) for part in text.replace(",", " ").split())
    if any(not 0 < share <= 100 for share in shares):
        raise ValueError(text)
    return shares


def _bends(text: str) -> frozenset[str]:
    found = frozenset(text.split())
    if not found <= {"skip", "repeat"}:
        raise ValueError(text)
    return found


def _words(element: etree._Element, name: str) -> Mapping[str, str]:
    words = {child.get("lang", "zh-Hans"): (child.text or "").strip() for child in _children(element, name)}
    plain = attribute(element, name)
    return MappingProxyType(({"zh-Hans": plain} if plain else {}) | words)


def _field(element: etree._Element, fault: Fault) -> Field:
    name, kind = element.get("name", ""), element.get("type", "string")
    if not name or kind not in _FIELD_TYPES:
        fault("value-invalid", f"field {name}")
    options = tuple(option.strip() for option in element.get("options", "").split("|") if option.strip())
    words = {option.get("value", ""): _labels(option) for option in element.findall(f"{{{ZD}}}option")}
    return Field(
        name,
        kind,
        _labels(element),
        element.get("required") == "true",
        options,
        MappingProxyType(words),
        element.get("value", "").strip(),
    )


def _labels(element: etree._Element) -> Mapping[str, str]:
    found = element.findall(f"{{{ZD}}}label")
    return MappingProxyType({label.get("lang", "zh-Hans"): (label.text or "").strip() for label in found})
