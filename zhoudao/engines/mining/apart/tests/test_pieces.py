"""A lake that is not whole, or whose files do not fit together, is refused in words that say what to do."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhoudao.engines.mining.apart.pieces import LakeUnsound, Roles
from zhoudao.engines.mining.apart.running import Here
from zhoudao.engines.mining.apart.whole import Asked, Found, map_of

ROLES = Roles("case", "step", "at")


def file_of(rows: list[tuple[Any, ...]], path: Path, **more: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: [row[place] for row in rows] for place, name in enumerate(("case", "step", "at"))}
    pq.write_table(pa.table(columns | more), path)
    return path


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    file_of([("a", "open", 0), ("a", "close", 10)], tmp_path / "month=2026-01" / "bucket=0" / "part.parquet")
    file_of([("b", "open", 5), ("b", "close", 9)], tmp_path / "month=2026-02" / "bucket=1" / "part.parquet")
    return tmp_path


def mapped(root: Path, roles: Roles = ROLES, parts: int = 0) -> Found:
    return map_of(Asked(str(root), roles, parts=parts), Here)


def test_a_lake_that_is_whole_is_read(lake: Path) -> None:
    found = mapped(lake).mapped
    assert (found.events, found.cases, [edge.took.median for edge in found.edges]) == (4, 2, [7.0])


@pytest.mark.parametrize("name", ["part.new", "part.parquet.unfinished"])
def test_a_lake_that_is_being_written_is_refused(lake: Path, name: str) -> None:
    (lake / "month=2026-02" / "bucket=1" / name).write_bytes(b"PAR1")
    with pytest.raises(LakeUnsound, match=r"half written.*come again"):
        mapped(lake)


def test_an_export_that_was_broken_off_is_refused(lake: Path, tmp_path: Path) -> None:
    broken = lake.parent / f".{lake.name}.unfinished"
    lake.rename(broken)
    with pytest.raises(LakeUnsound, match="half written"):
        mapped(broken)
    broken.rename(lake)


def test_a_file_that_was_cut_off_is_refused_by_name(lake: Path) -> None:
    path = lake / "month=2026-02" / "bucket=1" / "part.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LakeUnsound, match=r"month=2026-02/bucket=1/part.parquet cannot be read as Parquet"):
        mapped(lake)


def test_a_file_damaged_inside_is_refused_by_name(lake: Path) -> None:
    path = lake / "month=2026-02" / "bucket=1" / "part.parquet"
    content = bytearray(path.read_bytes())
    content[8:60] = b"\xff" * 52
    path.write_bytes(content)
    with pytest.raises(LakeUnsound, match=r"month=2026-02/bucket=1/part.parquet"):
        mapped(lake)


def test_a_file_without_a_column_that_is_needed_is_refused(lake: Path) -> None:
    file_of([("c", "open", 5)], lake / "month=2026-03" / "bucket=0" / "part.parquet", who=["x"])
    with pytest.raises(LakeUnsound, match=r"has no column 'who'; it has: case, step, at"):
        mapped(lake, Roles("case", "step", "at", resource="who"))


def test_columns_that_only_some_files_have_are_told_where_none_is_needed(lake: Path) -> None:
    file_of([("c", "open", 5)], lake / "month=2026-03" / "bucket=0" / "part.parquet", who=["x"])
    found = mapped(lake)
    assert found.mapped.cases == 3
    assert found.notes[0].startswith("1 of the files have also who, e.g.")


def test_a_column_of_words_is_no_column_of_moments(lake: Path) -> None:
    file_of([("c", "open", "yesterday")], lake / "month=2026-03" / "bucket=0" / "part.parquet")
    with pytest.raises(LakeUnsound, match="'at' holds string, no moments"):
        mapped(lake)


def test_a_case_that_stands_in_two_files_is_refused_and_brought_together_when_asked(lake: Path) -> None:
    file_of([("a", "reopen", 20), ("c", "open", 3)], lake / "month=2026-03" / "bucket=0" / "part.parquet")
    with pytest.raises(LakeUnsound, match=r"stand in more than one file: a …, of at most 1\..*--parts"):
        mapped(lake)
    found = mapped(lake, parts=4).mapped
    assert (found.events, found.cases) == (6, 3)
    assert [(edge.source, edge.target, edge.took.median) for edge in found.edges if edge.target == "reopen"] == [
        ("close", "reopen", 10.0)
    ]


def test_rows_without_a_case_an_activity_or_a_time_are_left_out_and_counted(lake: Path) -> None:
    rows = [("c", "open", 5), (None, "open", 5), ("c", "", 6), ("c", "close", None)]
    file_of(rows, lake / "month=2026-03" / "bucket=0" / "part.parquet")
    found = mapped(lake).mapped
    assert (found.events, found.left_out) == (5, 3)


@pytest.mark.parametrize("content", [[], [(None, "open", 1)]])
def test_a_log_without_an_event_is_refused(tmp_path: Path, content: list[Any]) -> None:
    schema = pa.schema({"case": pa.string(), "step": pa.string(), "at": pa.int64()})
    pq.write_table(pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in content], schema),
                   tmp_path / "a.parquet")  # fmt: skip
    with pytest.raises(LakeUnsound, match="no event"):
        mapped(tmp_path)


def test_what_is_not_there_or_holds_no_parquet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LakeUnsound, match="no such file or folder"):
        mapped(tmp_path / "absent")
    with pytest.raises(LakeUnsound, match=r"no file in it whose name ends in \.parquet"):
        mapped(tmp_path)
