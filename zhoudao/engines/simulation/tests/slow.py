"""The slow simulator that the engine is held against: objects, callbacks, work that is really put down and taken up
again, a tree instead of a net. It shares nothing with the engine but the numbers of chance and the words of the model.
"""

import heapq
from typing import Any

import numpy as np

from zhoudao.engines.simulation import chance
from zhoudao.engines.simulation.arrays import build, stream
from zhoudao.engines.simulation.calendars import Calendar
from zhoudao.engines.simulation.distributions import Distribution
from zhoudao.engines.simulation.model import Arrivals, Does, Flow, Model, Node, Task
from zhoudao.engines.simulation.tests.blocks import Block
from zhoudao.engines.simulation.tests.slow_parts import Case, Group, Person, Then, Wait

MINUTE = 60_000_000


class Work:
    """One case's work at one task, in a queue or under way."""

    def __init__(self, world: "World", case: Case, block: Block, group: Group, then: Then) -> None:
        self.world, self.case, self.block, self.group, self.then = world, case, block, group, then
        self.task: Task = block.task  # type: ignore[assignment]  # a task's block has one
        self.enabled, self.begun, self.left = world.now, -1, 0
        self.person: Person | None = None
        self.turn, self.resumed, self.gone = 0, 0, False
        self.mates: list[Work] = [self]
        group.inside.append(self)

    def give_up(self) -> None:
        self.gone = True
        self.group.inside.remove(self)
        if self in self.world.delayed:
            self.world.delayed.remove(self)
            return
        if self.task.batch and self not in self.world.gathered[self.block.id]:
            return  # the batch is done without it
        self.turn += 1
        if self.task.batch:
            self.world.gathered[self.block.id].remove(self)
        elif self in self.world.queue:
            self.world.queue.remove(self)
        elif self.person:
            self.world.put_down(self)


