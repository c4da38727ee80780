"""Who does it and when: queues, people, batches. An item is one case's work at one task."""

from zhoudao.engines.simulation.bare import bare, within
from zhoudao.engines.simulation.heap import plan, planned
from zhoudao.engines.simulation.layout import (
    DELAYED,
    DONE,
    FILL,
    FREE,
    GATHERING,
    NONE,
    OPEN,
    QUEUED,
    RIDING,
    TOGGLE,
    WEEK,
    WORKING,
    World,
)  # fmt: skip
from zhoudao.engines.simulation.layout import MONDAY as _MONDAY
from zhoudao.engines.simulation.working import after, clipped, worked


@within
def taken(w: World, slot: int, node: int) -> int:
    """A fresh item."""
    one = w.one[0]
    i = one.free_item
    item = w.items[i]
    one.free_item = item.line
    one.items += 1
    item.slot, item.node, item.person, item.arm = slot, node, NONE, NONE
    item.mate, item.before, item.after = NONE, NONE, NONE
    item.enabled, item.since = one.now, one.seq
    one.seq += 1
    w.slots[slot].items += 1
    w.marks[slot, w.nodes[node].mark + 1] += 1
    return int(i)


@within
def given_back(w: World, i: int) -> None:
    """This will free the item."""
    item, one = w.items[i], w.one[0]
    item.state, item.line = FREE, one.free_item
    one.free_item = i
    one.items -= 1


@within
def let_go(w: World, i: int) -> None:
    """This will part the item from its case, which goes on or has ended."""
    item = w.items[i]
    w.slots[item.slot].items -= 1
    w.marks[item.slot, w.nodes[item.node].mark + 1] -= 1
    item.slot = NONE


@within
def offer(w: World, i: int) -> None:
    """This will begin the work if somebody is free, else put it into its queue."""
    item = w.items[i]
    node = w.nodes[item.node]
    for at in range(node.pools, node.pools + node.pools_n):
        if w.pools[w.lists[at]].free > 0:
            begin(w, i, _somebody(w, w.lists[at]))
            return
    rank = w.slots[item.slot].rank * w.one[0].rank_classes + node.urgency
    item.line, item.state, item.after, item.order = node.queue + rank, QUEUED, NONE, w.one[0].seq
    w.one[0].seq += 1
    queue = w.queues[item.line]
    item.before = queue.last
    if queue.last == NONE:
        queue.first = i
    else:
        w.items[queue.last].after = i
    queue.last = i


@within
def begin(w: World, i: int, who: int) -> None:
    """This will begin the work of an item, by somebody or (NONE) by itself."""
    item, now = w.items[i], w.one[0].now
    hours = w.nodes[item.node].hours
    if who != NONE:
        person = w.people[who]
        hours = person.hours
        person.load += 1
        w.pools[person.pool].free -= 1
    item.state, item.person, item.begun = WORKING, who, now
    item.ends = after(w, hours, now, item.work)
    planned(w, item.ends, DONE, i)
    node = w.nodes[item.node]
    mate = i
    while mate != NONE:
        _waited(w, mate)
        node.begun += w.items[mate].enabled >= w.one[0].warm
        mate = w.items[mate].mate


@within
def _waited(w: World, i: int) -> None:
    item, one = w.items[i], w.one[0]
    node = w.nodes[item.node]
    if item.enabled >= one.warm:
        node.waited += one.now - item.enabled
    node.queued += clipped(w, NONE, item.enabled, one.now)


@within
def _somebody(w: World, pool: int) -> int:
    """Of those at work with room for one more the least busy, of these who has been so for longest."""
    best = NONE
    for who in range(w.pools[pool].people, w.pools[pool].people + w.pools[pool].people_n):
        person = w.people[who]
        if person.load >= person.most or (person.hours != NONE and w.hours[person.hours].on == 0):
            continue
        freer = best == NONE or person.load < w.people[best].load
        if freer or (person.load == w.people[best].load and person.since < w.people[best].since):
            best = who
    return best


@bare
def dispatch(w: World, pool: int) -> None:
    """This will give the pool's free people what waits: the most important first, of these what waits longest."""
    while w.pools[pool].free > 0:
        i = _next(w, pool)
        if i == NONE:
            return
        unlink(w, i)
        begin(w, i, _somebody(w, pool))


@within
def _next(w: World, pool: int) -> int:
    first = w.pools[pool].queues
    for rank in range(w.one[0].classes):
        best = NONE
        for at in range(first, first + w.pools[pool].queues_n):
            i = w.queues[w.lists[at] + rank].first
            if i != NONE and (best == NONE or w.items[i].order < w.items[best].order):
                best = i
        if best != NONE:
            return best
    return NONE


