"""What a flow is once it is read: an immutable graph, addressed by index inside and by id outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from zhoudao.engines.bpmn.problems import Problem
from zhoudao.engines.bpmn.timers import Timer

PROCESS = -1


def _no_words() -> Mapping[str, str]:
    return MappingProxyType({})


class Kind(StrEnum):
    START = "start"
    END = "end"
    USER = "user"
    MANUAL = "manual"
    SERVICE = "service"
    SEND = "send"
    RECEIVE = "receive"
    RULE = "rule"
    CALL = "call"
    SUBPROCESS = "subprocess"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    EVENT_BASED = "event_based"
    CATCH = "catch"
    THROW = "throw"
    BOUNDARY = "boundary"


TASKS = frozenset({Kind.USER, Kind.MANUAL, Kind.SERVICE, Kind.SEND, Kind.RECEIVE, Kind.RULE, Kind.CALL})
ACTIVITIES = TASKS | {Kind.SUBPROCESS}
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_BASED})


class On(StrEnum):
    """What an event reacts to or throws."""

    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    ERROR = "error"
    ESCALATION = "escalation"
    TERMINATE = "terminate"


@dataclass(frozen=True, slots=True)
class Event:
    on: On = On.NONE
    code: str = ""
    """The message name, error code or escalation code; an empty error or escalation code catches any."""
    timer: Timer | None = None
    business: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance: once per number (`cardinality`) or per item of a list (`collection`), both expressions."""

    sequential: bool
    cardinality: str = ""
    collection: str = ""
    item: str = "item"
    until: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str = "string"
    label: Mapping[str, str] = field(default_factory=_no_words)
    required: bool = False
    options: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of each option, by language
    value: str = ""  # an expression: what is known of it before anybody fills it in


@dataclass(frozen=True, slots=True)
class Step:
    """What the company says about a step, read from the `zd` attributes and extension elements.

    `asks` is "customer" for a step the customer does, by its form on their own page. `tells` is "no" where they are not
    written to when it is done; their page shows it all the same.
    """

    team: str = ""
    target: timedelta | None = None
    business: bool = False
    """Whether only working hours of the step's team count towards the target."""
    cost: Decimal | None = None
    warn: tuple[int, ...] = ()
    form: tuple[Field, ...] = ()
    purpose: Mapping[str, str] = field(default_factory=_no_words)
    instructions: Mapping[str, str] = field(default_factory=_no_words)
    text: Mapping[str, str] = field(default_factory=_no_words)
    command: str = ""
    args: tuple[tuple[str, str], ...] = ()
    done_on: str = ""
    asks: str = ""
    tells: str = ""
    decision: str = ""
    calls: str = ""
    result: str = ""
    protected: frozenset[str] = frozenset()
    """How one run may not be bent here: skip, repeat."""


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    index: int
    name: str
    source: int
    target: int
    condition: str = ""


_NO_EVENT, _NO_STEP = Event(), Step()


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    index: int
    name: str
    kind: Kind
    scope: int
    """Index of the sub-process around it, or `PROCESS`."""
    incoming: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()
    default: int | None = None
    event: Event = _NO_EVENT
    loop: Loop | None = None
    step: Step = _NO_STEP
    host: int | None = None
    interrupting: bool = True
    boundaries: tuple[int, ...] = ()
    start: int | None = None
    """Of a sub-process: the index of its start event."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One drawn element, in the file's own units."""

    id: str
    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Edge:
    id: str
    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Graph:
    id: str
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    inputs: tuple[Input, ...] = ()
    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = ()
    faults: tuple[Problem, ...] = ()
    """What was wrong in the file but could be read past; `check` repeats it and `advance` refuses to start."""
    mark: int = 0
    """A checksum of the element ids, so that a marking is never read with another graph."""
    _by_id: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def node(self, element: str) -> Node:
        """The node with this id. Raises: KeyError."""
        return self.nodes[self._by_id[element]]

    def starts(self) -> tuple[Node, ...]:
        """The start events of the process itself, in file order."""
        return tuple(node for node in self.nodes if node.kind is Kind.START and node.scope == PROCESS)

    @cached_property
    def upstream(self) -> Mapping[int, Mapping[int, frozenset[int]]]:
        """For every inclusive join: incoming flow → nodes from which it can be reached without passing the join."""
        joins = (node for node in self.nodes if node.kind is Kind.INCLUSIVE and len(node.incoming) > 1)
        return {join.index: {flow: self._behind(flow, join.index) for flow in join.incoming} for join in joins}

    def _behind(self, flow: int, join: int) -> frozenset[int]:
        found: set[int] = set()
        todo = [self.flows[flow].source]
        while todo:
            node = self.nodes[todo.pop()]
            if node.index in found or node.index == join:
                continue
            found.add(node.index)
            todo += [self.flows[incoming].source for incoming in node.incoming]
            todo += [node.host] if node.host is not None else []
        return frozenset(found)
