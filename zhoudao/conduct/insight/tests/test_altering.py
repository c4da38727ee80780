"""Changes of a scenario: each does what it says, all that is wrong is refused, and what is plain is readable."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from zhoudao.conduct import flows, insight
from zhoudao.conduct.insight.altering import ChangeRefused, HoursUnreadable, altered, week
from zhoudao.conduct.insight.change_words import names_of, told
from zhoudao.conduct.insight.plain_start import Crewed, Facts, plain_start
from zhoudao.conduct.insight.scenario import Scenario, read
from zhoudao.conduct.insight.situation import Situation, situation, spread, week_words
from zhoudao.conduct.insight.verdicts import LOAD, SHARE, TIME, Verdict, value_of, verdict
from zhoudao.engines.bpmn.graph import Graph, Kind, Node
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.simulation import distributions as of
from zhoudao.engines.simulation.calendars import ALWAYS, Calendar, hours
from zhoudao.engines.simulation.model import Task

SHIPPED = sorted((Path(flows.__file__).parent / "shipped").glob("*.bpmn"))
GRAPH = parse((Path(flows.__file__).parent / "shipped" / "complaint.bpmn").read_bytes())
BASE = json.loads((Path(insight.__file__).parent / "examples" / "complaint.json").read_text(encoding="utf-8"))


def made(*changes: dict[str, Any]) -> Scenario:
    return read(GRAPH, altered(GRAPH, BASE, changes))


def task(scenario: Scenario, name: str) -> Task:
    found = next(node.task for node in scenario.model.nodes if node.id == name)
    assert found is not None
    return found


def seen(*changes: dict[str, Any]) -> Situation:
    given = altered(GRAPH, BASE, changes)
    return situation(GRAPH, read(GRAPH, given), given)


def test_people_and_hours_change_where_they_are_and_the_base_stays() -> None:
    before = json.dumps(BASE)
    found = made(
        {"do": "people", "pool": "departments", "to": 3},
        {"do": "people", "pool": "customer_relations", "calendar": "office", "to": 1},
        {"do": "hours", "pool": "departments", "to": "mon-sun 00:00-24:00"},
        {"do": "hours", "pool": "customer_relations", "calendar": "shop", "to": "sat 10:00-12:00"},
        {"do": "wage", "pool": "departments", "to": 12.5},
    )
    departments, relations = found.model.pools
    assert departments.people == (ALWAYS,) * 3
    assert departments.cost_per_hour == 12.5
    assert sorted(len(each.windows) for each in relations.people) == [1, 1, 10]
    assert json.dumps(BASE) == before


def test_a_faster_step_is_every_time_shorter_by_that_share_and_a_machine_needs_nobody() -> None:
    mean = task(made(), "investigate").service.mean
    faster = task(made({"do": "faster", "step": "investigate", "percent": 30}), "investigate")
    assert faster.service.mean == pytest.approx(0.7 * mean)
    machine = task(made({"do": "machine", "step": "investigate", "seconds": 5}), "investigate")
    assert (machine.pools, machine.service.mean) == ((), 5)
    out = task(made({"do": "leave_out", "step": "investigate"}), "investigate")
    assert (out.pools, out.service.mean, out.cost) == ((), 0, 0)
    other = made({"do": "time", "step": "investigate", "mean": 600, "spread": 300})
    assert task(other, "investigate").service.mean == pytest.approx(600)
    assert spread(task(other, "investigate").service) == pytest.approx(300)


@pytest.mark.parametrize("arrivals", [{"per_hour": 2}, {"gap": {"exponential": 1800}}, BASE["arrivals"]])
def test_more_cases_come_by_the_factor_however_they_come(arrivals: dict[str, Any]) -> None:
    base = BASE | {"arrivals": {"for": "P28D", **arrivals}}
    given = altered(GRAPH, base, [{"do": "arrivals", "factor": 1.5}])
    before, after = (situation(GRAPH, read(GRAPH, each), each).week_cases for each in (base, given))
    assert before is not None
    assert after == pytest.approx(1.5 * before)


def test_people_of_many_hours_are_told_together_and_grow_at_the_first_and_shrink_at_the_last() -> None:
    people = {"shop": 2, "office": 3, "night": 1}
    base = json.loads(json.dumps(BASE)) | {"calendars": BASE["calendars"] | {"night": {"mon-sun": ["00:00-08:00"]}}}
    base["pools"]["departments"] = {"people": people}
    crew = situation(GRAPH, read(GRAPH, base), base).crews[0]
    assert (crew.calendar, crew.people, crew.hours) == ("*", 6, "")
    for to, wanted in ((8, [4, 3, 1]), (4, [2, 2, 0]), (1, [1, 0, 0])):
        given = altered(GRAPH, base, [{"do": "people", "pool": "departments", "calendar": "*", "to": to}])
        assert list(given["pools"]["departments"]["people"].values()) == wanted


@pytest.mark.parametrize(
    "change",
    [
        {"do": "magic"},
        {"do": "people", "pool": "nobody", "to": 1},
        {"do": "people", "pool": "departments"},
        {"do": "faster", "step": "investigate", "percent": 100},
        {"do": "leave_out", "step": "nowhere"},
        {"do": "arrivals", "factor": 0},
        {"do": "hours", "pool": "departments", "to": "always"},
        {"do": "pool", "pool": "departments", "people": 1, "hours": "mon 08:00-09:00", "cost_per_hour": 1},
        {"do": "promise", "promise": "no such", "within": None},
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ChangeRefused):
        altered(GRAPH, BASE, [change])


def test_hours_are_written_on_a_line_and_read_again() -> None:
    for calendar in (ALWAYS, hours(range(5), (540, 720), (780, 1080)), hours([0, 2, 6], (0, 60))):
        days = week(week_words(calendar))
        again = BASE | {"calendars": BASE["calendars"] | {"office": days}}
        pool = read(GRAPH, again).model.pools[0]
        assert pool.people[0] == calendar
    assert week_words(Calendar(((1380, 1500),))) == "mon 23:00-24:00; tue 00:01-01:00".replace("00:01", "00:00")
    for wrong in ("", "every day", "mon 9-12", "mon 12:00-09:00", "mon-xyz 09:00-12:00", "mon 09:00-99:00"):
        with pytest.raises(HoursUnreadable):
            week(wrong)


@pytest.mark.parametrize(
    "given",
    [
        of.constant(5), of.exponential(7), of.gamma(2, 3), of.lognormal(1, 0.5), of.weibull(1.5, 4), of.uniform(2, 8),
        of.triangular(1, 2, 9), of.empirical([1, 2, 3, 10]),
    ],
)  # fmt: skip
def test_the_spread_of_a_time_is_what_drawing_it_often_shows(given: of.Distribution) -> None:
    import numpy as np
    from scipy import stats

    numbers = given.parameters
    wanted = {
        0: 0.0, 1: stats.expon(scale=numbers[0]).std() if numbers else 0.0,
        2: stats.gamma(2, scale=3).std(), 3: stats.lognorm(0.5, scale=np.exp(1)).std(),
        4: stats.weibull_min(1.5, scale=4).std(), 5: stats.uniform(2, 6).std(),
        6: stats.triang((2 - 1) / 8, loc=1, scale=8).std(), 7: np.std([1, 2, 3, 10]),
    }[given.shape]  # fmt: skip
    assert spread(given) == pytest.approx(float(wanted))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_flow_that_comes_with_it_has_a_plain_start_that_can_be_simulated(path: Path) -> None:
    graph = parse(path.read_bytes())
    teams = {node.step.team: Crewed(node.step.team, 3, "") for node in graph.nodes if node.step.team}
    for facts in (Facts(), Facts(teams, week_cases=50.0)):
        given, notes = plain_start(graph, facts, others="others", promise="in time")
        found = situation(graph, read(graph, given), given)
        assert found.week_cases == pytest.approx(facts.week_cases or 20, rel=1e-4)
        assert {code for code, _count in notes} >= {"cases_measured" if facts.week_cases else "cases_assumed"}
        assert all(abs(sum(way.share for way in each.ways) - 1) < 1e-6 for each in found.choices if each.is_one)


def plain_choices() -> Iterator[tuple[Graph, Node, list[str]]]:
    """Choices of two ways that can be told apart by where they lead."""
    for path in SHIPPED:
        graph = parse(path.read_bytes())
        for node in graph.nodes:
            ahead = [graph.nodes[graph.flows[index].target] for index in node.outgoing]
            steps = [each for each in graph.nodes if each.step.team and each.step.target]
            apart = len({each.id for each in ahead}) == 2 == len(ahead) and all(len(e.incoming) == 1 for e in ahead)
            if node.kind is Kind.EXCLUSIVE and apart and len(steps) > 1:
                yield graph, node, [each.id for each in ahead]


def test_what_was_measured_is_taken_and_what_was_not_is_assumed_and_said() -> None:
    graph, choice, targets = next(plain_choices())
    steps = [node.id for node in graph.nodes if node.step.team and node.step.target]
    facts = Facts(times={steps[0]: 120.0}, passed={targets[0]: 30, targets[1]: 10}, runs=40)
    given, notes = plain_start(graph, facts, others="others", promise="in time")
    assert given["tasks"][steps[0]]["service"] == {"exponential": 120.0}
    assert given["tasks"][steps[1]]["service"]["exponential"] <= 3600
    assert list(given["gateways"][choice.id].values()) == [0.75, 0.25]
    assert dict(notes)["times_measured"] == dict(notes)["shares_measured"] == 1


def test_every_change_is_said_in_three_languages() -> None:
    changes: list[dict[str, Any]] = [
        {"do": "people", "pool": "P", "to": 5, "was": 3}, {"do": "people", "pool": "P", "to": 1, "was": 3},
        {"do": "hours", "pool": "P", "to": "sat 10:00-12:00"}, {"do": "wage", "pool": "P", "to": 5.5},
        {"do": "at_once", "pool": "P", "to": 2},
        {"do": "pool", "pool": "N", "people": 2, "hours": "sat 10:00-12:00", "cost_per_hour": 1},
        {"do": "time", "step": "investigate", "mean": 60, "spread": 5}, {"do": "cost", "step": "investigate", "to": 3},
        {"do": "faster", "step": "investigate", "percent": 30}, {"do": "leave_out", "step": "investigate"},
        {"do": "who", "step": "investigate", "pools": ["A", "B"]}, {"do": "arrivals", "factor": 1.2},
        {"do": "machine", "step": "investigate", "seconds": 0}, {"do": "machine", "step": "investigate", "seconds": 9},
        {"do": "batch", "step": "investigate", "size": 1}, {"do": "batch", "step": "investigate", "size": 4},
        {"do": "shares", "choice": "c", "name": "C", "ways": {"to_answer": 1.0}},
        {"do": "event", "event": "resolved", "mean": 3600, "chance": 0.5},
        {"do": "promise", "promise": "p", "within": 60}, {"do": "promise", "promise": "p", "within": None},
        {"do": "length", "days": 28, "warm_up_days": 0, "replications": 9},
    ]  # fmt: skip
    names = names_of(GRAPH)
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            said = [told(change, names) for change in changes]
        assert len(set(said)) == len(said)
        assert not [words for words in said if "{" in words or "%(" in words or not words]
    with translation.override("en"):
        assert told(changes[0], names) == "2 more people in P (3 → 5)"
        assert told(changes[8], names) == "“调查原因” 30 % faster"


@pytest.mark.parametrize(
    ("measure", "than", "today", "words", "look"),
    [
        (TIME, [-7200, -9000, -5400], [36000, 1, 2], "clearly quicker: 2 h (1 h 30 min – 2 h 30 min)", "good"),
        (TIME, [7200, 5400, 9000], [36000, 1, 2], "clearly slower: 2 h (1 h 30 min – 2 h 30 min)", "bad"),
        (TIME, [-7200, -9000, 5400], [36000, 1, 2], "no clear difference", ""),
        (TIME, [-10, -11, -9], [36000, 1, 2], "hardly any difference", ""),
        (TIME, [0, 0, 0], [36000, 1, 2], "the same", ""),
        (SHARE, [0.1, 0.08, 0.12], [0.7, 0.6, 0.8], "clearly more: 10.0 points (8.0 – 12.0)", "good"),
        (LOAD, [0.1, 0.08, 0.12], [0.7, 0.6, 0.8], "clearly busier: 10.0 points (8.0 – 12.0)", ""),
    ],
)
def test_a_difference_is_named_only_where_it_is_surely_more_than_luck(
    measure: Any, than: list[float], today: list[float], words: str, look: str
) -> None:
    with translation.override("en"):
        assert verdict(measure, than, today) == Verdict(words, look)
        assert verdict(measure, [None, None, None], today) is None
        assert value_of(TIME, [3600.0, 3000.0, 4200.0]) == ("1 h", "50 min – 1 h 10 min")
        assert value_of(TIME, None) == ("–", "")
