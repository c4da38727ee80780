"""A scenario that cannot be meant is refused: where, what, and what to do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.conduct.insight import scenario as scenarios
from zhoudao.conduct.insight.scenario import read
from zhoudao.conduct.insight.scenario_reading import Reader, ScenarioRefused, written
from zhoudao.conduct.insight.tests.drawn import graph, scenario
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.simulation.checking import Fault
from zhoudao.engines.simulation.distributions import (
    constant,
    empirical,
    exponential,
    gamma,
    lognormal,
    triangular,
    uniform,
    weibull,
)  # fmt: skip
from zhoudao.engines.simulation.model import Batch

EXAMPLES = Path(scenarios.__file__).parent / "examples"
TEAM = {"service": "PT10M", "pools": ["team"]}


def flow() -> Graph:
    return graph(
        '<startEvent id="s"/><userTask id="a" name="Look"/><exclusiveGateway id="x" default="no"/><endEvent id="e"/>'
        '<intermediateCatchEvent id="w" name="Wait"><messageEventDefinition messageRef="msg"/>'
        "</intermediateCatchEvent>",
        "s>a a>x x>w:yes? x>e:no w>e",
    )


def good(**more: Any) -> dict[str, Any]:
    given = scenario(tasks={"a": TEAM}, gateways={"x": {"yes": 0.5}}, events={"w": {"after": "PT1H"}})
    return given | more


def refused(given: Any, drawn: Graph | None = None) -> str:
    with pytest.raises(ScenarioRefused) as refusal:
        read(drawn or flow(), given)
    return str(refusal.value)


def test_all_that_is_not_said_is_asked_for_at_once() -> None:
    said = refused(scenario()).splitlines()
    assert said == [
        '“Look” (a): Nobody is said to do it. Add "pools" to “tasks.a”, or "automated": true.',
        "“Look” (a): The scenario does not say how long it takes. "
        'Add "tasks": {"a": {"service": {"exponential": "PT10M"}}}.',
        '“Wait” (w): The scenario does not say when it happens. Add "events": {"w": {"after": "PT1H"}}.',
        'x: The scenario does not say which way cases go. Add "gateways": {"x": {"yes": 0.5}}; its flows: yes, no.',
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tasks": {"a": TEAM, "b": TEAM}}, "tasks.b: The flow has nothing of the kind by this id. Known are: a."),
        ({"tasks": {"a": TEAM | {"pools": ["nobody"]}}}, "tasks.a.pools: There is no pool 'nobody'."),
        ({"tasks": {"a": TEAM | {"speed": 1}}}, "tasks.a.speed: Nothing is known by this name."),
        ({"tasks": {"a": TEAM | {"service": "soon"}}}, "tasks.a.service: 'soon' is no length of time."),
        ({"tasks": {"a": TEAM | {"service": {"normal": 1}}}}, "tasks.a.service: It names no distribution"),
        ({"tasks": {"a": TEAM | {"service": {"gamma": {"shape": 0, "scale": 1}}}}}, "shape and scale are above zero"),
        ({"tasks": {"a": TEAM | {"delay": {"time": "soon"}}}}, "tasks.a.delay.time: 'soon' is no length of time."),
        ({"tasks": {"a": TEAM | {"delay": {"after": 1}}}}, "tasks.a.delay.after: Nothing is known by this name."),
        ({"tasks": {"a": TEAM | {"delay": {"time": 1, "hours": "n"}}}}, "a.delay.hours: There is no calendar 'n'."),
        ({"calendars": {"n": {}}, "tasks": {"a": TEAM | {"delay": {"time": 1, "hours": "n"}}}}, "delay are empty"),
        ({"tasks": {"a": TEAM | {"batch": {"size": 0}}}}, "tasks.a.batch.size: 0 is no whole number from 1"),
        ({"tasks": {"a": TEAM | {"hours": "night"}}}, "tasks.a.hours: There is no calendar 'night'."),
        ({"tasks": {"a": TEAM | {"patience": {"after": 9, "to": "z"}}}}, "a.patience.to: The flow has no element 'z'."),
        ({"gateways": {"x": {"yes": 0.5, "no": 0.4}}}, "gateways.x: Its chances sum to 0.9, not to one."),
        ({"gateways": {"x": {"yes": 1.5}}}, "gateways.x.yes: 1.5 is no number from 0 to 1."),
        ({"gateways": {"x": {"maybe": 0.5}}}, "gateways.x.maybe: Nothing is known by this name. Known are: yes no."),
        ({"events": {}}, "“Wait” (w): The scenario does not say when it happens."),
        ({"pools": {"team": {"people": 0}}}, "“Look” (a): Nobody can ever do it: team has no people."),
        ({"pools": {"team": {"people": -1}}}, "pools.team.people: -1 is no whole number from 0"),
        ({"pools": {"team": {"people": {"dawn": 1}}}}, "pools.team.people: There is no calendar 'dawn'."),
        ({"calendars": {"c": {"someday": ["09:00-10:00"]}}}, "calendars.c.someday: 'someday' is no day, and no days."),
        ({"calendars": {"c": {"mon": ["nine"]}}}, "calendars.c.mon: 'nine' is no time of the day."),
        ({"calendars": {"c": {"mon": ["18:00-09:00"]}}}, "Let each window end after it begins."),
        ({"arrivals": {"gap": "PT1H"}}, "arrivals: Cases would come without end."),
        ({"arrivals": {"per_hour": {"mon": {"09:30-10:30": 1}}, "for": "P7D"}}, "does not begin and end with an hour"),
        ({"arrivals": {"per_hour": [1, 2], "for": "P7D"}}, "arrivals: The rates are not those of the 168 hours"),
        ({"promises": {"p": {"within": "PT1H", "until": "q"}}}, "promises.p.until: The flow has no element 'q'."),
        ({"begins": "2026-01-05T00:00+08:00"}, "begins: '2026-01-05T00:00+08:00' is no day or time of the wall clock."),
        ({"start": "q"}, "start: The flow has no start event 'q'. Known are: s."),
        ({"importance": [0.5, 0.2]}, "ranks: The shares of cases by importance do not sum to one."),
        ({"replications": 0}, "replications: 0 is no whole number from 1"),
        ({"unknown": 1}, "the scenario.unknown: Nothing is known by this name."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(changed: dict[str, Any], said: str) -> None:
    assert said in refused(good(**changed))


@pytest.mark.parametrize("given", [None, [], 3, "x"])
def test_what_is_no_scenario_at_all_is_refused(given: Any) -> None:
    assert "the scenario: It is no object." in refused(given)


def test_an_unsound_flow_is_refused_with_the_reason() -> None:
    drawn = graph(
        '<startEvent id="s"/><exclusiveGateway id="x" default="one"/><parallelGateway id="j" name="Both"/>'
        '<endEvent id="e"/>',
        "s>x x>j:one x>j:two? j>e",
    )
    said = refused(scenario(gateways={"x": {"one": 1}}), drawn)
    assert said == "“Both” (j): It waits for a path that does not come. Join with the kind of gateway that split."
    many = graph(
        '<startEvent id="s"/><userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
        '</multiInstanceLoopCharacteristics></userTask><endEvent id="e"/>',
        "s>a a>e",
    )
    assert "a: It is done once for each of several, which is not simulated." in refused(
        scenario(tasks={"a": TEAM}), many
    )


def test_a_circle_that_the_scenario_never_leaves_is_refused() -> None:
    drawn = graph(
        '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="a"/><exclusiveGateway id="x" default="on"/>'
        '<endEvent id="e"/>',
        "s>m m>a a>x x>e:on x>m:back?",
    )
    assert "m, a, x: A case that comes here goes round for ever." in refused(
        scenario(tasks={"a": TEAM}, gateways={"x": {"back": 1}}), drawn
    )


def test_people_hours_promises_and_batches_are_read_as_they_are_written() -> None:
    more = {
        "calendars": {
            "early": {"mon-fri": ["06:00-14:00"]},
            "late": {"mon-wed": ["14:00-22:00"], "sun": ["08:00-09:00"]},
        },
        "pools": {"team": {"people": {"early": 2, "late": 1}, "at_once": 3, "cost_per_hour": 12.5}},
        "tasks": {"a": TEAM | {"batch": {"size": 4, "longest": "PT1H"}, "urgency": 2, "material": 3}},
        "promises": {"soon": {"within": "PT4H", "until": "a", "hours": "early"}},
        "importance": [0.2, 0.8],
        "warm_up": "P1D",
        "seed": 7,
    }
    found = read(flow(), good(**more))
    (pool,) = found.model.pools
    assert [each.minutes for each in pool.people] == [5 * 480, 5 * 480, 3 * 480 + 60]
    assert (pool.at_once, pool.cost_per_hour) == (3, 12.5)
    task = next(node.task for node in found.model.nodes if node.id == "a")
    assert task is not None
    assert (task.batch, task.urgency, task.material) == (Batch(4, 3600.0), 2, 3.0)
    (promise,) = found.model.promises
    assert (promise.target, promise.until, promise.hours) == (14_400.0, "a", pool.people[0])
    assert (found.warm_up, found.seed, found.model.ranks) == (86_400.0, 7, (0.2, 0.8))


def test_rates_by_days_and_hours_are_those_of_the_week() -> None:
    arrivals = {"per_hour": {"mon-fri": {"09:00-12:00": 4, "12:00-18:00": 2}, "sun": {"00:00-24:00": 1}}, "for": "P7D"}
    rates = read(flow(), good(arrivals=arrivals)).model.arrivals.rates
    assert rates[8:13] == (0, 4, 4, 4, 2)
    assert sum(rates) == 5 * (12 + 12) + 24
    assert read(flow(), good(arrivals={"per_hour": 3, "for": "P7D"})).model.arrivals.rates == (3.0,) * 168


@pytest.mark.parametrize(
    "made",
    [constant(5), exponential(7.5), gamma(2, 9), lognormal(4, 0.5), weibull(0.7, 60), uniform(1, 2),
     triangular(1, 2, 3), empirical([1, 2.5])],
)  # fmt: skip
def test_a_distribution_is_read_as_it_was_written(made: Any) -> None:
    reader = Reader()
    assert reader.distribution(json.loads(json.dumps(written(made))), "here") == made
    assert not reader.faults


def test_a_lognormal_may_be_said_by_mean_and_deviation() -> None:
    found = Reader().distribution({"lognormal": {"mean": "PT1H", "deviation": "PT30M"}}, "here")
    assert found is not None
    assert found.mean == pytest.approx(3600)


WORDS = st.one_of(st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(), st.text(max_size=6))
ANYTHING = st.recursive(
    WORDS, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=6), part, max_size=3)
)


@given(st.sampled_from(sorted(good())), ANYTHING)
def test_whatever_stands_in_a_section_it_is_read_or_refused_in_words(section: str, value: Any) -> None:
    assert all(fault.what and fault.what_to_do for fault in _faults(good(**{section: value})))


@given(st.sampled_from(["service", "pools", "batch", "patience", "hours", "urgency", "cost", "automated"]), ANYTHING)
def test_whatever_is_said_of_a_step_it_is_read_or_refused_in_words(name: str, value: Any) -> None:
    assert all(fault.element for fault in _faults(good(tasks={"a": TEAM | {name: value}})))


def _faults(given: dict[str, Any]) -> list[Fault]:
    try:
        read(flow(), given)
    except ScenarioRefused as refusal:
        return refusal.faults
    return []


def test_every_example_names_a_flow_that_comes_with_it(shipped: Callable[[str], Graph]) -> None:
    found = sorted(EXAMPLES.glob("*.json"))
    assert found
    for path in found:
        read(shipped(path.stem), json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def shipped() -> Callable[[str], Graph]:
    from zhoudao.conduct.flows import versions
    from zhoudao.engines.bpmn.parse import parse

    folder = Path(versions.__file__).parent / "shipped"
    return lambda name: parse((folder / f"{name}.bpmn").read_bytes())
