"""Who works in a scenario, and when, from who did what in a log."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.witnessed import Witnessed
from zhoudao.engines.mining.calendars import Calendars
from zhoudao.engines.simulation.calendars import DAYS

LEAST_SHARE = 0.05
"""A crew that does less of a step than this helps out, and is not planned for it."""
MOST_LEVELS = 24
_FEW_FOR_A_NAME = 3
_ALWAYS = np.ones(168, np.bool_)


@dataclass(frozen=True, eq=False)
class Staff:
    """`pools` and `calendars` as a scenario says them; `names` is the pool of each crew; by pool, `hours` is the
    calendar of the hours in which anybody is there (empty: always), and `weeks` these hours, shape (168,).
    """

    pools: dict[str, Any]
    calendars: dict[str, Any]
    names: tuple[str, ...]
    hours: dict[str, str]
    weeks: dict[str, NDArray[np.bool_]]


def staff(seen: Witnessed) -> Staff:
    """One pool for each crew. Its people together are there, hour by hour of the week, as many as the crew's people
    were on average; which of them has which hours is not kept: the first is there whenever anybody is.
    """
    crews = seen.crews
    if crews is None:
        return Staff({}, {}, (), {}, {})
    names = _names(seen)
    made, pools = _Weeks(), dict[str, Any]()
    hours: dict[str, str] = {}
    weeks: dict[str, NDArray[np.bool_]] = {}
    for crew, name in enumerate(names):
        people: dict[str, int] = {}
        for week, count in _levels(_coverage(seen, crew)):
            calendar = made.name(week)
            people[calendar] = people.get(calendar, 0) + count
            hours.setdefault(name, calendar)
            weeks.setdefault(name, week)
        always = people.pop("", 0)
        shown: dict[str, Any] = {"people": always} if not people else {"people": people}
        if always and people:
            people[made.always()] = always
        if crews.at_once[crew] > 1:
            shown["at_once"] = int(crews.at_once[crew])
        pools[name] = shown
    return Staff(pools, made.calendars, names, hours, weeks)


def _coverage(seen: Witnessed, crew: int) -> NDArray[np.float64]:
    """People of a crew who are at work in each hour of the week, on average over the weeks of the log."""
    crews, hours = seen.crews, seen.calendars
    assert crews is not None  # whoever calls has looked
    members = np.nonzero(crews.of == crew)[0]
    if hours is None:
        return np.full(168, float(len(members)))
    there = hours.hours[hours.of[members]].sum(axis=0) / len(members)
    return np.asarray(there * crews.people[crew], np.float64)


def _levels(coverage: NDArray[np.float64]) -> list[tuple[NDArray[np.bool_], int]]:
    """Weeks of hours with how many people have each, so that together they are as many as `coverage` says: person n is
    there in all hours in which more than n − ½ are.
    """
    count = max(int(np.floor(coverage.max() + 0.5)), 1)
    if coverage.max() < 0.5:
        return [(coverage >= coverage.max() / 2, 1)]
    edges = np.unique(np.linspace(0, count, min(count, MOST_LEVELS) + 1).round().astype(int))
    return [
        (coverage >= (low + high) / 2, int(high - low))
        for low, high in pairwise(edges)
        if (coverage >= (low + high) / 2).any()
    ]


class _Weeks:
    """Calendars by their hours, each named once; a week without an end has no name."""

    def __init__(self) -> None:
        self.calendars: dict[str, Any] = {}
        self._known: dict[bytes, str] = {}

    def name(self, week: NDArray[np.bool_]) -> str:
        if week.all():
            return ""
        return self._named(week)

    def always(self) -> str:
        return self._named(_ALWAYS)

    def _named(self, week: NDArray[np.bool_]) -> str:
        key = week.tobytes()
        if key not in self._known:
            self._known[key] = f"hours {len(self._known) + 1}"
            self.calendars[self._known[key]] = windows(week)
        return self._known[key]


def windows(week: NDArray[np.bool_]) -> dict[str, list[str]]:
    """Hours of a week as a scenario says them; shape (168,) from Monday 00:00.

    >>> week = np.zeros(168, np.bool_)
    >>> week[9:12] = week[24 + 23] = True
    >>> windows(week)
    {'mon': ['09:00-12:00'], 'tue': ['23:00-24:00']}
    """
    found: dict[str, list[str]] = {}
    for number, day in enumerate(DAYS):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], week[24 * number : 24 * number + 24], [False]])))
        spans = [f"{int(first):02}:00-{int(last):02}:00" for first, last in edges.reshape(-1, 2)]
        if spans:
            found[day] = spans
    return found


def _names(seen: Witnessed) -> tuple[str, ...]:
    """What the names of a crew's people have in common, where they are at least three; else what they do most."""
    crews, taken = seen.crews, dict[str, None]()
    assert crews is not None  # whoever calls has looked
    for crew in range(len(crews)):
        members = [seen.log.resources[one] for one in np.nonzero(crews.of == crew)[0]]
        own = _common(members) if len(members) >= _FEW_FOR_A_NAME else ""
        own = own or seen.log.activities[int(crews.work[crew].argmax())]
        name, number = own, 2
        while name in taken:
            name, number = f"{own} {number}", number + 1
        taken[name] = None
    return tuple(taken)


def _common(words: list[str]) -> str:
    first, last = min(words), max(words)
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    own = first[:same].rstrip("0123456789-_ .:/#@")
    return own if len(own) >= _FEW_FOR_A_NAME and ":" not in first[:same] else ""  # `user:` is no word of people


def of_step(seen: Witnessed, names: tuple[str, ...], rows: NDArray[np.bool_]) -> list[str]:
    """The pools that do a step, whoever does most of it first; none where nobody is named for most of it."""
    crews, named = seen.crews, rows & seen.named()
    if crews is None or seen.log.resource is None or not named.any() or 2 * named.sum() < rows.sum():
        return []
    counts = np.bincount(crews.of[seen.log.resource[named]], minlength=len(crews))
    order = np.argsort(-counts, kind="stable")
    return [names[crew] for crew in order if counts[crew] >= LEAST_SHARE * counts.sum()]


def everyone(hours: Calendars | None) -> dict[str, list[str]]:
    """The hours in which any of all people works; all of the week where none are known."""
    return windows(_ALWAYS if hours is None else hours.hours[-1])
