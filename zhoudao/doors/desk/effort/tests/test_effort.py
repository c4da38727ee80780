"""What cases cost their customers, as colleagues see it: every figure opens exactly its cases."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/board/effort/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    return opened


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    """One was solved at once, one took two contacts with the same order number twice."""
    found = [shop.hears("订单 O2026-000123 坏了", who=f"v-{number}") for number in range(2)]
    shop.later(minutes=10)
    for case in found:
        reply_to_case(case_id=case.id, text="马上看", viewer=shop.viewer("wang"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    shop.later(hours=2)
    shop.hears("还是坏的，O2026-000123", who="v-1")
    for case in found:
        resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    return found


def listed(client: Client, address: str) -> set[str]:
    """The numbers of the cases behind a figure."""
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def test_every_figure_opens_exactly_its_cases(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    page = client.get(PAGE)
    both, second = {case.number for case in cases}, {cases[1].number}
    assert [tile.figure for tile in page.context["tiles"]] == ["1.5", "1", "1.0", "1.0", "10 分钟", "2"]
    assert [listed(client, tile.address) for tile in page.context["tiles"]] == [
        second,
        second,
        set(),
        set(),
        both,
        both,
    ]
    assert [(words, n, listed(client, address)) for words, n, address in page.context["bars"] if n] == [
        ("1", 1, {cases[0].number}),
        ("2", 1, second),
    ]
    for split in ("kind", "channel", "team", "store"):
        [line] = client.get(f"{PAGE}?by={split}").context["lines"]
        assert (line["cases"], listed(client, line["address"]), listed(client, line["again"])) == (2, both, second)


@pytest.mark.parametrize("split", ["kind", "channel", "team", "store"])
def test_page_and_list_read_little(shop: Shop, cases: list[Case], split: str) -> None:
    client = sign_in(shop.cast, "zhao")
    address = client.get(f"{PAGE}?by={split}").context["lines"][0]["address"]
    for wanted in (f"{PAGE}?by={split}", address):
        client.get(wanted)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(wanted).status_code == 200
        assert len(statements) <= 12, [one["sql"][:80] for one in statements]


def test_whoever_sees_one_team_counts_its_cases_only(shop: Shop, cases: list[Case]) -> None:
    shop.cast.people["zhao"].grants.update(team=shop.cast.teams["after_sales"])
    Case.objects.filter(id=cases[0].id).update(team=shop.cast.teams["after_sales"], owner=None)
    Case.objects.filter(id=cases[1].id).update(owner=None)
    client = sign_in(shop.cast, "zhao")
    page = client.get(PAGE)
    assert page.context["found"].cases == 1
    assert listed(client, page.context["lines"][0]["address"]) == {cases[0].number}


@pytest.mark.parametrize(
    "query", ["period=x", "by=x&part=1", "by=team&part=x", "contacts=-1", "contacts=999", "contacts=²", "team=x"]
)
def test_nonsense_is_left_out(shop: Shop, query: str) -> None:
    client = sign_in(shop.cast, "zhao")
    assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"/desk/?figure=cases.effort&{query}").status_code == 200


def test_who_may_not_see_figures_is_refused(shop: Shop) -> None:
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403


def test_a_case_says_what_it_has_cost_so_far_when_somebody_looks(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "wang")
    page = client.get(f"/desk/cases/{cases[1].number}/side/").content.decode()
    assert f'hx-get="/desk/cases/{cases[1].number}/effort/"' in page
    told = client.get(f"/desk/cases/{cases[1].number}/effort/")
    assert (told.context["toll"].contacts, told.context["toll"].told_again) == (2, 1)
    shop.cast.people["wang"].grants.update(team=shop.cast.teams["after_sales"])
    Case.objects.filter(id=cases[1].id).update(owner=None)
    assert sign_in(shop.cast, "wang").get(f"/desk/cases/{cases[1].number}/effort/").status_code == 404


def test_a_customer_s_page_adds_up_their_year(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "wang")
    address = f"/desk/customers/{cases[1].customer_id}/"
    assert f'hx-get="{address}effort/"' in client.get(address).content.decode()
    found = client.get(f"{address}effort/")
    assert (found.context["found"].cases, found.context["found"].sums["contacts"]) == (1, 2)
    assert cases[1].number in found.content.decode()
    shop.later(days=366)
    assert client.get(f"{address}effort/").context["found"].cases == 0


@pytest.mark.parametrize(
    "said", [{}, {"outcome": "solved"}, {"cause": "product"}, {"outcome": "x", "cause": "product"}]
)
@pytest.mark.parametrize("act", ["resolve", "close"])
def test_the_desk_ends_no_case_without_outcome_and_cause(shop: Shop, act: str, said: dict[str, str]) -> None:
    case = shop.hears("坏了")
    answer = sign_in(shop.cast, "zhao").post(f"/desk/cases/{case.number}/do/{act}/", said)
    assert answer.status_code == (422 if act == "resolve" else 204)  # closing is offered once it is solved
    assert Case.objects.get(id=case.id).status not in (Status.RESOLVED, Status.CLOSED)
