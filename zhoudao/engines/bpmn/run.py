"""One pass over a run: the tokens being moved, the effects so far, and the small moves all constructs are made of."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from zhoudao.engines.bpmn import timers
from zhoudao.engines.bpmn.effects import AwaitMessage, Effect, Passed, SetTimer, Withdraw
from zhoudao.engines.bpmn.graph import TASKS, Graph, Kind, Node, On
from zhoudao.engines.bpmn.marking import Marking, Token

Evaluate = Callable[[str, Mapping[str, object]], object]
MOVES = 10_000
INSTANCES = 1_000


class FlowFault(Exception):
    """The flow cannot go on at this element; nothing has changed."""

    def __init__(self, node: Node, code: str, detail: str) -> None:
        super().__init__(f"{node.id} ({node.name or node.kind}): {detail}")
        self.element, self.name, self.code, self.detail = node.id, node.name, code, detail


class Run:
    """Tokens by id, changed in place; `marking()` is what it came to."""

    def __init__(
        self, graph: Graph, marking: Marking, data: Mapping[str, object], at: datetime, evaluate: Evaluate
    ) -> None:
        self.graph, self.at, self._evaluate = graph, at, evaluate
        self.data = dict(data)
        self.tokens = {token.id: token for token in marking.tokens}
        self.next_id = marking.next_id
        self.effects: list[Effect] = []
        self.agenda: deque[int] = deque()
        self.left = MOVES

    def marking(self) -> Marking:
        return Marking(tuple(self.tokens.values()), self.next_id)

    def node(self, token: Token) -> Node:
        return self.graph.nodes[token.node]

    def place(self, node: int, parent: int, *, flow: int = -1, nth: int = -1, enter: bool = True) -> Token:
        """A new token at a node; it enters the node when its turn comes, unless told to rest there."""
        token = Token(self.next_id, node, parent, flow, nth=nth)
        self.next_id += 1
        self.tokens[token.id] = token
        if enter:
            self.agenda.append(token.id)
        return token

    def children(self, token: int) -> list[Token]:
        return [child for child in self.tokens.values() if child.parent == token]

    def parent(self, token: Token) -> Token | None:
        return self.tokens.get(token.parent)

    def is_instance(self, token: Token) -> bool:
        """Whether it is one instance of a repeated activity, whose body is its parent."""
        return token.nth >= 0

    def leave(self, token: Token, flows: tuple[int, ...] | None = None) -> None:
        """Goes on by these flows, or by all that the node's conditions allow, and ends where there are none."""
        node = self.node(token)
        self.effects.append(Passed(node.id))
        for flow in self.choose(token, node) if flows is None else flows:
            self.place(self.graph.flows[flow].target, token.parent, flow=flow)
        self.remove(token)

    def choose(self, token: Token, node: Node) -> tuple[int, ...]:
        """Parallel where nothing is asked; otherwise every flow whose condition holds, else the default."""
        flows = [self.graph.flows[index] for index in node.outgoing]
        if node.kind is Kind.PARALLEL or not any(flow.condition for flow in flows):
            return node.outgoing
        chosen = tuple(
            flow.index
            for flow in flows
            if flow.index != node.default and (not flow.condition or self.holds(token, flow.condition))
        )
        return chosen or self.default(node)

    def default(self, node: Node) -> tuple[int, ...]:
        if node.default is None:
            raise FlowFault(node, "no-way-on", "No condition holds and there is no default flow.")
        return (node.default,)

    def remove(self, token: Token) -> None:
        del self.tokens[token.id]

    def cancel(self, token: Token) -> None:
        """Takes away the token and all that runs or waits within it."""
        for child in self.children(token.id):
            self.cancel(child)
        self.remove(token)
        if self.open(token):
            self.effects.append(Withdraw(token.id, self.node(token).id))

    def open(self, token: Token) -> bool:
        """Whether somebody outside holds this token's number."""
        kind = self.node(token).kind
        if token.id in self.agenda:
            return False
        return kind in (Kind.CATCH, Kind.BOUNDARY) or (kind in TASKS and token.total == 0)

    def wait(self, token: Token) -> None:
        """Announces what an event, already resting, waits for."""
        node = self.node(token)
        if node.event.on is On.MESSAGE:
            self.effects.append(AwaitMessage(token.id, node.id, node.event.code))
        elif node.event.timer:
            timer = self.timer(token, node)
            self.tokens[token.id] = token._replace(total=timer.repeats)
            self.set_timer(token, timer, timer.date or self.at, first=True)

    def set_timer(self, token: Token, timer: timers.Timer, after: datetime, *, first: bool) -> None:
        node = self.node(token)
        if node.event.business and timer.duration and not (first and timer.date):
            self.effects.append(SetTimer(token.id, node.id, None, timer.text.split("/")[-1]))
            return
        due = timer.date if first and timer.date else timer.again(after)
        self.effects.append(SetTimer(token.id, node.id, due))

    def timer(self, token: Token, node: Node) -> timers.Timer:
        """The node's timer, worked out when it is an expression."""
        timer = node.event.timer
        if timer is None:
            raise FlowFault(node, "timer-invalid", "It has no time.")
        if not timer.expression:
            return timer
        try:
            return timers.timer(str(self.value(token, timer.expression)))
        except timers.TimeUnreadable as error:
            raise FlowFault(node, "timer-invalid", f"{timer.text} gives {error}, which is no time.") from error

    def holds(self, token: Token, condition: str, counts: Mapping[str, object] | None = None) -> bool:
        value = self.value(token, condition, counts)
        if not isinstance(value, bool):
            raise FlowFault(self.node(token), "not-yes-or-no", f"{condition} gives {value!r}, not yes or no.")
        return value

    def value(self, token: Token, expression: str, counts: Mapping[str, object] | None = None) -> object:
        """An expression's value, seen from this token. Raises: whatever `evaluate` raises."""
        seen = self.seen(token)
        return self._evaluate(expression, {**seen, **counts} if counts else seen)

    def seen(self, token: Token) -> Mapping[str, object]:
        """The run's data and, inside repeated activities, the item and index of each."""
        found: dict[str, object] = {}
        for instance in self._instances(token):
            loop = self.node(instance).loop
            if loop:
                found = {loop.item: self.item(instance), "index": instance.nth} | found
        return self.data | found if found else self.data

    def _instances(self, token: Token | None) -> Iterator[Token]:
        while token is not None:
            if self.is_instance(token):
                yield token
            token = self.parent(token)

    def item(self, instance: Token) -> object:
        """The list's entry for an instance; the list is read anew, so it must not change while the step runs."""
        body, loop = self.parent(instance), self.node(instance).loop
        if body is None or loop is None or not loop.collection:
            return None
        entries = self.value(body, loop.collection)
        return entries[instance.nth] if isinstance(entries, list | tuple) and instance.nth < len(entries) else None
