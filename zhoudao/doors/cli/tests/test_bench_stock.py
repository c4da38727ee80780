"""The bench's contest, small: at both levels nothing is sold that is not there."""

import pytest

from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_stock import LEVELS, Found, contest, judge


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", LEVELS)
def test_twenty_threads_get_exactly_ten(level: str) -> None:
    found = contest(20, 4, level)
    assert found.winners == [10] * 4
    assert found.wrong == []


def test_one_too_many_in_one_round_breaks_the_budget() -> None:
    report = Report("stock")
    judge(Found(winners=[10, 11]), 64, LEVELS[0], report)
    assert not report.is_kept
