"""What a scenario says, as a manager would ask for it: people and hours, steps, choices, events, promises."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from zhoudao.conduct.insight.altering import APART, EVERY
from zhoudao.conduct.insight.scenario import Scenario
from zhoudao.engines.bpmn.graph import TASKS, Graph, Kind, On
from zhoudao.engines.bpmn.graph import Node as Drawn
from zhoudao.engines.simulation.calendars import DAYS, Calendar
from zhoudao.engines.simulation.distributions import Distribution, Shape
from zhoudao.engines.simulation.model import Does, Node, Split, Task


@dataclass(frozen=True, slots=True)
class Crew:
    """So many people of a pool with the same hours, in words of `altering.week`. `calendar` is its name in the
    scenario where the pool has people of several calendars, else empty; where there are more than `APART` of these
    they are told together, as `EVERY`, without hours. Money is for an hour.
    """

    pool: str
    calendar: str
    people: int
    hours: str
    week_minutes: int
    cost_per_hour: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Step:
    """Work on the way: seconds it takes, who may do it (nobody: a machine, or it is left out and takes no time)."""

    id: str
    name: str
    mean: float
    spread: float
    pools: tuple[str, ...]
    batch: int
    longest: float | None
    cost: float


@dataclass(frozen=True, slots=True)
class Way:
    """A flow out of a choice, where it leads, and the share of cases that go there, 0 to 1."""

    flow: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Where cases part; `is_one`: each goes one way, so that the shares sum to one."""

    id: str
    name: str
    ways: tuple[Way, ...]
    is_one: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """What comes by itself: a timer, a message, a failure. `mean` seconds (None: at the end of its step)."""

    id: str
    name: str
    mean: float | None
    chance: float
    is_sure: bool
    """Whether it always comes, so that only its time may be said."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All of it; `promises` are names with seconds, `week_cases` the cases that come in a week (None: not known)."""

    crews: tuple[Crew, ...]
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]
    happenings: tuple[Happening, ...]
    promises: tuple[tuple[str, float], ...]
    week_cases: float | None
    days: float | None
    warm_up_days: float
    replications: int


def situation(graph: Graph, scenario: Scenario, given: dict[str, Any]) -> Situation:
    """The values of a scenario that was read of `given`, its JSON."""
    model, drawn = scenario.model, {node.id: node for node in graph.nodes}
    tasks = [node for node in model.nodes if node.does is Does.TASK and node.task and drawn[node.id].kind in TASKS]
    seconds = model.arrivals.seconds
    return Situation(
        crews=tuple(_crews(scenario, given)),
        steps=tuple(_step(node.id, drawn[node.id].name, node.task) for node in tasks if node.task),
        choices=tuple(_choices(graph, model.nodes, {flow.id: flow.chance for flow in model.flows})),
        happenings=tuple(_happenings(graph, scenario)),
        promises=tuple((promise.id, promise.target) for promise in model.promises),
        week_cases=_week_cases(scenario),
        days=None if seconds is None else seconds / 86_400,
        warm_up_days=scenario.warm_up / 86_400,
        replications=scenario.replications,
    )


