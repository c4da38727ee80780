"""A colleague cancels single pieces: chosen, looked at in money, done once, told on the order's page."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.ground.accounts.models import Grant
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import cancelled, purse, waiting
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import Order

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(shop: Shop) -> Order:
    return waiting(at=shop.now)


def looks(client: Client, order: Order, **given: str) -> Any:
    return client.get(f"/desk/orders/{order.number}/pieces/", given)


def form(client: Client, order: Order, **given: str) -> dict[str, str]:
    shown = text(looks(client, order, **given))
    names = "|".join(["key", "back", "left", *(re.escape(name) for name in given)])
    return dict(re.findall(rf'type="hidden" name="({names})" value="([^"]*)"', shown)) | {"reason": "customer"}


def sends(client: Client, order: Order, body: dict[str, str]) -> Any:
    return client.post(f"/desk/orders/{order.number}/pieces/", body)


def test_a_whole_order_cancelled_here_shows_its_money_on_its_page(
    shop: Shop,
    order: Order,
) -> None:
    client = as_(shop, "admin")
    page = text(client.post(f"/desk/orders/{order.number}/act/", {"do": "cancel", "reason": "customer"}, follow=True))
    request = ReturnRequest.objects.get()
    for words in ("Their money is promised back", request.number):
        assert words in page, words
    assert (Order.objects.get().commercial, purse(order)) == ("cancelled", (31_000, 31_000, 0))


def test_chosen_looked_at_and_done_once_with_its_refund_on_the_page(
    shop: Shop,
    order: Order,
) -> None:
    client = as_(shop, "admin")
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert f"/desk/orders/{order.number}/pieces/" in page
    seen = text(looks(client, order, **{"count-1": "1"}))
    for words in ("CN¥124.81", "CN¥5.02", "CN¥129.83", "CN¥180.17", "Cancel these pieces", "autofocus"):
        assert words in seen, words
    body = form(client, order, **{"count-1": "1"})
    for _ in range(2):
        done = sends(client, order, body)
        assert (done.status_code, done["Location"]) == (302, f"/desk/orders/{order.number}/")
    page = text(client.get(f"/desk/orders/{order.number}/"))
    request = ReturnRequest.objects.get()
    for words in ("Their money is promised back", "−CN¥124.81", request.number, "Cancelled before it left"):
        assert words in page, words
    assert (Cancellation.objects.count(), purse(order)) == (1, (31_000, 12_983, 0))
    own = text(client.get(f"/desk/returns/{request.number}/"))
    for words in ("餐椅", "CN¥129.83", "Cancelled before it left"):
        assert words in own, words


def test_all_of_it_says_that_the_order_is_cancelled_and_cancels_it(
    shop: Shop,
    order: Order,
) -> None:
    client = as_(shop, "admin")
    whole = {"count-1": "2", "count-2": "1"}
    assert "That is all of it" in text(looks(client, order, **whole))
    assert sends(client, order, form(client, order, **whole)).status_code == 302
    order.refresh_from_db()
    assert (order.commercial, purse(order)) == ("cancelled", (31_000, 31_000, 0))


def test_what_cannot_be_is_said_and_nothing_is_done(
    shop: Shop,
    order: Order,
) -> None:
    client = as_(shop, "admin")
    assert looks(client, order, **{"count-1": "3"}).status_code == 422
    body = form(client, order, **{"count-1": "1"})
    for wrong in ({"reason": "whim"}, {"back": "1"}, {"left": "x"}, {"count-1": "0"}, {"count-1": "x"}):
        assert sends(client, order, body | wrong).status_code == 422, wrong
    Order.objects.filter(id=order.id).update(fulfilment="picking")
    answer = sends(client, order, body)
    assert (answer.status_code, "Somebody has begun to pick it" in text(answer)) == (422, True)
    assert looks(client, order).status_code == 422
    assert "/pieces/" not in text(client.get(f"/desk/orders/{order.number}/"))
    assert Cancellation.objects.count() == 0


def test_who_only_reads_may_not_and_another_stores_order_does_not_exist(
    shop: Shop,
    order: Order,
) -> None:
    body = form(as_(shop, "admin"), order, **{"count-1": "1"})
    reader, elsewhere = as_(shop, "zhou"), shop.cast.people["sun"]
    assert (looks(reader, order).status_code, sends(reader, order, body).status_code) == (403, 403)
    assert "/pieces/" not in text(reader.get(f"/desk/orders/{order.number}/"))
    Grant.objects.filter(user=elsewhere).delete()
    Grant.objects.create(user=elsewhere, role="order_clerk", store=shop.cast.stores["nanjing"])
    there = as_(shop, "sun")
    assert (looks(there, order).status_code, sends(there, order, body).status_code) == (404, 404)
    assert Cancellation.objects.count() == 0


def test_the_page_of_an_order_with_cancelled_pieces_costs_two_statements_more(
    shop: Shop,
    order: Order,
) -> None:
    client = as_(shop, "admin")
    counts = []
    client.get(f"/desk/orders/{order.number}/")
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/desk/orders/{order.number}/")
        counts.append(len(asked))
        if len(counts) < 3:
            cancelled(order, {0: 1} if len(counts) == 1 else {1: 1}, at=shop.now)
    assert counts[1] <= counts[0] + 4, counts  # the cancellation, its lines, its return and that one's refund
    assert counts[2] == counts[1], counts
