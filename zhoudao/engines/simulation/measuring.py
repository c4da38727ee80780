"""What one replication comes to, in figures. Cases count that came after the warm-up; all are followed to their end.

What is measured over time (queues, utilisation, throughput) is measured from the end of the warm-up until cases stop
coming. A figure that has no meaning (the wait before a task that nobody came to) is `nan`.
"""

import math

import numpy as np

from zhoudao.engines.simulation.layout import NONE, SECOND, World
from zhoudao.engines.simulation.model import Does, Model
from zhoudao.engines.simulation.working import clipped

Name = tuple[str, str]
"""What is measured, and of which task, pool or promise; ("cycle_mean", "") of all."""

WORDS = {
    "cases": "cases that came",
    "unfinished": "cases that never ended",
    "cycle_mean": "cycle time, mean, seconds",
    "cycle_median": "cycle time, half are quicker than, seconds",
    "cycle_p90": "cycle time, nine of ten are quicker than, seconds",
    "throughput": "cases that ended, an hour",
    "open": "cases open at the same moment, mean",
    "gave_up": "share of cases that lost patience somewhere",
    "cost": "cost of a case: its people's time, tasks and material",
    "payroll": "cost of all paid hours",
    "kept": "share of cases that kept the promise",
    "wait": "wait before the task begins, seconds",
    "service": "time of the task itself, working seconds",
    "done": "how often it was done",
    "left": "how often it was left before it was done",
    "queue": "cases waiting for it, mean",
    "utilisation": "share of paid time that is worked",
    "offered": "work that came, as a share of what the people can do",
}
"""What each figure is."""


def figures(model: Model, world: World) -> dict[Name, float]:
    """All figures of a replication that is over."""
    found = {(what, ""): value for what, value in _of_cases(world).items()}
    for promise, row in zip(model.promises, world.promises, strict=True):
        found["kept", promise.id] = _share(row["kept"], row["kept"] + row["broken"])
    for node, row in zip(model.nodes, world.nodes, strict=False):
        if node.does is Does.TASK and node.task and node.task.logged:
            found |= {(what, node.id): value for what, value in _of_task(world, row).items()}
    payroll = 0.0
    for at, pool in enumerate(model.pools):
        paid = _paid(world, at)
        payroll += paid * pool.cost_per_hour / 3600
        found["utilisation", pool.id] = _share(world.pools[at]["busy"] / SECOND, paid * pool.at_once)
    offered = _offered(model, world)
    found |= {("offered", pool): value for pool, value in offered.items()}
    found["payroll", ""] = payroll
    return found


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.nan


def _span(world: World) -> float:
    return float(world.one["until"][0] - world.one["warm"][0]) / SECOND


def _of_cases(world: World) -> dict[str, float]:
    one, cases = world.one[0], world.cases
    counted = cases[cases["arrived"] >= one["warm"]]
    ended = counted[counted["ended"] != NONE]
    cycle = (ended["ended"] - ended["arrived"]) / SECOND
    quantiles = np.quantile(cycle, [0.5, 0.9]) if len(cycle) else (math.nan, math.nan)
    leaving = (cases["ended"] >= one["warm"]) & (cases["ended"] < one["until"])
    last = np.where(cases["ended"] == NONE, one["until"], np.minimum(cases["ended"], one["until"]))
    inside = np.maximum(last - np.maximum(cases["arrived"], one["warm"]), 0)
    return {
        "cases": float(len(counted)),
        "unfinished": float(len(counted) - len(ended)),
        "cycle_mean": float(cycle.mean()) if len(cycle) else math.nan,
        "cycle_median": float(quantiles[0]),
        "cycle_p90": float(quantiles[1]),
        "throughput": float(leaving.sum()) / _span(world) * 3600,
        "open": float(inside.sum()) / SECOND / _span(world),
        "gave_up": float(ended["left"].mean()) if len(ended) else math.nan,
        "cost": float(ended["cost"].mean()) if len(ended) else math.nan,
    }


def _of_task(world: World, row: np.void) -> dict[str, float]:
    return {
        "wait": _share(row["waited"] / SECOND, row["begun"] + row["left"]),
        "service": _share(row["worked"] / SECOND, row["done"]),
        "done": float(row["done"]),
        "left": float(row["left"]),
        "queue": float(row["queued"]) / SECOND / _span(world),
    }


def _paid(world: World, pool: int) -> float:
    """Seconds for which the people of a pool are paid."""
    one = world.one[0]
    people = world.people[world.people["pool"] == pool]
    return sum(clipped(world, int(each["hours"]), int(one["warm"]), int(one["until"])) for each in people) / SECOND


def _offered(model: Model, world: World) -> dict[str, float]:
    """Work that came against what can be done; pools that share a task are seen as one."""
    together = {pool.id: pool.id for pool in model.pools}
    for node in model.nodes:
        first, *others = node.task.pools if node.task and node.task.pools else ("",)
        for other in others:
            old, new = together[other], together[first]
            together = {name: new if of == old else of for name, of in together.items()}
    work: dict[str, float] = dict.fromkeys(together.values(), 0.0)
    able = dict.fromkeys(together.values(), 0.0)
    for at, pool in enumerate(model.pools):
        work[together[pool.id]] += float(world.pools[at]["offered"]) / SECOND
        able[together[pool.id]] += _paid(world, at) * pool.at_once
    return {pool: _share(work[of], able[of]) for pool, of in together.items()}
