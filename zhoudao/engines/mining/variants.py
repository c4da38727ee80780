"""Cases that went the same way: every distinct sequence of activities, and whose it is."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.kit.compiled import compiled


@dataclass(frozen=True, eq=False)
class Variants:
    """`of` is the variant of each case. `example` is the first case of each variant, `count` how many went so; variants
    stand by how many, then by their first case.
    """

    of: Codes
    example: Codes
    count: Times

    def __len__(self) -> int:
        return len(self.count)

    def steps(self, log: Log, variant: int) -> Codes:
        """The activities of a variant in their order, by code."""
        return log.activity[log.of(int(self.example[variant]))]


def variants(log: Log) -> Variants:
    """Every distinct way through. Ways are found by marks and then compared step by step, so none are confused.

    >>> from zhoudao.engines.mining.interning import interned
    >>> times = np.arange(5, dtype=np.int64)
    >>> found = variants(interned(case=["x", "x", "y", "z", "z"], activity=["a", "b", "a", "a", "b"], end=times))
    >>> found.of.tolist(), found.count.tolist()
    ([0, 1, 0], [2, 1])
    """
    of, example = _apart(log)
    count = np.bincount(of, minlength=len(example)).astype(np.int64)
    order = np.lexsort((example, -count))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Variants(rank[of], example[order], count[order])


def _apart(log: Log) -> tuple[Codes, Codes]:
    cases = np.arange(len(log.offsets) - 1, dtype=np.int32)
    for seed in itertools.count(1):
        numbers = np.random.default_rng(seed).integers(1, 1 << 64, len(log.activities), np.uint64)
        of, example = _grouped(_mixed(log.offsets, log.activity, numbers, cases))
        if _are_same(log.offsets, log.activity, of, example):
            break  # else two ways share a mark, a matter of luck: marks are made anew
    return of, example


def marks_of_ways(log: Log, numbers: NDArray[np.uint64], cases: Codes) -> NDArray[np.uint64]:
    """A number for the way of each of these cases, made of a number for each activity: the same way has the same number
    in any log in which its activities do, and two ways have the same by chance of 1 in 2⁶⁴.
    """
    return _mixed(log.offsets, log.activity, numbers, cases)


def variants_of(known: Variants, cases: NDArray[np.bool_]) -> Variants:
    """The variants of some cases, by a mark for each, as `variants` finds them in a log of these alone; `known` are
    those of the whole log.
    """
    of = known.of[cases]
    count = np.bincount(of, minlength=len(known)).astype(np.int64)
    first = np.zeros(len(known), np.int32)
    first[of[::-1]] = np.arange(len(of), dtype=np.int32)[::-1]  # what is written last stands: the first case
    there = np.nonzero(count)[0]
    order = there[np.lexsort((first[there], -count[there]))]
    rank = np.zeros(len(known), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Variants(rank[of], first[order], count[order])


@compiled
def _mixed(offsets: Times, activity: Codes, numbers: NDArray[np.uint64], cases: Codes) -> NDArray[np.uint64]:
    marks = np.empty(len(cases), np.uint64)
    for place in range(len(cases)):
        first, last = offsets[cases[place]], offsets[cases[place] + 1]
        mixed = np.uint64(last - first)
        for row in range(first, last):
            mixed = (mixed ^ numbers[activity[row]]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        marks[place] = mixed
    return marks


@compiled
def _grouped(marks: NDArray[np.uint64]) -> tuple[Codes, Codes]:
    """Which of the distinct marks each is, and where each is first. A place of the table holds half of a mark and which
    it is: another mark at the same place is passed by without a look at the whole of it.
    """
    of, first = np.empty(len(marks), np.int32), np.empty(len(marks), np.int32)
    table, known = np.full(1024, -1, np.int64), 0
    for at in range(len(marks)):
        half, last = np.int64(marks[at] >> np.uint64(33)), len(table) - 1
        place = np.int64(marks[at]) & last
        while table[place] >= 0 and not (
            table[place] >> 32 == half and marks[first[table[place] & 0xFFFFFFFF]] == marks[at]
        ):
            place = (place + 1) & last
        if table[place] < 0:
            table[place] = half << 32 | known
            first[known] = at
            known += 1
        of[at] = table[place] & 0xFFFFFFFF
        if 2 * known > last:
            table = _wider(table, marks, first)
    return of, first[:known].copy()


@compiled
def _wider(table: Times, marks: NDArray[np.uint64], first: Codes) -> Times:
    found = np.full(2 * len(table), -1, np.int64)
    for entry in table:
        if entry >= 0:
            place = np.int64(marks[first[entry & 0xFFFFFFFF]]) & (len(found) - 1)
            while found[place] >= 0:
                place = (place + 1) & (len(found) - 1)
            found[place] = entry
    return found


@compiled
def _are_same(offsets: Times, activity: Codes, of: Codes, example: Codes) -> bool:
    """Whether every case goes the way of the example of its variant, step by step."""
    for case in range(len(of)):
        first, other = offsets[case], offsets[example[of[case]]]
        length = offsets[case + 1] - first
        if offsets[example[of[case]] + 1] - other != length:
            return False
        for step in range(length):
            if activity[first + step] != activity[other + step]:
                return False
    return True
