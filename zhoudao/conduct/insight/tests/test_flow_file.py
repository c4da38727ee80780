"""What is discovered is a flow: sound, drawn so that it can be read, deployed without a problem, and runs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyarrow import csv

from zhoudao.conduct.insight.conforming import conformance
from zhoudao.conduct.insight.flow_file import TreeTooLarge, to_bpmn
from zhoudao.engines.bpmn import effects
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.check import Known, check
from zhoudao.engines.bpmn.graph import Graph, Kind, Shape
from zhoudao.engines.bpmn.marking import Marking
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.queries import waiting
from zhoudao.engines.bpmn.triggers import Complete, Start
from zhoudao.engines.decisions import expressions
from zhoudao.engines.mining.discovering import discover
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.trees import Is, activity, block

LOGS = Path(__file__).parents[5] / "shared" / "data" / "logs"
NOTHING = Known(commands={}, decisions={}, teams={}, events={}, flows={})
WORDS = st.lists(st.text("abcdef", min_size=1, max_size=7), min_size=1, max_size=9)


def log_of(words: list[str]) -> Log:
    rows = [(str(number), letter) for number, word in enumerate(words) for letter in word]
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=np.arange(len(rows), dtype=np.int64)
    )


def drawn(log: Log, noise: float = 0.0) -> Graph:
    return parse(to_bpmn(discover(log, noise), "Found"))


def problems(graph: Graph) -> list[tuple[str, str]]:
    return [(each.element, each.code) for each in check(graph, NOTHING, expressions) if each.code != "not-proven"]


def recorded(name: str, case: str, activity_column: str, end: str) -> Log:
    """One of the recorded logs, or a skip."""
    path = LOGS / name
    if not path.exists():
        pytest.skip(f"the recorded log {name} is not here")
    kinds = {case: pa.string(), activity_column: pa.string(), end: pa.timestamp("us", tz="UTC")}
    with pa.CompressedInputStream(pa.OSFile(str(path)), "gzip") as opened:
        table = csv.read_csv(opened, convert_options=csv.ConvertOptions(column_types=kinds, include_columns=[*kinds]))
    times = table[end].cast(pa.int64()).to_numpy()
    return interned(case=table[case], activity=table[activity_column], end=times)


RECORDED = [
    ("helpdesk.csv.gz", "case:concept:name", "concept:name", "time:timestamp"),
    ("volvo_incidents.csv.gz", "case:concept:name", "concept:name", "time:timestamp"),
    ("insurance_claims.csv.gz", "case_id", "activity", "end_time"),
    ("purchasing.csv.gz", "case_id", "activity", "end_time"),
]


@settings(deadline=None, max_examples=100)  # the first call compiles
@given(WORDS)
def test_every_case_of_the_log_is_a_way_through_what_was_discovered_from_it(words: list[str]) -> None:
    log = log_of(words)
    graph = drawn(log)
    found = conformance(graph, log)
    assert found.aligned.cost.tolist() == [0] * len(found.variants)
    assert found.meaning.unmapped == ()
    assert problems(graph) == []


@settings(deadline=None, max_examples=100)
@given(WORDS, st.sampled_from([0.1, 0.3, 0.8]))
def test_whatever_is_left_out_as_noise_the_flow_can_be_deployed(words: list[str], noise: float) -> None:
    assert problems(drawn(log_of(words), noise)) == []


@settings(deadline=None, max_examples=60)
@given(WORDS, st.integers(0, 2))
def test_nothing_lies_on_anything_else_and_lines_end_at_what_they_join(words: list[str], tenths: int) -> None:
    graph = drawn(log_of(words), tenths / 10)
    shapes = {shape.id: shape for shape in graph.shapes}
    assert set(shapes) == {node.id for node in graph.nodes}
    for one, other in combinations(graph.shapes, 2):
        apart_x = one.x + one.width < other.x or other.x + other.width < one.x
        assert apart_x or one.y + one.height < other.y or other.y + other.height < one.y
    for edge in graph.edges:
        flow = next(flow for flow in graph.flows if flow.id == edge.id)
        for (x, y), end in ((edge.points[0], flow.source), (edge.points[-1], flow.target)):
            shape = shapes[graph.nodes[end].id]
            assert shape.x <= x <= shape.x + shape.width
            assert shape.y <= y <= shape.y + shape.height
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(edge.points))
        _runs_through_no_step(edge.points, [s for s in graph.shapes if s.kind == "userTask"])


def _runs_through_no_step(points: tuple[tuple[float, float], ...], tasks: list[Shape]) -> None:
    for (x1, y1), (x2, y2) in pairwise(points):
        for task in tasks:
            inside_x = min(x1, x2) < task.x + task.width - 1 and max(x1, x2) > task.x + 1
            inside_y = min(y1, y2) < task.y + task.height - 1 and max(y1, y2) > task.y + 1
            assert not (inside_x and inside_y)


def walk(graph: Graph, answers: Mapping[str, str]) -> list[str]:
    """The names of the steps in order, each done with these answers to what its form asks."""

    def evaluate(expression: str, data: Mapping[str, object]) -> object:
        return expressions.evaluate(expression, data)

    at, data, done = datetime(2026, 1, 1, tzinfo=UTC), dict[str, object](answers), list[str]()
    marking, found = advance(graph, Marking(), Start(), data, at=at, evaluate=evaluate)
    while not marking.ended and len(done) < 50:
        open_now = waiting(graph, marking)[0]
        done.append(open_now.node.name)
        given_now = {field.name: answers[field.name] for field in open_now.node.step.form if field.name in answers}
        marking, found = advance(graph, marking, Complete(open_now.token.id, given_now), data, at=at, evaluate=evaluate)
        for effect in found:
            if isinstance(effect, effects.Remember):
                data |= effect.values
    return done


def test_it_runs_by_the_usual_way_and_elsewhere_where_somebody_says_so() -> None:
    graph = drawn(log_of(["abd", "abd", "acd", "ad", "abdeabd"]))
    choice, again = (
        next(field for node in graph.nodes for field in node.step.form if word in field.words["w2"]["en"] for _ in [0])
        for word in ("c", "e")
    )
    assert walk(graph, {}) == ["a", "b", "d"]
    assert walk(graph, {choice.name: "w2"}) == ["a", "c", "d"]
    assert walk(graph, {choice.name: "w3"}) == ["a", "d"]
    assert walk(graph, {again.name: "w2"})[:7] == ["a", "b", "d", "e", "a", "b", "d"]


def test_whoever_does_the_step_before_a_choice_is_asked_which_way_in_three_languages() -> None:
    graph = drawn(log_of(["ab", "ab", "ac", "a"]))
    (field,) = next(node for node in graph.nodes if node.name == "a").step.form
    assert (field.type, field.options) == ("choice", ("w1", "w2", "w3"))
    assert [field.words[option]["zh-Hans"] for option in field.options] == ["b", "c", "继续"]
    assert set(field.label) == {"zh-Hans", "zh-Hant", "en"}
    assert not graph.inputs


def test_a_choice_before_anything_is_done_is_an_input_of_the_flow() -> None:
    graph = drawn(log_of(["ab", "ab", "cb"]))
    assert [entry.name for entry in graph.inputs] == ["way_1"]
    assert walk(graph, {}) == ["a", "b"]
    assert walk(graph, {"way_1": "w2"}) == ["c", "b"]


def test_names_are_kept_as_far_as_xml_can_carry_them() -> None:
    names = ["Start", "End", 'a "quoted" <b> & c', "洗衣机\x00漏水", "", "two  spaces"]
    log = interned(case=["x"] * 6, activity=names, end=np.arange(6, dtype=np.int64))
    graph = drawn(log)
    shown = [node.name for node in graph.nodes if node.kind is Kind.USER]
    assert shown == ["Start", "End", 'a "quoted" <b> & c', "洗衣机 漏水", "", "two spaces"]
    assert problems(graph) == []
    assert conformance(graph, log).aligned.cost.tolist() == [0]


def test_a_model_of_more_than_a_thousand_elements_is_refused_with_what_to_do() -> None:
    with pytest.raises(TreeTooLarge, match="more noise"):
        to_bpmn(block(Is.SEQUENCE, [activity(str(number)) for number in range(1_000)]), "Long")
    assert len(parse(to_bpmn(block(Is.SEQUENCE, [activity(str(n)) for n in range(998)]), "Long")).nodes) == 1_000


def test_the_same_log_gives_the_same_file() -> None:
    words = ["abcd", "acbd", "aed", "abcdabd"]
    one, other = log_of(words), log_of([*reversed(words)])
    assert to_bpmn(discover(one), "Found") == to_bpmn(discover(other), "Found")


@pytest.mark.parametrize("log", RECORDED, ids=[each[0].partition(".")[0] for each in RECORDED])
def test_recorded_logs_are_discovered_sound_and_every_case_fits(log: tuple[str, str, str, str]) -> None:
    read = recorded(*log)
    graph = drawn(read)
    assert problems(graph) == []
    found = conformance(graph, read)
    assert found.aligned.is_exact.all()
    assert found.fitting_cases == len(read.cases)
    assert problems(drawn(read, 0.2)) == []


def test_the_purchasing_log_gives_the_process_its_readers_know() -> None:
    """Purchasing example of the Simod and Prosimos papers: requisition, quotation, order, three-way match, payment."""
    read = recorded(*RECORDED[3])
    names = [leaf.activity for leaf in discover(read, 0.5).leaves()]
    order = [
        "Create Purchase Requisition", "Create Request for Quotation", "Choose best option", "Create Purchase Order",
        "Deliver Goods Services", "Pay Invoice",
    ]  # fmt: skip
    assert [name for name in names if name in order] == order


def test_the_running_example_gives_the_process_of_the_textbook() -> None:
    """van der Aalst, Process Mining, chapter 2: it is decided after both checks, and begun anew or ended either way."""
    path = LOGS / "running-example.xes"
    if not path.exists():
        pytest.skip("the recorded log running-example.xes is not here")
    rows = []
    for trace in etree.parse(path).getroot().iter("{*}trace"):
        for event in trace.iter("{*}event"):
            told = {each.get("key"): each.get("value", "") for each in event}
            at = datetime.fromisoformat(told["time:timestamp"])
            rows.append((str(trace[0].get("value")), told["concept:name"], int(at.timestamp() * 1e6)))
    log = interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=np.array([row[2] for row in rows])
    )
    assert str(discover(log)) == (
        "→(register request, ↺(→(∧(check ticket, ×(examine casually, examine thoroughly)), decide), "
        "reinitiate request), ×(pay compensation, reject request))"
    )
