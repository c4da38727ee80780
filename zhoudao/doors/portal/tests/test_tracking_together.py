"""The link of an order that goes out with another says so and leads on."""

import pytest
from django.test import Client

from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.pairs import CHAIR, LAMPS, approved
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf
from zhoudao.rooms.parcels.links import FULL, LOOK, tracking_path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(shop: Shop) -> tuple[Order, Order]:
    """A chair that goes out with lamps."""
    open_review(shop.now)
    for sku in ("LP-7", "CH-1"):
        shelf(sku, 9, at=shop.now)
    lamps, chair = approved("王小姐", LAMPS, at=shop.now), approved("王小姐", CHAIR, at=shop.now, minutes=5)
    merge_orders(order_id=lamps.id, others=[chair.id], by=BY, at=shop.now)
    return lamps, chair


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "It goes together with your order"),
        ("zh-Hans", "它与您的订单"),
        ("zh-Hant", "它與您的訂單"),
    ],
)
def test_it_says_where_it_went_and_leads_there(two: tuple[Order, Order], language: str, words: str) -> None:
    lamps, chair = two
    page = Client().get(tracking_path(chair.id), {"language": language}).content.decode()
    assert (words in page, lamps.number in page) == (True, True)
    assert tracking_path(lamps.id, FULL) in page
    for form in ("/address/", "/cancel/"):
        assert form not in page, "what there is to change is on the other page"
    there = Client().get(tracking_path(lamps.id, FULL)).content.decode()
    assert ("餐椅" in there, "台灯" in there) == (True, True)


def test_who_may_only_look_is_led_to_where_one_may_only_look(two: tuple[Order, Order]) -> None:
    lamps, chair = two
    page = Client().get(tracking_path(chair.id, LOOK)).content.decode()
    assert tracking_path(lamps.id, LOOK) in page
    assert tracking_path(lamps.id, FULL) not in page
