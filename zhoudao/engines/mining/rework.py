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


class Returns(NamedTuple):
    """Stays of a case with the one who had it before the last, A-B-A: the event at which A has it back, how long it was
    away (from the end of A's last event to that event's end), and who: A times `size` plus B.
    """

    row: NDArray[np.int64]
    away: Times
    pair: Times


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


def returns(log: Log, codes: Codes, size: int) -> Returns:
    """Every case that goes to and fro between two of `size` codes. Events in a row of one code are one stay; those of a
    code below zero are nobody's and end no stay.

    Source: ping-pong behaviour as in BPI Challenge 2013 (van Dongen et al.), here A-B-A of distinct stays.
    """
    named = np.nonzero(codes >= 0)[0]
    who, case = codes[named].astype(np.int64), log.case[named]
    fresh = np.concatenate([[True], (who[1:] != who[:-1]) | (case[1:] != case[:-1])]) if len(named) else named
    begins = np.nonzero(fresh)[0]
    ends = np.concatenate([begins[1:] - 1, [len(who) - 1]])
    who, case = who[begins], case[begins]
    back = np.nonzero((case[2:] == case[:-2]) & (who[2:] == who[:-2]))[0]
    row = named[begins[back + 2]]
    return Returns(row, log.end[row] - log.end[named[ends[back]]], who[back] * size + who[back + 1])


def reopened(log: Log, closing: tuple[int, ...] | None = None) -> Reopened:
    """Cases that went on after they were closed. Without `closing`, a step closes if at least 80 % of the cases that
    have it end with it and at least 5 % of all cases do.
    """
    last = log.activity[log.offsets[1:] - 1]
    size = len(log.activities)
    if closing is None:
        ends = np.bincount(last, minlength=size)
        having = np.bincount(np.unique(np.stack([log.case, log.activity]), axis=1)[1], minlength=size)
        closing = closing_steps(ends, having)
    marks = np.zeros(size, np.bool_)
    marks[list(closing)] = True
    since = _since_closed(log.offsets, log.activity, log.end, marks)
    return Reopened(closing, np.nonzero(since > 0)[0].astype(np.int32), int(since.clip(min=0).sum()))


def closing_steps(ends: Times, having: Times) -> tuple[int, ...]:
    """The steps that close cases, of how many cases end with each step and how many have it: see `reopened`."""
    return tuple(int(code) for code in np.nonzero((ends >= 0.8 * having) & (ends >= 0.05 * ends.sum()))[0])


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
