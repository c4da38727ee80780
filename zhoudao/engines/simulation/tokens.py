"""How a case goes on: what it is at moves through the net until all of it waits again."""

from zhoudao.engines.simulation.bare import Key, bare, within
from zhoudao.engines.simulation.chance import (
    COMES,
    DELAY,
    PATIENCE,
    ROUTE,
    SERVICE,
    drawn,
    drawn_at_once,
    key_of,
    mixed,
    uniform,
)  # fmt: skip
from zhoudao.engines.simulation.chance import RING as BY_RING
from zhoudao.engines.simulation.heap import plan
from zhoudao.engines.simulation.layout import (
    DELAYED,
    DONE,
    ENDLESS,
    FREE,
    LEAVE,
    NONE,
    OPEN,
    READY,
    RING,
    WORKING,
    World,
)  # fmt: skip
from zhoudao.engines.simulation.people import begin, gather, given_back, let_go, offer, taken, withdraw
from zhoudao.engines.simulation.promises import keep
from zhoudao.engines.simulation.scopes import is_inside
from zhoudao.engines.simulation.working import after

BY_FLOW, ENTER, GO_ON = range(3)
_STEPS = 100_000
BOUNDS = 4096


@within
def entering(node: int) -> int:
    """The move into a node."""
    return node * 4 + ENTER


@within
def going_on(node: int) -> int:
    """The move on from a node."""
    return node * 4 + GO_ON


@bare
def _push(w: World, slot: int, kind: int, which: int) -> None:
    """This will note a move of a case that is made at this moment, after others of it: by a flow, into a node, on from
    a node.
    """
    one = w.one[0]
    at = one.stacked
    if at >= len(w.stack):
        one.fault, one.where = ENDLESS, which if kind != BY_FLOW else w.flows[which].target
        return
    w.stack[at, 0], w.stack[at, 1], w.stack[at, 2] = slot, w.slots[slot].life, which * 4 + kind
    one.stacked = at + 1


@bare
def settle(w: World, slot: int, move: int) -> None:
    """This will make a move and all that follow, until every part of the case waits for time or people."""
    one, life, steps = w.one[0], w.slots[slot].life, 0
    while True:
        while move != NONE or one.stacked > 0:
            if move == NONE:
                one.stacked -= 1
                if w.slots[slot].life == life and w.stack[one.stacked, 1] == life:
                    move = w.stack[one.stacked, 2]
            steps += 1
            if steps > _STEPS:
                one.stacked, one.fault, one.where, move = 0, ENDLESS, _node_of(w, w.stack[one.stacked, 2]), NONE
            elif move != NONE:
                move = _move(w, slot, move)
        if w.slots[slot].life != life or w.slots[slot].held == 0 or not _fired(w, slot):
            return


@within
def _node_of(w: World, move: int) -> int:
    return int(w.flows[move >> 2].target if move & 3 == BY_FLOW else move >> 2)


@within
def _move(w: World, slot: int, move: int) -> int:
    """This will make one move, and says which follows at once, or NONE."""
    kind, which = move & 3, move >> 2
    if kind == BY_FLOW:
        if not _joined(w, slot, which):
            return NONE
        which = w.flows[which].target
    if kind != GO_ON:
        does = w.nodes[which].does
        w.marks[slot, w.nodes[which].mark] += 1
        if does == 1:
            _enable(w, slot, which)
            return NONE
        if does != 0:
            return _enter(w, slot, which)
    return _go_on(w, slot, which)


@within
def _scope_mark(w: World, node: int) -> int:
    scope = w.nodes[node].scope
    return int(0 if scope == NONE else w.nodes[scope].tokens)


@within
def _joined(w: World, slot: int, flow: int) -> bool:
    """Whether what comes by this flow goes on now, alone or for all that it was waited for."""
    at = w.flows[flow].target
    node = w.nodes[at]
    if node.join == 0:
        return True
    w.marks[slot, w.flows[flow].mark] += 1
    if node.join == 2:
        w.slots[slot].held += 1
        return False
    for each in range(node.ins, node.ins + node.ins_n):
        if w.marks[slot, w.flows[w.lists[each]].mark] == 0:
            return False
    for each in range(node.ins, node.ins + node.ins_n):
        w.marks[slot, w.flows[w.lists[each]].mark] -= 1
    w.marks[slot, _scope_mark(w, at)] -= node.ins_n - 1
    return True


@bare
def _fired(w: World, slot: int) -> bool:
    """Whether an inclusive join for which nothing more is on its way was found, and goes on."""
    for at in range(w.one[0].joins, w.one[0].joins + w.one[0].joins_n):
        join = w.lists[at]
        node, came = w.nodes[join], 0
        for each in range(node.ins, node.ins + node.ins_n):
            came += w.marks[slot, w.flows[w.lists[each]].mark] > 0
        if came > 0 and not _awaited(w, slot, join):
            for each in range(node.ins, node.ins + node.ins_n):
                mark = w.flows[w.lists[each]].mark
                w.marks[slot, mark] -= w.marks[slot, mark] > 0
            w.slots[slot].held -= came
            w.marks[slot, _scope_mark(w, join)] -= came - 1
            _push(w, slot, ENTER, join)
            return True
    return False


