"""What is to come, soonest first; at the same moment, what was planned first. Source: a binary heap.

What happens is mostly followed by something that is planned: so its place is left open, and what is planned next sinks
from there, instead of something from the end and then the new from the end as well.
"""

from zhoudao.engines.simulation.bare import bare, within
from zhoudao.engines.simulation.layout import TOGGLE, World

_HOURS_FIRST = 1 << 40


@bare
def plan(w: World, time: int, kind: int, what: int) -> None:
    """This will note that something happens at a time; hours that begin or end come before all else of that moment."""
    planned(w, time, kind, what)


@within
def planned(w: World, time: int, kind: int, what: int) -> None:
    """As `plan`, put into who calls it: for what is done most."""
    one = w.one[0]
    seq = one.seq
    if kind == TOGGLE:
        seq = what - _HOURS_FIRST
    else:
        one.seq += 1
        one.real += 1
    if one.hollow:
        one.hollow = 0
        _sink(w, time, seq, what * 8 + kind)
        return
    heap, at = w.heap, one.heaped
    one.heaped += 1
    while at > 0:
        up = (at - 1) >> 1
        if heap[up, 0] < time or (heap[up, 0] == time and heap[up, 1] < seq):
            break
        heap[at, 0], heap[at, 1], heap[at, 2] = heap[up, 0], heap[up, 1], heap[up, 2]
        at = up
    heap[at, 0], heap[at, 1], heap[at, 2] = time, seq, what * 8 + kind


@within
def take_first(w: World) -> None:
    """This will leave the place of the soonest open."""
    one = w.one[0]
    one.hollow = 1
    if w.heap[0, 2] & 7 != TOGGLE:
        one.real -= 1


@bare
def close_up(w: World) -> None:
    """This will fill the place that is open with what is last."""
    one, heap = w.one[0], w.heap
    one.hollow = 0
    one.heaped -= 1
    last = one.heaped
    _sink(w, heap[last, 0], heap[last, 1], heap[last, 2])


@within
def _sink(w: World, time: int, seq: int, what: int) -> None:
    """This will put it at the top, and let rise what is sooner."""
    heap, count = w.heap, w.one[0].heaped
    at, down = 0, 1
    while down < count:
        right = down + 1
        if right < count:  # both compared without a branch: which is sooner cannot be foretold
            sooner = heap[right, 0] < heap[down, 0]
            down += sooner | ((heap[right, 0] == heap[down, 0]) & (heap[right, 1] < heap[down, 1]))
        if time < heap[down, 0] or (time == heap[down, 0] and seq < heap[down, 1]):
            break
        heap[at, 0], heap[at, 1], heap[at, 2] = heap[down, 0], heap[down, 1], heap[down, 2]
        at, down = down, 2 * down + 1
    heap[at, 0], heap[at, 1], heap[at, 2] = time, seq, what
