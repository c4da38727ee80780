"""The bench of conformance says what it found, also beside a peer that answers, and refuses one that does not."""

import sys
from pathlib import Path

import pytest

from zhoudao.doors.cli import Refused, bench_insight_conformance
from zhoudao.doors.cli.bench_report import Report

SMALL = {"cases": 300, "theirs": 5, "rounds": 1, "widths": (2, 3)}


def run(python: str | None) -> Report:
    report = Report("insight-conformance")
    bench_insight_conformance.run(python, report, lambda _text: None, **SMALL)  # type: ignore[arg-type]  # by name
    return report


def test_without_a_peer_ours_alone_is_measured_and_that_is_said() -> None:
    report = run(None)
    assert [figure.name for figure in report.figures] == ["exact alignments", "by states", "by states"]
    assert [figure.size for figure in report.figures[1:]] == ["19 states", "55 states"]
    assert report.is_kept
    assert any("ours alone" in note for note in report.notes)


def peer(tmp_path: Path, body: str) -> str:
    """An interpreter that answers as the peer would."""
    program = tmp_path / "peer"
    program.write_text(f"#!{sys.executable}\nimport json, sys\nasked = json.load(open(sys.argv[2]))\n{body}\n")
    program.chmod(0o755)
    return str(program)


ANSWER = """costs = [{cost} for _ in asked["variants"]]
ways = dict((way, dict(cpu=60.0, costs=costs)) for way in asked["ways"])
print(json.dumps(dict(version="1", ways=ways, places=1, moves=1)))"""


def test_one_cost_other_than_the_peers_is_a_budget_missed(tmp_path: Path) -> None:
    report = run(peer(tmp_path, ANSWER.format(cost=999)))
    wrong = [figure for figure in report.figures if figure.name.startswith("costs other")]
    assert [(figure.value, figure.is_kept) for figure in wrong] == [("5", False)] * 3
    faster = next(figure for figure in report.figures if figure.name.startswith("pm4py / zhoudao"))
    assert faster.is_kept
    assert not report.is_kept


def test_a_peer_that_cannot_be_run_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="pm4py could not be run"):
        run(peer(tmp_path, "sys.exit('no module named pm4py')"))
    with pytest.raises(Refused, match="pm4py could not be run"):
        run(str(tmp_path / "nothing"))
