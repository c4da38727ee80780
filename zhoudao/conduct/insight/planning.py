"""Staffings of a variant that are worth choosing between, as its page wants them. Needs numpy; the analyst alone."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zhoudao.conduct.insight.altering import APART, EVERY, Change, altered
from zhoudao.conduct.insight.outcomes import LIMITS, Heard
from zhoudao.conduct.insight.scenario import Scenario
from zhoudao.conduct.insight.scenario import read as read_scenario
from zhoudao.conduct.insight.situation import Crew, situation, week_words
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.simulation.results import estimate
from zhoudao.engines.simulation.simulating import simulate
from zhoudao.engines.simulation.staffing import (
    Aim,
    Place,
    Plan,
    Search,
    needed,
    places,
    staffings,
)  # fmt: skip

BUDGET, TURNS = 300, 10


class NobodyToPlan(Exception):
    """In this scenario no people do the work, so there is nothing to plan."""


def planned(
    graph: Graph, base: Mapping[str, Any], changes: Sequence[Change], *, aim: str, most: int, heard: Heard
) -> dict[str, Any]:
    """`aim` is "cycle_p90|" or "kept|" and a promise; `most` how many more people each group may have. `plans` are all
    that were tried, each with the people by place, what a week costs and mean, low and high of the aim; `now` is how
    it is in the variant.

    Raises: NobodyToPlan, ChangeRefused, ScenarioRefused, NothingToMeasure, TooManyCases, NeverFinishes
    """
    given = altered(graph, base, changes)
    scenario = read_scenario(graph, given)
    crews = situation(graph, scenario, given).crews
    found_places = _places(scenario, most)
    if not found_places:
        raise NobodyToPlan(NobodyToPlan.__doc__)
    wanted = _aim(aim)
    search = Search(
        aim=wanted, budget=BUDGET, replications=min(scenario.replications, TURNS), warm_up=scenario.warm_up,
        seed=scenario.seed, limits=LIMITS,
    )  # fmt: skip
    found = staffings(scenario.model, found_places, search, heard=heard)
    fronts = {plan.people for plan in found.front}
    now = _now(scenario, found_places)
    return {
        "changes": list(changes), "aim": aim, "is_all": found.is_all, "now": list(now),
        "places": [_placed(place, crews) for place in found_places],
        "plans": [_row(plan, wanted, is_front=plan.people in fronts) for plan in found.tried],
    }  # fmt: skip


def _aim(key: str) -> Aim:
    what, _bar, of = key.partition("|")
    return Aim((what, of), is_more_better=what == "kept")


def _places(scenario: Scenario, most: int) -> tuple[Place, ...]:
    """Each with no fewer people than the work needs."""
    results = simulate(scenario.model, replications=2, warm_up=scenario.warm_up, seed=scenario.seed, limits=LIMITS)
    offered = {pool.id: results["offered", pool.id].mean for pool in scenario.model.pools}
    made = places(scenario.model, most=lambda now: now + most, apart=APART)
    return needed(scenario.model, made, offered)


def _now(scenario: Scenario, given: Sequence[Place]) -> tuple[int, ...]:
    pools = {pool.id: pool.people for pool in scenario.model.pools}
    names = [place.pool for place in given]
    return tuple(
        pools[place.pool].count(place.ranks[0]) if names.count(place.pool) > 1 else len(pools[place.pool])
        for place in given
    )


def _placed(place: Place, crews: Sequence[Crew]) -> dict[str, Any]:
    """The place as a change of people names it."""
    own = [crew for crew in crews if crew.pool == place.pool]
    same = [crew for crew in own if crew.calendar not in ("", EVERY) and crew.hours == week_words(place.ranks[0])]
    crew = (same or own)[0]
    return {"pool": place.pool, "calendar": crew.calendar, "hours": crew.hours}


def _row(plan: Plan, aim: Aim, *, is_front: bool) -> dict[str, Any]:
    value = plan.value(aim) if plan.can_do else estimate(plan.losses[:0])
    numbers = [None if math.isnan(each) else float(each) for each in (value.mean, value.low, value.high)]
    return {"people": list(plan.people), "week_cost": float(plan.week_cost), "value": numbers, "is_front": is_front}
