"""Starts and ends of steps that stand in rows of their own, joined into steps with a beginning and an end."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Times
from zhoudao.kit.compiled import compiled

OTHER, START, COMPLETE = 0, 1, 2
Kinds = NDArray[np.uint8]
STARTS = frozenset(("start", "begin", "started"))
COMPLETES = frozenset(("complete", "end", "completed", "finished"))


class Paired(NamedTuple):
    """Of every row whether it stands for a step (shape (rows,)), when that began, and how many were left alone."""

    kept: NDArray[np.bool_]
    begun: Times
    starts_alone: int
    completes_alone: int


def paired(*, case: Codes, activity: Codes, who: Codes, when: Times, kind: Kinds) -> Paired:
    """Every completion takes the beginning of the earliest start of the same case, activity and `who` (the resource, or
    the instance of the step where a file names it) that no other took; a start that none takes stands for a step of no
    length, as does a completion without one. Of rows at the same moment starts come first, else they stand as given.
    """
    order = np.lexsort((np.where(kind == START, 0, 1), when, who, activity, case))
    return Paired(*_pair(order, (case, activity, who), when, kind))


@compiled
def _pair(
    order: NDArray[np.int64], group: tuple[Codes, Codes, Codes], when: Times, kind: Kinds
) -> tuple[NDArray[np.bool_], Times, int, int]:
    kept = np.ones(len(order), np.bool_)
    begun = when.copy()
    waiting = np.empty(len(order), np.int64)  # starts of this group that none took, from `first` to `last`
    first, last, starts, completes = 0, 0, 0, 0
    for place in range(len(order)):
        row = order[place]
        if place and not _same(group, order[place - 1], row):
            starts += last - first
            first, last = 0, 0
        if kind[row] == START:
            waiting[last] = row
            last += 1
        elif kind[row] == COMPLETE and first < last:
            begun[row] = when[waiting[first]]
            kept[waiting[first]] = False
            first += 1
        elif kind[row] == COMPLETE:
            completes += 1
    return kept, begun, starts + last - first, completes


@compiled
def _same(group: tuple[Codes, Codes, Codes], one: int, other: int) -> bool:
    case, activity, who = group
    return bool(case[one] == case[other] and activity[one] == activity[other] and who[one] == who[other])
