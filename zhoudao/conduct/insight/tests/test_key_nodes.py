"""Which steps decide how long cases take: known answers, slow counting, and no rank by centrality."""

from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.conduct.insight.key_nodes import (
    FasterRefused,
    NothingToHasten,
    betweenness,
    hastened,
    is_cut,
    key_nodes,
)  # fmt: skip
from zhoudao.conduct.insight.rated import rated
from zhoudao.conduct.insight.scenario import Scenario, read
from zhoudao.conduct.insight.tests.drawn import graph, scenario
from zhoudao.engines.bpmn.graph import Graph


def flow() -> Graph:
    return graph(
        '<startEvent id="s"/><userTask id="ask" name="Ask"/><exclusiveGateway id="x" default="no"/>'
        '<userTask id="mend" name="Mend"/><exclusiveGateway id="j"/><userTask id="tell" name="Tell"/>'
        '<endEvent id="e"/>',
        "s>ask ask>x x>mend:yes? x>j:no mend>j j>tell tell>e",
    )


def read_(share: float = 0.5, **tasks: Any) -> Scenario:
    alone = {"automated": True}
    given_ = {"ask": 600, "mend": 36_000, "tell": 3600} | tasks
    return read(
        flow(),
        scenario(
            tasks={name: {"service": time} | alone for name, time in given_.items()}, gateways={"x": {"yes": share}},
            arrivals={"gap": {"exponential": "PT1H"}, "cases": 400},
        ),
    )  # fmt: skip


def test_without_queues_what_is_gained_is_what_the_step_takes() -> None:
    found = key_nodes(read_(share=0.9), faster=0.5, replications=5)
    gains = {one.element: (one.median.mean, one.p90.mean) for one in found.nodes}
    assert [one.element for one in found.nodes] == ["mend", "tell", "ask"]
    assert gains["mend"] == pytest.approx((-18_000, -18_000))
    assert gains["tell"] == pytest.approx((-1800, -1800))
    assert gains["ask"] == pytest.approx((-300, -300))
    assert found.median.mean == pytest.approx(40_200)


def test_a_step_that_few_pass_gains_half_of_the_cases_nothing() -> None:
    found = {one.element: one for one in key_nodes(read_(share=0.2), faster=0.2, replications=5).nodes}
    assert found["mend"].median.mean == 0
    assert found["mend"].p90.mean == pytest.approx(-7200)
    assert found["mend"].place.share == pytest.approx(0.2, abs=0.06)
    assert not found["mend"].place.is_cut
    assert found["ask"].place.is_cut
    assert (found["ask"].place.before, found["ask"].place.behind) == (0, 2)
    assert found["tell"].place.share == 1


def test_where_people_are_few_a_faster_step_frees_them_for_all_the_rest() -> None:
    def queued(**more: Any) -> Scenario:
        tasks = {name: {"service": {"exponential": "PT45M"}, "pools": ["team"]} for name in ("ask", "mend", "tell")}
        given_ = scenario(tasks=tasks | more, gateways={"x": {"yes": 0.5}})
        return read(flow(), given_ | {"arrivals": {"gap": {"exponential": "PT1H"}, "cases": 600}})

    found = key_nodes(queued(), faster=0.2, replications=8)
    for one in found.nodes[:2]:
        assert one.median.high < -9 * 60 / 2, "more than the time of the step itself"
        assert one.median.is_clear


def test_it_is_not_ranked_by_the_middle_it_stands_in() -> None:
    found = key_nodes(read_(share=1.0, ask=36_000, mend=60), replications=3)
    assert found.nodes[0].element == "ask"
    assert found.nodes[-1].element == "mend"
    between = {one.element: one.place.between for one in found.nodes}
    assert between["mend"] > between["ask"]


def test_what_waits_for_nobody_is_shortened_as_well() -> None:
    made = read_()
    node = next(node for node in made.model.nodes if node.id == "mend")
    assert node.task is not None
    delayed = read(
        flow(),
        scenario(
            tasks={
                name: {"service": 600, "automated": True, "delay": {"time": 6000}} for name in ("ask", "mend", "tell")
            },
            gateways={"x": {"yes": 0.5}},
        ),
    )  # fmt: skip
    task = next(node.task for node in hastened(delayed.model, "mend", 0.25).nodes if node.id == "mend")
    assert task is not None
    assert task.delay is not None
    assert (task.service.mean, task.delay.time.mean) == (450, 4500)


