"""Figures as files: what the viewer may see and no more, nothing that runs, and noted."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.doors.desk.figures.tests.test_pages import CODE, ONE, PAGE, shop
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.tables import rows_of
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.targets.tests.days import TODAY, lived

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
EXPORT, CASES = "/desk/figures/export/", "/desk/figures/cases/"


def taken(client: Client, address: str) -> list[list[str]]:
    """The table, as a program reads it."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_all_figures_of_a_place_are_taken_day_by_day_and_it_is_noted(shop: Shop) -> None:
    lived(CODE, [10.0, 20.5])
    lived("cases.promises_kept", [0.9])
    lived(CODE, [77.0], store_id=shop.cast.stores["web"].id)
    client = sign_in(shop.cast, "admin")
    header, *rows = taken(client, f"{EXPORT}?format=csv")
    assert header[:5] == ["代码", "指标", "门店", "日期", "数值"]
    days = [(TODAY - timedelta(days=back)).isoformat() for back in (1, 2)]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        (CODE, days[0], "20.5"),
        (CODE, days[1], "10.0"),
        ("cases.promises_kept", days[0], "0.9"),
    ]
    [only] = taken(client, f"{EXPORT}?store={shop.cast.stores['web'].id}&days=5")[1:]
    assert (only[2], only[4]) == ("网店", "77.0")
    told = Event.objects.filter(type="targets.FiguresExported").order_by("id")
    assert [(one.actor, one.attributes["rows"]) for one in told] == [
        (f"user:{shop.cast.people['admin'].pk}", rows) for rows in (3, 1)
    ]


def test_excel_holds_the_same_numbers(shop: Shop) -> None:
    lived(CODE, [10.0, 20.5])
    answer = sign_in(shop.cast, "admin").get(f"{EXPORT}?format=xlsx")
    assert answer["Content-Disposition"].endswith('.xlsx"')
    rows = list(rows_of(answer.content))
    assert [float(row[4]) for row in rows[1:]] == [20.5, 10.0]


def test_the_cases_behind_a_figure_are_those_of_its_list_masked_and_run_nothing(shop: Shop) -> None:
    evil = shop.hears('=HYPERLINK("http://x") 13912345678', who="a")
    other = shop.hears("椅子呢？", who="b")
    Case.objects.filter(id=evil.id).update(subject='=HYPERLINK("http://x")')
    Case.objects.filter(id=other.id).update(team=shop.cast.teams["after_sales"], owner=None)
    day = TODAY.isoformat()
    address = f"{CASES}?figure=cases.opened&from={day}&until={day}"
    client = sign_in(shop.cast, "admin")
    header, *rows = taken(client, address)
    assert {row[0] for row in rows} == {evil.number, other.number}
    content = client.get(address).content.decode()
    assert "13912345678" not in content
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert next(row for row in rows if row[0] == evil.number)[4].startswith("'=HYPERLINK")
    assert len(header) == len(rows[0])
    assert [row[0] for row in taken(sign_in(shop.cast, "zhao"), address)[1:]] == [evil.number]


def test_only_the_newest_are_taken_and_the_file_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("figures.export", "board.behind"):
        monkeypatch.setattr(f"zhoudao.doors.desk.{place}.MOST", 2)
    for number in range(3):
        shop.hears("椅子呢？", who=f"v{number}")
    rows = taken(sign_in(shop.cast, "admin"), f"{CASES}?figure=cases.opened")
    assert len(rows) == 4
    assert rows[-1][0].startswith("仅包含")


def test_the_board_is_taken_as_it_stands(shop: Shop) -> None:
    shop.hears("椅子呢？")
    rows = taken(sign_in(shop.cast, "admin"), "/desk/board/export/?period=week")
    assert len(rows) == 11
    assert next(row for row in rows if row[0] == "等我们处理")[1] == "1"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{EXPORT}?format=exe", 400),
        (f"{EXPORT}?days=999", 400),
        (f"{EXPORT}?days=x", 400),
        (f"{EXPORT}?store=nonsense", 404),
        (f"{CASES}?figure=nonsense", 404),
        (CASES, 404),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Shop, address: str, status: int) -> None:
    assert sign_in(shop.cast, "admin").get(address).status_code == status
    assert not Event.objects.filter(type="targets.FiguresExported").exists()


def test_figures_of_elsewhere_are_not_taken(shop: Shop) -> None:
    nanjing = shop.cast.stores["nanjing"]
    lived(CODE, [77.0])
    lived(CODE, [88.0], store_id=nanjing.id)
    Grant.objects.filter(user=shop.cast.people["zhou"]).update(store=shop.cast.stores["web"])
    client = sign_in(shop.cast, "zhou")
    assert len(taken(client, EXPORT)) == 1
    assert client.get(f"{EXPORT}?store={nanjing.id}").status_code == 404
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    for address in (EXPORT, CASES, "/desk/board/export/"):
        assert sign_in(shop.cast, "wang").get(address).status_code == 403


def test_the_pages_lead_to_their_files(shop: Shop) -> None:
    lived(CODE, [10.0] * 3)
    shop.hears("椅子呢？")
    client = sign_in(shop.cast, "admin")
    for page in (PAGE, ONE, "/desk/board/", "/desk/?figure=cases.opened"):
        found = re.findall(
            r'href="(/desk/[^"]*(?:export|cases)/\?[^"]*format=(?:csv|xlsx)[^"]*)"', client.get(page).content.decode()
        )
        assert found, page
        for address in found:
            assert client.get(address.replace("&amp;", "&")).status_code == 200