class World:
    def __init__(self, model: Model, block: Block, *, seed: int, turn: int, times: list[int]) -> None:
        self.model, self.block, self.now, self.count = model, block, model.begins, 0
        self.heap: list[tuple[int, int, Then]] = []
        self.queue: list[Work] = []
        self.gathered: dict[str, list[Work]] = {}
        self.delayed: list[Work] = []
        self.opened: dict[str, object] = {}
        self.log: list[tuple[int, str, int, int, int, int]] = []
        self.ended: dict[int, int] = {}
        self.gave_up: set[int] = set()
        self.key = _mixed(np.uint64(seed), np.uint64(turn))
        people = [(pool, hours) for pool in model.pools for hours in pool.people]
        self.people = [Person(number, *each) for number, each in enumerate(people)]
        for number, hours in enumerate({person.hours for person in self.people if not person.hours.is_always}):
            self.watch(hours, number)
        for person in self.people:
            person.at_work = person.at_work or person.hours.is_always
        for number, time in enumerate(times):
            heapq.heappush(self.heap, (time, 1 << 50, lambda number=number: self.arrive(number)))  # type: ignore[misc]  # a default

    # time

    def plan(self, time: int, then: Then) -> None:
        self.count += 1
        heapq.heappush(self.heap, (time, self.count, then))

    def run(self) -> None:
        waiting = len([1 for _, count, _ in self.heap if count == 1 << 50])
        while waiting or len(self.ended) < self.arrived:
            self.now, count, then = heapq.heappop(self.heap)
            waiting -= count == 1 << 50
            then()

    arrived = 0

    def watch(self, hours: Calendar, number: int) -> None:
        """Hours begin and end, minute by minute of every week."""
        monday = self.model.begins - self.model.begins % (7 * 1440 * MINUTE) - 3 * 1440 * MINUTE
        for week in range(400):
            for first, last in hours.windows:
                begin, end = (monday + (week * 10_080 + edge) * MINUTE for edge in (first, last))
                if begin <= self.now < end:
                    self.change(hours, True)
                elif begin > self.now:
                    heapq.heappush(self.heap, (begin, -1, lambda: self.change(hours, True)))
                if end > self.now:
                    heapq.heappush(self.heap, (end, -2, lambda: self.change(hours, False)))

    def change(self, hours: Calendar, at_work: bool) -> None:
        for person in self.people:
            if person.hours == hours:
                person.at_work = at_work
                for work in person.works:
                    self.go_on(work) if at_work else self.pause(work)
        self.hand_out()

    # chance

    def number(self, case: Case, name: str, purpose: int, of: str = "") -> float:
        key = _key(case.key, np.uint64(stream(name)), case.visits[of or name], purpose)
        return chance.uniform(key)

    def drawn(self, case: Case, given: Distribution, name: str, purpose: int, of: str = "") -> int:
        key = _key(case.key, np.uint64(stream(name)), case.visits[of or name], purpose)
        return chance.drawn(_single(given), 0, key)

    # people

    def offer(self, work: Work) -> None:
        self.count += 1
        work.turn = self.count
        self.queue.append(work)
        self.hand_out()

    def hand_out(self) -> None:
        while True:
            self.queue.sort(key=lambda work: (work.case.rank, -work.task.urgency, work.turn))
            for work in self.queue:
                person = self.free(work)
                if person:
                    self.queue.remove(work)
                    self.begin(work, person)
                    break
            else:
                return

    def free(self, work: Work) -> Person | None:
        for pool in work.task.pools:
            able = [person for person in self.people if person.pool.id == pool and person.has_room]
            if able:
                return min(able, key=lambda person: (len(person.works), person.since, person.number))
        return None

    def begin(self, work: Work, person: Person | None) -> None:
        work.person, work.begun = person, self.now
        if person:
            person.works.append(work)
        self.go_on(work)

    def go_on(self, work: Work) -> None:
        work.turn += 1
        work.resumed = self.now
        turn = work.turn
        self.plan(self.now + work.left, lambda: self.done(work) if work.turn == turn else None)

    def pause(self, work: Work) -> None:
        work.turn += 1
        work.left -= self.now - work.resumed

    def put_down(self, work: Work) -> None:
        assert work.person
        work.person.works.remove(work)
        work.person.since = self.now
        self.hand_out()

    def done(self, work: Work) -> None:
        who = work.person
        for mate in work.mates:
            if not mate.gone:
                mate.gone = True
                number = who.number if who else -1
                self.log.append((mate.case.number, mate.block.id, number, mate.enabled, work.begun, self.now))
                mate.group.inside.remove(mate)
                mate.then()
        if who:
            self.put_down(work)

    # the case

    def arrive(self, number: int) -> None:
        self.arrived += 1
        key = _mixed(self.key, np.uint64(number))
        u, rank = chance.uniform(_key(key, np.uint64(0), 0, chance.RANK)), 0
        while rank < len(self.model.ranks) - 1 and u >= self.model.ranks[rank]:
            u -= self.model.ranks[rank]
            rank += 1
        group = Group(lambda: self.ended.__setitem__(number, self.now))
        self.walk(self.block, Case(number, key, rank), group, group.ended)

    def walk(self, block: Block, case: Case, group: Group, then: Then) -> None:
        case.visits[block.id] = case.visits.get(block.id, 0) + 1
        getattr(self, f"_{block.kind}")(block, case, group, then)

    def _seq(self, block: Block, case: Case, group: Group, then: Then) -> None:
        def go(at: int) -> None:
            if at == len(block.parts):
                then()
            else:
                self.walk(block.parts[at], case, group, lambda: go(at + 1))

        go(0)

    def _task(self, block: Block, case: Case, group: Group, then: Then) -> None:
        work = Work(self, case, block, group, then)
        work.left = self.drawn(case, work.task.service, block.id, chance.SERVICE)
        self._bound(block, case, group, work, then)
        delay = work.task.delay
        if delay is None:
            self.ready(work)
            return
        after = self.drawn(case, delay.time, block.id, chance.DELAY)
        self.delayed.append(work)
        self.plan(_later(delay.hours, self.now, after), lambda: self.over(work))

    def over(self, work: Work) -> None:
        if work in self.delayed:
            self.delayed.remove(work)
            self.ready(work)

    def ready(self, work: Work) -> None:
        case, block = work.case, work.block
        if work.task.batch:
            self.gather(work)
        elif not work.task.pools:
            self.begin(work, None)
        else:
            self.offer(work)
            if work.task.patience and work in self.queue:
                after = self.drawn(case, work.task.patience.after, block.id, chance.PATIENCE)
                self.plan(self.now + after, lambda: self.leave(work))

    def leave(self, work: Work) -> None:
        if work in self.queue:
            self.queue.remove(work)
            self.gave_up.add(work.case.number)
            work.group.inside.remove(work)
            work.group.ended()

    def gather(self, work: Work) -> None:
        name, batch = work.block.id, work.task.batch
        assert batch
        gathered = self.gathered.setdefault(name, [])
        gathered.append(work)
        if len(gathered) == 1:
            self.opened[name] = opened = object()
            if batch.longest is not None:
                self.plan(self.now + round(batch.longest * 1e6), lambda: self.fill(name, opened))
        if len(gathered) >= batch.size:
            self.fill(name, self.opened[name])

    def fill(self, name: str, opened: object) -> None:
        gathered = self.gathered[name]
        if not gathered or self.opened[name] is not opened:
            return
        work, self.gathered[name] = gathered[0], []
        work.mates = gathered
        if work.task.pools:
            self.offer(work)
        else:
            self.begin(work, None)

    def _bound(self, block: Block, case: Case, group: Group, what: "Work | Group", then: Then) -> None:
        bound = block.bound
        if bound is None or bound.after is None:
            return
        name = block.id + ".b"
        if self.number(case, name, chance.COMES, block.id) >= bound.chance:
            return
        after = self.drawn(case, bound.after, name, chance.RING, block.id)
        aside = block.aside
        over = then if bound.interrupting else group.ended

        def ring() -> None:
            if what not in group.inside:
                return
            if bound.interrupting:
                what.give_up()
                if isinstance(what, Group):
                    group.inside.remove(what)
            else:
                group.tokens += 1
            if aside:
                self.walk(aside, case, group, over)
            else:
                over()

        self.plan(self.now + after, ring)

    def _xor(self, block: Block, case: Case, group: Group, then: Then) -> None:
        u = self.number(case, block.id, chance.ROUTE)
        for part, share in zip(block.parts, block.chances, strict=True):
            u -= share
            if u < 0 or part is block.parts[-1]:
                self.walk(part, case, group, then)
                return

    def _several(self, parts: list[Block], case: Case, group: Group, then: Then) -> None:
        open_ = len(parts)
        group.tokens += open_ - 1

        def one() -> None:
            nonlocal open_
            open_ -= 1
            if open_ == 0:
                then()
            else:
                group.tokens -= 1

        for part in parts:
            self.walk(part, case, group, one)

    def _and(self, block: Block, case: Case, group: Group, then: Then) -> None:
        self._several(list(block.parts), case, group, then)

    def _or(self, block: Block, case: Case, group: Group, then: Then) -> None:
        key = _key(case.key, np.uint64(stream(block.id)), case.visits[block.id], chance.ROUTE)
        flows = {flow.target: flow for flow in self.model.flows if flow.source == block.id}
        chosen = []
        for part, share in zip(block.parts, block.chances, strict=True):
            flow = flows[_first(part)]
            if chance.uniform(_mixed(key, np.uint64(stream(flow.id)))) < share:
                chosen.append(part)
        self._several(chosen or [block.parts[0]], case, group, then)

    def _loop(self, block: Block, case: Case, group: Group, then: Then) -> None:
        def asked() -> None:
            if self.number(case, block.id, chance.ROUTE) < block.chances[0]:
                self.walk(block, case, group, then)
            else:
                then()

        self.walk(block.parts[0], case, group, asked)

    def _race(self, block: Block, case: Case, group: Group, then: Then) -> None:
        flows = [flow for flow in self.model.flows if flow.source == block.id]
        times = [
            self.drawn(case, given, flow.id, chance.RING, block.id)
            for flow, given in zip(flows, block.times, strict=True)
        ]
        wait = Wait(group)
        group.inside.append(wait)
        part = block.parts[times.index(min(times))]

        def over() -> None:
            if wait in group.inside:
                group.inside.remove(wait)
                self.walk(part, case, group, then)

        self.plan(self.now + min(times), over)

    def _scope(self, block: Block, case: Case, group: Group, then: Then) -> None:
        def over() -> None:
            group.inside.remove(inner)
            then()

        inner = Group(over)
        group.inside.append(inner)
        self._bound(block, case, group, inner, then)
        self.walk(block.parts[0], case, inner, inner.ended)


