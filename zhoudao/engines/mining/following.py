"""What directly follows what: how often, in how many cases, and how long it takes from one to the next."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.kit.compiled import compiled

_DENSE = 1_024  # so many different steps have a table of every pair; more have a sorted list of the pairs there are


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs that follow each other within a case, by (source, target); every array has one entry a pair.

    `count` and `cases` say how often and in how many cases; `median`, `p90` and `total` are of the wait between the two
    in microseconds (see `log`), p90 by linear interpolation.
    """

    source: Codes
    target: Codes
    count: Times
    cases: Times
    median: NDArray[np.float64]
    p90: NDArray[np.float64]
    total: Times


@dataclass(frozen=True, eq=False)
class Steps:
    """One entry a code: how often, in how many cases, first and last of how many; `median` and `total` of its service
    time in microseconds (zero in a log without beginnings).
    """

    count: Times
    cases: Times
    starts: Times
    ends: Times
    median: NDArray[np.float64]
    total: Times


@dataclass(frozen=True, eq=False)
class FollowMap:
    edges: Edges
    steps: Steps


class _Rows(NamedTuple):
    case: Codes
    code: Codes
    begun: Times
    end: Times


def follow_map(log: Log, codes: Codes | None = None, size: int | None = None) -> FollowMap:
    """The map of a log's activities, or of any other codes of its events (`size` of them, none below zero).

    Source: the directly-follows graph of van der Aalst, "Process Mining" (2016), chapter 6; times as `log` says.
    """
    codes = log.activity if codes is None else codes
    size = len(log.activities) if size is None else size
    rows = _Rows(log.case, codes, log.end if log.begun is None else log.begun, log.end)
    return FollowMap(_edges(rows, size), _steps(rows, size))


class Samples(NamedTuple):
    """Microseconds side by side by what they are of: those of `key[k]` are `values[first[k]:first[k + 1]]`; `cases[k]`
    is in how many cases they are.
    """

    key: Times
    first: Times
    values: Times
    cases: Times


def waits_between(log: Log, codes: Codes | None = None, size: int | None = None) -> Samples:
    """Every wait from one event to the next of its case, by source times `size` plus target, as `follow_map` has it."""
    codes = log.activity if codes is None else codes
    size = len(log.activities) if size is None else size
    return _between(_Rows(log.case, codes, log.end if log.begun is None else log.begun, log.end), size)


def services(log: Log) -> Samples:
    """The service of every event, by activity; of a log without beginnings none, but the cases of each."""
    size = len(log.activities)
    rows = _Rows(log.case, log.activity, log.end if log.begun is None else log.begun, log.end)
    count, cases, _, _ = _occurring(rows, size)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    if log.begun is None:
        return Samples(np.arange(size), first * 0, np.empty(0, np.int64), cases)
    return Samples(np.arange(size), first, _services(rows, first[:-1].copy()), cases)


def _between(rows: _Rows, size: int) -> Samples:
    slots = np.empty(0, np.int64)
    if size > _DENSE:
        slots = np.unique(_pairs(rows, size))
        slots = slots[slots >= 0]
    count, cases = _counted(rows, slots, size)
    kept = np.nonzero(count)[0]
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    gaps = _scattered(rows, slots, size, first[:-1].copy())
    pairs = slots[kept] if len(slots) else kept
    return Samples(pairs, np.concatenate([first[kept], first[-1:]]), gaps, cases[kept])


