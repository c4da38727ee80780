"""From a model to the tables of one replication."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np

from zhoudao.engines.simulation import layout
from zhoudao.engines.simulation.calendars import Calendar
from zhoudao.engines.simulation.distributions import Distribution, Shape
from zhoudao.engines.simulation.layout import FOREVER, MONDAY, NONE, SECOND, TOGGLE, WEEK, Table, World
from zhoudao.engines.simulation.model import Does, Flow, Join, Model, Node, Task

_MINUTE = 60 * SECOND
_NOTHING = "default service hours patience leaves host catches start straight after longest delay delay_hours"
GIVEN_UP = "\0given up"
"""The id of the end that `build` adds to each scope for cases that lose patience and go nowhere."""


@dataclass
class Building:
    """What is gathered while the tables are made."""

    model: Model
    nodes: list[Node] = field(init=False)
    place: dict[str, int] = field(init=False)
    dists: list[Distribution] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=list)
    groups: list[tuple[str, ...]] = field(default_factory=list)
    marks: int = 1

    def __post_init__(self) -> None:
        scopes = {node.scope for node in self.model.nodes if _gives_up(node)}
        ends = [Node(GIVEN_UP + (scope or ""), Does.END, scope=scope) for scope in sorted(scopes, key=str)]
        self.nodes = [*self.model.nodes, *ends]
        self.place = {node.id: index for index, node in enumerate(self.nodes)}

    def run(self, entries: Sequence[int]) -> tuple[int, int]:
        """Where a run of indices begins in `lists`, and how many they are."""
        self.lists += entries
        return len(self.lists) - len(entries), len(entries)

    def distribution(self, given: Distribution | None) -> int:
        """Its index, or NONE."""
        if given is None:
            return NONE
        self.dists.append(given)
        return len(self.dists) - 1

    def calendar(self, given: Calendar | None) -> int:
        """Its index, or NONE where the work never rests."""
        if given is None or given.is_always:
            return NONE
        if given not in self.calendars:
            self.calendars.append(given)
        return self.calendars.index(given)

    def group(self, pools: tuple[str, ...]) -> int:
        """The index of those who may do a task, in this order."""
        if pools not in self.groups:
            self.groups.append(pools)
        return self.groups.index(pools)

    def marked(self, count: int) -> int:
        """The first of so many fresh columns of `marks`."""
        self.marks += count
        return self.marks - count


def _gives_up(node: Node) -> bool:
    return node.task is not None and node.task.patience is not None and node.task.patience.to is None


def build(model: Model) -> World:
    """The tables at the beginning, without cases and with no room yet; see `running`."""
    making = Building(model)
    urgencies = sorted({-node.task.urgency for node in making.nodes if node.task})
    one = np.zeros(1, layout.ONE)
    one["rank_classes"] = len(urgencies) or 1
    one["classes"] = one["rank_classes"] * len(model.ranks)
    one["start"] = making.place[model.start]
    one["gap"] = making.distribution(model.arrivals.gap)
    nodes, flows = _nodes(making, urgencies), _flows(making)
    promises = _promises(making)
    pools, people = _people(making, int(one["classes"][0]))
    nodes["queue"] *= one["classes"]
    joins = [at for at, node in enumerate(making.nodes) if node.join is Join.STARTED]
    one["joins"], one["joins_n"] = making.run(joins)
    one["marks"] = making.marks
    dists, values = _dists(making.dists, model.ranks)
    hours, windows = _hours(making.calendars)
    bounds = max((int(count) for count in nodes["bounds_n"]), default=0)
    one["margin"] = len(nodes) * (2 + bounds) + int(nodes["batch"].max(initial=0)) + 64
    none = np.zeros(0, layout.ITEM)
    queues = np.full(max(len(making.groups), 1) * int(one["classes"][0]) * 2, NONE, np.int32)
    return World(
        nodes=nodes, flows=flows, dists=dists, values=values, lists=np.array(making.lists or [0], np.int32),
        pools=pools, people=people, hours=hours, windows=windows, behind=_behind(making, flows), promises=promises,
        queues=queues.view(layout.QUEUE), one=one, heap=np.zeros((0, 3), np.int64), items=none,
        slots=np.zeros(0, layout.SLOT), marks=np.zeros((0, making.marks), np.int32), cases=np.zeros(0, layout.CASE),
        lines=np.zeros(0, layout.LINE), stack=np.zeros((4 * len(flows) + 64, 3), np.int64),
    )  # fmt: skip


def stream(name: str) -> int:
    """The number by which an element asks for its luck: of its id, so that it is the same in every scenario."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def micro(seconds: float | None) -> int:
    """Microseconds; NONE where there are none."""
    return NONE if seconds is None else min(round(seconds * SECOND), FOREVER)


