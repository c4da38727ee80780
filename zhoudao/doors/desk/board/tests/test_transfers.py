"""The page of hand-overs: figures that open exactly their cases, people only for whoever leads them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/board/transfers/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    return opened


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    """One went to another team, one to a colleague and back, one to nobody."""
    found = [shop.hears("请问桌子什么时候到？", who=f"v-{number}") for number in range(3)]
    admin, people = shop.viewer("admin"), shop.cast.people
    team = shop.cast.teams["after_sales"].pk
    assign_case(case_id=found[0].id, viewer=admin, at=shop.now, team_id=team, reason="wrong_place")
    other = next(people[name].pk for name in ("wang", "li", "zhao") if people[name].pk != found[1].owner_id)
    for to in (other, found[1].owner_id):
        assign_case(
            case_id=found[1].id,
            viewer=admin,
            at=shop.later(minutes=1),
            member_id=to,
            reason="shift_over",
            words="换班了",
        )
    return found


def listed(client: Client, address: str) -> set[str]:
    """The numbers of the cases behind a figure."""
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def test_every_figure_opens_its_cases(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    page = client.get(PAGE)
    assert [tile.figure for tile in page.context["tiles"]] == ["—", "3", "1"]
    assert [listed(client, tile.address) for tile in page.context["tiles"]] == [
        set(),
        {cases[0].number, cases[1].number},
        {cases[1].number},
    ]
    lines = page.context["lines"]
    assert [(line.passed.count, line.passed.bounces) for line in lines] == [(2, 1), (1, 0)]
    assert [listed(client, line.address) for line in lines] == [{cases[1].number}, {cases[0].number}]
    assert listed(client, lines[0].back) == {cases[1].number}
    assert [listed(client, address) for _words, _n, address in page.context["reasons"]] == [
        {cases[1].number},
        {cases[0].number},
    ]


def test_who_passes_to_whom_by_name_is_for_whoever_leads_them(shop: Shop, cases: list[Case]) -> None:
    lead = sign_in(shop.cast, "zhao")
    lines = lead.get(f"{PAGE}?by=person").context["lines"]
    assert sum(line.passed.count for line in lines if line.passed.source != "—") >= 2
    named = next(line for line in lines if line.passed.bounces)
    assert listed(lead, named.back) == {cases[1].number}
    agent = sign_in(shop.cast, "wang")
    page = agent.get(f"{PAGE}?by=person")
    assert page.context["by"] == "team"
    assert listed(agent, named.back) == set()


@pytest.mark.parametrize("by", ["team", "person"])
def test_the_page_reads_little(shop: Shop, cases: list[Case], by: str) -> None:
    client = sign_in(shop.cast, "zhao")
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert client.get(f"{PAGE}?by={by}").status_code == 200
    assert len(statements) <= 12, [one["sql"][:80] for one in statements]


@pytest.mark.parametrize("query", ["period=x", "by=x", "from_team=x", "reason=x", "team=x"])
def test_nonsense_is_left_out(shop: Shop, query: str) -> None:
    client = sign_in(shop.cast, "zhao")
    assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"/desk/?figure=cases.transfers&{query}").status_code == 200


def test_who_may_not_see_figures_is_refused(shop: Shop) -> None:
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403


def test_the_case_says_who_handed_it_over_and_why(shop: Shop, cases: list[Case]) -> None:
    page = sign_in(shop.cast, "zhao").get(f"/desk/cases/{cases[1].number}/").content.decode()
    facts = [re.sub("<[^>]+>", "", one) for one in re.findall(r'<p class="fact".*?</p>', page)]
    handed = [one for one in facts if "换班了" in one]
    admin = shop.cast.people["admin"].name
    assert len(handed) == 2
    assert all(admin in one for one in handed)
    assert cases[1].owner is not None
    assert cases[1].owner.name in handed[1].split("→")[1]


def test_without_the_right_there_is_no_way_to_give_it_away(shop: Shop, cases: list[Case]) -> None:
    case, wang = cases[2], shop.cast.people["wang"]
    Case.objects.filter(id=case.id).update(owner=wang)
    address = f"/desk/cases/{case.number}/"
    agent = sign_in(shop.cast, "wang")
    assert "do/assign/" in agent.get(address).content.decode()
    wang.grants.update(role="order_clerk")
    clerk = sign_in(shop.cast, "wang")
    assert "do/assign/" not in clerk.get(address).content.decode()
    to = {"to": f"member:{shop.cast.people['li'].pk}", "reason": "cannot_wait"}
    refused = clerk.post(f"{address}do/assign/", to)
    assert refused.status_code == 422
    assert Case.objects.get(id=case.id).owner == wang
