"""The cheapest choice of one remembered route for each day: set partitioning by OR-Tools' CP-SAT.

OR-Tools brings numpy with it, and is imported only when something is chosen: by the analyst, and no other process.
"""

from collections.abc import Sequence
from typing import Any

from zhoudao.engines.matching.facts import left_cost
from zhoudao.engines.matching.searching import Pool, Route, State

_EFFORT = 1.5  # CP-SAT's own unit, the same on every machine: about as many seconds
_SEED = 7
_Column = tuple[int, int, Route]  # day, cost, route


def choose(pool: Pool, known: State) -> tuple[State, bool]:
    """The cheapest plan made of routes seen so far, no dearer than the one known, and whether that is proven."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [(day, cost, route) for day, seen in enumerate(pool.seen) for cost, route in seen.values() if route]
    chosen = [model.new_bool_var("") for _column in columns]
    left = [model.new_bool_var("") for _job in pool.jobs]
    _require(model, pool, columns, chosen, left)
    ways = sum(cost * one for (_day, cost, _route), one in zip(columns, chosen, strict=True))
    model.minimize(ways + sum(left_cost(job) * one for job, one in zip(pool.jobs, left, strict=True)))
    for (day, _cost, route), one in zip(columns, chosen, strict=True):
        model.add_hint(one, known.routes[day] == route)
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = _EFFORT
    solver.parameters.random_seed = _SEED
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE} or solver.objective_value > pool.whole(known):
        return known, False
    state = State([()] * len(pool.days), [0] * len(pool.days), [])
    for (day, cost, route), one in zip(columns, chosen, strict=True):
        if solver.boolean_value(one):
            state.routes[day], state.costs[day] = route, cost
    state.left = [job for job, one in enumerate(left) if solver.boolean_value(one)]
    return state, status == cp_model.OPTIMAL


def _require(model: Any, pool: Pool, columns: Sequence[_Column], chosen: Sequence[Any], left: Sequence[Any]) -> None:
    """At most one route a day; each job in one route, or left."""
    of_day: dict[int, list[Any]] = {}
    of_job: list[list[Any]] = [[one] for one in left]
    for (day, _cost, route), one in zip(columns, chosen, strict=True):
        of_day.setdefault(day, []).append(one)
        for job in route:
            of_job[job].append(one)
    for ours in of_day.values():
        model.add_at_most_one(ours)
    for ours in of_job:
        model.add_exactly_one(ours)


def fill(pool: Pool, most: int) -> bool:
    """This will remember every route there is, if there are no more than `most`; whether that is so."""
    count = 0
    for day in range(len(pool.days)):
        able = [job for job, days in enumerate(pool.options) if day in days]
        ways: list[Route] = [()]
        while ways:
            route = ways.pop()
            for job in able:
                if job in route or pool.cost(day, longer := (*route, job)) is None:
                    continue
                count += 1
                if count > most:
                    return False
                ways.append(longer)
    return True
