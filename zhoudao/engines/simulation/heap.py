"""What is to come, soonest first; at the same moment, what was planned first. Source: a binary heap."""

from zhoudao.engines.simulation.bare import within
from zhoudao.engines.simulation.layout import TOGGLE, World

_HOURS_FIRST = 1 << 40


@within
def plan(w: World, time: int, kind: int, what: int) -> None:
    """This will note that something happens at a time; hours that begin or end come before all else of that moment."""
    one = w.one[0]
    seq = one.seq
    if kind == TOGGLE:
        seq = what - _HOURS_FIRST
    else:
        one.seq += 1
        one.real += 1
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
def drop_first(w: World) -> None:
    """This will take the soonest away."""
    one, heap = w.one[0], w.heap
    one.heaped -= 1
    count = one.heaped
    if heap[0, 2] & 7 != TOGGLE:
        one.real -= 1
    time, seq, what = heap[count, 0], heap[count, 1], heap[count, 2]
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