def _crews(scenario: Scenario, given: dict[str, Any]) -> Iterator[Crew]:
    for pool in scenario.model.pools:
        people = given["pools"][pool.id].get("people", 0)
        terms = (pool.cost_per_hour, pool.at_once)
        if isinstance(people, dict) and len(people) > APART:
            minutes = sum(each.minutes for each in pool.people)
            yield Crew(pool.id, EVERY, len(pool.people), "", minutes // max(len(pool.people), 1), *terms)
        elif isinstance(people, dict):
            for name, count in people.items():
                hours = Calendar(()) if not count else _nth(pool.people, people, name)
                yield Crew(pool.id, name, count, week_words(hours) if count else name, hours.minutes, *terms)
        else:
            hours = pool.people[0] if pool.people else Calendar(())
            yield Crew(pool.id, "", len(pool.people), week_words(hours), hours.minutes, *terms)


def _nth(calendars: tuple[Calendar, ...], people: dict[str, int], name: str) -> Calendar:
    before = 0
    for each, count in people.items():
        if each == name:
            break
        before += count
    return calendars[before]


def week_words(hours: Calendar) -> str:
    """A week on one line: `mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00`. Windows over midnight are cut there."""
    by_day: list[tuple[str, ...]] = [() for _day in DAYS]
    for first, last in hours.windows:
        for day in range(first // 1440, (last - 1) // 1440 + 1):
            begin, end = max(first - day * 1440, 0), min(last - day * 1440, 1440)
            by_day[day] = (*by_day[day], f"{_clock(begin)}-{_clock(end)}")
    parts = []
    for spans, days in groupby(range(7), lambda day: by_day[day]):
        span = list(days)
        if spans:
            name = DAYS[span[0]] if len(span) == 1 else f"{DAYS[span[0]]}-{DAYS[span[-1]]}"
            parts.append(f"{name} {' '.join(spans)}")
    return "; ".join(parts)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _step(name: str, words: str, task: Task) -> Step:
    batch, longest = (task.batch.size, task.batch.longest) if task.batch else (1, None)
    return Step(name, words or name, task.service.mean, spread(task.service), task.pools, batch, longest, task.cost)


def _choices(graph: Graph, nodes: Iterable[Node], chances: dict[str, float]) -> Iterator[Choice]:
    for node in nodes:
        drawn = graph.node(node.id)
        if node.split is Split.ALL or drawn.kind is Kind.EVENT_BASED or len(drawn.outgoing) < 2:
            continue
        ways = tuple(_way(graph, index, chances) for index in drawn.outgoing)
        yield Choice(node.id, drawn.name or _before(graph, drawn), ways, node.split is Split.ONE)


def _way(graph: Graph, index: int, chances: dict[str, float]) -> Way:
    flow = graph.flows[index]
    return Way(flow.id, flow.name or _ahead(graph, graph.nodes[flow.target]), chances[flow.id])


def _ahead(graph: Graph, node: Drawn) -> str:
    """The first name on the way, as far as it does not part."""
    for _step_ahead in range(len(graph.nodes)):
        if node.name or len(node.outgoing) != 1:
            break
        node = graph.nodes[graph.flows[node.outgoing[0]].target]
    return node.name or node.id


def _before(graph: Graph, node: Drawn) -> str:
    """A choice without a name is called after what comes before it."""
    for _step_back in range(len(graph.nodes)):
        if node.name or len(node.incoming) != 1:
            break
        node = graph.nodes[graph.flows[node.incoming[0]].source]
    return node.name or node.id


def _happenings(graph: Graph, scenario: Scenario) -> Iterator[Happening]:
    flows = {flow.target: flow for flow in scenario.model.flows if flow.after is not None}
    for node in scenario.model.nodes:
        drawn = graph.node(node.id)
        name = drawn.name or node.id
        if node.boundary:
            after = node.boundary.after.mean if node.boundary.after else None
            yield Happening(node.id, name, after, node.boundary.chance, is_sure=False)
        elif node.id in flows:
            raced = flows[node.id]
            yield Happening(node.id, name, raced.after.mean if raced.after else None, raced.chance, is_sure=False)
        elif drawn.kind is Kind.CATCH and node.task:
            yield Happening(node.id, name, node.task.service.mean, 1.0, is_sure=True)


def is_failure(node: Drawn) -> bool:
    """Whether an event is a failure at the end of its step, which has a chance and no time."""
    return node.kind is Kind.BOUNDARY and node.event.on in (On.ERROR, On.ESCALATION)


def _week_cases(scenario: Scenario) -> float | None:
    arrivals = scenario.model.arrivals
    if arrivals.rates:
        return sum(arrivals.rates)
    if arrivals.gap is not None:
        return 7 * 86_400 / arrivals.gap.mean
    if len(arrivals.times) > 1 and arrivals.times[-1] > 0:
        return len(arrivals.times) / max(arrivals.times[-1], 86_400) * 7 * 86_400
    return None


def spread(given: Distribution) -> float:
    """The standard deviation in seconds."""
    numbers, mean = given.parameters, given.mean
    if given.shape is Shape.EMPIRICAL:
        return math.sqrt(sum((each - mean) ** 2 for each in given.values) / len(given.values))
    return {
        Shape.CONSTANT: lambda: 0.0,
        Shape.EXPONENTIAL: lambda: mean,
        Shape.GAMMA: lambda: numbers[1] * math.sqrt(numbers[0]),
        Shape.LOGNORMAL: lambda: mean * math.sqrt(math.expm1(numbers[1] ** 2)),
        Shape.WEIBULL: lambda: _of_weibull(*numbers),
        Shape.UNIFORM: lambda: (numbers[1] - numbers[0]) / math.sqrt(12),
        Shape.TRIANGULAR: lambda: _of_triangle(*numbers),
    }[given.shape]()


def _of_weibull(shape: float, scale: float) -> float:
    return scale * math.sqrt(max(math.gamma(1 + 2 / shape) - math.gamma(1 + 1 / shape) ** 2, 0.0))


def _of_triangle(low: float, mode: float, high: float) -> float:
    return math.sqrt((low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18)
