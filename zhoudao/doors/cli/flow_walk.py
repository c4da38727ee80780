"""Walking a flow in the terminal: what is open, what happens next, and what the engine asks for in return."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from zhoudao.engines.bpmn import effects
from zhoudao.engines.bpmn.advance import NotWaiting, advance
from zhoudao.engines.bpmn.graph import Field, Graph, Kind, On
from zhoudao.engines.bpmn.marking import Marking
from zhoudao.engines.bpmn.queries import Waiting, waiting
from zhoudao.engines.bpmn.run import FlowFault
from zhoudao.engines.bpmn.triggers import CommandRefused, Complete, Message, Skip, Start, TimerDue, Trigger
from zhoudao.engines.decisions.expressions import ExpressionFailed, ExpressionInvalid, evaluate

HELP = "NUMBER [field=value …] does it · NUMBER !CODE refuses it · NUMBER skip leaves it out · q stops"
MOST = 1_000
_EMPTY: dict[str, Any] = {"number": 0, "boolean": False, "list": [], "object": {}}


@dataclass
class _Walk:
    graph: Graph
    data: dict[str, Any]
    marking: Marking = field(default_factory=Marking)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def do(self, trigger: Trigger) -> None:
        self.marking, found = advance(self.graph, self.marking, trigger, self.data, at=self.at, evaluate=evaluate)
        for effect in found:
            if isinstance(effect, effects.Remember):
                self.data |= effect.values
            print("  " + _said(effect))

    @property
    def open(self) -> tuple[Waiting, ...]:
        return waiting(self.graph, self.marking)


def walk(graph: Graph, data: dict[str, Any], *, auto: bool, ask: Callable[[str], str] = input) -> bool:
    """Goes from the first start to the end; true when it was reached or the person stopped."""
    given = {entry.name: _EMPTY.get(entry.type, "") for entry in graph.inputs} | data
    walking = _Walk(graph, given)
    try:
        walking.do(Start(graph.starts()[0].id))
        for _ in range(MOST):
            if not walking.open:
                return walking.marking.ended
            trigger = _next(walking.open) if auto else _asked(walking.open, ask)
            if trigger is None:
                return True
            _try(walking, trigger)
    except (FlowFault, ExpressionFailed, ExpressionInvalid) as fault:
        print(f"It cannot go on: {fault}")
        return False
    print(f"Stopped after {MOST} steps without reaching an end.")
    return False


def _try(walking: _Walk, trigger: Trigger) -> None:
    try:
        walking.do(trigger)
    except NotWaiting as refusal:
        print(f"  {refusal}")


def _next(open_now: tuple[Waiting, ...]) -> Trigger:
    """Work first, then a message, then time; what stands beside a step waits for last."""
    entry = min(open_now, key=lambda entry: (entry.node.kind is Kind.BOUNDARY, _rank(entry), entry.token.id))
    return _answer(entry, {form.name: _default(form) for form in entry.node.step.form})


def _rank(entry: Waiting) -> int:
    return {On.NONE: 0, On.MESSAGE: 1}.get(entry.node.event.on, 2)


def _answer(entry: Waiting, values: dict[str, Any]) -> Trigger:
    if entry.node.event.on is On.TIMER:
        return TimerDue(entry.token.id)
    if entry.node.event.on is On.MESSAGE and entry.node.kind is not Kind.SEND:
        return Message(entry.node.event.code, entry.token.id, values or None)
    return Complete(entry.token.id, values or None)


def _asked(open_now: tuple[Waiting, ...], ask: Callable[[str], str]) -> Trigger | None:
    for number, entry in enumerate(open_now, start=1):
        names = ", ".join(form.name for form in entry.node.step.form)
        print(f"{number}  {entry.node.name or entry.node.id}  [{_kind(entry)}]" + (f"  ({names})" if names else ""))
    while True:
        try:
            words = shlex.split(ask("> "))
        except EOFError:
            return None
        except ValueError:
            words = []
        if words[:1] == ["q"]:
            return None
        trigger = _understood(words, open_now)
        if trigger is not None:
            return trigger
        print(HELP)


def _understood(words: list[str], open_now: tuple[Waiting, ...]) -> Trigger | None:
    if not words or not words[0].isdecimal() or not 0 < int(words[0]) <= len(open_now):
        return None
    entry, rest = open_now[int(words[0]) - 1], words[1:]
    if rest == ["skip"]:
        return Skip(entry.token.id)
    if rest and rest[0].startswith("!"):
        return CommandRefused(entry.token.id, rest[0][1:])
    if any("=" not in word for word in rest):
        return None
    return _answer(entry, {name: _value(text) for name, text in (word.split("=", 1) for word in rest)})


def _kind(entry: Waiting) -> str:
    event = entry.node.event
    if event.on is On.NONE:
        return " ".join(filter(None, (entry.node.kind.value, entry.node.step.team, entry.node.step.command)))
    return " ".join(filter(None, (event.on.value, event.code, event.timer.text if event.timer else "")))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _default(form: Field) -> Any:
    return form.options[0] if form.options else {"boolean": True, "number": 1}.get(form.type, "")


def _said(effect: effects.Effect) -> str:
    values = ((part.name, getattr(effect, part.name)) for part in fields(effect))
    told = (f"{name}={value}" for name, value in values if value not in (None, "", {}))
    return f"{type(effect).__name__}  {'  '.join(told)}".rstrip()
