"""The loop over events, until nothing is to come or something is needed."""

from zhoudao.engines.simulation.bare import bare, within
from zhoudao.engines.simulation.chance import COMES, RANK, key_of, mixed, uniform
from zhoudao.engines.simulation.heap import close_up, take_first
from zhoudao.engines.simulation.layout import (
    DELAYED,
    DONE,
    FILL,
    FOREVER,
    FREE,
    GOING,
    GROW,
    LEAVE,
    NONE,
    OPEN,
    OVER,
    QUEUED,
    READY,
    RING,
    STUCK,
    TOGGLE,
    WEEK,
    WORKING,
    World,
)  # fmt: skip
from zhoudao.engines.simulation.people import given_back, let_go, make_batch, pay, release, toggle, withdraw
from zhoudao.engines.simulation.promises import keep
from zhoudao.engines.simulation.tokens import BOUNDS, clear, close_scope, entering, going_on, ready, settle


@bare
def run(w: World, events: int) -> int:
    """This will go on for at most so many events. Says GOING, OVER, GROW (a table is full), STUCK, ENDLESS."""
    one = w.one[0]
    for _ in range(events):
        if one.fault:
            return int(one.fault)
        if not _has_room(w):
            return GROW
        if one.hollow:
            close_up(w)
        coming = w.cases[one.arrived].arrived if one.arrived < len(w.cases) else FOREVER
        if coming == FOREVER and one.live == 0:
            return OVER
        if one.real == 0 and coming == FOREVER and (one.heaped == 0 or w.heap[0, 0] - one.due > 2 * WEEK):
            return STUCK
        one.events += 1
        if one.heaped > 0 and w.heap[0, 0] <= coming:
            _happen(w)
        else:
            _arrive(w, coming)
    return GOING


@within
def _has_room(w: World) -> bool:
    one, margin = w.one[0], w.one[0].margin
    return bool(
        one.heaped + 2 * margin < len(w.heap)
        and one.items + margin < len(w.items)
        and one.slots + 1 < len(w.slots)
        and (one.recording == 0 or one.lines + margin < len(w.lines))
    )


@bare
def _arrive(w: World, now: int) -> None:
    one = w.one[0]
    slot = one.free_slot
    place = w.slots[slot]
    one.free_slot = place.after
    one.slots += 1
    one.live += 1
    one.lives += 1
    one.now = now
    one.due = now
    place.case, place.life, place.held, place.items, place.cost = one.arrived, one.lives, 0, 0, 0.0
    place.key = mixed(one.key, one.arrived)
    u, place.rank = uniform(key_of(place.key, 0, 0, RANK)), 0
    while place.rank < one.classes // one.rank_classes - 1 and u >= w.values[place.rank]:
        u -= w.values[place.rank]
        place.rank += 1
    one.arrived += 1
    w.marks[slot, 0] = 1
    settle(w, slot, entering(one.start))


@within
def _happen(w: World) -> None:
    one = w.one[0]
    now, seq, what = w.heap[0, 0], w.heap[0, 1], w.heap[0, 2]
    take_first(w)
    one.now = now
    kind, which = what & 7, what >> 3
    if kind == TOGGLE:
        toggle(w, which)
        return
    one.due = now
    if kind == DONE and _is_still(w, which, WORKING, seq):
        _finish(w, which)
    elif kind == LEAVE and _is_still(w, which, QUEUED, seq):
        _give_up(w, which)
    elif kind == READY and _is_still(w, which, DELAYED, seq):
        ready(w, which)
    elif kind == RING:
        _ring(w, which // BOUNDS, which % BOUNDS, seq)
    elif kind == FILL and w.nodes[which].first != NONE and w.nodes[which].since == seq:
        make_batch(w, which)


@within
def _is_still(w: World, i: int, state: int, seq: int) -> bool:
    """Whether what was planned is of this item and not of one that had its place before."""
    return bool(w.items[i].state == state and w.items[i].since < seq)


@within
def _finish(w: World, i: int) -> None:
    """The work is done: its cases go on, then who did it takes up what waits, of that too what just came."""
    pay(w, i)
    who, mate = w.items[i].person, i
    while mate != NONE:
        item = w.items[mate]
        following, slot = item.mate, item.slot
        if slot != NONE:
            _log(w, mate, i)
            at = item.node if item.arm == NONE else item.arm
            keep(w, slot, item.node)
            let_go(w, mate)
            settle(w, slot, going_on(_failed(w, slot, at)))
        if mate != i:
            given_back(w, mate)
        mate = following
    given_back(w, i)  # not before: its mates' lines say when it began and who did it
    if who != NONE:
        release(w, who)


@within
def _log(w: World, mate: int, leader: int) -> None:
    item, one = w.items[mate], w.one[0]
    node = w.nodes[item.node]
    if item.enabled >= one.warm:
        node.done += 1
        node.worked += w.items[leader].work
    if one.recording and node.logged:
        line = w.lines[one.lines]
        one.lines += 1
        line.case, line.node, line.person = w.slots[item.slot].case, item.node, w.items[leader].person
        line.enabled, line.begun, line.ended = item.enabled, w.items[leader].begun, one.now


@within
def _failed(w: World, slot: int, at: int) -> int:
    """The error event by which the case leaves, or the node itself."""
    node = w.nodes[at]
    for each in range(node.bounds, node.bounds + node.bounds_n):
        bound = w.nodes[w.lists[each]]
        if bound.at_end:
            key = key_of(w.slots[slot].key, bound.stream, w.marks[slot, node.mark], COMES)
            if uniform(key) < bound.chance:
                return int(w.lists[each])
    return at


@bare
def _give_up(w: World, i: int) -> None:
    slot, node = w.items[i].slot, w.items[i].node
    to = w.nodes[node].leaves
    w.cases[w.slots[slot].case].left = 1
    withdraw(w, i)
    settle(w, slot, entering(to))


@bare
def _ring(w: World, i: int, bound: int, seq: int) -> None:
    item = w.items[i]
    if item.state == FREE or item.slot == NONE or item.since >= seq:
        return
    slot, at = item.slot, item.node
    if w.nodes[bound].interrupting:
        if item.state == OPEN:
            clear(w, slot, at)
            close_scope(w, slot, at)
        else:
            withdraw(w, i)
    else:
        scope = w.nodes[bound].scope
        w.marks[slot, 0 if scope == NONE else w.nodes[scope].tokens] += 1
    settle(w, slot, going_on(bound))