@within
def unlink(w: World, i: int) -> None:
    """This will take an item out of its queue."""
    item = w.items[i]
    queue = w.queues[item.line]
    if item.before == NONE:
        queue.first = item.after
    else:
        w.items[item.before].after = item.after
    if item.after == NONE:
        queue.last = item.before
    else:
        w.items[item.after].before = item.before


@within
def pay(w: World, i: int) -> None:
    """This will count the time of who worked on an item until now, and what it cost the cases in it."""
    item, one = w.items[i], w.one[0]
    if item.person == NONE:
        return
    person = w.people[item.person]
    pool = w.pools[person.pool]
    done = worked(w, person.hours, one.now) - worked(w, person.hours, item.begun)
    busy = clipped(w, person.hours, item.begun, one.now)
    person.busy += busy
    pool.busy += busy
    cost = done * pool.cost
    if item.mate == NONE:
        if item.slot != NONE:
            w.slots[item.slot].cost += cost
        return
    mates, mate = 0, i
    while mate != NONE:
        mates += 1
        mate = w.items[mate].mate
    mate = i
    while mate != NONE:
        if w.items[mate].slot != NONE:
            w.slots[w.items[mate].slot].cost += cost / mates
        mate = w.items[mate].mate


@within
def release(w: World, who: int) -> None:
    """This will let somebody take up what waits."""
    person = w.people[who]
    person.load -= 1
    person.since = w.one[0].now
    if person.hours == NONE or w.hours[person.hours].on:
        pool = w.pools[person.pool]
        pool.free += 1
        if pool.free > 1:
            dispatch(w, person.pool)
            return
        i = _next(w, person.pool)
        if i != NONE:  # nobody else is free
            unlink(w, i)
            begin(w, i, who)


@bare
def toggle(w: World, which: int) -> None:
    """This will begin or end working hours; what is under way needs no telling, its end was known when it began."""
    hours = w.hours[which]
    hours.on = 1 - hours.on
    if hours.on == 0:
        hours.at += 1
        if hours.at == hours.count:
            hours.at, hours.week = 0, hours.week + 1
    edge = w.windows[hours.first + hours.at, hours.on]
    plan(w, hours.week * WEEK - _MONDAY + edge, TOGGLE, which)
    sign = 1 if hours.on else -1
    for who in range(len(w.people)):
        if w.people[who].hours == which:
            w.pools[w.people[who].pool].free += sign * (w.people[who].most - w.people[who].load)
    if hours.on:
        for pool in range(len(w.pools)):
            dispatch(w, pool)


@bare
def gather(w: World, i: int) -> None:
    """This will add an item to those that wait to be a batch."""
    item = w.items[i]
    node = w.nodes[item.node]
    item.state = GATHERING
    if node.first == NONE:
        node.first, node.since = i, w.one[0].seq
        if node.longest != NONE:
            plan(w, w.one[0].now + node.longest, FILL, item.node)
    else:
        w.items[node.last].mate = i
    node.last = i
    node.gathered += 1
    if node.gathered >= node.batch:
        make_batch(w, item.node)


@bare
def make_batch(w: World, at: int) -> None:
    """This will make one piece of work of all that waits to be a batch."""
    node = w.nodes[at]
    leader = node.first
    node.first, node.last, node.gathered = NONE, NONE, 0
    mate = w.items[leader].mate
    while mate != NONE:
        w.items[mate].state = RIDING
        mate = w.items[mate].mate
    if node.pools_n == 0:
        begin(w, leader, NONE)
    else:
        offer(w, leader)


@bare
def _ungather(w: World, i: int) -> None:
    node = w.nodes[w.items[i].node]
    node.gathered -= 1
    if node.first == i:
        node.first = w.items[i].mate
        if node.first == NONE:
            node.last = NONE
        return
    at = node.first
    while w.items[at].mate != i:
        at = w.items[at].mate
    w.items[at].mate = w.items[i].mate
    if node.last == i:
        node.last = at


@bare
def withdraw(w: World, i: int) -> None:
    """This will take back a case's work, wherever it is. What was made into a batch is done without the case."""
    item = w.items[i]
    state, node = item.state, w.nodes[item.node]
    node.left += item.enabled >= w.one[0].warm and state != OPEN
    if state == RIDING or (node.batch > 0 and state in (QUEUED, WORKING)):
        let_go(w, i)
        return
    who = NONE
    if state == QUEUED:
        unlink(w, i)
        _waited(w, i)
    elif state == GATHERING:
        _ungather(w, i)
        _waited(w, i)
    elif state == DELAYED:
        _waited(w, i)
    elif state == WORKING:
        pay(w, i)
        who = item.person
    let_go(w, i)
    given_back(w, i)
    if who != NONE:
        release(w, who)