def _nodes(making: Building, urgencies: list[int]) -> Table:
    found = np.zeros(len(making.nodes), layout.NODE)
    for name in _NOTHING.split():
        found[name] = NONE
    found["first"] = found["last"] = NONE
    flows = list(enumerate(making.model.flows))
    for at, node in enumerate(making.nodes):
        row = found[at]
        row["does"], row["join"], row["split"], row["fatal"] = node.does, node.join, node.split, node.fatal
        row["scope"] = making.place.get(node.scope or "", NONE)
        row["stream"], row["mark"] = stream(node.id), making.marked(2)
        row["ins"], row["ins_n"] = making.run([index for index, flow in flows if flow.target == node.id])
        row["outs"], row["outs_n"] = making.run([index for index, flow in flows if flow.source == node.id])
        defaults = [index for index, flow in flows if flow.source == node.id and flow.default]
        row["default"] = defaults[0] if defaults else NONE
        bounds = [making.place[each.id] for each in making.nodes if each.boundary and each.boundary.host == node.id]
        row["bounds"], row["bounds_n"] = making.run(bounds)
        row["straight"] = _straight(making, node)
        row["catches"] = making.place.get(node.catches or "", NONE)
        _particular(making, row, node, urgencies)
    return found


def _straight(making: Building, node: Node) -> int:
    """The only node that can follow, where it waits for nothing else; otherwise NONE."""
    targets = [making.place[flow.target] for flow in making.model.flows if flow.source == node.id]
    if len(targets) == 1 and not node.split and making.nodes[targets[0]].join is Join.EACH:
        return targets[0]
    return NONE


def _particular(making: Building, row: Any, node: Node, urgencies: list[int]) -> None:
    if node.does is Does.SCOPE:
        row["start"], row["tokens"] = making.place[node.start or ""], making.marked(2)
    if node.boundary:
        bound = node.boundary
        row["host"], row["chance"] = making.place[bound.host], bound.chance
        row["interrupting"], row["at_end"] = bound.interrupting, bound.after is None
        row["after"], row["hours"] = making.distribution(bound.after), making.calendar(bound.hours)
    if node.task:
        _task(making, row, node, urgencies.index(-node.task.urgency))


def _task(making: Building, row: Any, node: Node, urgency: int) -> None:
    task: Task = node.task  # type: ignore[assignment]  # whoever calls has looked
    row["service"], row["hours"] = making.distribution(task.service), making.calendar(task.hours)
    row["pools"], row["pools_n"] = making.run([_pool(making, pool) for pool in task.pools])
    row["queue"], row["urgency"] = making.group(task.pools) if task.pools else 0, urgency
    row["cost"], row["material"], row["logged"] = task.cost, task.material, task.logged
    if task.delay:
        row["delay"] = making.distribution(task.delay.time)
        row["delay_hours"] = making.calendar(task.delay.hours)
    if task.batch:
        row["batch"], row["longest"] = task.batch.size, micro(task.batch.longest)
    if task.patience:
        row["patience"] = making.distribution(task.patience.after)
        row["leaves"] = making.place[task.patience.to or GIVEN_UP + (node.scope or "")]


def _pool(making: Building, pool: str) -> int:
    return [each.id for each in making.model.pools].index(pool)


def _flows(making: Building) -> Table:
    found = np.zeros(max(len(making.model.flows), 1), layout.FLOW)
    found["after"] = NONE
    for at, flow in enumerate(making.model.flows):
        row, target = found[at], making.nodes[making.place[flow.target]]
        row["target"], row["chance"], row["stream"] = making.place[flow.target], flow.chance, stream(flow.id)
        row["after"] = making.distribution(flow.after)
        if target.join is not Join.EACH:
            row["mark"] = making.marked(1)
    return found


def _behind(making: Building, flows: Table) -> Any:
    """One row for each flow into an inclusive join: from which nodes it can be reached without passing the join."""
    rows: list[list[bool]] = [[False] * len(making.nodes)]
    for at, flow in enumerate(making.model.flows):
        if making.nodes[making.place[flow.target]].join is Join.STARTED:
            flows[at]["behind"] = len(rows)
            found = _upstream(making, flow)
            rows.append([node.id in found for node in making.nodes])
    return np.array(rows, np.bool_)