@bare
def _awaited(w: World, slot: int, join: int) -> bool:
    """Whether something of the case can still come by a flow that is empty, and by none that is filled."""
    for other in range(len(w.nodes)):
        if other != join and w.nodes[other].scope == w.nodes[join].scope and _is_at(w, slot, other):
            reaches, reaches_filled = False, False
            for each in range(w.nodes[join].ins, w.nodes[join].ins + w.nodes[join].ins_n):
                flow = w.lists[each]
                if w.behind[w.flows[flow].behind, other]:
                    filled = w.marks[slot, w.flows[flow].mark] > 0
                    reaches, reaches_filled = reaches or not filled, reaches_filled or filled
            if reaches and not reaches_filled:
                return True
    return False


@bare
def _is_at(w: World, slot: int, other: int) -> bool:
    node = w.nodes[other]
    if w.marks[slot, node.mark + 1] > 0:
        return True
    if node.join != 0:
        for each in range(node.ins, node.ins + node.ins_n):
            if w.marks[slot, w.flows[w.lists[each]].mark] > 0:
                return True
    return False


@bare
def _enter(w: World, slot: int, at: int) -> int:
    does = w.nodes[at].does
    if does == 2:
        _race(w, slot, at)
        return NONE
    if does == 3:
        i = taken(w, slot, at)
        w.items[i].state = OPEN
        w.marks[slot, w.nodes[at].tokens] = 1
        w.marks[slot, w.nodes[at].tokens + 1] = i
        _arm(w, i)
        return entering(w.nodes[at].start)
    if does == 4:
        return _end(w, slot, at)
    return _throw(w, slot, at)


@within
def _enable(w: World, slot: int, at: int) -> None:
    i = taken(w, slot, at)
    node, item = w.nodes[at], w.items[i]
    key, visit = w.slots[slot].key, w.marks[slot, node.mark]
    item.work = drawn_at_once(w, node.service, key_of(key, node.stream, visit, SERVICE))
    if node.bounds_n > 0:
        _arm(w, i)
    w.slots[slot].cost += node.cost + node.material
    if node.delay != NONE:
        item.state = DELAYED
        later = drawn(w, node.delay, key_of(key, node.stream, visit, DELAY))
        plan(w, after(w, node.delay_hours, w.one[0].now, later), READY, i)
        return
    ready(w, i)


@within
def ready(w: World, i: int) -> None:
    """This will let the work be begun: by a batch that fills, by itself, or by people."""
    item, one = w.items[i], w.one[0]
    node, slot = w.nodes[item.node], item.slot
    if node.batch > 0:
        gather(w, i)
        return
    if node.pools_n == 0:
        begin(w, i, NONE)
        return
    if one.now >= one.warm and one.now < one.until:
        w.pools[w.lists[node.pools]].offered += item.work
    offer(w, i)
    if node.patience != NONE and item.state != WORKING:
        key = key_of(w.slots[slot].key, node.stream, w.marks[slot, node.mark], PATIENCE)
        plan(w, one.now + drawn(w, node.patience, key), LEAVE, i)


@bare
def _arm(w: World, i: int) -> None:
    """This will set the clocks of the events at the boundary of what begins."""
    item = w.items[i]
    node, key = w.nodes[item.node], w.slots[item.slot].key
    visit = w.marks[item.slot, node.mark]
    for each in range(node.bounds, node.bounds + node.bounds_n):
        bound = w.nodes[w.lists[each]]
        if bound.at_end == 0 and uniform(key_of(key, bound.stream, visit, COMES)) < bound.chance:
            later = drawn(w, bound.after, key_of(key, bound.stream, visit, BY_RING))
            plan(w, after(w, bound.hours, w.one[0].now, later), RING, i * BOUNDS + w.lists[each])


@bare
def _race(w: World, slot: int, at: int) -> None:
    i = taken(w, slot, at)
    item, node, now = w.items[i], w.nodes[at], w.one[0].now
    key, visit = w.slots[slot].key, w.marks[slot, node.mark]
    item.state, item.begun, item.arm = WORKING, now, NONE
    for each in range(node.outs, node.outs + node.outs_n):
        flow = w.flows[w.lists[each]]
        if uniform(key_of(key, flow.stream, visit, COMES)) < flow.chance:
            later = drawn(w, flow.after, key_of(key, flow.stream, visit, BY_RING))
            ends = after(w, w.nodes[flow.target].hours, now, later)
            if item.arm == NONE or ends < item.ends:
                item.arm, item.ends = flow.target, ends
    if item.arm != NONE:
        plan(w, item.ends, DONE, i)


