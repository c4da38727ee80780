"""`zhoudao diagnose`: published logs read, their findings recognised, their figures counted once more by hand."""

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

LOGS = Path(__file__).resolve().parents[5] / "shared" / "data" / "logs"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhoudao.config.main", "diagnose", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def diagnosed(name: str, folder: Path, *arguments: str) -> dict[str, Any]:
    if not (LOGS / name).exists():
        pytest.skip(f"{name} is not in ../shared/data/logs")
    done = run(str(LOGS / name), "--out", str(folder), *arguments)
    assert done.returncode == 0, done.stderr
    assert (folder / "report.html").read_text().count('class="report"') == 3
    figures: dict[str, Any] = json.loads((folder / "diagnosis.json").read_text())
    return figures


def by_hand(name: str, case: str, steps: tuple[str, ...], at: str) -> dict[str, list[tuple[datetime, int, str]]]:
    cases = defaultdict(list)
    with gzip.open(LOGS / name, "rt") as lines:
        for place, row in enumerate(csv.DictReader(lines)):
            cases[row[case]].append((datetime.fromisoformat(row[at]), place, " / ".join(row[step] for step in steps)))
    return {name: sorted(events) for name, events in cases.items()}


@pytest.mark.parametrize(
    ("name", "steps", "arguments"),
    [
        ("helpdesk.csv.gz", ("concept:name",), ()),
        ("volvo_incidents.csv.gz", ("concept:name", "lifecycle:transition"),
         ("--activity", "concept:name", "lifecycle:transition")),
    ],
)  # fmt: skip
def test_the_map_is_what_counting_the_file_by_hand_gives(
    name: str, steps: tuple[str, ...], arguments: tuple[str, ...], tmp_path: Path
) -> None:
    figures = diagnosed(name, tmp_path, *arguments)
    cases = by_hand(name, "case:concept:name", steps, "time:timestamp")
    gaps, ways = defaultdict[tuple[str, str], list[float]](list), Counter[tuple[str, ...]]()
    for events in cases.values():
        ways[tuple(event[2] for event in events)] += 1
        for one, other in pairwise(events):
            gaps[one[2], other[2]].append((other[0] - one[0]).total_seconds())
    assert figures["log"]["cases"] == len(cases)
    assert {(edge["from"], edge["to"]): edge["count"] for edge in figures["edges"]} == {
        pair: len(times) for pair, times in gaps.items()
    }
    for edge in figures["edges"]:
        times = gaps[edge["from"], edge["to"]]
        assert edge["median"] == pytest.approx(median(times))
        assert edge["total"] == pytest.approx(sum(times))
    assert sorted(each["cases"] for each in figures["variants"])[-9:] == sorted(ways.values())[-9:]
    assert figures["variants_in_all"] == len(ways)
    took = [(events[-1][0] - events[0][0]).total_seconds() for events in cases.values()]
    assert figures["case_seconds"]["median"] == pytest.approx(median(took))


def test_what_readers_of_these_logs_know_is_found(tmp_path: Path) -> None:
    helpdesk = diagnosed("helpdesk.csv.gz", tmp_path / "helpdesk")["findings"]
    assert ("slow", ["Resolve ticket", "Closed"]) in [(each["kind"], each["what"]) for each in helpdesk[:3]]
    assert ("outside", ["Wait"]) in [(each["kind"], each["what"]) for each in helpdesk]
    assert any(each["kind"] == "again" and each["what"] == ["Take in charge ticket"] for each in helpdesk)
    volvo = diagnosed(
        "volvo_incidents.csv.gz", tmp_path / "volvo", "--activity", "concept:name", "lifecycle:transition"
    )["findings"]  # fmt: skip
    said = {(each["kind"], *each["what"]) for each in volvo}
    assert ("outside", "Accepted / Wait - User") in said
    ping_pong = [each for each in volvo if each["kind"] == "to_and_fro" and each["of"] == "org:group"]
    assert ping_pong[0]["cases"] > 1_000
    assert ("reopened", "Completed / Closed") in {each[:2] for each in said}


def test_beginnings_in_the_log_split_every_wait_to_its_end(tmp_path: Path) -> None:
    figures = diagnosed("purchasing.csv.gz", tmp_path)
    waiting = figures["waiting"]
    assert waiting["estimated"] is False
    whole = sum(sum(parts.values()) for parts in waiting["by_activity"].values())
    by_case = defaultdict(list)
    with gzip.open(LOGS / "purchasing.csv.gz", "rt") as lines:
        for place, row in enumerate(csv.DictReader(lines)):
            begun, end = (datetime.fromisoformat(row[name]) for name in ("start_time", "end_time"))
            by_case[row["case_id"]].append((end, begun, place))
    expected = 0.0
    for events in by_case.values():
        for one, other in pairwise(sorted(events)):
            expected += max((other[1] - one[0]).total_seconds(), 0)
    assert whole == pytest.approx(expected)


def test_a_discovered_flow_is_gone_by_and_what_differs_is_said(tmp_path: Path) -> None:
    if not LOGS.exists():
        pytest.skip("../shared/data/logs is not there")
    log, drawn = str(LOGS / "running-example.xes"), tmp_path / "found.bpmn"
    command = [sys.executable, "-m", "zhoudao.config.main", "discover", log, "--out", str(drawn), "--noise", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = diagnosed("running-example.xes", tmp_path, "--flow", str(drawn))["conformance"]
    assert (figures["fitness"], figures["fitting_cases"], figures["deviations"]) == (1.0, 6, [])
    assert figures["done"]
    assert not any(figures["left_out"].values())
    drawn.write_text(drawn.read_text().replace("register request", "something else"))
    other = diagnosed("running-example.xes", tmp_path, "--flow", str(drawn))["conformance"]
    assert (other["unmapped"], other["fitting_cases"]) == (["register request"], 0)
    assert [(each["besides"], each["cases"]) for each in other["deviations"]] == [("register request", 6)]
    assert "flow-picture" in (tmp_path / "report.html").read_text()
    refused = run(log, "--out", str(tmp_path), "--flow", log)
    assert (refused.returncode, "running-example.xes" in refused.stderr) == (1, True)


def test_a_file_that_is_no_log_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    text = tmp_path / "notes.csv"
    text.write_text("colour,size\nred,9\nblue,8\n")
    done = run(str(text), "--out", str(tmp_path / "out"))
    assert (done.returncode, (tmp_path / "out").exists()) == (1, False)
    assert "notes.csv" in done.stderr
    assert run(str(tmp_path / "nowhere.csv"), "--out", str(tmp_path)).returncode == 2
    rows = "".join(f"{n},{step},2026-03-0{day} 10:00\n" for n in range(20) for day, step in enumerate("abc", 1))
    text.write_text("case,activity,time\n" + rows)
    assert run(str(text), "--out", str(tmp_path / "out"), "--zone", "Moon/Base").returncode == 2
    assert run(str(text), "--out", str(tmp_path / "out"), "--case", "nobody").returncode == 1
    assert run(str(text), "--out", str(tmp_path / "out")).returncode == 0
