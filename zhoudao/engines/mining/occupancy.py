"""How many wait and how much is worked, over time."""

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Times
from zhoudao.kit.compiled import compiled


def bins(first: int, last: int, most: int) -> Times:
    """Edges of equal stretches from `first` to `last` (microseconds), at most `most` of them, each of whole hours."""
    hour = 3_600_000_000
    width = max(-(-(last - first) // (most * hour)), 1) * hour
    return np.arange(first, last + width, width, dtype=np.int64)


def occupied(code: Codes, since: Times, until: Times, edges: Times, size: int) -> NDArray[np.float64]:
    """Shape (size, bins): how many intervals [since, until) of each code are open on average in each bin. Intervals of
    a code below zero, and empty or reversed ones, count nowhere.

    >>> occupied(np.zeros(2, np.int32), np.array([0, 5]), np.array([10, 10]), np.array([0, 10, 20]), 1).tolist()
    [[1.5, 0.0]]
    """
    if len(edges) < 2:
        return np.zeros((size, 0))
    return np.asarray(_summed(code, since, until, edges, size) / (edges[1] - edges[0]), np.float64)


@compiled
def _summed(code: Codes, since: Times, until: Times, edges: Times, size: int) -> NDArray[np.float64]:
    """Exact in the bins where an interval begins and ends; those between are counted by their difference."""
    width, count = edges[1] - edges[0], len(edges) - 1
    partial, steps = np.zeros((size, count)), np.zeros((size, count + 1))
    for row in range(len(code)):
        begun, end = max(since[row], edges[0]), min(until[row], edges[-1])
        if code[row] < 0 or end <= begun:
            continue
        one, other = (begun - edges[0]) // width, (end - 1 - edges[0]) // width
        if one == other:
            partial[code[row], one] += end - begun
            continue
        partial[code[row], one] += edges[one + 1] - begun
        partial[code[row], other] += end - edges[other]
        steps[code[row], one + 1] += 1
        steps[code[row], other] -= 1
    for one in range(size):
        open_now = 0.0
        for place in range(count):
            open_now += steps[one, place]
            partial[one, place] += open_now * width
    return partial
