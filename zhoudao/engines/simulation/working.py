"""Arithmetic of working time: how much of it passes, and when so much has passed."""

from zhoudao.engines.simulation.bare import bare, within
from zhoudao.engines.simulation.layout import MONDAY, NONE, WEEK, World


@bare
def _found(w: World, hours: int, value: int, column: int) -> int:
    """The last window whose number in this column is not above the value; before all windows, the one before."""
    first = w.hours[hours].first
    low, high = first, first + w.hours[hours].count
    while low < high:
        middle = (low + high) >> 1
        if w.windows[middle, column] <= value:
            low = middle + 1
        else:
            high = middle
    return int(low - 1)


@within
def worked(w: World, hours: int, time: int) -> int:
    """Working time from a Monday long ago until `time`; `hours` NONE: all of it."""
    if hours == NONE:
        return time
    week, within = divmod(time + MONDAY, WEEK)
    passed = week * w.hours[hours].total
    at = _found(w, hours, within, 0)
    if at >= w.hours[hours].first:
        passed += w.windows[at, 2] + min(within, w.windows[at, 1]) - w.windows[at, 0]
    return int(passed)


@within
def after(w: World, hours: int, time: int, work: int) -> int:
    """When so much work is done that is begun at `time`: no later than it has to be."""
    if hours == NONE or work == 0:
        return time + work
    week, rest = divmod(worked(w, hours, time) + work, w.hours[hours].total)
    if rest == 0:
        week, rest = week - 1, w.hours[hours].total
    at = _found(w, hours, rest - 1, 2)
    return int(week * WEEK - MONDAY + w.windows[at, 0] + rest - w.windows[at, 2])


@within
def clipped(w: World, hours: int, begin: int, end: int) -> int:
    """Working time between two moments, as far as it is counted: after the warm-up, while cases come."""
    first, last = max(begin, w.one[0].warm), min(end, w.one[0].until)
    return worked(w, hours, last) - worked(w, hours, first) if first < last else 0
