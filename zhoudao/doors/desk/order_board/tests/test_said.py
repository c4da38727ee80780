"""What customers say of orders, in figures: who answers, and what they give by carrier and place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.tests.depot import lines_of, ready, sent
from zhoudao.rooms.voice.commands import rate_order
from zhoudao.rooms.voice.models import OrderAsking

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/orders/board/said/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


def rated(shop: Shop, number: str, scores: tuple[int, int, int], *carriers: str) -> Order:
    """An order that came in parcels of these carriers, one a line, and was asked about and rated."""
    order = ready(at=shop.now, external_number=number)
    for carrier, line in zip(carriers, lines_of(order), strict=False):
        sent(order, Label(carrier, f"{carrier.upper()}{number}1"), lines={line: 1}, at=shop.now)
    Order.objects.filter(id=order.id).update(fulfilment="delivered", delivered_at=shop.now)
    OrderAsking.objects.create(order=order, asked_at=shop.now - timedelta(hours=1))
    rate_order(order_id=order.id, scores=scores, comment=f"说 {number}", at=shop.now - timedelta(minutes=5))
    return order


def signed_in(shop: Shop, name: str) -> Client:
    client = Client()
    client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def test_an_order_counts_once_for_each_of_its_carriers(shop: Shop) -> None:
    rated(shop, "A1", (5, 1, 4), "sf", "jd")
    rated(shop, "A2", (3, 5, 4), "sf", "sf")
    silent = ready(at=shop.now, external_number="A3")
    OrderAsking.objects.create(order=silent, asked_at=shop.now - timedelta(hours=2))
    client = signed_in(shop, "admin")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(PATH)
    assert len(asked) <= 12, [one["sql"][:80] for one in asked]
    found = answer.context["found"]
    assert (found.asked, found.answered, found.share) == (3, 2, 2 / 3)
    assert (found.all.count, found.all.product, found.all.delivery, found.all.low) == (2, 4.0, 3.0, 1)
    by_carrier = {one.name: (one.count, one.delivery, one.low) for one in found.carriers}
    assert list(by_carrier.values()) == [(2, 3.0, 1), (1, 1.0, 1)]
    assert "说 A1" in answer.content.decode()


def test_without_answers_it_says_what_to_do_and_a_stores_page_counts_its_own(shop: Shop) -> None:
    assert 'class="blank"' in signed_in(shop, "admin").get(PATH).content.decode()
    rated(shop, "B1", (5, 5, 5), "sf")
    other = signed_in(shop, "admin").get(PATH, {"store": "nanjing"})
    assert other.context["found"].all.count == 0
