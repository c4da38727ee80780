"""Orders that go out as one, on the pages of those who work with them: seen, looked at, made one, taken apart."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.orders.tests.test_orders import as_, text
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Inbound, ensure_desk, receive_message
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.pairs import CHAIR, LAMPS, approved, sums
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    open_review(shop.now)
    for sku in ("LP-7", "CH-1"):
        shelf(sku, 20, at=shop.now)
    return shop


@pytest.fixture
def sign_in(shop: Shop) -> Callable[[str], Client]:
    def sign(name: str) -> Client:
        client = Client()
        client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
        return client

    return sign


@pytest.fixture
def two(shop: Shop) -> tuple[Order, Order]:
    lamps = approved("王小姐", LAMPS, at=shop.now, remark="送到门口")
    return lamps, approved("王小姐", CHAIR, at=shop.now, minutes=10, discount_minor=101)


def page_of(client: Client, order: Order) -> str:
    return text(client.get(f"/desk/orders/{order.number}/"))


def post(client: Client, order: Order, **said: Any) -> Any:
    return client.post(f"/desk/orders/{order.number}/merge/", said)


def test_the_page_says_what_could_go_with_it_the_preview_what_it_would_be_and_it_is_done(
    shop: Shop, two: tuple[Order, Order]
) -> None:
    lamps, chair = two
    client = as_(shop, "admin")
    page = page_of(client, lamps)
    part = page[page.index('id="together"') :]
    assert ("Could go out as one" in part, chair.number in part) == (True, True)
    seen = text(client.get(f"/desk/orders/{lamps.number}/merge/", {"with": chair.number}))
    for words in ("CN¥243.99", "CN¥16.00", "CN¥1.01", "CH-1", "LP-7", "carries all", "They stay kept"):
        assert words in seen, words
    done = post(client, lamps, **{"do": "merge", "with": chair.number})
    assert (done.status_code, done["Location"]) == (302, f"/desk/orders/{lamps.number}/#together")
    page = page_of(client, lamps)
    for words in ("Goes out as one", chair.number, f"from {chair.number}", "Each by itself again"):
        assert words in page, words
    gone = page_of(client, chair)
    for words in ("Goes with another", "It goes out with another order:", lamps.number):
        assert words in gone, words
    assert "Cancel the order" not in gone
    assert post(client, lamps, do="separate").status_code == 302
    assert "Could go out as one" in page_of(client, lamps)


def test_the_list_says_so_too_and_where_one_went(shop: Shop, two: tuple[Order, Order]) -> None:
    lamps, chair = two
    client = as_(shop, "admin")
    with CaptureQueriesContext(connection) as asked:
        page = text(client.get("/desk/orders/"))
    assert len(asked) <= 12, [one["sql"][:80] for one in asked]
    assert page.count("1 more could go with it") == 2
    merge_orders(order_id=lamps.id, others=[chair.id], by=BY, at=shop.now)
    page = text(client.get("/desk/orders/"))
    assert ("could go with it" in page, f"▸ {lamps.number}" in page, "Goes with another" in page) == (False, True, True)


def test_the_page_of_an_order_costs_as_many_statements_as_before_and_two_more(
    shop: Shop, two: tuple[Order, Order]
) -> None:
    lamps, chair = two
    client = as_(shop, "admin")
    page_of(client, lamps)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            page_of(client, lamps)
        counts.append(len(asked))
        merge_orders(order_id=lamps.id, others=[chair.id], by=BY, at=shop.now)
    assert max(counts) <= 15, counts


def test_what_is_not_possible_any_more_is_said_and_nothing_is_done(shop: Shop, two: tuple[Order, Order]) -> None:
    lamps, chair = two
    client = as_(shop, "admin")
    Order.objects.filter(id=chair.id).update(fulfilment="picking")
    before = sums(lamps, chair)
    answer = post(client, lamps, **{"do": "merge", "with": chair.number})
    assert (answer.status_code, "that nobody picks yet" in text(answer)) == (422, True)
    assert client.get(f"/desk/orders/{lamps.number}/merge/", {"with": chair.number}).status_code == 422
    assert post(client, lamps, do="merge").status_code == 422
    assert post(client, lamps, do="separate").status_code == 422
    assert post(client, lamps, do="dance").status_code == 400
    assert post(client, lamps, **{"do": "merge", "with": "O2026-999999"}).status_code == 404
    assert sums(lamps, chair) == before


def test_who_only_reads_sees_none_of_it_and_another_stores_order_does_not_exist(
    shop: Shop, two: tuple[Order, Order]
) -> None:
    lamps, chair = two
    reader = as_(shop, "zhou")
    assert "Look at them as one" not in page_of(reader, lamps)
    assert post(reader, lamps, **{"do": "merge", "with": chair.number}).status_code == 403
    Order.objects.filter(id=chair.id).update(store=shop.cast.stores["nanjing"])
    Grant.objects.filter(user=shop.cast.people["sun"]).delete()
    Grant.objects.create(user=shop.cast.people["sun"], role="order_clerk", store=shop.cast.stores["nanjing"])
    there = as_(shop, "sun")
    assert there.get(f"/desk/orders/{chair.number}/").status_code == 200
    for first, other in ((lamps, chair), (chair, lamps)):
        assert post(there, first, **{"do": "merge", "with": other.number}).status_code == 404
        assert there.get(f"/desk/orders/{first.number}/merge/", {"with": other.number}).status_code == 404
    assert Order.objects.filter(merged_into=None).count() == 2


def test_a_case_about_one_of_them_is_on_the_page_of_the_one_that_carries(shop: Shop, two: tuple[Order, Order]) -> None:
    lamps, chair = two
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id="about-chair",
        customer_id=chair.customer_id,
        text="椅子有没有黑色的？",
        order_number=chair.number,
        store="web",
        kind="inquiry",
        is_new_topic=True,
    )
    receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    merge_orders(order_id=lamps.id, others=[chair.id], by=BY, at=shop.now)
    page = page_of(as_(shop, "admin"), lamps)
    assert "黑色" in page[page.index('id="cases"') :]
