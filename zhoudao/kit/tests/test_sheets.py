"""Tables written and read back; what would run in a spreadsheet is shown instead."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from zhoudao.kit.sheets import Cell, harmless, written
from zhoudao.kit.tables import rows_of

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(st.lists(st.tuples(WORDS, WORDS), max_size=6))
def test_csv_gives_back_what_was_written_and_begins_no_cell_with_what_runs(rows: list[tuple[str, str]]) -> None:
    found = read_csv(written("csv", "T", ["a", "b"], rows))
    assert found[1:] == [[harmless(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in found for cell in row)


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_formulas_are_text_in_both(evil: str) -> None:
    assert read_csv(written("csv", "T", ["a"], [[evil]]))[1] == [f"'{evil}"]
    with zipfile.ZipFile(io.BytesIO(written("xlsx", "T", ["a"], [[evil]]))) as parts:
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    assert [cell.get("t") for cell in sheet.iter("{*}c")] == ["inlineStr", "inlineStr"]
    assert not list(sheet.iter("{*}f"))


def test_numbers_stay_numbers_also_negative_ones() -> None:
    assert read_csv(written("csv", "T", ["a", "b"], [[-1.5, 3]]))[1] == ["-1.5", "3"]


def test_a_workbook_is_read_back_by_our_own_reader() -> None:
    rows: list[list[Cell]] = [['桌子 <&> "x"', 3, -1.5, None], ["第二行", 0, 2.25, None]]
    found = [list(row) for row in rows_of(written("xlsx", "指标[1]/x", ["甲", "乙", "丙", "丁"], rows))]
    assert found[0][:4] == ["甲", "乙", "丙", "丁"]
    assert [row[0] for row in found[1:]] == ['桌子 <&> "x"', "第二行"]
    assert [float(cell) for cell in found[1][1:3]] == [3.0, -1.5]


def test_days_and_moments_are_those_of_a_spreadsheet() -> None:
    content = written("xlsx", "T", ["a", "b"], [[date(2026, 3, 10), datetime(2026, 3, 10, 12, tzinfo=UTC)]])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        assert all(etree.fromstring(parts.read(name)) is not None for name in parts.namelist())
    assert [float(one.text or "") for one in sheet.iter("{*}v")] == [46091.0, 46091.5]
    assert read_csv(written("csv", "T", ["a"], [[datetime(2026, 3, 10, 12, tzinfo=UTC)]]))[1] == ["2026-03-10 12:00"]


def test_signs_that_no_workbook_can_hold_are_left_out() -> None:
    with zipfile.ZipFile(io.BytesIO(written("xlsx", "\0", ["a\0b"], [["c\x0bd\ud800"]]))) as parts:
        etree.fromstring(parts.read("xl/workbook.xml"))
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    assert [one.text for one in sheet.iter("{*}t")] == ["ab", "cd"]
