"""Walks a run through the engine as a conductor would, with or without writing it down between steps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import zen

from zhoudao.engines.bpmn import effects
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.marking import Marking, dump, load
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.triggers import (
    Cancel,
    CommandRefused,
    Complete,
    Escalation,
    Message,
    Skip,
    Start,
    TimerDue,
    Trigger,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def evaluate(expression: str, data: Mapping[str, object]) -> object:
    return zen.evaluate_expression(expression, dict(data))


class Language:
    """zen for `check`, with names found the simple way; the real one is in the decisions engine."""

    def fault(self, expression: str) -> str | None:
        found = zen.validate_expression(expression)
        return found["source"] if found else None

    def names(self, expression: str) -> frozenset[str]:
        words = "".join(
            sign if sign.isalnum() or sign in "_." else " " for sign in expression.replace(".", ". ")
        ).split()
        names = [
            word.rstrip(".") for before, word in zip(["", *words], words, strict=False) if not before.endswith(".")
        ]
        return frozenset(name for name in names if name.isidentifier()) - {"and", "or", "not", "true", "false", "null"}


class Walk:
    def __init__(self, xml: bytes, *, restore: bool = False, **data: object) -> None:
        self.graph, self.restore, self.data = parse(xml), restore, data
        self.marking = Marking()
        self.seen: list[effects.Effect] = []
        self.last: tuple[effects.Effect, ...] = ()
        self.at = NOON

    def do(self, trigger: Trigger) -> "Walk":
        if self.restore:
            self.marking = load(self.graph, dump(self.graph, self.marking))
        self.marking, self.last = advance(self.graph, self.marking, trigger, self.data, at=self.at, evaluate=evaluate)
        for effect in self.last:
            if isinstance(effect, effects.Remember):
                self.data |= effect.values
        self.seen += self.last
        return self

    def start(self, element: str = "", message: str = "") -> "Walk":
        return self.do(Start(element, message))

    def token(self, element: str, nth: int = 0) -> int:
        return [entry.token.id for entry in waiting(self.graph, self.marking) if entry.node.id == element][nth]

    def complete(self, element: str, nth: int = 0, result: object = None, **values: object) -> "Walk":
        return self.do(Complete(self.token(element, nth), values or result))

    def refuse(self, element: str, code: str) -> "Walk":
        return self.do(CommandRefused(self.token(element), code))

    def due(self, element: str, due: datetime | None = None) -> "Walk":
        return self.do(TimerDue(self.token(element), due))

    def message(self, name: str, **values: object) -> "Walk":
        return self.do(Message(name, values=values or None))

    def escalate(self, element: str, code: str = "") -> "Walk":
        return self.do(Escalation(self.token(element), code))

    def skip(self, element: str) -> "Walk":
        return self.do(Skip(self.token(element)))

    def cancel(self) -> "Walk":
        return self.do(Cancel())

    @property
    def open(self) -> list[str]:
        """Ids of all that waits, in order of the alphabet."""
        return sorted(entry.node.id for entry in waiting(self.graph, self.marking))

    @property
    def passed(self) -> list[str]:
        return [effect.element for effect in self.seen if isinstance(effect, effects.Passed)]

    @property
    def ended(self) -> bool:
        return self.marking.ended

    def got(self, kind: type[Any]) -> list[Any]:
        """The effects of one kind from the last step."""
        return [effect for effect in self.last if isinstance(effect, kind)]
