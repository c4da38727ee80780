"""What a shop says of an order that goes out with another: only that one is changed, and nothing of it is lost."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.doors.storefronts.kinds.webhook.fake import signed
from zhoudao.doors.storefronts.tests.conftest import NOW, Add, Post
from zhoudao.doors.storefronts.tests.test_webhook import SECRET, said
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.models import Order, Storefront, StorefrontPost
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.pairs import kept, sums
from zhoudao.rooms.orders.tests.reviewing import book, holding, seen, shelf
from zhoudao.rooms.stock.tests.shelf import differences

pytestmark = pytest.mark.django_db(transaction=True)
LAMP: list[dict[str, Any]] = [{"sku": "LP-7", "quantity": 1, "price": "50.00", "name": "台灯"}]
OTHER: dict[str, Any] = {
    "number": "T-2",
    "lines": LAMP,
    "discount": "0.00",
    "shipping": "0.00",
    "total": "50.00",
    "remark": "",
}


@pytest.fixture(autouse=True)
def _shop(add: Add) -> Storefront:
    shelf("CH-1", 20, at=NOW)
    shelf("LP-7", 20, at=NOW)
    return add("mall", "webhook", SECRET)


@pytest.fixture
def both(post: Post) -> tuple[Order, Order]:
    """Chairs and a lamp of one buyer, made one."""
    both: tuple[dict[str, Any], ...] = ({"remark": ""}, OTHER)
    for n, order in enumerate(both):
        assert post("mall", *signed(said(**order), SECRET, f"first-{n}"))[0] == 202
    chairs, lamp = (seen(one, at=NOW) for one in Order.objects.order_by("placed_at", "id"))
    merge_orders(order_id=chairs.id, others=[lamp.id], by=BY, at=NOW)
    return chairs, lamp


def stand(order: Order) -> tuple[str, str, int, dict[str, tuple[int, int]]]:
    order.refresh_from_db()
    return order.commercial, order.payment, order.total_minor, kept(order)


def says(post: Post, type_: str, key: str, **more: Any) -> str:
    status, answer = post("mall", *signed(said(type_, 5, **more), SECRET, key))
    assert status == 202
    return str(answer["status"])


def test_cancelled_in_the_shop_only_that_one_is_cancelled_and_the_other_goes_on(
    post: Post, both: tuple[Order, Order]
) -> None:
    chairs, lamp = both
    assert stand(chairs)[3] == {"CH-1": (2, 0), "LP-7": (1, 0)}
    assert says(post, "cancelled", "c-1", reason="customer", **OTHER) == "taken"
    assert stand(lamp) == ("cancelled", "captured", 5_000, {})
    assert (lamp.cancel_reason, lamp.merged_into_id) == ("customer", None)
    assert stand(chairs) == ("approved", "captured", 26_000, {"CH-1": (2, 0)})
    assert (book("CH-1"), book("LP-7"), differences()) == ((20, 2), (20, 0), [])


def test_the_one_that_carries_is_cancelled_alone_too(post: Post, both: tuple[Order, Order]) -> None:
    chairs, lamp = both
    assert says(post, "cancelled", "c-1", reason="customer", remark="") == "taken"
    assert stand(chairs)[:2] == ("cancelled", "captured")
    assert stand(lamp) == ("approved", "captured", 5_000, {"LP-7": (1, 0)})
    assert (book("CH-1"), book("LP-7"), differences()) == ((20, 0), (20, 1), [])


def test_changed_in_the_shop_its_own_lines_change_and_no_others(post: Post, both: tuple[Order, Order]) -> None:
    chairs, lamp = both
    three = {**OTHER, "lines": [{**LAMP[0], "quantity": 3}], "total": "150.00"}
    assert says(post, "changed", "u-1", **three) == "taken"
    assert stand(lamp)[2:] == (15_000, {"LP-7": (3, 0)})
    assert stand(chairs)[2:] == (26_000, {"CH-1": (2, 0)})
    assert sums(chairs, lamp)["total_minor"] == 41_000
    assert differences() == []


def test_money_given_back_in_the_shop_stops_that_one_for_a_person(post: Post, both: tuple[Order, Order]) -> None:
    chairs, lamp = both
    assert says(post, "changed", "m-1", **{**OTHER, "payment": "refunded"}) == "taken"
    assert list(holding(lamp)) == ["refund_requested"]
    assert stand(chairs) == ("approved", "captured", 26_000, {"CH-1": (2, 0)})
    lamp.refresh_from_db()
    assert (lamp.payment, lamp.merged_into_id) == ("refunded", None)


def test_the_same_said_again_leaves_them_together(post: Post, both: tuple[Order, Order]) -> None:
    chairs, lamp = both
    assert says(post, "changed", "s-1", **OTHER) == "taken"
    assert stand(chairs)[3] == {"CH-1": (2, 0), "LP-7": (1, 0)}
    lamp.refresh_from_db()
    assert lamp.merged_into_id == chairs.id


def test_what_is_being_packed_is_stopped_taken_apart_and_held(post: Post, both: tuple[Order, Order]) -> None:
    chairs, lamp = both
    Order.objects.filter(id=chairs.id).update(fulfilment="picking")
    assert says(post, "cancelled", "c-1", reason="customer", **OTHER) == "taken"
    assert stand(lamp)[0] == "cancelled"
    assert stand(chairs) == ("placed", "captured", 26_000, {})
    hold = holding(chairs)["other"]
    assert (hold.kind, hold.evidence) == ("changed_in_shop", {"order": lamp.number})
    assert differences() == []


def test_what_has_left_waits_for_a_person_and_is_not_lost(post: Post, both: tuple[Order, Order]) -> None:
    chairs, lamp = both
    Order.objects.filter(id=chairs.id).update(fulfilment="shipped", shipped_at=NOW + timedelta(hours=1))
    assert says(post, "cancelled", "c-1", reason="customer", **OTHER) == "kept"
    kept_post = StorefrontPost.objects.get(status="failed")
    assert (kept_post.reason, kept_post.raw_sealed is not None) == ("AlreadyOnItsWay", True)
    lamp.refresh_from_db()
    assert (lamp.merged_into_id, lamp.cancel_reason) == (chairs.id, "merged")
