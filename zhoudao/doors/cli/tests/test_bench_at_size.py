"""The benches of pages, boards and routing at size: their verdicts, and one filling for several of them."""

import argparse

import pytest

from zhoudao.doors.cli import bench, bench_board, bench_lists, bench_routing
from zhoudao.doors.cli.bench_inside import Touched
from zhoudao.doors.cli.bench_lists import Measured
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_seed import sign_in
from zhoudao.rooms.cases.tests.shop import open_shop


@pytest.mark.parametrize(
    ("statements", "blocks", "is_kept"), [(9, 300, True), (9, 500, False), (10, 300, False), (13, 300, False)]
)
def test_a_page_is_kept_when_it_asks_the_same_of_a_hundred_times_the_rows(
    statements: int, blocks: int, is_kept: bool
) -> None:
    report = Report("lists")
    small = Measured(10_000, {"/desk/tasks/": (Touched(9, 200), 40)})
    large = Measured(1_000_000, {"/desk/tasks/": (Touched(statements, blocks), 40)})
    bench_lists.judge([small, large], report)
    assert report.is_kept is is_kept


def test_too_many_statements_are_told_of_though_they_are_flat() -> None:
    report = Report("lists")
    pages = {"/desk/tasks/": (Touched(13, 200), 0)}
    bench_lists.judge([Measured(10_000, pages), Measured(1_000_000, pages)], report)
    assert not report.is_kept


def test_a_page_that_answers_at_one_size_only_is_told_of() -> None:
    report = Report("lists")
    bench_lists.judge([Measured(10_000, {}), Measured(1_000_000, {"/desk/tasks/": (Touched(9, 200), 40)})], report)
    assert not report.is_kept


@pytest.mark.django_db
def test_every_page_of_the_desk_is_opened_and_asks_for_twelve_statements_at_most_if_a_list() -> None:
    found = bench_lists.open_pages(sign_in(open_shop().cast.people["admin"]))
    assert len(found) > 60
    assert {"/desk/tasks/", "/desk/intake/", "/desk/customers/", "/desk/incidents/", "/desk/causes/"} <= set(found)
    bounds = {path: bench_lists.NO_LISTS.get(path, 12) for path in found}
    dear = {path: touched.statements for path, (touched, _) in found.items() if touched.statements > bounds[path]}
    assert not dear


@pytest.mark.parametrize(("ratio", "is_kept"), [(1.2, True), (1.6, False)])
def test_a_board_that_grows_with_the_cases_is_told_of(ratio: float, is_kept: bool) -> None:
    report = Report("board")
    report.calibrate()
    found = [
        bench_board.Measured(cases, dict.fromkeys(bench_board.PAGES, (cpu, 9)), 0.1, 1.0, 5.0, [])
        for cases, cpu in ((10_000, 20.0), (1_000_000, 20.0 * ratio))
    ]
    bench_board.judge(found, report)
    assert report.is_kept is is_kept


def test_lines_of_several_lengths_are_set_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def at(people: int, waiting: int, rounds: int, report: Report, say: object) -> bench_routing.Found:
        return bench_routing.Found({"a new case": [(waiting / 5_000, 1.0)] * 3}, compared=3, somebody=3)

    monkeypatch.setattr(bench_routing, "_at", at)
    report = Report("routing")
    report.calibrate()
    bench_routing.run(200, [5_000, 10_000], 3, report, print)
    assert [figure.value for figure in report.figures if figure.name == "a new case: flat"] == ["CPU x 1.50"]
    assert report.is_kept


def test_only_what_can_share_a_filled_database_is_measured_after_the_desk() -> None:
    assert bench._names("lists,board") == ["lists", "board"]
    with pytest.raises(argparse.ArgumentTypeError, match="board, lists"):
        bench._names("search")
