"""The oracle of conformance: the engine that runs flows, tried every way, and Dijkstra over what it does."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from zhoudao.engines.bpmn import effects
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.graph import TASKS, Graph, Kind, On
from zhoudao.engines.bpmn.marking import Marking, Token
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.triggers import CommandRefused, Complete, Message, Start, TimerDue, Trigger

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Shape = tuple[Any, ...]


class _Asked(Exception):
    """A condition nobody has decided yet."""


class _Search:
    """Cells (position, marking) by their cost so far, and those to be looked at."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, Shape], int] = {}
        self.todo: list[tuple[int, int, int, Marking]] = []
        self.numbers = count()

    def reach(self, cost: int, position: int, marking: Marking) -> None:
        key = position, shape(marking)
        if cost < self.known.get(key, 1 << 30):
            self.known[key] = cost
            heapq.heappush(self.todo, (cost, next(self.numbers), position, marking))


def cheapest(graph: Graph, steps: Sequence[str]) -> int:
    """The cost of the best alignment of these task ids with the flow, at 1 a move."""
    found = _Search()
    following: dict[Shape, list[tuple[str, Marking]]] = {}
    for marking in outcomes(graph, Marking(), Start()):
        found.reach(0, 0, marking)
    while found.todo:
        cost, _, position, marking = heapq.heappop(found.todo)
        ahead, here = [*steps[position : position + 1]], shape(marking)
        if marking.ended and not ahead:
            return cost
        if ahead:
            found.reach(cost + 1, position + 1, marking)
        if here not in following:
            following[here] = list(happens(graph, marking))
        for label, after in following[here]:
            found.reach(cost + (label != ""), position, after)
            if [label] == ahead:
                found.reach(cost, position + 1, after)
    raise AssertionError("the flow never ends")


def happens(graph: Graph, marking: Marking) -> Iterator[tuple[str, Marking]]:
    """Everything that may happen next: the id of a task that is done, or nothing where nobody sees it."""
    for token, node in ((each.token, each.node) for each in waiting(graph, marking)):
        if node.event.timer:
            yield from (("", after) for after in outcomes(graph, marking, TimerDue(token.id)))
        elif node.kind in (Kind.CATCH, Kind.BOUNDARY):
            yield from (("", after) for after in outcomes(graph, marking, Message(node.event.code, token.id)))
        else:
            yield from ((node.id, after) for after in outcomes(graph, marking, Complete(token.id)))
            yield from (("", after) for after in outcomes(graph, marking, CommandRefused(token.id, "No")))


def outcomes(graph: Graph, marking: Marking, trigger: Trigger) -> Iterator[Marking]:
    """The markings this may lead to, with every condition taken either way."""
    scripts: list[tuple[bool, ...]] = [()]
    while scripts:
        script = scripts.pop()
        answers = iter(script)

        def evaluate(expression: str, data: Mapping[str, object], answers: Iterator[bool] = answers) -> object:
            if expression.isdecimal():
                return int(expression)
            for answer in answers:
                return answer
            raise _Asked

        try:
            after, found = advance(graph, marking, trigger, {}, at=_NOON, evaluate=evaluate)
        except _Asked:
            scripts += [(*script, True), (*script, False)]
            continue
        if not any(isinstance(each, effects.RaisedError) for each in found) or after.ended:
            yield after


def shape(marking: Marking) -> Shape:
    """A marking without the numbers of its tokens."""

    def inside(parent: int) -> Shape:
        return tuple(sorted(of(token) for token in marking.tokens if token.parent == parent))

    def of(token: Token) -> Shape:
        return token.node, token.flow, token.total, token.done, token.nth, inside(token.id)

    return inside(0)


def tasks(graph: Graph) -> list[str]:
    """The ids of the steps that are seen."""
    return [node.id for node in graph.nodes if node.kind in TASKS and node.event.on in (On.NONE, On.MESSAGE)]
