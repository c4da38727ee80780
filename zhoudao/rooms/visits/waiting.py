"""How long it takes until one's turn: the people before, each as long as such a visit was measured to take."""

import heapq
from collections.abc import Sequence
from datetime import timedelta


def time_until_free(free_in: Sequence[timedelta], ahead: Sequence[timedelta]) -> timedelta:
    """When a counter takes who stands behind `ahead`, served in this order by whichever counter is free first.

    `free_in`: for each counter, at least one, how long until it is free.

    >>> time_until_free([timedelta(minutes=2), timedelta(minutes=8)], [timedelta(minutes=5), timedelta(minutes=10)])
    datetime.timedelta(seconds=480)
    """
    counters = list(free_in)
    heapq.heapify(counters)
    for span in ahead:
        heapq.heapreplace(counters, counters[0] + span)
    return counters[0]
