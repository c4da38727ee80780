"""Cases that went the same way: every distinct sequence of activities, and whose it is."""

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
    """Every distinct way through. Ways are found by a hash and then compared step by step, so none are confused.

    >>> from zhoudao.engines.mining.interning import interned
    >>> times = np.arange(5, dtype=np.int64)
    >>> found = variants(interned(case=["x", "x", "y", "z", "z"], activity=["a", "b", "a", "a", "b"], end=times))
    >>> found.of.tolist(), found.count.tolist()
    ([0, 1, 0], [2, 1])
    """
    of, example = _grouped(log.offsets, log.activity)
    count = np.bincount(of, minlength=len(example)).astype(np.int64)
    order = np.lexsort((example, -count))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return Variants(rank[of], example[order], count[order])


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
def _grouped(offsets: Times, activity: Codes) -> tuple[Codes, Codes]:
    cases = len(offsets) - 1
    size = 16
    while size < 2 * cases:
        size *= 2
    table = np.full(size, -1, np.int32)
    of, example = np.empty(cases, np.int32), np.empty(cases, np.int32)
    known = 0
    for case in range(cases):
        first, last = offsets[case], offsets[case + 1]
        mixed = np.uint64(last - first)
        for row in range(first, last):
            mixed = (mixed ^ np.uint64(activity[row] + 1)) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        slot = np.int64(mixed & np.uint64(size - 1))
        while table[slot] >= 0 and not _same(offsets, activity, example[table[slot]], case):
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot] = known
            example[known] = case
            known += 1
        of[case] = table[slot]
    return of, example[:known].copy()


@compiled
def _same(offsets: Times, activity: Codes, one: int, other: int) -> bool:
    length = offsets[one + 1] - offsets[one]
    if length != offsets[other + 1] - offsets[other]:
        return False
    return bool(
        (activity[offsets[one] : offsets[one + 1]] == activity[offsets[other] : offsets[other + 1]]).all()
    )  # fmt: skip
