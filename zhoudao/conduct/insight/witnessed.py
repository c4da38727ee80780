"""What a log says of the work itself, in columns: since when it was there to do, when it was begun, who has which
hours.

Imports numpy: for the analyst and the command line alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.bpmn.automaton import Automaton
from zhoudao.engines.mining.calendars import Calendars, Clock, calendars, clock_of, on_duty
from zhoudao.engines.mining.crews import Crews, crews
from zhoudao.engines.mining.enabling import enabled
from zhoudao.engines.mining.log import Log, Times
from zhoudao.engines.mining.waiting import Waits, estimated_begun, waits
from zhoudao.kit.compiled import compiled

DAY = 24 * 3_600_000_000
SHORT = 7 * DAY
"""A log that spans less than this says nothing of the hours of a week."""


class _Hours(NamedTuple):
    worked: Times
    hours: NDArray[np.bool_]
    clock: Clock

    @staticmethod
    def of(given: Calendars) -> "_Hours":
        return _Hours(given.worked, given.hours, given.clock)


@dataclass(frozen=True, eq=False)
class Witnessed:
    """One log. `begun` is estimated where the log knows no beginnings; `enabled` is when the work was there to do by
    the flow; `calendars` is None where the log is too short for any, `crews` where it names nobody.
    """

    log: Log
    begun: Times
    enabled: Times
    clock: Clock
    calendars: Calendars | None
    crews: Crews | None
    waits: Waits | None

    @property
    def span(self) -> int:
        """From the first beginning to the last end, in microseconds."""
        return int(self.log.end.max() - self.begun.min())

    def named(self) -> NDArray[np.bool_]:
        """The events of which it is known who did them."""
        if self.log.resource is None:
            return np.zeros(len(self.log), np.bool_)
        return np.asarray(self.log.resource >= 0, np.bool_)

    def local(self, at: Times) -> Times:
        """Moments on the wall clock of its people."""
        return np.asarray(at + self.clock.offset[np.searchsorted(self.clock.since, at, side="right") - 1], np.int64)

    def worked(self) -> NDArray[np.float64]:
        """Seconds of work of each event: within the hours of who did it, all of it where it was begun outside of them
        or no hours are known.
        """
        whole = (self.log.end - self.begun) / 1e6
        if self.calendars is None or self.log.resource is None:
            return np.asarray(whole, np.float64)
        of = self.calendars.of[np.maximum(self.log.resource, 0)]
        duty, at_work = _on_duty(self.begun, self.log.end, of, _Hours.of(self.calendars))
        return np.asarray(np.where(self.named() & at_work, duty / 1e6, whole), np.float64)

    def open_hours(self, since: Times, until: Times, week: NDArray[np.bool_]) -> Times:
        """How much of these hours of the week lies between two moments, in microseconds."""
        one = Calendars(week[np.newaxis], np.zeros(1, np.int32), self.clock)
        duty, _ = _on_duty(since, until, np.zeros(len(since), np.int32), _Hours.of(one))
        return duty


def witnessed(log: Log, elements: Mapping[str, frozenset[str]], built: Automaton, *, zone: str) -> Witnessed:
    """`elements` are those of the flow that each activity may be."""
    since = enabled(log, beside(log.activities, elements, built))
    clock = clock_of(zone, log)
    begun = estimated_begun(log) if log.begun is None else np.minimum(log.begun, log.end)
    given = Log(
        case=log.case, activity=log.activity, end=log.end, cases=log.cases, activities=log.activities, begun=begun,
        resource=log.resource, resources=log.resources,
    )  # fmt: skip
    named = log.resource is not None and bool((log.resource >= 0).any())
    is_long = int(log.end.max() - begun.min()) >= SHORT
    hours = without_gaps(calendars(given, clock)) if named else None
    return Witnessed(
        log, begun, since, clock,
        calendars=hours if is_long else None,
        crews=crews(log, begun) if named else None,
        waits=None if hours is None else waits(given, hours if is_long else _always(hours), enabled=since),
    )  # fmt: skip


def without_gaps(given: Calendars, *, most: int = 2) -> Calendars:
    """The same, with up to so many hours between two that are worked filled: who was not seen in an hour of the week
    for lack of work was there all the same, and work is not put down for it.
    """
    rows, hours = given.hours, given.hours.copy()
    for shift in range(1, most + 1):
        for before in range(1, shift + 1):
            hours |= np.roll(rows, before, axis=1) & np.roll(rows, before - shift - 1, axis=1)
    return Calendars(hours, given.of, given.clock)


def _always(given: Calendars) -> Calendars:
    return Calendars(np.ones_like(given.hours), given.of, given.clock)


def beside(
    activities: tuple[str, ...], elements: Mapping[str, frozenset[str]], built: Automaton
) -> NDArray[np.bool_]:  # fmt: skip
    """Which activities are done side by side: there is a marking of the flow in which a token rests at both."""
    places: dict[str, set[str]] = {}
    for state in range(len(built)):
        standing = built.standing(state)
        for one in standing if len(standing) > 1 else ():
            places.setdefault(one, set()).update(other for other in standing if other != one)
    found = np.zeros((len(activities), len(activities)), np.bool_)
    for number, name in enumerate(activities):
        near = set().union(*(places.get(element, ()) for element in elements.get(name, ())))
        for other, word in enumerate(activities):
            found[number, other] = number != other and not near.isdisjoint(elements.get(word, ()))
    return found


@compiled
def _on_duty(
    begun: Times, end: Times, of: NDArray[np.int32], given: _Hours
) -> tuple[Times, NDArray[np.bool_]]:  # fmt: skip
    """Working time of each stretch, and whether it begins within hours."""
    duty, at_work = np.zeros(len(begun), np.int64), np.zeros(len(begun), np.bool_)
    for row in range(len(begun)):
        worked, hours = given.worked[of[row]], given.hours[of[row]]
        duty[row] = on_duty(begun[row], end[row], worked, hours, given.clock)
        at_work[row] = on_duty(begun[row], begun[row] + 1_000_000, worked, hours, given.clock) > 0
    return duty, at_work
