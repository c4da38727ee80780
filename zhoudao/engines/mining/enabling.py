"""Since when work was there to do, where steps may be done side by side."""

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.kit.compiled import compiled


def enabled(log: Log, beside: NDArray[np.bool_]) -> Times:
    """For each event the end of the latest one before it in its case that is not done side by side with it; of one that
    waited for none before it, its own beginning (its end, where the log knows no beginnings). `beside[a, b]`: whether
    activities a and b are done side by side; shape (activities, activities).

    Source: the concurrency oracle of Chapela-Campa and Dumas, "Enhancing business process simulation models with
    extraneous activity delays" (2023), asked of a model instead of guessed from the log.
    """
    return _enabled(log.offsets, log.activity, log.end, log.end if log.begun is None else log.begun, beside)


@compiled
def _enabled(offsets: Times, activity: Codes, end: Times, begun: Times, beside: NDArray[np.bool_]) -> Times:
    found = begun.copy()
    for case in range(len(offsets) - 1):
        for row in range(offsets[case], offsets[case + 1]):
            at = row - 1
            while at >= offsets[case] and beside[activity[at], activity[row]]:
                at -= 1
            if at >= offsets[case]:
                found[row] = end[at]
    return found
