"""The search bench holds what it says: its sentences, its comparison, its verdicts."""

from datetime import timedelta

import pytest

from zhoudao.doors.cli import bench_search
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_search import Measured
from zhoudao.doors.cli.bench_speech import Mixed
from zhoudao.rooms.cases.tests.library import Library
from zhoudao.rooms.cases.tests.shop import TUESDAY, open_shop
from zhoudao.rooms.conversations.models import Channel


def test_half_of_what_is_said_is_chinese_and_it_is_the_same_each_time() -> None:
    said = [Mixed().text(number, turn) for number in range(200) for turn in range(3)]
    chinese = sum(any("\u4e00" <= character <= "\u9fff" for character in text[:20]) for text in said)
    assert chinese == len(said) // 2
    assert len(set(said)) > len(said) * 0.95
    assert said[7] == Mixed().text(2, 1)


@pytest.mark.django_db
def test_the_scan_finds_what_is_there_and_the_search_the_same() -> None:
    shop = open_shop()
    library = Library(Channel.objects.get(code="webchat"), shop.cast.stores["web"], TUESDAY)
    case, speech = library.case(), Mixed()
    for number in range(30):
        library.say(case, speech.text(number, number % 3), at=TUESDAY + timedelta(hours=number))
    library.settle()
    queries = bench_search.choose(30)
    found = bench_search.scan([*queries, "没有人说过"])
    assert found["没有人说过"] == (0, [])
    assert found["订单"][0] == 15
    for words, (count, first) in found.items():
        assert count == len(first) == len(library.scanned(words)), words
        assert bench_search._read_on(words, len(first)) == first


@pytest.mark.django_db
def test_a_little_more_than_is_compared_is_compared_up_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_search, "DEPTH", 10)
    shop = open_shop()
    library = Library(Channel.objects.get(code="webchat"), shop.cast.stores["web"], TUESDAY)
    case = library.case()
    for number in range(12):
        library.say(case, f"订单 {number}", at=TUESDAY + timedelta(hours=number))
    library.settle()
    count, first = bench_search.scan(["订单"])["订单"]
    assert (count, len(first)) == (12, 10)
    assert bench_search._read_on("订单", len(first)) == first


@pytest.mark.parametrize(
    ("spent", "statements", "is_whole", "is_kept"),
    [(20.0, 9, True, True), (70.0, 9, True, False), (20.0, 13, True, False), (20.0, 9, False, False)],
)
def test_slow_dear_and_forgetful_searches_are_told_of(
    spent: float, statements: int, is_whole: bool, is_kept: bool
) -> None:
    report = Report("search")
    report.calibrate()
    found = [Measured(str(matches), [(spent, 0.0)] * 5, statements, matches, is_whole) for matches in (1, 500, 900_000)]
    bench_search._judge(found, 1_000_000, report)
    assert report.is_kept is is_kept
    assert any("Request Tracker" in figure.peers for figure in report.figures)


def test_sizes_are_set_beside_each_other_and_beside_a_plain_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report("search")
    report.calibrate()

    def at(messages: int, report: Report, say: object) -> float:
        found = [Measured("x", [(messages / 1000, 0.0)] * 5, 9, 1, True, plain=messages / 100)]
        return bench_search._judge(found, messages, report)

    monkeypatch.setattr(bench_search, "_at", at)
    bench_search.run([10_000, 30_000], report, print)
    said = {(figure.name, figure.size): figure.value for figure in report.figures}
    assert said["first page, all queries: flat", "10,000 to 30,000 messages"] == "p95 x 3.00"
    plain = said["a plain scan by the database, in turn with ours", "30,000 messages"]
    assert plain == "p50 300 ms, x 10.0 of ours for the same 1 queries"


@pytest.mark.django_db
def test_the_plain_scan_costs_the_database_something() -> None:
    assert bench_search.scan_plainly("订单") > 0
