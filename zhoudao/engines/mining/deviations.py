"""Where what happened and the model differ, over all cases: what was left out, what was done besides, and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.aligning import Alignments, Costs
from zhoudao.engines.mining.log import NOBODY, Log
from zhoudao.engines.mining.searching import LOG, Ints, Longs
from zhoudao.engines.mining.variants import Variants

START = NOBODY
"""In place of a label: before the first step."""


@dataclass(frozen=True, eq=False)
class Deviation:
    """One way to differ. A step of the model was left out (`label`), or an activity was done that the model does not
    have there (`activity`, after the step `after`); the other is `NOBODY`. `times` it happened in `cases` cases, which
    are those of `variants`. `cost` is what it adds to the costs of all alignments. `time` is, of what was done
    besides, the microseconds from the end of the step before it to its own, in all; a step left out takes none.
    """

    label: int
    activity: int
    after: int
    times: int
    cases: int
    cost: int
    time: int | None
    variants: NDArray[np.int64]

    def whose(self, found: Variants, most: int = 5) -> NDArray[np.int64]:
        """The codes of the first cases that differ so; none of them twice."""
        return np.flatnonzero(np.isin(found.of, self.variants))[:most]


@dataclass(frozen=True, eq=False)
class Read:
    """The moves of all alignments beside each other, one entry a move."""

    variant: Longs
    number: Longs
    """Which move of the automaton; below zero where the log went alone."""
    label: Ints
    """Below zero: nothing of the model was seen."""
    is_done: NDArray[np.bool_]
    """Whether a step of the log was part of it."""
    row: Longs
    """The step of the variant's first case that it is, or that comes next."""


def read(aligned: Alignments, labels: Ints, log: Log, found: Variants) -> Read:
    """`labels` is the label of each move of the automaton."""
    moves = aligned.moves.astype(np.int64)
    variant = np.repeat(np.arange(len(found), dtype=np.int64), np.diff(aligned.offsets))
    number = np.where(moves == LOG, -1, moves // 2)
    label = np.where(number >= 0, labels[number] if len(labels) else -1, -1).astype(np.int32)
    is_done = (moves == LOG) | (moves % 2 == 1)
    before = np.concatenate([[0], np.cumsum(is_done)])
    row = log.offsets[found.example][variant] + before[:-1] - before[aligned.offsets[variant]]
    return Read(variant, number, label, is_done, row)


def deviations(seen: Read, log: Log, found: Variants, costs: Costs) -> list[Deviation]:
    """All of them, the dearest first, of equal ones those that took longest."""
    every = [*_left_out(seen, found, costs), *_besides(seen, log, found, costs)]
    return sorted(every, key=lambda one: (-one.cost, -(one.time or 0), one.label, one.activity, one.after))


class Used(NamedTuple):
    """How often, over all cases: each move of the automaton; each label done by the log; each label left out."""

    moves: Longs
    done: Longs
    left_out: Longs


def used(seen: Read, found: Variants, moves: int, labels: int) -> Used:
    """With the moves an alignment adds where a step was left out: a way through the model has no holes."""
    weight = found.count[seen.variant]
    shown = seen.label >= 0
    done, left = shown & seen.is_done, shown & ~seen.is_done
    return Used(
        _sums(seen.number, weight, seen.number >= 0, moves),
        _sums(seen.label, weight, done, labels),
        _sums(seen.label, weight, left, labels),
    )


def _sums(codes: NDArray[np.integer], weight: Longs, marked: NDArray[np.bool_], count: int) -> Longs:
    return np.bincount(codes[marked], weights=weight[marked], minlength=count).astype(np.int64)


def _left_out(seen: Read, found: Variants, costs: Costs) -> Iterator[Deviation]:
    where = np.flatnonzero((seen.label >= 0) & ~seen.is_done)
    for label, of in _groups(seen.label[where].astype(np.int64), where):
        variants, times, cases = _whose(seen.variant[of], found)
        yield Deviation(label, NOBODY, NOBODY, times, cases, times * int(costs.model[label]), None, variants)


def _besides(seen: Read, log: Log, found: Variants, costs: Costs) -> Iterator[Deviation]:
    where = np.flatnonzero(seen.is_done & (seen.label < 0))
    activity = log.activity[seen.row[where]].astype(np.int64)
    shown = np.where(seen.label >= 0, np.arange(len(seen.label)), -1)
    last = np.maximum.accumulate(shown)[where] if len(where) else shown[:0]
    is_own = (last >= 0) & (seen.variant[last] == seen.variant[where])
    after = np.where(is_own, seen.label[last], START).astype(np.int64)
    taken = _taken(seen, log, found, where)
    labels = int(seen.label.max(initial=0)) + 2
    for key, of in _groups(activity * labels + after + 1, np.arange(len(where))):
        variants, times, cases = _whose(seen.variant[where[of]], found)
        code = key // labels
        cost, time = times * int(costs.log[code]), int(taken[of].sum())
        yield Deviation(NOBODY, code, key % labels - 1, times, cases, cost, time, variants)


def _taken(seen: Read, log: Log, found: Variants, where: Longs) -> Longs:
    """Of each step done besides: from the end before it to its own, over all cases of its variant."""
    gap = np.diff(log.end, prepend=log.end[:1])
    gap[log.offsets[:-1]] = 0
    cases = np.argsort(found.of, kind="stable")
    begin = np.concatenate([[0], np.cumsum(found.count)])
    place = seen.row[where] - log.offsets[found.example[seen.variant[where]]]
    total = np.zeros(len(where), np.int64)
    for each, (variant, step) in enumerate(zip(seen.variant[where], place, strict=True)):
        total[each] = gap[log.offsets[cases[begin[variant] : begin[variant + 1]]] + step].sum()
    return total


def _groups(key: Longs, entries: Longs) -> Iterator[tuple[int, Longs]]:
    order = np.argsort(key, kind="stable")
    names, begin = np.unique(key[order], return_index=True)
    for name, first, last in zip(names, begin, np.append(begin, len(key))[1:], strict=True):
        yield int(name), entries[order[first:last]]


def _whose(variant: Longs, found: Variants) -> tuple[Longs, int, int]:
    """The variants, each once, how often it happened and in how many cases."""
    each = np.unique(variant)
    return each, int(found.count[variant].sum()), int(found.count[each].sum())
