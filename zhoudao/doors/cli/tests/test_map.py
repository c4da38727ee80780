"""`zhoudao map`: a lake's map by the command, and what is refused in words."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhoudao.doors.cli import Refused, map_spark

MINUTE = 60_000_000


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "zhoudao.config.main", "map", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def own_lake(folder: Path) -> Path:
    """Two cases as our own lake has them, each in its file, with what a clock noted beside."""
    for month, case, minutes in (("2026-01", "C1", 10), ("2026-02", "C2", 30)):
        facts = [("cases.CaseOpened", 0), ("cases.PromiseMade", 1), ("cases.CaseResolved", minutes)]
        columns: dict[str, Any] = {
            "case": [case] * 3, "began": [0] * 3, "type": [name for name, _ in facts],
            "activity": pa.array([name for name, _ in facts]).dictionary_encode(),
            "at": [at * MINUTE for _, at in facts],
            "resource": pa.array(["customer", None, "user:1"]).dictionary_encode(), "channel": ["web"] * 3,
            "store": ["S1"] * 3,
        }  # fmt: skip
        path = folder / f"month={month}" / "bucket=3" / "part.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table(columns), path)
    return folder


def test_our_own_lake_is_mapped_without_what_clocks_note(tmp_path: Path) -> None:
    done = run(str(own_lake(tmp_path / "case")), "--out", str(tmp_path / "out"), "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4 events of 2 cases; 2 steps, 1 ways; a case takes 0.3 h (median)")
    assert "cases.CaseOpened → cases.CaseResolved: 2 times, 0.33 h (median), 0.47 h (p90)" in done.stdout
    told = json.loads((tmp_path / "out" / "map.json").read_text())
    assert [(pair["source"], pair["target"], pair["took"]["times"]) for pair in told["hands"]] == [
        ("customer", "user:1", 2)
    ]
    whole = run(str(tmp_path / "case"), "--whole", "--json")
    assert json.loads(whole.stdout)["events"] == 6


def test_a_log_of_others_needs_no_words_where_its_columns_speak_and_is_divided_when_asked(tmp_path: Path) -> None:
    rows = 40
    columns = {
        "Case ID": [f"n{number % 8}" for number in range(rows)], "Activity": ["open", "look", "close"] * 13 + ["open"],
        "Timestamp": pa.array([number * MINUTE for number in range(rows)], pa.timestamp("us", "UTC")),
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "log.parquet", row_group_size=9)
    plain = run(str(tmp_path / "log.parquet"), "--json")
    assert plain.returncode == 0, plain.stderr
    assert json.loads(plain.stdout)["cases"] == 8
    assert run(str(tmp_path / "log.parquet"), "--json", "--parts", "3").stdout == plain.stdout


def test_what_cannot_be_mapped_is_refused_with_what_to_do(tmp_path: Path) -> None:
    lake = own_lake(tmp_path / "case")
    (lake / "month=2026-01" / "bucket=3" / "part.new").touch()
    refused = run(str(lake))
    assert (refused.returncode, "half written" in refused.stderr) == (1, True)
    assert run(str(tmp_path / "absent")).returncode == 1
    assert run(str(lake), "--conf", "x").returncode == 2


def test_rows_of_start_and_complete_are_no_log_in_parts(tmp_path: Path) -> None:
    columns = {
        "case": ["a", "a", "b", "b"], "activity": ["x", "x", "x", "x"], "lifecycle": ["start", "complete"] * 2,
        "time": pa.array([0, 1, 2, 3], pa.timestamp("us")),
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")
    refused = run(str(tmp_path / "log.parquet"))
    assert refused.returncode == 1
    assert "start and complete in rows of their own" in refused.stderr


@pytest.mark.parametrize(("absent", "said"), [("pyspark", map_spark.NO_SPARK), ("java", map_spark.NO_JAVA)])
def test_without_spark_it_is_said_what_to_install(absent: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None if absent == "pyspark" else sys)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert map_spark.is_there() == said
    with pytest.raises(Refused, match="Without --engine spark"):
        map_spark.session("local[1]", [])
