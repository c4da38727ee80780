"""What is simulated: a net of nodes and flows, people in pools, and how cases come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from zhoudao.engines.simulation.calendars import Calendar
from zhoudao.engines.simulation.distributions import Distribution


class Join(IntEnum):
    """What arriving means where several flows lead in."""

    EACH = 0
    """each goes on by itself"""
    ALL = 1
    """one of every flow goes on as one"""
    STARTED = 2
    """whatever is still on its way here is waited for, then all goes on as one"""


class Split(IntEnum):
    """Where it goes on."""

    ALL = 0
    ONE = 1
    """one flow, by chances that sum to one"""
    SOME = 2
    """each flow by its own chance, independently; where none is taken, the default"""


class Does(IntEnum):
    """What happens at a node."""

    NOTHING = 0
    TASK = 1
    """time passes: work of a person, or a wait"""
    RACE = 2
    """the flow whose time is over first is taken, and what stands at its end has happened"""
    SCOPE = 3
    """a sub-process: done when all inside is done"""
    END = 4
    TERMINATE = 5
    """ends all of its scope"""
    THROW = 6
    """reaches a boundary of a scope around it; without one, an error ends the case"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Work begins when `size` cases wait for it, or `longest` seconds after the first came (None: never by time).

    The batch is done as one, by one person in one service time.
    """

    size: int
    longest: float | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a case waits in the queue (not in a delay) before it leaves, and the node where it then goes on (None:
    it ends there).
    """

    after: Distribution
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """What passes before the work can be begun, because of nobody here (a customer is asked, goods are on their way):
    it holds no person, is part of the wait, and passes within `hours`.
    """

    time: Distribution
    hours: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Work or a wait.

    `pools` may do it, the first with somebody free; without any it needs nobody (a machine, a wait), whose time passes
    within `hours`. Higher `urgency` is served first. `cost` and `material` are spent each time it is done (of a batch,
    for each case).
    """

    service: Distribution
    pools: tuple[str, ...] = ()
    hours: Calendar | None = None
    urgency: int = 0
    delay: Delay | None = None
    batch: Batch | None = None
    patience: Patience | None = None
    cost: float = 0.0
    material: float = 0.0
    logged: bool = True


@dataclass(frozen=True, slots=True)
class Boundary:
    """What may happen to work that is open: with `chance`, `after` seconds (None: at its end, as an error)."""

    host: str
    after: Distribution | None
    chance: float = 1.0
    interrupting: bool = True
    hours: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """`scope` is the sub-process around it. Of a SCOPE, `start` is its first node; of a THROW, `catches` the boundary
    that it reaches.
    """

    id: str
    does: Does = Does.NOTHING
    join: Join = Join.EACH
    split: Split = Split.ALL
    scope: str | None = None
    task: Task | None = None
    boundary: Boundary | None = None
    start: str | None = None
    catches: str | None = None
    fatal: bool = True
    """Of a THROW without a boundary that it reaches: whether the case ends."""


@dataclass(frozen=True, slots=True)
class Flow:
    """`chance` of being taken (of a race: that it comes at all), `after` the time of a race's flow."""

    id: str
    source: str
    target: str
    chance: float = 1.0
    default: bool = False
    after: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """People who do the same: one calendar each. Each handles up to `at_once` things side by side, each of them at its
    usual pace.
    """

    id: str
    people: tuple[Calendar, ...]
    cost_per_hour: float = 0.0
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How cases come: by a `gap` between two, by `rates` (cases an hour, for each of the week's 168 hours from Monday
    00:00), or at given `times` (seconds after the beginning, rising). They stop after `cases` or `seconds`, whichever
    is first; every case that came is followed to its end.
    """

    gap: Distribution | None = None
    rates: tuple[float, ...] = ()
    times: tuple[float, ...] = ()
    cases: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A case's time until it ends, or until a node is first done (`until`), is to be at most `target` seconds; counted
    within `hours` where they are given.
    """

    id: str
    target: float
    until: str | None = None
    hours: Calendar | None = None


@dataclass(frozen=True)
class Model:
    """All of it. `ranks` are shares of cases by importance, the most important first; `begins` is in microseconds
    since 1970 of the wall clock (the default is a Monday, 00:00). Names give people words for ids.
    """

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    start: str
    arrivals: Arrivals
    pools: tuple[Pool, ...] = ()
    promises: tuple[Promise, ...] = ()
    ranks: tuple[float, ...] = (1.0,)
    begins: int = 1_767_571_200_000_000
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, element: str) -> str:
        """The element in words: its name and id."""
        name = self.names.get(element, "")
        return f"“{name}” ({element})" if name else element
