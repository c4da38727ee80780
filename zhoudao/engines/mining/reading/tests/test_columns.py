"""Which column says what is found by its name and by what it holds; who names one is right."""

import csv
import io
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.reading import LogUnreadable, Mapping
from zhoudao.engines.mining.reading.headings import EXACT, fit, folded
from zhoudao.engines.mining.reading.tests.files import codes, read, rows

HEADERS = [
    ("case:concept:name", "concept:name", "time:timestamp", "start_timestamp", "org:resource"),
    ("Case ID", "Activity", "Complete Timestamp", "Start Timestamp", "Resource"),
    ("工单号", "步骤", "完成时间", "开始时间", "处理人"),
    ("案例", "活动名称", "时间", "开始时间", "员工"),
    ("訂單編號", "環節", "結束時間", "開始時間", "經辦人"),
    ("TicketID", "task_name", "endTime", "startTime", "assignee"),
    ("Vorgangsnummer", "Aktivität", "Ende", "Beginn", "Bearbeiter"),
    ("order", "Event", "timestamp", "start", "User"),
]


def content(header: tuple[str, ...], order: list[int]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    columns = [*header, "channel", "amount"]
    writer.writerow([columns[place] for place in order])
    for case in range(40):
        for step in range(4):
            row = [
                f"C{case}", f"step {step}", f"2026-01-{case % 28 + 1:02}T1{step}:30:00Z",
                f"2026-01-{case % 28 + 1:02}T1{step}:10:00Z", f"P{(case + step) % 5}", "web", str(case * 7 + step),
            ]  # fmt: skip
            writer.writerow([row[place] for place in order])
    return out.getvalue()


@pytest.mark.parametrize("header", HEADERS, ids=[header[0] for header in HEADERS])
@pytest.mark.parametrize("seed", range(3))
def test_columns_are_known_in_any_order_and_language(header: tuple[str, ...], seed: int, tmp_path: Path) -> None:
    order = list(range(7))
    Random(seed).shuffle(order)  # an order, not a secret
    found = read(tmp_path, content(header, order))
    one = found.mapping
    assert (one.case, one.activity, one.end, one.start, one.resource) == (header[0], (header[1],), *header[2:])
    assert set(found.log.columns) == {"channel", "amount"}
    assert (len(found.log), found.refused_count) == (160, 0)
    assert min(found.sure.values()) > 0.8


def test_columns_without_a_telling_name_are_found_by_what_they_hold_and_this_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, content(("c1", "c2", "c3", "c4", "c5"), [0, 1, 2, 4, 5, 6]))
    assert (found.mapping.case, found.mapping.end) == ("c1", "c3")
    assert found.mapping.activity == ("c2",)
    assert codes(found).count("taken_for") == 3
    assert max(found.sure.values()) < 0.7


def test_who_names_columns_is_right_and_may_say_that_nobody_says_something(tmp_path: Path) -> None:
    header = HEADERS[1]
    given_ = Mapping(activity=("Activity", "channel"), start="", resource="", columns=("amount",))
    found = read(tmp_path, content(header, list(range(7))), mapping=given_)
    assert found.log.activities[0] == "step 0 / web"
    assert (found.log.begun, found.log.resource) == (None, None)
    assert list(found.log.columns) == ["amount"]
    other = read(tmp_path, content(header, list(range(7))), mapping=Mapping(case="Resource", end="Start Timestamp"))
    assert sorted(other.log.cases) == ["P0", "P1", "P2", "P3", "P4"]


def test_a_name_that_is_no_column_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match=r"no column “ticket”.*Case ID, Activity"):
        read(tmp_path, content(HEADERS[1], list(range(7))), mapping=Mapping(case="ticket"))


def test_a_file_without_case_activity_or_time_is_refused_with_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match=r"time. Name them; there are: case, activity, colour"):
        read(tmp_path, "case,activity,colour\n1,a,red\n1,b,blue\n")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_marks_and_encodings_are_seen(mark: str, encoding: str, tmp_path: Path) -> None:
    lines = ["案例,活动,时间,处理人", "甲,接单,2026-01-01 10:00Z,王", '甲,"办,结;|\t",2026-01-02 10:00Z,"李\n四"']
    text = "\n".join(lines).replace(",", mark).replace(f"办{mark}结", "办,结") + "\n"
    found = read(tmp_path, text.encode(encoding))
    assert [(case, what) for case, what, _ in rows(found.log)] == [("甲", "接单"), ("甲", "办,结;|\t")]
    assert found.log.resources == ("李\n四", "王")
    assert ("encoding" in codes(found)) == (encoding == "gb18030")


def test_a_western_file_is_not_taken_for_a_chinese_one(tmp_path: Path) -> None:
    found = read(tmp_path, "case;activity;time\nMüller;Prüfen;2026-01-01 10:00Z\n".encode("cp1252"))
    assert rows(found.log)[0][:2] == ("Müller", "Prüfen")


def test_a_file_that_begins_in_ascii_and_goes_on_in_chinese_is_read(tmp_path: Path) -> None:
    head = "case,activity,time\n" + "".join(f"{each},open,2026-01-01 10:00Z\n" for each in range(20_000))
    found = read(tmp_path, (head + "20001,办结,2026-01-01 10:00Z\n20001,x\n").encode("gb18030"))
    assert found.log.activities == ("open", "办结")
    assert [(each.row, each.fault) for each in found.refused_rows] == [(20_003, "ragged")]


def test_what_excel_writes_before_the_header_is_no_header(tmp_path: Path) -> None:
    assert len(read(tmp_path, "sep=;\ncase;activity;time\n1;a;2026-01-01 10:00Z\n").log) == 1


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    found = read(tmp_path, "case,activity,time,note,note,\n1,a,2026-01-01 10:00Z,x,y,z\n")
    assert {name: column.values for name, column in found.log.columns.items()} == {
        "note": ("x",), "note (2)": ("y",), "column 6": ("z",),
    }  # fmt: skip


@pytest.mark.parametrize("role", list(EXACT))
def test_every_known_name_is_folded_as_names_are_compared(role: str) -> None:
    assert [name for name in EXACT[role] if folded(name) != name] == []
    assert min(fit(name, role) for name in EXACT[role]) > 0.8


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400))
def test_bytes_whatever_they_are_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, some: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes", numbered=True)
    for start in (
        b"",
        b"case,activity,time\n",
        b"<log>",
        b'{"events":',
        b"PAR1",
        b"PK\x03\x04",
        b"SQLite format 3\x00",
    ):
        with suppress(LogUnreadable):
            read(folder, start + some)
