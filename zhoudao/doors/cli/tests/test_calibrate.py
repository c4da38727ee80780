"""`zhoudao calibrate` from the outside: what it writes is what `zhoudao simulate` takes."""

import json
from pathlib import Path

import pytest

from zhoudao.config.main import main

DAYS = 60


def tickets(path: Path) -> Path:
    """Two tickets a day; ann asks, bea mends every other one the next day."""
    rows = ["ticket,step,start time,end time,resource"]
    for day in range(DAYS):
        at = f"2026-0{1 + day // 28}-{1 + day % 28:02}"
        for turn, hour in enumerate((9, 13)):
            rows.append(f"{day}-{turn},Ask,{at} {hour:02}:00,{at} {hour:02}:{10 + day % 7}:00,ann")
            if turn:
                rows.append(f"{day}-{turn},Mend,{at} 15:00,{at} 16:{10 + day % 5}:00,bea")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_log_becomes_a_scenario_that_is_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "found"
    assert main(["calibrate", str(tickets(tmp_path / "tickets.csv")), "--out", str(out)]) == 0
    summary = (out / "summary.md").read_text()
    assert "Cases come by the hours of the week, as 120 did" in summary
    assert "| Mend | service |" in summary
    assert "the cycle times it foretells are" in summary
    tried = json.loads((out / "validation.json").read_text())
    assert tried["cases"] == {"earlier": 60, "later": 60}
    assert tried["distances"]["cycle_time"]["own"] >= 0
    capsys.readouterr()
    assert main(["simulate", str(out / "flow.bpmn"), "--scenario", str(out / "scenario.json"), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["scenarios"][0]["results"]
    assert {row["of"] for row in figures if row["figure"] == "done"} == set(
        json.loads((out / "scenario.json").read_text())["tasks"]
    )


def test_a_flow_that_is_given_is_kept_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, flow = tickets(tmp_path / "tickets.csv"), tmp_path / "found.bpmn"
    assert main(["discover", str(log), "--out", str(flow)]) == 0
    assert main(["calibrate", str(log), "--flow", str(flow), "--out", str(tmp_path / "it")]) == 0
    assert not (tmp_path / "it" / "flow.bpmn").exists()
    assert main(["calibrate", str(log), "--flow", str(tmp_path / "none.bpmn"), "--out", str(tmp_path)]) == 2
    flow.write_text("<x/>")
    capsys.readouterr()
    assert main(["calibrate", str(log), "--flow", str(flow), "--out", str(tmp_path / "it")]) == 1
    assert "tickets.csv" in capsys.readouterr().err


def test_few_cases_make_a_scenario_of_which_it_is_said_that_nobody_knows(tmp_path: Path) -> None:
    log = tickets(tmp_path / "tickets.csv")
    log.write_text("\n".join(log.read_text().splitlines()[:20]))
    assert main(["calibrate", str(log), "--out", str(tmp_path / "found")]) == 0
    assert "fewer than 40 cases" in (tmp_path / "found" / "summary.md").read_text()
    assert json.loads((tmp_path / "found" / "validation.json").read_text()) == {"enough_cases": False}
