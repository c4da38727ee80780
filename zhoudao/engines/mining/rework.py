"""Work done again: at once, later, to and fro, or after the case seemed over."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import NOBODY, Codes, Log, Times
from zhoudao.kit.compiled import compiled

AT_ONCE, LATER = 1, 2


class Again(NamedTuple):
    """One entry a code. `at_once`: it directly follows itself; `later`: it comes again with others between; `time`: the
    microseconds of the case spent until it was done again, from the event before; `cases`: in how many cases. `marks`
    says of each event whether it repeats: `AT_ONCE`, `LATER` or 0.
    """

    at_once: Times
    later: Times
    time: Times
    cases: Times
    marks: NDArray[np.int8]


class ToAndFro(NamedTuple):
    """Pairs (A, B) with A-B-A within a case, A ≠ B, most often first: how often, in how many cases, and the time from
    the first A to the second.
    """

    first: Codes
    second: Codes
    times: Times
    cases: Times
    time: Times


@dataclass(frozen=True, eq=False)
class Reopened:
    """Cases that went on after a step that otherwise ends them. `closing` are those steps, by code; `cases` marks the
    cases; `time` is what they took from the first such step to their end, together.
    """

    closing: tuple[int, ...]
    cases: Codes
    time: int


def again(log: Log, codes: Codes | None = None, size: int | None = None) -> Again:
    """Repeats of each activity, or of any other code of the events (those below zero are nobody's)."""
    codes = log.activity if codes is None else codes
    return Again(*_again(log.case, codes, log.end, len(log.activities) if size is None else size))


def to_and_fro(log: Log, codes: Codes | None = None, size: int | None = None) -> ToAndFro:
    """Who sends to whom and gets it back. Events in a row with the same code count as one stay.

    Source: ping-pong behaviour as in BPI Challenge 2013 (van Dongen et al.), here A-B-A of distinct stays.
    """
    codes = log.activity if codes is None else codes
    size = len(log.activities) if size is None else size
    pairs, cases, times = _returns(log.case, codes, log.end, size)
    slots, which, count = np.unique(pairs, return_inverse=True, return_counts=True)
    time = np.bincount(which, weights=times, minlength=len(slots)).astype(np.int64)
    by_case = np.unique(np.stack([which.astype(np.int64), cases]), axis=1)[0] if len(pairs) else which
    in_cases = np.bincount(by_case, minlength=len(slots))
    order = np.lexsort((slots, -count))
    return ToAndFro(
        (slots // size).astype(np.int32)[order], (slots % size).astype(np.int32)[order],
        count[order].astype(np.int64), in_cases[order].astype(np.int64), time[order],
    )  # fmt: skip


def reopened(log: Log, closing: tuple[int, ...] | None = None) -> Reopened:
    """Cases that went on after they were closed. Without `closing`, a step closes if at least 80 % of the cases that
    have it end with it and at least 5 % of all cases do.
    """
    last = log.activity[log.offsets[1:] - 1]
    size = len(log.activities)
    if closing is None:
        ends = np.bincount(last, minlength=size)
        having = np.bincount(np.unique(np.stack([log.case, log.activity]), axis=1)[1], minlength=size)
        closing = tuple(int(code) for code in np.nonzero((ends >= 0.8 * having) & (ends >= 0.05 * len(last)))[0])
    marks = np.zeros(size, np.bool_)
    marks[list(closing)] = True
    since = _since_closed(log.offsets, log.activity, log.end, marks)
    return Reopened(closing, np.nonzero(since > 0)[0].astype(np.int32), int(since.clip(min=0).sum()))


@compiled
def _again(
    case: Codes, code: Codes, end: Times, size: int
) -> tuple[Times, Times, Times, Times, NDArray[np.int8]]:  # fmt: skip
    at_once, later, time = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    cases, seen, counted = np.zeros(size, np.int64), np.full(size, NOBODY, np.int64), np.full(size, NOBODY, np.int64)
    marks = np.zeros(len(case), np.int8)
    for row in range(len(case)):
        here = code[row]
        if here < 0:
            continue
        if seen[here] == case[row]:
            if code[row - 1] == here:
                at_once[here] += 1
                marks[row] = AT_ONCE
            else:
                later[here] += 1
                marks[row] = LATER
            time[here] += end[row] - end[row - 1]
            if counted[here] != case[row]:
                counted[here] = case[row]
                cases[here] += 1
        seen[here] = case[row]
    return at_once, later, time, cases, marks


@compiled
def _returns(case: Codes, code: Codes, end: Times, size: int) -> tuple[Times, Times, Times]:
    """Of each A-B-A the pair as A × size + B, the case, and the time from the end of A to the end of A again."""
    pairs, cases = np.empty(len(case), np.int64), np.empty(len(case), np.int64)
    times = np.empty(len(case), np.int64)
    found, before, here, left, latest = 0, -1, -1, 0, 0
    for row in range(len(case)):
        fresh = row == 0 or case[row] != case[row - 1]
        if fresh:
            before, here = -1, -1
        if code[row] < 0:
            continue
        if code[row] == here:
            latest = row
            continue
        if before >= 0 and code[row] == before:
            pairs[found] = np.int64(before) * size + here
            cases[found] = case[row]
            times[found] = end[row] - left
            found += 1
        if here >= 0:
            left = int(end[latest])
        before, here, latest = here, code[row], row
    return pairs[:found].copy(), cases[:found].copy(), times[:found].copy()


@compiled
def _since_closed(offsets: Times, activity: Codes, end: Times, closing: NDArray[np.bool_]) -> Times:
    """How long each case went on after the first step that closes, if another kind of step followed; else 0."""
    since = np.zeros(len(offsets) - 1, np.int64)
    for case in range(len(since)):
        closed = -1
        for row in range(offsets[case], offsets[case + 1]):
            if closed < 0 and closing[activity[row]]:
                closed = row
            elif closed >= 0 and not closing[activity[row]]:
                since[case] = max(end[offsets[case + 1] - 1] - end[closed], 1)
                break
    return since
