"""The bench's own arithmetic and data; its figures are measured by running it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zhoudao.doors.cli import bench, bench_judging, bench_seed
from zhoudao.doors.cli.bench_desk import Site
from zhoudao.doors.cli.bench_inside import Touched
from zhoudao.doors.cli.bench_report import Report
from zhoudao.kit.ids import uuid7


def test_sizes_are_whole_numbers_in_order() -> None:
    assert bench._sizes("100000,10000") == [10_000, 100_000]
    with pytest.raises(argparse.ArgumentTypeError):
        bench._sizes("10")


def test_a_report_replaces_its_own_section_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "report.md"
    for name, value in (("desk", "first"), ("flow", "other"), ("desk", "second")):
        report = Report(name)
        report.add("figure", "", value, budget="1", kept=value == "first")
        report.keep(page)
    text = page.read_text()
    assert "second" in text
    assert "other" in text
    assert "first" not in text
    assert text.count("## ") == 2
    assert "**missed**" in text


@pytest.mark.django_db
def test_the_rows_written_by_copy_fit_their_tables() -> None:
    place = bench_seed._Place(
        uuid7(), uuid7(), uuid7(), uuid7(), [uuid7()] * bench_seed.AGENTS, bench_seed.Speech(), datetime.now(UTC)
    )
    chunks = list(bench_seed._chunks(3_000, place))
    rows = {table: sum(len(chunk[table]) for chunk in chunks) for table in bench_seed.COLUMNS}
    assert rows["cases_case"] == 3_000
    assert rows["conversations_message"] == 9_000
    for table, columns in bench_seed.COLUMNS.items():
        assert {len(row) for chunk in chunks for row in chunk[table]} == {len(columns.split())}


@pytest.mark.parametrize(("cpu", "blocks", "is_kept"), [(9.0, 30.0, False), (1.2, 16.0, False), (1.4, 14.0, True)])
def test_flat_means_the_same_statements_and_half_as_much_again_at_most(
    cpu: float, blocks: float, is_kept: bool
) -> None:
    report = Report("desk")
    small, large = _site(1.0, 10.0), _site(cpu, blocks)
    bench_judging._flat(report, small, large, "reply")
    assert report.figures[0].is_kept is is_kept


def _site(cpu: float, blocks: float) -> Site:
    nothing: Any = None
    site = Site(nothing, 10_000, nothing, nothing)
    site.spent["reply"], site.done["reply"] = cpu * 100, 100
    site.touched["reply"] = Touched(8.0, blocks)
    return site