def _edges(rows: _Rows, size: int) -> Edges:
    found = _between(rows, size)
    count = np.diff(found.first)
    median, p90, total = spread(found.values, found.first)
    source, target = (found.key // size).astype(np.int32), (found.key % size).astype(np.int32)
    return Edges(source, target, count, found.cases, median, p90, total)


def _steps(rows: _Rows, size: int) -> Steps:
    count, cases, starts, ends = _occurring(rows, size)
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    if rows.begun is rows.end:
        return Steps(count, cases, starts, ends, np.zeros(size), np.zeros(size, np.int64))
    median, _, total = spread(_services(rows, first[:-1].copy()), first)
    return Steps(count, cases, starts, ends, median, total)


def spread(values: Times, first: Times) -> tuple[NDArray[np.float64], NDArray[np.float64], Times]:
    """Median, 90th percentile and sum of each group of values; group k is `values[first[k]:first[k + 1]]`, which is put
    in another order. Of an empty group all three are 0.
    """
    groups = len(first) - 1
    median, p90, total = np.zeros(groups), np.zeros(groups), np.zeros(groups, np.int64)
    for group in range(groups):
        values_here = values[first[group] : first[group + 1]]
        last = len(values_here) - 1
        if last < 0:
            continue
        high = last * 9 // 10
        values_here.partition(sorted({last // 2, (last + 1) // 2, high, min(high + 1, last)}))
        total[group] = values_here.sum()
        median[group] = (int(values_here[last // 2]) + int(values_here[(last + 1) // 2])) / 2
        over = last * 9 % 10 / 10
        p90[group] = int(values_here[high]) + over * (int(values_here[min(high + 1, last)]) - int(values_here[high]))
    return median, p90, total


@compiled
def _pairs(rows: _Rows, size: int) -> Times:
    found = np.full(len(rows.case), -1, np.int64)
    for row in range(1, len(rows.case)):
        if rows.case[row] == rows.case[row - 1]:
            found[row] = np.int64(rows.code[row - 1]) * size + rows.code[row]
    return found


@compiled
def _counted(rows: _Rows, slots: Times, size: int) -> tuple[Times, Times]:
    """How often each pair, and in how many cases: at its place among `slots`, or itself where there are none."""
    places = len(slots) if len(slots) else size * size
    count, cases = np.zeros(places, np.int64), np.zeros(places, np.int64)
    last = np.full(places, -1, np.int32)
    for row in range(1, len(rows.case)):
        if rows.case[row] == rows.case[row - 1]:
            place = np.int64(rows.code[row - 1]) * size + rows.code[row]
            if len(slots):
                place = np.searchsorted(slots, place)
            count[place] += 1
            if last[place] != rows.case[row]:
                last[place] = rows.case[row]
                cases[place] += 1
    return count, cases


@compiled
def _scattered(rows: _Rows, slots: Times, size: int, free: Times) -> Times:
    """The wait of every pair, those of one pair side by side from where `free` says."""
    gaps = np.empty(len(rows.case), np.int64)
    found = 0
    for row in range(1, len(rows.case)):
        if rows.case[row] == rows.case[row - 1]:
            place = np.int64(rows.code[row - 1]) * size + rows.code[row]
            if len(slots):
                place = np.searchsorted(slots, place)
            gaps[free[place]] = rows.begun[row] - rows.end[row - 1]
            free[place] += 1
            found += 1
    return gaps[:found]


@compiled
def _occurring(rows: _Rows, size: int) -> tuple[Times, Times, Times, Times]:
    count, cases = np.zeros(size, np.int64), np.zeros(size, np.int64)
    starts, ends = np.zeros(size, np.int64), np.zeros(size, np.int64)
    last = np.full(size, -1, np.int64)
    for row in range(len(rows.case)):
        code, case = rows.code[row], rows.case[row]
        count[code] += 1
        if last[code] != case:
            last[code] = case
            cases[code] += 1
        if row == 0 or rows.case[row - 1] != case:
            starts[code] += 1
        if row + 1 == len(rows.case) or rows.case[row + 1] != case:
            ends[code] += 1
    return count, cases, starts, ends


@compiled
def _services(rows: _Rows, free: Times) -> Times:
    took = np.empty(len(rows.case), np.int64)
    for row in range(len(rows.case)):
        code = rows.code[row]
        took[free[code]] = rows.end[row] - rows.begun[row]
        free[code] += 1
    return took
