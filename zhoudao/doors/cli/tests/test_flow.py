"""`zhoudao flow check|run` as a person or a program sees them, and the flows that are shipped."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhoudao.doors.cli import flow
from zhoudao.doors.cli.bench_flow import run as bench
from zhoudao.doors.cli.flow_walk import walk
from zhoudao.engines.bpmn.check import Known, check
from zhoudao.engines.bpmn.graph import On
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.decisions import expressions

SHIPPED = sorted(Path(__file__).parents[3].glob("conduct/flows/shipped/*.bpmn"))
TABLES = {path.stem for path in SHIPPED[0].parent.glob("tables/*.json")}
FINE = """start s\nuser a form=ok\nxor g default=g_b\nservice c command=x\nuser b\nend e
    s -> a -> g\ng -> c : ok\ng -> b\nc -> e\nb -> e"""
BROKEN = "start s\nxor g name=Choice\nuser a\nuser b\ns -> g\ng -> a : x\ng -> b : y"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "flow.bpmn"


def called(*words: str) -> int:
    parser = argparse.ArgumentParser()
    flow.register(parser.add_subparsers())
    given = parser.parse_args(["flow", *words])
    code = given.run(given)
    assert isinstance(code, int)
    return code


def test_a_flow_in_order_is_silent(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(bpmn(FINE))
    assert called("check", str(file)) == 0
    assert capsys.readouterr().out == ""


def test_every_problem_is_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(bpmn(BROKEN))
    assert called("check", str(file)) == 1
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert ["g", "Choice", "No flow is the default.", "Mark the flow to take when no condition holds."] in lines
    assert {len(line) for line in lines} == {4}


def test_programs_get_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(bpmn("start s\nscriptTask x\ns -> x"))
    assert called("check", "--json", str(file)) == 1
    assert [(row["element"], row["code"]) for row in json.loads(capsys.readouterr().out)] == [("x", "script")]


@pytest.mark.parametrize("words", [("check", "gone"), ("run", "gone"), ("run", "gone", "--data", "[1]")])
def test_misuse_is_told_apart(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert called(*words) == 2
    assert capsys.readouterr().err


def test_a_broken_flow_is_not_begun(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(bpmn(BROKEN))
    assert called("run", "--auto", str(file)) == 1
    assert "No flow is the default" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "passed", "not_passed"),
    [
        (["1 ok=true", "help", "1"], "element=c", "element=b"),
        (["9", "1 ok", "1 ok=false", "1 skip"], "element=b", "element=c"),
        (["1 ok=true", "1 !Refused", "q"], "RaisedError", "Completed"),
    ],
)
def test_a_person_walks_a_flow(
    answers: list[str], passed: str, not_passed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said: Iterator[str] = iter(answers)
    assert walk(parse(bpmn(FINE)), {}, auto=False, ask=lambda _: next(said))
    printed = capsys.readouterr().out
    assert passed in printed
    assert not_passed not in printed


def test_a_flow_that_cannot_go_on_says_why(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(bpmn(FINE.replace(": ok", ": n > 1"), inputs="n:object"))
    assert called("run", "--auto", str(file)) == 1
    assert "It cannot go on: n > 1" in capsys.readouterr().out


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("tier", ["urgent", "regular", "value_added"])
def test_a_shipped_flow_is_in_order_drawn_worded_and_comes_to_its_end(path: Path, tier: str) -> None:
    graph = parse(path.read_bytes())
    teams = {"reception", "order_processing", "after_sales", "customer_relations", "rapid_reaction"}
    known = Known(teams=teams, decisions=TABLES, flows={each.stem for each in SHIPPED})
    assert check(graph, known, expressions) == []
    assert {node.id for node in graph.nodes} <= {shape.id for shape in graph.shapes}
    assert {line.id for line in graph.flows} == {edge.id for edge in graph.edges}
    for node in graph.nodes:
        assert not node.step.text or set(node.step.text) == {"zh-Hans", "zh-Hant", "en"}
        assert node.step.text or node.kind != "user"
        assert node.name or node.event.on is On.NONE
    assert called("run", "--auto", str(path), "--data", json.dumps({"tier": tier})) == 0


def test_both_flows_are_shipped() -> None:
    assert {"inquiry", "complaint"} <= {path.stem for path in SHIPPED}


def test_a_durable_step_is_cheap_small_and_the_same_as_the_peers() -> None:
    found = bench(rounds=2)
    assert found["zhoudao largest state bytes"] <= 256
    assert found.get("ratio", 15) >= 15
