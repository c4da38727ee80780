"""Why work waits: every wait before a step is split into five causes whose parts sum to it exactly.

Source: the causes of Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, "Unveiling the causes of waiting time in
business processes from event logs" (2023). The order in which they claim a moment is ours: batching, prioritisation,
contention, unavailability; what is left is extraneous. Decision 079.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.calendars import Calendars, Clock, on_duty
from zhoudao.engines.mining.following import spread
from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.kit.compiled import compiled

CAUSES = ("batching", "prioritisation", "contention", "unavailability", "extraneous")
GAP = 60_000_000
_IDLE = 0.5  # of its time on duty a batch's resource was free while the batch gathered


@dataclass(frozen=True, eq=False)
class Waits:
    """`parts[row, cause]` in microseconds for each event of the log; a first event, one whose resource is not known and
    one that begins before the step before it is done wait for nothing, and their parts are 0. `batch` is the number of
    the batch an event was done in, -1 for none. `estimated`: the log says no beginnings, so each was estimated
    (`estimated_begun`).
    """

    parts: Times
    batch: Codes
    estimated: bool


class _Work(NamedTuple):
    """Events by resource and beginning. `busy_until[k]`: the latest end of its resource so far."""

    row: Times
    who: Codes
    activity: Codes
    enabled: Times
    begun: Times
    end: Times
    busy_until: Times


class _Hours(NamedTuple):
    worked: Times
    hours: NDArray[np.bool_]
    of: Codes
    clock: Clock


def waits(log: Log, calendars: Calendars, *, enabled: Times | None = None) -> Waits | None:
    """The causes of every wait; None for a log in which nobody is named, of which no cause can be told. `enabled` is
    when each event's work was there to do, where a flow tells more than that the event before it was done.
    """
    if log.resource is None or not (log.resource >= 0).any():
        return None
    enabled = ready_since(log.case, log.end) if enabled is None else enabled
    estimated = log.begun is None
    begun = estimated_begun(log) if log.begun is None else log.begun
    rows = np.nonzero(log.resource >= 0)[0]
    rows = rows[np.lexsort((log.end[rows], begun[rows], log.resource[rows]))]
    who = log.resource[rows]
    work = _Work(rows, who, log.activity[rows], enabled[rows], begun[rows], log.end[rows], _until(who, log.end[rows]))
    hours = _Hours(calendars.worked, calendars.hours, calendars.of, calendars.clock)
    batch, gathered = _batches(work, hours)
    parts = np.zeros((len(log), len(CAUSES)), np.int64)
    _split(work, hours, gathered, parts)
    whole = np.full(len(log), -1, np.int32)
    whole[rows] = batch
    return Waits(parts, whole, estimated)


def estimated_begun(log: Log) -> Times:
    """Where a log says no beginnings: the later of the end of the case's event before and of its resource's, but no
    longer ago than the median of that over its activity, for a night is no work. A first event of both begins as it
    ends.

    Source: Nakatumba and van der Aalst, "Analyzing resource behavior using process mining" (2009); the median is ours.
    """
    before = ready_since(log.case, log.end)
    if log.resource is None:
        return _no_longer(log, np.asarray(before, np.int64))
    first = np.concatenate([[True], log.case[1:] != log.case[:-1]])
    return _no_longer(log, since_free(log.resource, log.end, before, first))


def since_free(resource: Codes, end: Times, ready: Times, first: NDArray[np.bool_]) -> Times:
    """When each event began at the earliest: since it was `ready` (what is `first` of its case never waited) and since
    the end of its resource's event before.
    """
    order = np.lexsort((end, resource))
    own = end.copy()
    same = (resource[order][1:] == resource[order][:-1]) & (resource[order][1:] >= 0)
    own[order[1:]] = np.where(same, end[order][:-1], end[order][1:])
    known = np.concatenate([[False], same])
    fresh = np.zeros(len(end), np.bool_)
    fresh[order] = ~known
    later = np.where(first, np.where(fresh, end, own), np.where(fresh, ready, np.maximum(ready, own)))
    return np.asarray(np.minimum(later, end), np.int64)


def _no_longer(log: Log, begun: Times) -> Times:
    """No step begins longer before its end than half of its kind do."""
    took = log.end - begun
    count = np.bincount(log.activity, minlength=len(log.activities))
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    median, _, _ = spread(took[np.argsort(log.activity, kind="stable")], first)
    return no_longer(log.end, begun, median[log.activity])


def no_longer(end: Times, begun: Times, most: NDArray[np.float64]) -> Times:
    """Beginnings that are no longer before the end than `most` (microseconds)."""
    return np.asarray(end - np.minimum(end - begun, most.astype(np.int64)), np.int64)


@compiled
def ready_since(case: Codes, end: Times) -> Times:
    """When each event's work was there to do: the end of the case's event before; of a first event its own end."""
    enabled = end.copy()
    for row in range(1, len(case)):
        if case[row] == case[row - 1]:
            enabled[row] = end[row - 1]
    return enabled


@compiled
def _until(who: Codes, end: Times) -> Times:
    until = end.copy()
    for place in range(1, len(who)):
        if who[place] == who[place - 1]:
            until[place] = max(until[place], until[place - 1])
    return until


@compiled
def _batches(work: _Work, hours: _Hours) -> tuple[Codes, Times]:
    """The batch of each piece of work, and when it had gathered (0 outside): the same step, by the same resource, one
    right after another, all there before the first begins, while the resource was free for at least half of the hours
    it worked since the first of them was there. Otherwise it is a queue, and that is contention.
    """
    batch, gathered = np.full(len(work.who), -1, np.int32), np.zeros(len(work.who), np.int64)
    first, known = 0, 0
    while first < len(work.who):
        last = first + 1
        earliest = latest = work.enabled[first]
        while last < len(work.who) and _joins(work, first, last):
            earliest, latest = min(earliest, work.enabled[last]), max(latest, work.enabled[last])
            last += 1
        if last - first > 1 and _was_free(work, hours, first, earliest):
            batch[first:last] = known
            gathered[first:last] = latest
            known += 1
        first = last
    return batch, gathered


@compiled
def _joins(work: _Work, first: int, place: int) -> bool:
    return bool(
        work.who[place] == work.who[first]
        and work.activity[place] == work.activity[first]
        and work.enabled[place] <= work.begun[first]
        and work.begun[place] <= work.busy_until[place - 1] + GAP
    )


@compiled
def _was_free(work: _Work, hours: _Hours, first: int, since: int) -> bool:
    """Whether the resource was free for at least half of its hours between `since` and its first beginning."""
    until = int(work.begun[first])
    calendar = hours.of[work.who[first]]
    idle, at = 0, since
    place = first
    while place > 0 and work.who[place - 1] == work.who[first] and work.busy_until[place - 1] > since:
        place -= 1
    duty = on_duty(since, until, hours.worked[calendar], hours.hours[calendar], hours.clock)
    while place < first:
        if work.begun[place] > at:
            idle += on_duty(at, work.begun[place], hours.worked[calendar], hours.hours[calendar], hours.clock)
        at = max(at, work.end[place])
        place += 1
    if until > at:
        idle += on_duty(at, until, hours.worked[calendar], hours.hours[calendar], hours.clock)
    return bool(duty > 0 and idle >= _IDLE * duty)


@compiled
def _split(work: _Work, hours: _Hours, gathered: Times, parts: Times) -> None:
    start = 0
    for place in range(len(work.who)):
        if place and work.who[place] != work.who[place - 1]:
            start = place
        since, until = work.enabled[place], work.begun[place]
        if until <= since:
            continue
        row = work.row[place]
        if gathered[place] > since:
            parts[row, 0] = min(gathered[place], until) - since
            since += parts[row, 0]
        first = start + np.searchsorted(work.busy_until[start:place], since, side="right")
        jumped = _covered(work, place, first, since, True)
        held, off = _uncovered(work, hours, place, first, since)
        parts[row, 1] = jumped
        parts[row, 2] = held - jumped
        parts[row, 3] = off
        parts[row, 4] = until - since - held - off


@compiled
def _covered(work: _Work, place: int, first: int, since: int, later: bool) -> int:
    """How long the resource was at work that was there later than this, between `since` and this one's beginning."""
    took, at = 0, since
    for other in range(first, place):
        if work.enabled[other] > work.enabled[place]:
            begun, end = max(work.begun[other], at), min(work.end[other], work.begun[place])
            if end > begun:
                took += end - begun
                at = end
    return took


@compiled
def _uncovered(work: _Work, hours: _Hours, place: int, first: int, since: int) -> tuple[int, int]:
    """How long the resource was at any work meanwhile, and how long of the rest it was not on duty."""
    calendar = hours.of[work.who[place]]
    held, off, at, until = 0, 0, since, int(work.begun[place])
    for other in range(first, place + 1):
        begun = until if other == place else min(max(work.begun[other], at), until)
        if begun > at:
            off += begun - at - on_duty(at, begun, hours.worked[calendar], hours.hours[calendar], hours.clock)
            at = begun
        end = min(work.end[other], until)
        if other < place and end > at:
            held += end - at
            at = end
    return held, off
