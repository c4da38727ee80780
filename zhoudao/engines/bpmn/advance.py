"""The whole engine as one pure function: a marking and what happened give the next marking and what to do."""

from collections.abc import Callable, Mapping
from datetime import datetime

from zhoudao.engines.bpmn import activities, bending, gateways, throwing
from zhoudao.engines.bpmn.effects import Completed, Effect, RaisedError, Remember, Terminated, Withdraw
from zhoudao.engines.bpmn.graph import ACTIVITIES, Graph, Kind, Node, On
from zhoudao.engines.bpmn.marking import Marking, Token
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.engines.bpmn.run import Evaluate, FlowFault, Run
from zhoudao.engines.bpmn.triggers import (
    Cancel,
    CommandRefused,
    Complete,
    Escalation,
    Message,
    Repeat,
    Skip,
    Start,
    TimerDue,
    Trigger,
)


class NotWaiting(Exception):
    """The run does not wait for this (any more)."""


def advance(
    graph: Graph, marking: Marking, trigger: Trigger, data: Mapping[str, object], *, at: datetime, evaluate: Evaluate
) -> tuple[Marking, tuple[Effect, ...]]:
    """Moves every token as far as it goes without work or waiting.

    Raises: NotWaiting; BendRefused; FlowFault when the flow cannot go on; FlowRefused for a faulty graph; what
    `evaluate` raises.
    """
    if graph.faults:
        raise FlowRefused(list(graph.faults))
    run = Run(graph, marking, data, at, evaluate)
    _TRIGGERS[type(trigger)](run, trigger)
    _settle(run)
    if not run.tokens and not any(isinstance(effect, Terminated) for effect in run.effects):
        run.effects.append(Completed())
    return run.marking(), tuple(run.effects)


def _settle(run: Run) -> None:
    while True:
        while run.agenda:
            _enter(run, run.agenda.popleft())
        if not throwing.settle_scopes(run) and not gateways.fire_inclusive(run):
            return


def _enter(run: Run, name: int) -> None:
    token = run.tokens.get(name)
    if token is None:
        return
    node = run.node(token)
    run.left -= 1
    if run.left < 0:
        raise FlowFault(node, "endless", "It goes round without ever waiting.")
    if node.kind in ACTIVITIES:
        activities.start(run, token)
    else:
        _ENTER[node.kind](run, token)


_ENTER: dict[Kind, Callable[[Run, Token], None]] = {
    Kind.START: Run.leave,
    Kind.END: throwing.end,
    Kind.EXCLUSIVE: gateways.exclusive,
    Kind.PARALLEL: gateways.parallel,
    Kind.INCLUSIVE: gateways.inclusive,
    Kind.EVENT_BASED: gateways.event_based,
    Kind.CATCH: Run.wait,
    Kind.THROW: throwing.throw,
}


def _start(run: Run, trigger: Start) -> None:
    if run.next_id > 1:
        raise NotWaiting("The run has already started.")
    run.place(_begin(run.graph, trigger).index, 0)


def _begin(graph: Graph, trigger: Start) -> Node:
    for node in graph.starts():
        on_message = node.event.on is On.MESSAGE and node.event.code == trigger.message
        plain = not trigger.element and not trigger.message and node.event.on is On.NONE
        if plain or node.id == trigger.element or (trigger.message and on_message):
            return node
    raise NotWaiting("The flow has no such start event.")


def _waiting(run: Run, name: int, *, kinds: frozenset[Kind]) -> Token:
    token = run.tokens.get(name)
    if token is None or run.node(token).kind not in kinds or not run.open(token):
        raise NotWaiting(f"Nothing open has the number {name}.")
    return token


_WORK = ACTIVITIES - {Kind.SUBPROCESS}
_TIMED = frozenset({Kind.CATCH, Kind.BOUNDARY})


def _complete(run: Run, trigger: Complete) -> None:
    token = _waiting(run, trigger.token, kinds=_WORK)
    activities.remember(run, run.node(token), token, trigger.result)
    _finish(run, token)


def _skip(run: Run, trigger: Skip) -> None:
    token = run.tokens.get(trigger.token)
    if token is None or run.node(token).kind not in ACTIVITIES | {Kind.CATCH}:
        raise NotWaiting(f"Nothing open has the number {trigger.token}.")
    if run.open(token):
        run.effects.append(Withdraw(token.id, run.node(token).id))
    for child in run.children(token.id):
        run.cancel(child)
    if trigger.result is not None:
        activities.remember(run, run.node(token), token, trigger.result)
    _finish(run, token)


def _repeat(run: Run, trigger: Repeat) -> None:
    _waiting(run, trigger.token, kinds=_WORK | {Kind.CATCH})
    bending.repeat(run, trigger)


def _finish(run: Run, token: Token) -> None:
    token = gateways.won(run, token)
    if run.node(token).kind in ACTIVITIES:
        activities.finish(run, token)
    else:
        run.leave(token)


def _refuse(run: Run, trigger: CommandRefused) -> None:
    token = _waiting(run, trigger.token, kinds=_WORK)
    if not throwing.error(run, token, trigger.code):
        run.effects.append(RaisedError(run.node(token).id, trigger.code, token.id))


def _escalate(run: Run, trigger: Escalation) -> None:
    throwing.escalate(run, _waiting(run, trigger.token, kinds=_WORK), trigger.code)


def _timer_due(run: Run, trigger: TimerDue) -> None:
    token = _waiting(run, trigger.token, kinds=_TIMED)
    node = run.node(token)
    if node.event.on is not On.TIMER:
        raise NotWaiting(f"{node.id} waits for no timer.")
    if node.kind is Kind.CATCH:
        _finish(run, token)
        return
    if node.interrupting or token.total == 1:
        run.remove(token)
    else:
        run.tokens[token.id] = token._replace(total=max(0, token.total - 1))
        run.set_timer(token, run.timer(token, node), trigger.due or run.at, first=False)
    throwing.fire(run, run.tokens[token.parent], node)


def _message(run: Run, trigger: Message) -> None:
    if trigger.values:
        run.data |= trigger.values
        run.effects.append(Remember(dict(trigger.values)))
    taken: set[int] = set()
    for token in sorted(run.tokens.values()):
        node = run.node(token)
        if node.index in taken or not _hears(run, token, node, trigger):
            continue
        taken.add(node.index)
        if node.interrupting:
            run.effects.append(Withdraw(token.id, node.id))
        if node.kind is not Kind.BOUNDARY:
            _finish(run, token)
            continue
        if node.interrupting:
            run.remove(token)
        throwing.fire(run, run.tokens[token.parent], node)


def _hears(run: Run, token: Token, node: Node, trigger: Message) -> bool:
    named = trigger.token in (None, token.id) and token.id in run.tokens
    return named and node.event.on is On.MESSAGE and node.event.code == trigger.name and run.open(token)


def _cancel(run: Run, trigger: Cancel) -> None:
    if not run.tokens:
        raise NotWaiting("The run is not going on.")
    for token in run.children(0):
        run.cancel(token)
    run.effects.append(Terminated())


_TRIGGERS: dict[type, Callable[..., None]] = {
    Start: _start,
    Complete: _complete,
    CommandRefused: _refuse,
    TimerDue: _timer_due,
    Message: _message,
    Escalation: _escalate,
    Skip: _skip,
    Repeat: _repeat,
    Cancel: _cancel,
}
