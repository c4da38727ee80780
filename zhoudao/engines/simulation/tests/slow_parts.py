"""What the slow simulator is made of: people, cases, and what of a case can be given up together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zhoudao.engines.simulation.calendars import Calendar
from zhoudao.engines.simulation.model import Pool

Then = Callable[[], None]


@dataclass(eq=False)
class Person:
    number: int
    pool: Pool
    hours: Calendar
    at_work: bool = False
    since: float = float("-inf")
    works: list[Any] = field(default_factory=list)

    @property
    def has_room(self) -> bool:
        return self.at_work and len(self.works) < self.pool.at_once


@dataclass(eq=False)
class Group:
    """What can be given up together: a case, or an open sub-process of it."""

    over: Then
    tokens: int = 1
    inside: list[Any] = field(default_factory=list)

    def ended(self) -> None:
        self.tokens -= 1
        if self.tokens == 0:
            self.over()

    def give_up(self) -> None:
        for each in list(self.inside):
            each.give_up()
        self.inside.clear()  # groups within take no leave of themselves; their timers look for them here


@dataclass(eq=False)
class Case:
    number: int
    key: Any
    rank: int
    visits: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False)
class Wait:
    group: Group

    def give_up(self) -> None:
        self.group.inside.remove(self)
