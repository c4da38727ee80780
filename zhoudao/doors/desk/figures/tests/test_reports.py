"""Reports of figures as colleagues see them: wanted, read in their language, printed, and nobody else's."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.doors.desk.figures import tasks
from zhoudao.doors.desk.figures.tests.test_pages import CODE, shop
from zhoudao.ground.accounts.models import Grant, Store
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.targets.models import Paper, Report
from zhoudao.rooms.targets.reporting import make_report, reports_due
from zhoudao.rooms.targets.tests.days import lived

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/figures/reports/"


@pytest.fixture
def report(shop: Shop) -> Report:
    lived(CODE, [20.0] * 14 + [30.0] * 7, until=date(2026, 3, 9))
    client = sign_in(shop.cast, "admin")
    assert "还没有报告" in client.get(PATH).content.decode()
    client.post(f"{PATH}want/", {"every": "week", "store": "", "wanted": "1"})
    [due] = reports_due(shop.now)
    return make_report(due, causes=[{"code": "information", "cases": 2, "before": 1}], at=shop.now)


def test_it_is_wanted_listed_read_and_no_longer_wanted(shop: Shop, report: Report) -> None:
    client = sign_in(shop.cast, "admin")
    listed = client.get(PATH)
    assert [one.id for one in listed.context["rows"]] == [report.id]
    assert [every for every, _words, _store in listed.context["wanted"]] == ["week"]
    page = client.get(f"{PATH}{report.id}/")
    [line] = page.context["lines"]
    assert (line.value, line.before, line.way) == ("30 分钟", "20 分钟", "worse")
    assert line.address
    assert client.get(line.address).status_code == 200
    client.post(f"{PATH}want/", {"every": "week", "store": ""})
    assert client.get(PATH).context["wanted"] == []


def test_what_rounds_to_nothing_is_neither_better_nor_worse(shop: Shop, report: Report) -> None:
    [figure] = report.content["figures"]
    for before, way in ((figure["value"] - 0.001, ""), (figure["value"] - 5, "worse"), (figure["value"] + 5, "better")):
        Report.objects.update(content=report.content | {"figures": [figure | {"before": before}]})
        [line] = sign_in(shop.cast, "admin").get(f"{PATH}{report.id}/").context["lines"]
        assert line.way == way, line.change


def test_its_paper_is_made_once_in_ones_language_and_fetched(
    shop: Shop, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []

    def prints(html: str) -> bytes:
        printed.append(html)
        return b"%PDF-1.7 made"

    monkeypatch.setattr(tasks, "pdf_of", prints)
    client, path = sign_in(shop.cast, "admin"), f"{PATH}{report.id}/"
    assert client.get(f"{path}file/").status_code == 404
    asked = client.post(f"{path}paper/").content.decode()
    assert "delay:1s" in asked
    paper = Paper.objects.get()
    for _ in range(2):
        tasks.print_report(str(paper.id))
    assert len(printed) == 1
    assert "首次人工答复" in printed[0]
    assert "所选时段" in printed[0] or "中位数" in printed[0], "what the figures mean is in it"
    assert f"{path}file/" in client.get(f"{path}paper/").content.decode()
    got = client.get(f"{path}file/")
    assert (got.content, got["Content-Type"]) == (b"%PDF-1.7 made", "application/pdf")
    assert client.post(f"{path}paper/").status_code == 200
    assert Paper.objects.count() == 1


def test_a_paper_that_cannot_be_made_says_so_and_is_tried_again(
    shop: Shop, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_html: str) -> bytes:
        raise OSError("cannot load library 'pango'")

    monkeypatch.setattr(tasks, "pdf_of", breaks)
    client, path = sign_in(shop.cast, "admin"), f"{PATH}{report.id}/paper/"
    client.post(path)
    tasks.print_report(str(Paper.objects.get().id))
    assert "Pango" in client.get(path).content.decode()
    client.post(path)
    assert Paper.objects.get().state == "asked"


def test_what_is_not_theirs_does_not_exist(shop: Shop, report: Report) -> None:
    nanjing = Store.objects.get(code="nanjing")
    Grant.objects.filter(user=shop.cast.people["admin"]).update(store=nanjing)
    client = sign_in(shop.cast, "admin")
    for path in (f"{PATH}{report.id}/", f"{PATH}{report.id}/file/", f"{PATH}{report.id}/paper/"):
        assert client.get(path).status_code == 404
    assert client.get(PATH).context["rows"] == []
    refused = client.post(f"{PATH}want/", {"every": "week", "store": "", "wanted": "1"})
    assert refused.status_code == 422
    assert client.post(f"{PATH}want/", {"every": "x", "store": str(nanjing.id), "wanted": "1"}).status_code == 422
    assert client.get(PATH, {"cursor": "x"}).status_code == 400


def test_in_other_languages_and_cheaply(shop: Shop, report: Report) -> None:
    admin: Any = shop.cast.people["admin"]
    for language, words in (("en", "Report of figures"), ("zh-Hant", "指標報告"), ("zh-Hans", "指标报告")):
        type(admin).objects.filter(id=admin.id).update(language=language)
        assert words in sign_in(shop.cast, "admin").get(f"{PATH}{report.id}/").content.decode()
    client = sign_in(shop.cast, "admin")
    for path in (PATH, f"{PATH}{report.id}/"):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert len(asked) <= 12, path
    assert report.made_at <= shop.now + timedelta(0)
