"""The page of what was solved and what was complained of: each number opens as many cases as it counted."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.resolution import change
from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.tallies.commands import rebuild

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/board/resolution/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    return opened


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    """Four of two grades: one solved, two complaints of which one was answered; and an older one."""
    old = shop.hears("很久以前", who="v-0")
    shop.later(days=30)
    found = [shop.hears("请问桌子什么时候到？", who=f"v-{number}") for number in range(1, 5)]
    Case.objects.filter(id__in=[old.id, found[0].id, found[1].id]).update(grade="A")
    Case.objects.filter(id__in=[found[1].id, found[2].id]).update(kind="complaint")
    now, viewer = shop.later(minutes=30), shop.viewer("admin")
    reply_to_case(case_id=found[1].id, text="您好", viewer=viewer, at=now, real_now=now)
    resolve_case(case_id=found[0].id, outcome="solved", cause="product", viewer=viewer, at=now)
    dispatch.drain()
    list(rebuild(at=shop.now, zone=clock.zone().key))
    return found


def listed(client: Client, address: str) -> set[str]:
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def numbers(cases: list[Case], *places: int) -> set[str]:
    return {cases[place].number for place in places}


def test_every_figure_opens_its_cases(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    tiles = client.get(PAGE).context["tiles"]
    assert [tile.figure for tile in tiles] == ["4", "25%", "3", "50%", "30 分钟", "—"]
    assert [listed(client, tile.address) for tile in tiles] == [
        numbers(cases, 0, 1, 2, 3),
        numbers(cases, 0),
        numbers(cases, 1, 2, 3),
        numbers(cases, 1, 2),
        numbers(cases, 1),
        set(),
    ]


@pytest.mark.parametrize("by", ["grade", "store", "channel", "team"])
def test_every_line_opens_its_cases(shop: Shop, cases: list[Case], by: str) -> None:
    client = sign_in(shop.cast, "zhou")
    lines = client.get(f"{PAGE}?by={by}").context["lines"]
    assert sum(line["found"].opened for line in lines) == len(cases)
    for line in lines:
        found = line["found"]
        counted = (found.opened, found.solved, found.unsolved, found.complaints)
        ways = (line["opened"], line["solved"], line["unsolved"], line["complaints"])
        assert tuple(len(listed(client, way)) for way in ways) == counted


def test_a_grade_stands_beside_the_period_before(shop: Shop, cases: list[Case]) -> None:
    lines = sign_in(shop.cast, "zhou").get(PAGE).context["lines"]
    assert [(line["name"], line["found"].opened, line["found"].solved) for line in lines] == [
        ("A 级", 2, 1),
        ("无等级", 2, 0),
    ]
    assert lines[0]["solved_change"] == "+50"  # of the one case a month ago none is solved
    assert lines[1]["solved_change"] == ""


def test_a_change_is_in_points() -> None:
    assert [change(0.5, 0.25), change(0.25, 0.5), change(0.5, 0.5), change(None, 0.5), change(0.5, None)] == [
        "+25",
        "-25",
        "±0",
        "",
        "",
    ]


def test_it_costs_the_same_however_many_cases_there_are(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")

    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as sent:
            assert client.get(PAGE).status_code == 200
        return len(sent)

    few = cost()
    for number in range(9):
        shop.hears("桌子呢？", who=f"w-{number}")
    Customer.objects.update(grade="B")
    list(rebuild(at=shop.now, zone=clock.zone().key))
    assert cost() == few <= 12
    shop.hears("还没有统计")
    assert cost() <= few + 10  # what nobody has counted yet is looked up


def test_an_empty_period_says_so_and_only_who_sees_figures_may_look(shop: Shop) -> None:
    shop.later(days=1)
    assert "没有新建的工单" in sign_in(shop.cast, "zhou").get(PAGE).content.decode()
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403