def _later(hours: Calendar | None, now: int, left: int) -> int:
    """When so much of these hours has passed, window by window."""
    if hours is None or not left:
        return now + left
    week = now - now % (7 * 1440 * MINUTE) - 3 * 1440 * MINUTE  # the Monday before a Thursday, as which 1970 began
    while True:
        for first, last in hours.windows:
            begin, end = max(week + first * MINUTE, now), week + last * MINUTE
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, 0)
        week += 7 * 1440 * MINUTE


def _first(block: Block) -> str:
    """The net's first node of a block."""
    if block.kind == "seq":
        return _first(block.parts[0])
    return block.id + ".again" if block.kind == "loop" else block.id


def _mixed(key: Any, salt: Any) -> Any:
    return np.uint64(chance.mixed(key, salt))


def _key(case: Any, stream_: Any, visit: int, purpose: int) -> Any:
    return np.uint64(chance.key_of(case, stream_, visit, purpose))


_SINGLE: dict[Distribution, Any] = {}


def _single(given: Distribution) -> Any:
    """Tables with this distribution alone, as the numbers of chance are drawn from tables."""
    if given not in _SINGLE:
        nodes = (Node("a", Does.TASK, task=Task(given)), Node("b", Does.END))
        _SINGLE[given] = build(Model(nodes, (Flow("f", "a", "b"),), "a", Arrivals(cases=1)))
    return _SINGLE[given]
