"""The review of orders keeps its figures: on generated addresses anywhere, on real orders where they are at hand."""

import os
from pathlib import Path
from random import Random

import pytest

from zhoudao.doors.cli import bench_detectors
from zhoudao.doors.cli.bench_report import Report

ROOT = Path(__file__).resolve().parents[4]
ORDERS = Path(os.environ.get("ZHOUDAO_DATA", ROOT.parent / "shared" / "data")) / "orders"


def test_missing_and_contradictory_fields_of_addresses_are_found() -> None:
    for name, score in bench_detectors.judge_addresses(2_000, Random(11)).items():
        assert score.right > 300, name
        assert min(score.precision, score.recall) >= 0.95, (name, score)


@pytest.mark.skipif(not ORDERS.exists() and not os.environ.get("REQUIRE_ALL"), reason="the real orders are not at hand")
def test_every_budget_is_kept_on_real_orders() -> None:
    report = Report("detectors")
    bench_detectors.run(ORDERS, report, lambda _line: None)
    assert [figure for figure in report.figures if figure.is_kept is False] == []
    assert sum(figure.is_kept is True for figure in report.figures) == 9
