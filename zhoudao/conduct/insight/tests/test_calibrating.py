"""A scenario that a log tells by itself, and what it cannot tell."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from zhoudao.conduct.flows import versions
from zhoudao.conduct.insight.calibrating import Calibrated, NothingToCalibrate, calibrated, uncut
from zhoudao.conduct.insight.scenario import read
from zhoudao.conduct.insight.simulated_log import simulated_log
from zhoudao.conduct.insight.tests.drawn import graph
from zhoudao.engines.bpmn.graph import TASKS, Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.mining.distances import cycle_times
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.simulation.simulating import record

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = 3_600_000_000


def flow() -> Graph:
    return graph(
        '<startEvent id="s"/><userTask id="ask" name="Ask"/><exclusiveGateway id="x" default="no"/>'
        '<userTask id="mend" name="Mend"/><exclusiveGateway id="j"/><userTask id="tell" name="Tell"/>'
        '<endEvent id="e"/>',
        "s>ask ask>x x>mend:yes? x>j:no mend>j j>tell tell>e",
    )


def truth(**tasks: object) -> dict[str, object]:
    """Three who ask and tell, two who mend, in office hours; every third case is mended, after a day and a half."""
    return {
        "begins": "2026-01-05", "arrivals": {"per_hour": {"mon-fri": {"09:00-17:00": 4}}, "for": "P70D"},
        "calendars": {"office": {"mon-fri": ["09:00-18:00"]}},
        "pools": {"front": {"people": 3, "hours": "office"}, "back": {"people": 2, "hours": "office"}},
        "gateways": {"x": {"yes": 0.3}},
        "tasks": {
            "ask": {"service": {"gamma": {"shape": 3, "scale": "PT5M"}}, "pools": ["front"]},
            "mend": {"service": {"lognormal": {"mean": "PT1H", "deviation": "PT30M"}}, "pools": ["back"]} | tasks,
            "tell": {"service": {"exponential": "PT10M"}, "pools": ["front"]},
        },
    }  # fmt: skip


def written(given: dict[str, object], *, seed: int = 5) -> Log:
    """The log that these people would have written."""
    return simulated_log(flow(), record(read(flow(), given).model, seed=seed))


@pytest.fixture(scope="module")
def found() -> tuple[Log, Calibrated]:
    log = written(truth(delay={"time": {"exponential": "PT12H"}, "hours": "office"}))
    return log, calibrated(flow(), log, zone="UTC")


def test_what_it_says_is_json_and_is_read_again(found: tuple[Log, Calibrated]) -> None:
    _, made = found
    read(flow(), json.loads(json.dumps(made.scenario)))


def test_ways_people_hours_and_times_are_found_again(found: tuple[Log, Calibrated]) -> None:
    _, made = found
    given = made.scenario
    assert given["gateways"]["x"]["yes"] == pytest.approx(0.3, abs=0.05)
    assert given["tasks"]["ask"]["pools"] == given["tasks"]["tell"]["pools"] != given["tasks"]["mend"]["pools"]
    people = {name: sum(pool["people"].values()) for name, pool in given["pools"].items()}
    assert sorted(people.values()) == [2, 3]
    week = given["calendars"][next(iter(given["pools"][given["tasks"]["ask"]["pools"][0]]["people"]))]
    assert set(week) == {"mon", "tue", "wed", "thu", "fri"}
    assert week["wed"][0].startswith("09:00")
    means = {fit.element: fit.mean for fit in made.fits if fit.what == "service"}
    assert means["ask"] == pytest.approx(900, rel=0.1)
    assert means["mend"] == pytest.approx(3600, rel=0.1)
    assert sum(given["arrivals"]["per_hour"]) == pytest.approx(4 * 40, rel=0.1)


def test_what_waits_for_nobody_here_is_a_delay_and_what_waits_for_people_is_none(
    found: tuple[Log, Calibrated],
) -> None:
    _, made = found
    delays = {fit.element: fit.mean for fit in made.fits if fit.what == "delay"}
    assert delays["mend"] == pytest.approx(12 * 3600, rel=0.2)
    assert delays.get("tell", 0) < 1800
    for wait in made.waits:
        assert wait.simulated == pytest.approx(wait.seen, rel=0.25, abs=900)


def test_cases_take_as_long_as_they_did(found: tuple[Log, Calibrated]) -> None:
    log, made = found
    again = simulated_log(flow(), record(read(flow(), made.scenario).model, seed=9))
    for share in (0.25, 0.5, 0.9):
        real, ours = (np.quantile(cycle_times(each), share) / HOUR for each in (log, again))
        assert ours == pytest.approx(real, rel=0.25, abs=0.2), share


def test_the_same_log_gives_the_same_scenario(found: tuple[Log, Calibrated]) -> None:
    log, made = found
    assert calibrated(flow(), log, zone="UTC").scenario == made.scenario


def bare(log: Log, *, begun: bool = False, people: bool = False) -> Log:
    return Log(
        log.case, log.activity, log.end, log.cases, log.activities, begun=log.begun if begun else None,
        resource=log.resource if people else None, resources=log.resources if people else (),
    )  # fmt: skip


def test_a_log_that_names_nobody_gives_steps_that_take_all_of_their_time_by_themselves() -> None:
    log = bare(written(truth()))
    made = calibrated(flow(), log, zone="UTC")
    assert made.scenario["pools"] == {}
    assert all(task["automated"] for task in made.scenario["tasks"].values())
    assert {"nobody-named", "beginnings-estimated"} <= {note.code for note in made.notes}
    again = simulated_log(flow(), record(read(flow(), made.scenario).model, seed=2))
    real, ours = (np.median(cycle_times(each, has_begun=False)) for each in (log, again))
    assert ours == pytest.approx(real, rel=0.25)


def test_beginnings_that_are_not_known_are_estimated_and_it_is_said() -> None:
    made = calibrated(flow(), bare(written(truth()), people=True), zone="UTC")
    assert "beginnings-estimated" in {note.code for note in made.notes}
    assert made.scenario["tasks"]["mend"]["pools"]


def test_an_afternoon_says_nothing_of_the_hours_of_a_week() -> None:
    short = truth() | {"arrivals": {"gap": {"exponential": "PT3M"}, "cases": 60}, "begins": "2026-01-05T09:00"}
    made = calibrated(flow(), written(short), zone="UTC")
    assert {"arrivals-gap", "hours-unknown"} <= {note.code for note in made.notes}
    assert made.scenario["calendars"] == {}
    assert made.scenario["arrivals"]["cases"] == 60


def test_messages_that_race_come_as_often_as_they_did_and_a_clock_rings_if_none_does() -> None:
    drawn = graph(
        '<startEvent id="s"/><userTask id="ask" name="Ask"/><eventBasedGateway id="g"/>'
        '<intermediateCatchEvent id="yes"><messageEventDefinition messageRef="msg"/></intermediateCatchEvent>'
        '<intermediateCatchEvent id="no"><messageEventDefinition messageRef="msg"/></intermediateCatchEvent>'
        '<userTask id="a" name="A"/><userTask id="b" name="B"/><endEvent id="e"/>',
        "s>ask ask>g g>yes g>no yes>a no>b a>e b>e",
    )
    rows = [(str(case), step, case * 9 + at) for case in range(40)
            for at, step in enumerate(("Ask", "A" if case % 4 else "B"))]  # fmt: skip
    log = interned(case=[row[0] for row in rows], activity=[row[1] for row in rows],
                   end=np.array([row[2] for row in rows]) * HOUR)  # fmt: skip
    made = calibrated(drawn, log, zone="UTC").scenario
    assert made["events"]["yes"] == {"after": 0, "chance": 0.75}
    assert made["events"]["no"] == {"after": 0}


def test_every_flow_that_comes_with_it_can_be_calibrated_from_a_log_of_two_of_its_steps() -> None:
    files = sorted((Path(versions.__file__).parent / "shipped").glob("*.bpmn"))
    assert files
    for file in files:
        drawn = parse(file.read_bytes())
        names = [node.name for node in drawn.nodes if node.kind in TASKS and node.name][:2]
        rows = [(str(case), step, case * 5 + at) for case in range(30) for at, step in enumerate(names)]
        log = interned(
            case=[row[0] for row in rows], activity=[row[1] for row in rows], resource=["ann"] * len(rows),
            end=np.array([row[2] for row in rows]) * HOUR,
        )  # fmt: skip
        assert calibrated(drawn, log, zone="UTC").cases == 30, file.name


def test_steps_nobody_did_and_ways_nobody_went_are_named() -> None:
    log = written(truth() | {"gateways": {"x": {"yes": 0}}})
    assert ("step-unseen", "mend") in {
        (note.code, note.element) for note in calibrated(flow(), log, zone="UTC").notes
    }  # fmt: skip


def test_cases_that_were_open_when_the_log_ended_say_nothing_of_how_cases_end() -> None:
    log = written(truth(delay={"time": "PT12H", "hours": "office"}))
    rows = log.end <= int((MONDAY + timedelta(days=44, hours=12)).timestamp() * 1e6)
    cut = interned(
        case=[log.cases[code] for code in log.case[rows]], end=log.end[rows],
        activity=[log.activities[code] for code in log.activity[rows]],
    )  # fmt: skip
    kept = uncut(cut)
    last = np.array([cut.activities[code] for code in cut.activity[cut.offsets[1:] - 1]])
    assert (last[kept] == "Tell").all()
    assert (~kept).sum() == (last != "Tell").sum() > 0


def test_a_log_of_something_else_is_refused() -> None:
    days = [int((MONDAY + timedelta(days=day)).timestamp() * 1e6) for day in range(3)]
    log = interned(case=["1", "1", "2"], activity=["Fry", "Eat", "Fry"], end=np.array(days))
    with pytest.raises(NothingToCalibrate, match="say which is which"):
        calibrated(flow(), log, zone="UTC")
