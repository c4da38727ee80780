"""What comes out of an experiment's variants: figures with intervals, beside today under the same luck, and under
strain (more cases, somebody ill). Needs numpy; the analyst alone runs it.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight.altering import Change, ChangeRefused, altered
from zhoudao.conduct.insight.scenario import Scenario
from zhoudao.conduct.insight.scenario import read as read_scenario
from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.simulation.arriving import TooManyCases
from zhoudao.engines.simulation.checking import ModelRefused
from zhoudao.engines.simulation.measuring import Name
from zhoudao.engines.simulation.model import Model, Pool
from zhoudao.engines.simulation.results import Estimate, Results, compared, estimate
from zhoudao.engines.simulation.running import Limits, NeverFinishes, NothingToMeasure
from zhoudao.engines.simulation.simulating import simulate

LIMITS = Limits(events=5_000_000, live=50_000)
MONTH_HOURS = 365.25 / 12 * 24
MORE = 1.2
"""As many cases as today, when more come."""
STRAIN_TURNS = 10
REFUSALS = (ScenarioRefused, ChangeRefused, ModelRefused, NeverFinishes, NothingToMeasure, TooManyCases)
Heard = Callable[[float], None]


class Asked(NamedTuple):
    """A variant: its id as text, and its changes of today (of today itself: none)."""

    id: str
    changes: Sequence[Change]


@dataclass(frozen=True)
class _Run:
    """A variant that was simulated."""

    scenario: Scenario
    given: dict[str, Any]
    results: Results


def outcome(
    graph: Graph, base: Mapping[str, Any], variants: Sequence[Asked], *, before: Mapping[str, Any] | None, heard: Heard
) -> dict[str, Any]:  # fmt: skip
    """`variants`, the first of them today, each with `fault` (why there is nothing) or its `rows` by "figure|of": mean,
    low and high; `than` the differences to today; `strain`. What is as it was `before` is taken from there. `heard` is
    told the share done.
    """
    known = {row["digest"]: row for row in (before or {}).get("variants", []) if not row["fault"]}
    today, rows = variants[0].changes, list[dict[str, Any]]()
    first: _Run | None = None
    for place, one in enumerate(variants):
        changes = today if not place else [*today, *one.changes]
        row, run = _made(graph, base, changes, known, partial(_share_of, heard, place, len(variants)))
        row = {**row, "id": one.id, "changes": list(changes)}
        if run is not None and place == 0:
            first = run
        elif run is not None and first is not None:
            row["than"] = _than(first.results, run.results)
        rows.append(row)
    return {"variants": rows, "replications": first.scenario.replications if first else 0}


def _share_of(heard: Heard, place: int, count: int, share: float) -> None:
    """This will tell how far all of it is, when one of so many is so far."""
    heard((place + share) / count)


def _made(
    graph: Graph, base: Mapping[str, Any], changes: Sequence[Change], known: Mapping[str, Any], heard: Heard
) -> tuple[dict[str, Any], _Run | None]:
    digest = hashlib.sha256(json.dumps([base, list(changes)], sort_keys=True).encode()).hexdigest()
    row: dict[str, Any] = {"digest": digest, "fault": "", "than": {}, "rows": {}, "strain": {}, "figures": {}}
    try:
        given = altered(graph, base, changes)
        scenario = read_scenario(graph, given)
        if digest in known:
            kept = known[digest]
            heard(1.0)
            return {**kept, "than": {}}, _Run(scenario, given, _results(kept["figures"], scenario.replications))
        results = _simulated(scenario.model, scenario, scenario.replications, lambda share: heard(share / 2))
        strain = _strained(graph, scenario, given, results, lambda share: heard((1 + share) / 2))
    except REFUSALS as refusal:
        return {**row, "fault": str(refusal)}, None
    row["figures"] = {_key(name): _plain(values) for name, values in results.figures.items()}
    row["rows"] = {_key(name): _row(estimate(values)) for name, values in results.figures.items()}
    return {**row, "strain": strain}, _Run(scenario, given, results)


def _simulated(model: Model, scenario: Scenario, replications: int, heard: Heard) -> Results:
    found = simulate(
        model, replications=replications, warm_up=scenario.warm_up, seed=scenario.seed, limits=LIMITS, heard=heard
    )
    return replace(found, figures={**found.figures, **_monthly(model, scenario, found)})


def _monthly(model: Model, scenario: Scenario, found: Results) -> dict[Name, NDArray[np.float64]]:
    """What a month costs (paid hours, steps and material), and how many hours of work there are in it."""
    cases, ended = found.figures["cases", ""], found.figures["throughput", ""]
    if model.arrivals.seconds is None:
        hours = np.where(ended > 0, cases / np.where(ended > 0, ended, 1.0), math.nan)
    else:
        hours = np.full(len(cases), (model.arrivals.seconds - scenario.warm_up) / 3600)
    months = hours / MONTH_HOURS
    spent = found.figures["payroll", ""].copy()
    for node in model.nodes:
        if node.task and ("done", node.id) in found.figures:
            spent += found.figures["done", node.id] * (node.task.cost + node.task.material)
    week_hours = {pool.id: sum(each.minutes for each in pool.people) / 60 * pool.at_once for pool in model.pools}
    work = sum(
        np.nan_to_num(found.figures["utilisation", pool]) * paid for pool, paid in week_hours.items()
    ) * (MONTH_HOURS / 168)  # fmt: skip
    made = {"month_cost": spent / months, "month_cases": cases / months, "month_work": np.zeros(len(cases)) + work}
    return {(name, ""): values for name, values in made.items()}


def _strained(
    graph: Graph, scenario: Scenario, given: dict[str, Any], results: Results, heard: Heard
) -> dict[str, Any]:
    """What more cases do, and one person ill in each pool, under the same luck: differences to the variant itself.
    What cannot be simulated then says why.
    """
    turns = min(scenario.replications, STRAIN_TURNS)
    as_is = _results({_key(name): values[:turns] for name, values in results.figures.items()}, turns)
    tried: list[tuple[str, Callable[[], Model]]] = [("more", lambda: _busier(graph, given))]
    for pool in scenario.model.pools:
        if len(pool.people):
            tried.append((f"ill|{pool.id}", partial(_ill, scenario.model, pool)))
    found: dict[str, Any] = {}
    for place, (name, model) in enumerate(tried):
        try:
            other = _simulated(model(), scenario, turns, lambda share: None)
            found[name] = {"than": _than(as_is, other), "fault": ""}
        except REFUSALS as refusal:
            found[name] = {"than": {}, "fault": str(refusal)}
        heard((place + 1) / len(tried))
    return found


def _busier(graph: Graph, given: dict[str, Any]) -> Model:
    return read_scenario(graph, altered(graph, given, [{"do": "arrivals", "factor": MORE}])).model


def _ill(model: Model, ill: Pool) -> Model:
    """One person less in a pool; where only one is there, nobody comes back to the work, which is refused by name."""
    return replace(
        model, pools=tuple(replace(p, people=p.people[:-1]) if p.id == ill.id else p for p in model.pools)
    )  # fmt: skip


def _than(before: Results, after: Results) -> dict[str, Any]:
    return {_key(name): _row(each) for name, each in compared(before, after).items()}


def _results(figures: Mapping[str, Any], replications: int) -> Results:
    return Results(
        {_name(key): np.array([math.nan if each is None else each for each in values], np.float64)
         for key, values in figures.items()},
        replications,
    )  # fmt: skip


def _key(name: Name) -> str:
    return "|".join(name)


def _name(key: str) -> Name:
    what, _, of = key.partition("|")
    return what, of


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(each) else float(each) for each in values]


def _row(each: Estimate) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in (each.mean, each.low, each.high)]
