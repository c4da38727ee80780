"""What companies' logs have wrong with them is read as far as it can be, and said by row."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhoudao.engines.mining.reading import Limits, LogUnreadable, Mapping, read_log
from zhoudao.engines.mining.reading.tests.files import codes, read, rows
from zhoudao.kit.sheets import Cell, written

HEAD = "case,activity,time\n"


def test_missing_cases_activities_and_times_are_refused_by_row_with_what_to_do(tmp_path: Path) -> None:
    found = read(
        tmp_path, HEAD + "1,a,2026-01-01 10:00Z\n,b,2026-01-01 10:00Z\n1,,2026-01-01 10:00Z\n\n1,b,\n1,b,soon\n2,c\n"
    )
    assert [str(each) for each in found.refused_rows] == [
        "Row 3: no case: say which case the row belongs to.",
        "Row 4: no activity: say what was done.",
        "Row 6: no time: say when the step was completed.",
        "Row 7: “soon” is not a time that can be read: write times as 2026-01-31 14:05:00.",
        "Row 8: 2 cells where the header has another number: put cells with commas between quotation marks.",
    ]
    assert (found.refused_count, len(found.log)) == (5, 1)
    assert {"rows_refused", "rows_ragged"} <= set(codes(found))


def test_only_the_first_thousand_refused_rows_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "1,a,2026-01-01 10:00Z\n" * 5_000 + "1,a,x\n" * 3_000)
    assert (len(found.refused_rows), found.refused_count, found.rows) == (1_000, 3_000, 8_000)
    assert found.refused_rows[0].row == 5_002


def test_events_that_are_exactly_like_another_are_counted_and_kept(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "1,a,2026-01-01 10:00Z\n1,b,2026-01-01 10:00Z\n" * 2 + "2,a,2026-01-01 10:00Z\n")
    assert {each.code: each.values for each in found.warnings}["duplicates"]["count"] == 2
    assert len(found.log) == 5


def test_times_of_several_zones_are_each_read_in_their_own(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD + "1,a,2026-01-01 10:00+08:00\n1,b,2026-01-01 03:00Z\n1,c,2026-01-01 12:00\n",
        zone="Asia/Shanghai",
    )
    assert [(what, end // 3_600_000_000 % 24) for _, what, end in rows(found.log)] == [("a", 2), ("b", 3), ("c", 4)]
    assert "zones_mixed" in codes(found)


def test_activities_named_start_or_end_or_nothing_are_activities(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + '1,Start,2026-01-01 10:00Z\n1,"",2026-01-01 11:00Z\n1,End,2026-01-01 12:00Z\n')
    assert [what for _, what, _ in rows(found.log)] == ["Start", "", "End"]
    assert "activities_empty" in codes(found)


def test_a_case_without_an_end_and_one_of_a_single_event_are_cases(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "1,open,2026-01-01 10:00Z\n2,open,2026-01-01 10:00Z\n2,close,2026-01-02 10:00Z\n")
    assert list(found.log.offsets) == [0, 1, 3]


def test_steps_that_end_before_they_begin_have_no_length(tmp_path: Path) -> None:
    text = "case,activity,start,end\n1,a,2026-01-02,2026-01-01\n1,b,,2026-01-03\n1,c,x,2026-01-04\n1,d,2026-01-04,\n"
    found = read(tmp_path, text, mapping=Mapping(start="start"))
    log = found.log
    assert log.begun is not None
    assert (log.begun == log.end).all()
    assert {"began_late", "began_unknown"} <= set(codes(found))
    assert [(each.row, each.fault) for each in found.refused_rows] == [(4, "bad_start"), (5, "no_time")]


def test_a_hundred_thousand_activities_are_read_and_said(tmp_path: Path) -> None:
    text = HEAD + "".join(f"{each % 1000},activity {each},2026-01-01 10:00Z\n" for each in range(100_000))
    found = read(tmp_path, text)
    assert len(found.log.activities) == 100_000
    assert "activities_many" in codes(found)


def test_one_case_of_a_million_events_is_read(tmp_path: Path) -> None:
    path, count = tmp_path / "log.parquet", 1_000_000
    when = np.arange(count)[::-1] * 1_000_000
    columns = {
        "case": ["one"] * count,
        "activity": ["a", "b"] * (count // 2),
        "time": pa.array(when).cast(pa.timestamp("us", "UTC")),
    }
    pq.write_table(pa.table(columns), path)
    log = read_log(path).log
    assert (len(log), len(log.cases)) == (count, 1)
    assert (np.diff(log.end) > 0).all()


def test_files_larger_than_allowed_are_refused(tmp_path: Path) -> None:
    text = HEAD + "1,a,2026-01-01 10:00Z\n" * 10
    for limits, why in ((Limits(rows=9), "rows"), (Limits(columns=2), "columns"), (Limits(bytes=50), "larger")):
        with pytest.raises(LogUnreadable, match=why):
            read(tmp_path, text, limits=limits)
    with pytest.raises(LogUnreadable, match="unpacks to far more"):
        read(tmp_path, gzip.compress(HEAD.encode() + b"1,a,2026-01-01 10:00Z\n" * 4_000_000))


def test_names_too_long_are_refused_other_cells_cut_and_columns_without_end_left_out(tmp_path: Path) -> None:
    lines = [f"{each},a,2026-01-01 10:00Z,{each},{'n' * 60}\n" for each in range(30)]
    text = "case,activity,time,id,note\n" + "".join(lines) + f"{'x' * 21},a,2026-01-01 10:00Z,9,n\n"
    found = read(tmp_path, text, limits=Limits(name=20, cell=50, values=20))
    assert [(each.row, each.fault) for each in found.refused_rows] == [(32, "long")]
    assert list(found.log.columns) == ["note"]
    assert found.log.columns["note"].values == ("n" * 50,)
    assert {"values_many", "cells_cut"} <= set(codes(found))


def test_a_workbook_is_read_with_its_own_row_numbers_and_days(tmp_path: Path) -> None:
    cells: list[list[Cell]] = [["甲", "接单", "2026-01-01 10:00"], ["甲", "", "2026-01-02"], ["甲", "办结", 46025.5]]
    found = read(tmp_path, written("xlsx", "日志", ["工单号", "步骤", "时间"], cells))
    assert [(what, end // 3_600_000_000) for _, what, end in rows(found.log)] == [("接单", 490_906), ("办结", 490_956)]
    assert [(each.row, each.fault) for each in found.refused_rows] == [(3, "no_activity")]


def test_parquet_keeps_its_types_and_leaves_out_what_has_parts(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    table = pa.table({
        "case": [1, 1, None], "activity": pa.array(["a", "b", "c"]).dictionary_encode(),
        "time": pa.array([10, 20, 30]).cast(pa.timestamp("s")), "parts": [[1], [2], [3]], "paid": [True, None, False],
    })  # fmt: skip
    pq.write_table(table, path)
    found = read_log(path)
    assert rows(found.log) == [("1", "a", 10_000_000), ("1", "b", 20_000_000)]
    assert {"columns_nested", "zone_assumed"} <= set(codes(found))
    assert found.log.columns["paid"].values == ("true",)
    assert [(each.row, each.fault) for each in found.refused_rows] == [(3, "no_case")]


@pytest.mark.parametrize("content", [b"", b"\n", b"one\n", b"\0\0\0", b"PK\x03\x04", b"PAR1xPAR1"])
def test_what_is_no_log_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match=r"\w+ \w+"):
        read(tmp_path, content)


def test_a_header_alone_is_a_log_without_events(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"case,activity,time").log) == 0


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match="no file"):
        read_log(tmp_path / "nothing.csv")