@pytest.mark.parametrize("faster", [0, 1, -0.1])
def test_how_much_faster_is_a_share(faster: float) -> None:
    with pytest.raises(FasterRefused):
        key_nodes(read_(), faster=faster)


def test_a_flow_that_takes_no_time_has_no_key() -> None:
    with pytest.raises(NothingToHasten):
        key_nodes(read_(ask=0, mend=0, tell=0))


def test_how_far_it_is_is_heard_until_all_is_done() -> None:
    heard: list[float] = []
    key_nodes(read_(), replications=2, heard=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1


def test_what_is_inside_a_subprocess_may_be_the_only_way() -> None:
    drawn = graph(
        '<startEvent id="s"/><subProcess id="sub"><startEvent id="i"/><userTask id="a"/><endEvent id="o"/>'
        '<sequenceFlow id="f1" sourceRef="i" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="o"/>'
        '</subProcess><boundaryEvent id="b" attachedToRef="sub"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        '</timerEventDefinition></boundaryEvent><userTask id="t"/><endEvent id="e"/>',
        "s>sub sub>t t>e b>t",
    )
    made = read(drawn, scenario(tasks={name: {"service": 60, "pools": ["team"]} for name in "at"}))
    assert is_cut(made.model, "t")
    assert not is_cut(made.model, "a"), "the clock leads out"
    bare = replace(made.model, nodes=tuple(node for node in made.model.nodes if node.id != "b"),
                   flows=tuple(each for each in made.model.flows if each.source != "b"))  # fmt: skip
    assert is_cut(bare, "a")
    assert is_cut(bare, "sub")


EDGES = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.sampled_from([1, 2, 4]), max_size=10)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDGES)
def test_the_middle_is_what_trying_every_way_gives(edges: dict[tuple[int, int], int]) -> None:
    nodes = sorted({node for edge in edges for node in edge})
    found = betweenness(edges)
    total = dict.fromkeys(nodes, 0.0)
    for one in nodes:
        for other in nodes:
            if one == other:
                continue
            ways = [
                (one, *middle, other)
                for count in range(len(nodes) - 1)
                for middle in permutations([node for node in nodes if node not in (one, other)], count)
            ]
            open_ = [way for way in ways if all(pair in edges for pair in pairwise(way))]
            lengths = [sum(1 / edges[pair] for pair in pairwise(way)) for way in open_]
            best = [way for way, length in zip(open_, lengths, strict=True) if length == min(lengths)]
            for node in nodes:
                if node not in (one, other) and best:
                    total[node] += sum(node in way for way in best) / len(best)
    pairs = (len(nodes) - 1) * (len(nodes) - 2)
    assert found == pytest.approx({node: each / pairs if pairs else 0 for node, each in total.items()})


def test_ratings_that_fall_with_time_rise_when_time_is_spared() -> None:
    rng = np.random.default_rng(3)
    time = rng.lognormal(9, 1, 300)
    said = 4 - 0.5 * (np.log(time) - 9) + rng.normal(0, 0.3, 300)
    found = rated(time, said, faster=0.5)
    assert found.change == pytest.approx(0.5 * np.log(2), rel=0.15)
    assert found.low < 0.5 * np.log(2) < found.high
    assert found.is_clear


def test_ratings_that_have_nothing_to_do_with_it_are_not_clear_nineteen_times_of_twenty() -> None:
    rng = np.random.default_rng(4)
    clear = [
        rated(rng.lognormal(9, 1, 60), rng.integers(1, 6, 60), faster=0.2, seed=turn).is_clear for turn in range(60)
    ]
    assert sum(clear) <= 8


def test_under_thirty_rated_cases_nothing_is_said() -> None:
    rng = np.random.default_rng(5)
    assert not rated(rng.lognormal(9, 1, 29), rng.integers(1, 6, 29), faster=0.2).is_enough
    assert not rated(np.full(50, 60.0), rng.integers(1, 6, 50), faster=0.2).is_enough
    assert rated(rng.lognormal(9, 1, 30), rng.integers(1, 6, 30), faster=0.2).is_enough
