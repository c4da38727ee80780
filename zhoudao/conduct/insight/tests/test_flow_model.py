"""Every kind of element that runs is simulated as it runs."""

from pathlib import Path
from typing import Any

import pytest

from zhoudao.conduct.flows import versions
from zhoudao.conduct.insight.scenario import read
from zhoudao.conduct.insight.tests.drawn import graph, lines, scenario
from zhoudao.engines.bpmn.graph import TASKS, Graph, Kind
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.simulation.results import Results
from zhoudao.engines.simulation.simulating import record, simulate

SHIPPED = sorted((Path(versions.__file__).parent / "shipped").glob("*.bpmn"))
HOUR = 3600.0


def results(drawn: Graph, **more: Any) -> Results:
    found = read(drawn, scenario(**more))
    return simulate(found.model, replications=found.replications, seed=found.seed, warm_up=found.warm_up)


def whatever(drawn: Graph) -> dict[str, Any]:
    """A scenario for any flow: an hour for each step, every way as likely, every event in two hours."""
    tasks = {node.id: {"pools": ["team"], "service": {"exponential": "PT10M"}} for node in drawn.nodes if _works(node)}
    after: dict[str, Any] = {"after": {"exponential": "PT2H"}}
    events: dict[str, Any] = {node.id: after for node in drawn.nodes if node.kind is Kind.CATCH or _is_arm(drawn, node)}
    bounds = [
        node for node in drawn.nodes if node.kind is Kind.BOUNDARY and node.event.on.value in ("timer", "message")
    ]
    events |= {node.id: {**after, "chance": 0.2} for node in bounds}
    office = {"hours": "office"}
    events |= {node.id: events[node.id] | office for node in drawn.nodes if node.id in events and node.event.business}
    gateways = {}
    for node in drawn.nodes:
        ways = [drawn.flows[index].id for index in node.outgoing]
        if len(ways) > 1 and node.kind is Kind.EXCLUSIVE:
            gateways[node.id] = {way: 1 / len(ways) for way in ways}
        elif len(ways) > 1 and node.kind is Kind.INCLUSIVE:
            gateways[node.id] = dict.fromkeys(ways, 0.5)
    return scenario(
        tasks={name: each for name, each in tasks.items() if name not in events}, events=events, gateways=gateways,
        calendars={"office": {"mon-fri": ["09:00-18:00"]}},
    )  # fmt: skip


def _works(node: Any) -> bool:
    return node.kind in TASKS and node.kind not in (Kind.SERVICE, Kind.RULE, Kind.SEND)


def _is_arm(drawn: Graph, node: Any) -> bool:
    return any(drawn.nodes[drawn.flows[way].source].kind is Kind.EVENT_BASED for way in node.incoming)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_flow_that_comes_with_it_can_be_simulated(path: Path) -> None:
    drawn = parse(path.read_bytes())
    found = read(drawn, whatever(drawn))
    seen = record(found.model)
    assert (seen.ended > 0).all()
    assert len(seen.ended) == 500


def test_a_choice_goes_as_often_as_it_is_said_and_the_rest_goes_the_way_that_is_not() -> None:
    drawn = graph(
        '<startEvent id="s"/><exclusiveGateway id="x" default="no"/><userTask id="a" zd:team="team"/>'
        '<endEvent id="e"/>',
        "s>x x>a:yes? x>e:no a>e",
    )
    found = results(drawn, tasks={"a": {"service": "PT1H"}}, gateways={"x": {"yes": 0.3}})
    assert found["done", "a"].mean == pytest.approx(150, abs=25)
    assert found["cost"].mean == pytest.approx(60 * found["done", "a"].mean / 500)


def test_a_subprocess_is_left_by_the_error_that_it_throws() -> None:
    inner = (
        '<startEvent id="is"/><parallelGateway id="both"/><manualTask id="slow"/><exclusiveGateway id="x" default="f"/>'
        '<endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent><endEvent id="good"/><endEvent id="over"/>'
    )
    inner += lines("is>both both>slow both>x x>bad:f x>good:g? slow>over")
    drawn = graph(
        f'<startEvent id="s"/><subProcess id="sub">{inner}'
        '</subProcess><boundaryEvent id="caught" attachedToRef="sub"><errorEventDefinition errorRef="err"/>'
        '</boundaryEvent><manualTask id="mend"/><endEvent id="e"/><endEvent id="e2"/>',
        "s>sub sub>e caught>mend mend>e2",
    )
    tasks = {"slow": {"automated": True, "service": "PT5H"}, "mend": {"automated": True, "service": "PT1H"}}
    found = results(drawn, tasks=tasks, gateways={"x": {"g": 0.6}})
    failed = found["done", "mend"].mean
    assert failed == pytest.approx(200, abs=35)
    assert found["left", "slow"].mean == failed  # the work beside it is given up
    assert found["cycle_mean"].mean == pytest.approx((failed * HOUR + (500 - failed) * 5 * HOUR) / 500)


