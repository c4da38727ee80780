"""Cases as the forecast sees them: what happened when, and the moments at which one asks what is still to come."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Seconds = NDArray[np.int64]
Numbers = NDArray[np.float64]
RUNNING = int(np.iinfo(np.int64).max)
"""The end of a case that has none yet."""


class Trails(NamedTuple):
    """Events (`case`, `step`, `at`) in columns of one length, sorted by case, within it by time; every case has one at
    least. By case: when it began and ended (`RUNNING`: not yet), its group (who works on it), and `traits`, codes of
    what is known from its beginning, shape (cases, traits). Times are seconds since 1970 in UTC.
    """

    case: Codes
    step: Codes
    at: Seconds
    begun: Seconds
    ended: Seconds
    group: Codes
    traits: Codes
    steps: int

    @property
    def first(self) -> Seconds:
        """Where the events of each case begin, and at last their number: shape (cases + 1,)."""
        counts = np.bincount(self.case, minlength=len(self.begun))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


class Moments(NamedTuple):
    """Points in the life of cases, one entry each: of which case, when, and how many of its events lay behind."""

    case: Codes
    at: Seconds
    behind: Seconds

    def only(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Moments":
        """Some of them."""
        return Moments(self.case[rows], self.at[rows], self.behind[rows])


def at_events(trails: Trails) -> Moments:
    """Each event of each case but for those with which it ended."""
    place = np.arange(len(trails.case), dtype=np.int64)
    behind = place - trails.first[trails.case] + 1
    rows = trails.at < trails.ended[trails.case]
    return Moments(trails.case[rows], trails.at[rows], behind[rows])


def at_times(trails: Trails, times: Seconds) -> Moments:
    """Every case that was open at each of these times: what a look at the house would have found then."""
    cases, at = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for time in times.tolist():
        found = np.nonzero((trails.begun <= time) & (time < trails.ended))[0]
        cases.append(found)
        at.append(np.full(len(found), time, np.int64))
    return counted(trails, np.concatenate(cases).astype(np.int32), np.concatenate(at))


def counted(trails: Trails, case: Codes, at: Seconds) -> Moments:
    """These cases at these times (one entry each), with how many of their events lay behind; without those before
    whose first event the time lies.
    """
    since = int(trails.at.min()) - 1 if len(trails.at) else 0
    span = (int(max(trails.at.max(initial=0), at.max(initial=0))) - since) + 2
    keys = trails.case.astype(np.int64) * span + (trails.at - since)
    asked = case.astype(np.int64) * span + np.maximum(at - since, 0)
    behind = np.searchsorted(keys, asked, side="right") - trails.first[case]
    return Moments(case, at, behind).only(behind > 0)


def until(trails: Trails, time: int) -> Trails:
    """What of them was known at a time: later events are not there, later ends have not come."""
    rows = trails.at <= time
    known = np.bincount(trails.case[rows], minlength=len(trails.begun)) > 0
    fresh = (np.cumsum(known) - 1).astype(np.int32)
    ended = np.where(trails.ended <= time, trails.ended, RUNNING)
    return Trails(
        fresh[trails.case[rows]], trails.step[rows], trails.at[rows], trails.begun[known], ended[known],
        trails.group[known], trails.traits[known], trails.steps,
    )  # fmt: skip


def prefixes(trails: Trails, moments: Moments) -> Iterator[tuple[int, ...]]:
    """The steps that lay behind each moment, in order."""
    first, steps = trails.first, trails.step.tolist()
    for case, behind in zip(moments.case.tolist(), moments.behind.tolist(), strict=True):
        begins = int(first[case])
        yield tuple(steps[begins : begins + behind])
