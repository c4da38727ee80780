"""`zhoudao import log`: a log of any size on the desk, with what could not be read said."""

import argparse
from functools import partial
from pathlib import Path

import pytest

from zhoudao.conduct.insight import kept
from zhoudao.conduct.insight.models import Report
from zhoudao.conduct.insight.reporting import ask_again, begin_report, body_of
from zhoudao.doors.cli import Refused, importing
from zhoudao.doors.desk.insight import tasks
from zhoudao.engines.mining.packing import packed
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.files.models import StoredFile
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

ROWS = "".join(
    f"{case},{step},2026-03-0{day} 1{case % 10}:00,{who}\n"
    for case in range(30)
    for day, (step, who) in enumerate((("open", "ann"), ("wait", "bea"), ("close", "ann")), 1)
)
LOG = f"ticket,step,when,who\n{ROWS}7,,2026-03-04 10:00,ann\n"


def asked(*words: str) -> int:
    parser = argparse.ArgumentParser()
    importing.register(parser.add_subparsers())
    given = parser.parse_args(["import", "log", *words])
    return int(given.run(given))


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "tickets.csv"
    path.write_text(LOG)
    return str(path)


def test_a_log_becomes_a_report_as_a_file_on_the_page_does_in_pieces_of_any_number(
    shop: Shop, log: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "packed", partial(packed, piece=400))
    who = ["--for", shop.cast.people["zhou"].email, "--no-wait", "--zone", "Asia/Shanghai", "--resource", "who"]
    assert asked(log, "--name", "March", *who) == 0
    said = capsys.readouterr()
    report = Report.objects.get()
    assert said.out.strip() == f"/desk/insight/{report.id}/"
    assert "90 events of 30 cases" in said.err
    assert "Row 92" in said.err
    assert len(report.kept) > 3
    assert not StoredFile.objects.filter(subject_id=report.id, content_type="text/csv").exists(), "the file is not kept"
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    assert (report.state, report.name, report.cases, report.events) == ("done", "March", 30, 90)
    body = body_of(report)
    assert "1 of 91 rows could not be read" in body["pages"]["en"]
    assert {name for _token, name, _values in body["choices"]["en"]["columns"]} == {"Person or system"}
    ask_again(report_id=report.id, at=shop.now)
    assert begin_report(report.id) is not None
    tasks.make_report(str(report.id))
    report.refresh_from_db()
    assert (report.state, report.cases) == ("done", 30), "made anew of what was kept"


def test_the_first_administrator_asks_where_nobody_is_named(shop: Shop, log: str) -> None:
    Grant.objects.filter(role="administrator").delete()
    with pytest.raises(Refused, match="--for MAIL"):
        asked(log, "--no-wait")
    boss = User.objects.create_user(email="boss@import.example", password="x" * 12, name="boss")
    Grant.objects.create(user=boss, role="administrator")
    assert asked(log, "--no-wait") == 0
    assert Report.objects.get().asked_by == boss


def test_who_may_not_read_reports_asks_for_none(shop: Shop, log: str) -> None:
    with pytest.raises(Refused, match="may not read reports"):
        asked(log, "--for", shop.cast.people["wang"].email)
    with pytest.raises(Refused, match="nobody called"):
        asked(log, "--for", "nobody@import.example")
    assert not Report.objects.exists()


def test_what_is_no_log_is_refused_with_the_reason_and_leaves_nothing(shop: Shop, log: str, tmp_path: Path) -> None:
    who = ["--for", shop.cast.people["zhou"].email]
    colours = tmp_path / "x.csv"
    colours.write_text("colour\nred\n")
    refused = [str(colours)], [str(tmp_path / "none.csv")], [log, "--zone", "Mars/Base"], [log, "--case", "colour"]
    for words in refused:
        with pytest.raises(Refused):
            asked(*words, *who)
    assert (Report.objects.count(), StoredFile.objects.count()) == (0, 0)
