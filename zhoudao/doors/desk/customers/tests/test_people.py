"""The list of customers: exact finding, own customers, pages."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.queries import people
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.commands import Claim, find_or_create_customer, merge_customers
from zhoudao.rooms.customers.models import Customer

SignIn = Callable[[str], Client]


def met(shop: Shop, *claims: Claim, name: str = "") -> Customer:
    return find_or_create_customer(claims=claims, name=name, at=shop.now, by=By("system:test"))


def page(client: Client, query: str = "") -> str:
    return str(client.get(f"/desk/customers/{query}").content.decode())


def test_an_empty_list_says_how_customers_come(shop: Shop, sign_in: SignIn) -> None:
    assert "任何渠道的来信人都会自动出现在这里" in page(sign_in("admin"))
    assert "您还没有负责的客户" in page(sign_in("admin"), "?of=mine")
    assert "没有找到" in page(sign_in("admin"), "?q=13812348000")


@pytest.mark.parametrize("words", ["138 1234 8000", "+8613812348000", "W@Example.com", "M-1001", "王小明"])
def test_a_customer_is_found_by_exactly_what_they_are_known_by(shop: Shop, sign_in: SignIn, words: str) -> None:
    member = Claim("member", "M-1001", verified=True)
    met(shop, Claim("phone", "13812348000", verified=True), Claim("email", "w@example.com"), member, name="王小明")
    met(shop, Claim("phone", "13900001111", verified=True), name="李雷")
    found = page(sign_in("admin"), f"?q={words.replace('+', '%2B')}")
    assert "王小明" in found
    assert "李雷" not in found
    assert "13812348000" not in found.replace(words, "")


def test_a_part_finds_nobody(shop: Shop, sign_in: SignIn) -> None:
    met(shop, Claim("phone", "13812348000", verified=True), name="王小明")
    for words in ("1381234", "王", "8000"):
        assert "王小明" not in page(sign_in("admin"), f"?q={words}")


def test_who_may_not_see_names_neither_sees_nor_finds_them(shop: Shop, sign_in: SignIn) -> None:
    met(shop, Claim("phone", "13812348000", verified=True), name="王小明")
    zhou = shop.cast.people["zhou"]
    zhou.grants.all().delete()
    zhou.grants.create(role="process_manager")
    client = sign_in("zhou")
    assert "王**" in page(client)
    assert "王小明" not in page(client).replace("?q=王小明", "")
    assert "王**" not in page(client, "?q=王小明")
    assert "王**" in page(client, "?q=13812348000")


def test_joined_records_are_one_row(shop: Shop, sign_in: SignIn) -> None:
    kept = met(shop, Claim("phone", "13812348000", verified=True), name="王小明")
    lost = met(shop, Claim("email", "w@example.com", verified=True))
    merge_customers(loser_id=lost.id, survivor_id=kept.id, at=shop.now, by=By("user:x"))
    for query in ("", "?q=w@example.com", "?q=13812348000"):
        assert page(sign_in("admin"), query).count('class="who-link"') == 1


def test_own_customers_are_those_one_advises(shop: Shop, sign_in: SignIn) -> None:
    mine, _other = met(shop, name="王小明"), met(shop, name="李雷")
    Customer.objects.filter(id=mine.id).update(adviser=shop.cast.people["wang"])
    found = page(sign_in("wang"), "?of=mine")
    assert "王小明" in found
    assert "李雷" not in found
    assert sign_in("wang").get(f"/desk/customers/{mine.id}/").status_code == 200


def test_the_list_goes_on_and_costs_the_same(shop: Shop, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PAGE", 3)
    for number in range(7):
        met(shop, Claim("phone", f"1381234{number:04d}", verified=True), name=f"客户{number}")
    viewer, seen, after = shop.viewer("admin"), [], None
    while True:
        rows = people.list_people(viewer, after=after)
        seen += [row.name for row in rows.rows]
        after = rows.next
        if after is None:
            break
    assert seen == [f"客户{number}" for number in reversed(range(7))]
    client = sign_in("admin")
    client.get("/desk/customers/")
    with CaptureQueriesContext(connection) as statements:
        client.get("/desk/customers/")
    assert len(statements) <= 12, "\n".join(one["sql"][:160] for one in statements)
    assert client.get("/desk/customers/?cursor=x").status_code == 400