@within
def _go_on(w: World, slot: int, at: int) -> int:
    node = w.nodes[at]
    if node.straight != NONE:
        return entering(node.straight)
    if node.outs_n == 0:
        return _end(w, slot, at)
    if node.split == 0:
        if node.outs_n > 1:
            _all_ways(w, slot, at)
        return int(w.lists[node.outs] * 4 + BY_FLOW)
    key = key_of(w.slots[slot].key, node.stream, w.marks[slot, node.mark], ROUTE)
    if node.split == 1:
        return _one_of(w, at, uniform(key)) * 4 + BY_FLOW
    _some(w, slot, at, key)
    return NONE


@bare
def _all_ways(w: World, slot: int, at: int) -> None:
    """This will note all ways but the first, which is gone at once."""
    node = w.nodes[at]
    w.marks[slot, _scope_mark(w, at)] += node.outs_n - 1
    for each in range(node.outs + node.outs_n - 1, node.outs, -1):
        _push(w, slot, BY_FLOW, w.lists[each])


@within
def _one_of(w: World, at: int, u: float) -> int:
    node = w.nodes[at]
    chosen = w.lists[node.outs]
    for each in range(node.outs, node.outs + node.outs_n):
        if w.flows[w.lists[each]].chance > 0:
            chosen = w.lists[each]
            u -= w.flows[chosen].chance
            if u < 0:
                break
    return int(chosen)


@bare
def _some(w: World, slot: int, at: int, key: Key) -> None:
    node, count = w.nodes[at], 0
    for each in range(node.outs + node.outs_n - 1, node.outs - 1, -1):
        flow = w.flows[w.lists[each]]
        if uniform(mixed(key, flow.stream)) < flow.chance:
            _push(w, slot, BY_FLOW, w.lists[each])
            count += 1
    if count == 0:
        _push(w, slot, BY_FLOW, node.default)
        count = 1
    w.marks[slot, _scope_mark(w, at)] += count - 1


@bare
def _end(w: World, slot: int, at: int) -> int:
    mark = _scope_mark(w, at)
    w.marks[slot, mark] -= 1
    if w.marks[slot, mark] > 0:
        return NONE
    scope = w.nodes[at].scope
    if scope == NONE:
        _case_over(w, slot)
        return NONE
    close_scope(w, slot, scope)
    return going_on(scope)


@bare
def close_scope(w: World, slot: int, scope: int) -> None:
    """This will free the marker of a sub-process."""
    i = w.marks[slot, w.nodes[scope].tokens + 1]
    let_go(w, i)
    given_back(w, i)


@bare
def _throw(w: World, slot: int, at: int) -> int:
    """Ends a scope, reaches a boundary, or passes by where nothing catches it."""
    node = w.nodes[at]
    if node.does == 5 or (node.catches == NONE and node.fatal):
        scope = node.scope if node.does == 5 else NONE
        clear(w, slot, scope)
        if scope == NONE:
            _case_over(w, slot)
            return NONE
        close_scope(w, slot, scope)
        return going_on(scope)
    if node.catches != NONE and w.nodes[node.catches].interrupting:
        host = w.nodes[node.catches].host
        clear(w, slot, host)
        close_scope(w, slot, host)
        return going_on(node.catches)
    if node.catches != NONE:
        w.marks[slot, _scope_mark(w, node.catches)] += 1
        _push(w, slot, GO_ON, node.catches)
    return _go_on(w, slot, at)


@bare
def clear(w: World, slot: int, scope: int) -> None:
    """This will take back all of a case that is inside a scope."""
    for at in range(w.one[0].stacked):
        if w.stack[at, 0] == slot and is_inside(w, _node_of(w, w.stack[at, 2]), scope):
            w.stack[at, 1] = NONE
    for flow in range(len(w.flows)):
        mark = w.flows[flow].mark
        if mark > 0 and is_inside(w, w.flows[flow].target, scope):
            if w.nodes[w.flows[flow].target].join == 2:
                w.slots[slot].held -= w.marks[slot, mark]
            w.marks[slot, mark] = 0
    i = 0
    while i < len(w.items) and w.slots[slot].items > 0:
        if w.items[i].state != FREE and w.items[i].slot == slot and is_inside(w, w.items[i].node, scope):
            withdraw(w, i)
        i += 1


@bare
def _case_over(w: World, slot: int) -> None:
    """This will end a case."""
    place, one = w.slots[slot], w.one[0]
    case = w.cases[place.case]
    case.ended, case.cost = one.now, place.cost
    keep(w, slot, NONE)
    for each in range(w.one[0].marks):
        w.marks[slot, each] = 0
    place.life, place.after = NONE, one.free_slot
    one.free_slot = slot
    one.live -= 1
    one.slots -= 1