def test_an_escalation_is_heard_beside_the_work_and_a_terminate_ends_all() -> None:
    drawn = graph(
        '<startEvent id="s"/><subProcess id="sub"><startEvent id="is"/><intermediateThrowEvent id="up">'
        '<escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent><manualTask id="on"/>'
        f'<endEvent id="ie"/>{lines("is>up up>on on>ie")}</subProcess>'
        '<boundaryEvent id="heard" attachedToRef="sub" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="esc"/></boundaryEvent><manualTask id="help"/><endEvent id="he"/>'
        '<endEvent id="e"><terminateEventDefinition/></endEvent>',
        "s>sub sub>e heard>help help>he",
    )
    tasks = {"on": {"automated": True, "service": "PT1H"}, "help": {"automated": True, "service": "PT3H"}}
    found = results(drawn, tasks=tasks)
    assert found["done", "on"].mean == 500
    assert (found["done", "help"].mean, found["left", "help"].mean) == (0, 500)
    assert found["cycle_mean"].mean == pytest.approx(HOUR)


def test_inclusive_ways_are_waited_for_and_conditions_on_a_step_split_it() -> None:
    drawn = graph(
        '<startEvent id="s"/><inclusiveGateway id="o" default="c"/><manualTask id="a"/><manualTask id="b"/>'
        '<inclusiveGateway id="j"/><manualTask id="t"/><endEvent id="e"/><endEvent id="e2"/>',
        "s>o o>a:one? o>b:two? o>j:c a>j b>j j>t t>e:always t>e2:maybe?",
    )
    hours = {"automated": True, "service": "PT1H"}
    tasks = {"a": hours, "b": {"automated": True, "service": "PT2H"}, "t": hours}
    found = results(drawn, tasks=tasks, gateways={"o": {"one": 0.5, "two": 0.25}, "t": {"maybe": 0.5}})
    expected = (0.25 * 2 + 0.75 * 0.5 * 1) + 1
    assert found["cycle_mean"].mean == pytest.approx(expected * HOUR, rel=0.05)
    assert found["done", "t"].mean == 500


def test_timers_of_the_drawing_count_and_the_first_event_is_taken() -> None:
    drawn = graph(
        '<startEvent id="s"/><intermediateCatchEvent id="w"><timerEventDefinition><timeDuration>PT2H</timeDuration>'
        '</timerEventDefinition></intermediateCatchEvent><eventBasedGateway id="g"/><intermediateCatchEvent id="m">'
        '<messageEventDefinition messageRef="msg"/></intermediateCatchEvent><intermediateCatchEvent id="late">'
        "<timerEventDefinition><timeDuration>PT4H</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        '<manualTask id="told"/><endEvent id="e"/><endEvent id="e2"/>',
        "s>w w>g g>m g>late m>told told>e late>e2",
    )
    found = results(
        drawn, tasks={"told": {"automated": True, "service": 0}}, events={"m": {"after": "PT1H", "chance": 0.5}}
    )  # fmt: skip
    told = found["done", "told"].mean
    assert told == pytest.approx(250, abs=40)
    assert found["cycle_mean"].mean == pytest.approx((told * 3 + (500 - told) * 6) / 500 * HOUR)


def test_a_boundary_timer_takes_the_case_out_of_the_queue_and_a_message_comes_by_chance() -> None:
    drawn = graph(
        '<startEvent id="s"/><userTask id="a" zd:team="team" zd:cost="5"/><boundaryEvent id="b" attachedToRef="a">'
        "<timerEventDefinition><timeDuration>PT30M</timeDuration></timerEventDefinition></boundaryEvent>"
        '<boundaryEvent id="m" attachedToRef="a"><messageEventDefinition messageRef="msg"/></boundaryEvent>'
        '<endEvent id="e"/><endEvent id="e2"/>',
        "s>a a>e b>e2 m>e2",
    )
    quick = results(drawn, tasks={"a": {"service": "PT29M"}}, arrivals={"gap": "PT1H", "cases": 500})
    slow = results(drawn, tasks={"a": {"service": "PT31M"}}, arrivals={"gap": "PT1H", "cases": 500})
    word = results(drawn, tasks={"a": {"service": "PT29M"}}, arrivals={"gap": "PT1H", "cases": 500},
                   events={"m": {"after": "PT6M", "chance": 1}})  # fmt: skip
    assert (quick["done", "a"].mean, quick["left", "a"].mean) == (500, 0)
    assert (slow["done", "a"].mean, slow["left", "a"].mean) == (0, 500)
    assert slow["cost"].mean == pytest.approx(5 + 30)  # its standard cost, and half an hour of somebody
    assert word["cycle_mean"].mean == pytest.approx(360)
