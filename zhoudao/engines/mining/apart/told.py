"""A whole map in plain numbers, however it came to be: from parts or from one log, it is the same."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from zhoudao.engines.mining.waiting import CAUSES

WAYS = 1_000
"""So many ways through are told, those that most cases went; all are counted."""


class Spread(NamedTuple):
    """How often, in how many cases, and of the microseconds it took their sum, median and 90th percentile."""

    times: int
    cases: int
    total: int
    median: float
    p90: float


class Step(NamedTuple):
    """An activity: how often, in how many cases, first and last of how many; its service (of a log without beginnings
    none), its stay (from the end of the event before to its own) and the causes of the waits before it, in microseconds
    by the order of `CAUSES` (none where nobody is named); repeats at once and later, in how many cases, and their time.
    """

    name: str
    times: int
    cases: int
    starts: int
    ends: int
    service: Spread
    stay: Spread
    causes: tuple[int, ...]
    at_once: int
    later: int
    again_cases: int
    again_time: int


class Pair(NamedTuple):
    """From one to another: what is between them."""

    source: str
    target: str
    took: Spread


class Way(NamedTuple):
    """A sequence of steps, how many cases went so, and the first of them by name."""

    steps: tuple[str, ...]
    cases: int
    example: str


@dataclass(frozen=True)
class Mapped:
    """The map. `edges` between steps and `hands` between people, where a case changed hands directly; `back`: how long
    a case was away from one with another before it came back; `took`: a case, from its first beginning to its last end.
    `ways` are at most `WAYS` of `different_ways`. `reopened`: how many cases went on after a `closing` step, and for
    how long together.
    """

    events: int
    cases: int
    left_out: int
    first: int
    last: int
    took: Spread
    steps: tuple[Step, ...]
    edges: tuple[Pair, ...]
    hands: tuple[Pair, ...]
    back: tuple[Pair, ...]
    different_ways: int
    ways: tuple[Way, ...]
    closing: tuple[str, ...]
    reopened: int
    reopened_time: int

    def to_json(self) -> dict[str, Any]:
        """As JSON has it; spreads and causes with their names."""
        plain = asdict(self)
        plain["took"] = self.took._asdict()
        plain["steps"] = [
            step._asdict() | {"service": step.service._asdict(), "stay": step.stay._asdict(),
                              "causes": dict(zip(CAUSES, step.causes, strict=False))}
            for step in self.steps
        ]  # fmt: skip
        for name in ("edges", "hands", "back"):
            plain[name] = [pair._asdict() | {"took": pair.took._asdict()} for pair in getattr(self, name)]
        plain["ways"] = [way._asdict() for way in self.ways]
        return plain
