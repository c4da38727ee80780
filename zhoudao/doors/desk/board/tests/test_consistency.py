"""The page of consistency: like cases side by side, small groups not judged, people only for whoever leads them."""

import re
from datetime import timedelta
from html import unescape
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.likeness import queries
from zhoudao.rooms.likeness.queries import FEWEST, Like, Part, cases_of, compare
from zhoudao.rooms.teamwork.models import Goodwill

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/board/consistency/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    opened.hears("一位客户")
    return opened


def solved(shop: Shop, count: int, hours: float, **fields: object) -> list[Case]:
    """So many like cases of a customer, each solved after about so many hours."""
    rng, customer = Random(count), Customer.objects.order_by("id").first()  # drawn, not secret
    assert customer is not None
    known = Case.objects.count()
    made = []
    for number in range(count):
        solved_at = shop.now - timedelta(minutes=5)
        opened_at = solved_at - timedelta(hours=hours * (1 + 0.2 * rng.random()))
        wanted = {
            "number": f"C2026-9{known + number:05d}",
            "kind": "inquiry",
            "status": "resolved",
            "customer": customer,
            "store": shop.cast.stores["web"],
            "team": shop.cast.teams["reception"],
            "owner": shop.cast.people["wang"],
            "opened_at": opened_at,
            "updated_at": solved_at,
            "first_human_contact_at": opened_at + (solved_at - opened_at) / 4,
            "resolved_at": solved_at,
            "outcome": "solved",
            "cause": "product",
        }
        made.append(Case(**(wanted | fields)))
    return Case.objects.bulk_create(made)


def listed(client: Client, address: str) -> set[str]:
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def stores(shop: Shop) -> tuple[object, object]:
    return shop.cast.stores["web"], next(one for code, one in sorted(shop.cast.stores.items()) if code != "web")


def week(shop: Shop) -> Asked:
    return Asked(shop.now - timedelta(days=7), shop.now + timedelta(days=1))


def test_the_slower_store_is_found_and_each_group_opens_its_cases(shop: Shop) -> None:
    web, other = stores(shop)
    fast, slow = solved(shop, 9, 1, store=web), solved(shop, 10, 30, store=other)
    client = sign_in(shop.cast, "zhou")
    shown = client.get(f"{PAGE}?by=store").context["shown"]
    assert {one.finding.measure for one in shown} == {"reply", "solution"}
    for one in shown:
        assert [span.group.count for span in one.spans] == [10, 9]  # the slowest first
        assert [listed(client, span.address) for span in one.spans] == [
            {case.number for case in slow},
            {case.number for case in fast},
        ]
        assert one.is_strong
        assert one.p == "p < 0.001"


def test_what_is_served_alike_is_no_finding(shop: Shop) -> None:
    web, other = stores(shop)
    solved(shop, 12, 5, store=web)
    solved(shop, 12, 5, store=other)
    page = sign_in(shop.cast, "zhou").get(f"{PAGE}?by=store")
    assert page.context["found"].made == 2
    assert page.context["shown"] == []
    assert "看得出的范围内" in page.content.decode()


def test_small_groups_and_unlike_cases_are_not_judged(shop: Shop) -> None:
    web, other = stores(shop)
    solved(shop, 12, 1, store=web)
    solved(shop, FEWEST - 1, 30, store=other)
    solved(shop, 12, 30, store=other, kind="complaint")  # of another kind
    solved(shop, 12, 30, store=other, grade="A")  # of another value
    found = compare(shop.viewer("admin"), week(shop), "store")
    assert (found.findings, found.made, found.alone) == ((), 0, found.cases)


def test_grants_and_outcomes_are_compared_too(shop: Shop) -> None:
    web, other = stores(shop)
    solved(shop, 20, 5, store=web)
    given = solved(shop, 20, 5, store=other, outcome="compensated")
    for number, case in enumerate(given):
        Goodwill.objects.create(
            case=case,
            kind="gift",
            amount_minor=1_000 + number,
            currency="CNY",
            state="granted",
            asked_by=shop.cast.people["zhao"],
            asked_at=shop.now,
            decided_at=shop.now,
        )
    found = compare(shop.viewer("admin"), week(shop), "store")
    assert {one.measure for one in found.findings} == {"granted", "outcome"}
    grants = next(one for one in found.findings if one.measure == "granted")
    assert [round(one.middle) for one in grants.groups] == [1_010, 0]
    shown = sign_in(shop.cast, "zhou").get(f"{PAGE}?by=store").context["shown"]
    assert {span.words for one in shown for span in one.spans} == {"¥10.10", "¥0.00", "已补偿 100%", "问题已解决 100%"}


def test_people_are_compared_only_for_whoever_leads_them(shop: Shop) -> None:
    people = shop.cast.people
    solved(shop, 9, 1, owner=people["wang"])
    slow = solved(shop, 9, 30, owner=people["li"])
    lead = sign_in(shop.cast, "zhao")
    shown = lead.get(f"{PAGE}?by=person").context["shown"]
    assert {span.name for one in shown for span in one.spans} == {people["wang"].name, people["li"].name}
    address = shown[0].spans[0].address
    assert listed(lead, address) == {case.number for case in slow}
    agent = sign_in(shop.cast, "wang")
    assert agent.get(f"{PAGE}?by=person").context["by"] == "store"
    assert listed(agent, address) == set()


def test_of_too_many_the_newest_are_compared_and_opened(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    old, viewer, asked = solved(shop, 9, 1), shop.viewer("admin"), week(shop)
    Case.objects.filter(id__in=[one.id for one in old[:4]]).update(resolved_at=shop.now - timedelta(days=2))
    monkeypatch.setattr(queries, "MOST", 5)
    part = Part(Like("inquiry", "product", "regular", ""), "store", str(shop.cast.stores["web"].id), "solution")
    assert compare(viewer, asked, "store").cases == cases_of(viewer, asked, part).count() == 5
    monkeypatch.setattr(queries, "MOST", 9)
    assert compare(viewer, asked, "store").cases == cases_of(viewer, asked, part).count() == 9


@pytest.mark.parametrize("by", ["channel", "store", "team", "person"])
def test_the_page_reads_little(shop: Shop, by: str) -> None:
    solved(shop, 20, 5)
    client = sign_in(shop.cast, "zhao")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as sent:
        assert client.get(f"{PAGE}?by={by}").status_code == 200
    assert len(sent) <= 12, [one["sql"][:80] for one in sent]


@pytest.mark.parametrize("query", ["by=x", "like_by=x", "part=x&like_by=store", "measure=x", f"part={UUID(int=1)}"])
def test_nonsense_is_left_out(shop: Shop, query: str) -> None:
    client = sign_in(shop.cast, "zhao")
    assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"/desk/?figure=cases.consistency&{query}").status_code == 200


def test_who_may_not_see_figures_is_refused(shop: Shop) -> None:
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403