def _upstream(making: Building, flow: Flow) -> set[str]:
    found: set[str] = set()
    todo = [flow.source]
    while todo:
        name = todo.pop()
        if name in found or name == flow.target:
            continue
        found.add(name)
        todo += [each.source for each in making.model.flows if each.target == name]
        node = making.nodes[making.place[name]]
        todo += [node.boundary.host] if node.boundary else []
    return found


def _promises(making: Building) -> Table:
    found = np.zeros(len(making.model.promises), layout.PROMISE)
    for at, promise in enumerate(making.model.promises):
        found[at]["node"] = making.place[promise.until] if promise.until else NONE
        found[at]["target"], found[at]["hours"] = micro(promise.target), making.calendar(promise.hours)
        found[at]["mark"] = making.marked(1)
    return found


def _people(making: Building, classes: int) -> tuple[Table, Table]:
    pools = np.zeros(len(making.model.pools), layout.POOL)
    rows: list[tuple[int, int, int]] = []
    for at, pool in enumerate(making.model.pools):
        queues = [number * classes for number, group in enumerate(making.groups) if pool.id in group]
        pools[at]["queues"], pools[at]["queues_n"] = making.run(queues)
        pools[at]["people"], pools[at]["people_n"] = len(rows), len(pool.people)
        pools[at]["cost"] = pool.cost_per_hour / (3600 * SECOND * pool.at_once)
        rows += [(at, making.calendar(each), pool.at_once) for each in pool.people]
    people = np.zeros(len(rows), layout.PERSON)
    for who, (at, hours, most) in enumerate(rows):
        people[who]["pool"], people[who]["hours"], people[who]["most"] = at, hours, most
    people["since"] = -FOREVER
    return pools, people


def _dists(given: list[Distribution], ranks: tuple[float, ...]) -> tuple[Table, Any]:
    found = np.zeros(max(len(given), 1), layout.DIST)
    values: list[float] = list(ranks)
    for row, each in zip(found, given, strict=False):
        numbers = _in_microseconds(each)
        row["shape"], row["first"], row["count"] = each.shape, len(values), len(each.values)
        row["a"], row["b"], row["c"] = numbers
        values += [value * SECOND for value in each.values]
    return found, np.array(values, np.float64)


def _in_microseconds(given: Distribution) -> tuple[float, float, float]:
    a, b, c = (*given.parameters, 0.0, 0.0, 0.0)[:3]
    if given.shape is Shape.LOGNORMAL:
        return a + float(np.log(SECOND)), b, c
    if given.shape in (Shape.GAMMA, Shape.WEIBULL):
        return a, b * SECOND, c
    return a * SECOND, b * SECOND, c * SECOND


def _hours(calendars: list[Calendar]) -> tuple[Table, Any]:
    found, windows = np.zeros(len(calendars), layout.HOURS), [(0, 0, 0)]
    for row, calendar in zip(found, calendars, strict=True):
        row["first"], row["count"] = len(windows), len(calendar.windows)
        row["total"], before = calendar.minutes * _MINUTE, 0
        for first, last in calendar.windows:
            windows.append((first * _MINUTE, last * _MINUTE, before))
            before += (last - first) * _MINUTE
    return found, np.array(windows, np.int64)


def open_hours(world: World, begins: int) -> list[tuple[int, int, int]]:
    """This will set calendars and free people as they are when it begins; what is to come of hours, for the heap."""
    coming = []
    week, within = divmod(begins + MONDAY, WEEK)
    for which, row in enumerate(world.hours):
        if not row["count"]:
            continue
        windows = world.windows[row["first"] : row["first"] + row["count"]]
        at = int(np.searchsorted(windows[:, 1], within, side="right"))
        row["week"], row["at"] = (week, at) if at < len(windows) else (week + 1, 0)
        row["on"] = at < len(windows) and windows[at, 0] <= within
        edge = windows[row["at"], int(row["on"])]
        coming.append((int(row["week"] * WEEK - MONDAY + edge), which - (1 << 40), which * 8 + TOGGLE))
    for person in world.people:
        if person["hours"] == NONE or world.hours[person["hours"]]["on"]:
            world.pools[person["pool"]]["free"] += person["most"]
    return sorted(coming)
