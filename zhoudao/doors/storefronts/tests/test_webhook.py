"""Shops that post in our own words: signed, once each, in any order; what cannot be taken is kept, nothing is lost."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from zhoudao.doors.storefronts.kinds.webhook.fake import signed
from zhoudao.doors.storefronts.kinds.webhook.reading import read
from zhoudao.doors.storefronts.port import reader_of
from zhoudao.doors.storefronts.tests.conftest import NOW, Add, Post, stand, waiting
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.orders.commands import posts
from zhoudao.rooms.orders.commands.posts import (
    KEPT,
    dismiss_post,
    forget_posts,
    raw_of,
    take_waiting,
    try_again,
    waiting_since,
)
from zhoudao.rooms.orders.commands.storefronts import OVERLAP, change_storefront, secrets_of
from zhoudao.rooms.orders.models import Hold, Order, Storefront, StorefrontPost
from zhoudao.rooms.orders.storefronts.told import Unread, minor_of
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.reviewing import book, seen, shelf, told

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = new_secret()


@pytest.fixture(autouse=True)
def _shop(add: Add) -> Storefront:
    return add("mall", "webhook", SECRET)


def said(type_: str = "placed", minute: int = 0, reason: str = "", **more: Any) -> dict[str, Any]:
    order = {
        "number": "T-1001",
        "payment": "captured",
        "lines": [{"sku": "CH-1", "quantity": 2, "price": "129.00", "name": "餐椅"}],
        "discount": "10.00",
        "shipping": "12.00",
        "total": "260.00",
        "buyer": {"external_id": "buyer-1", "name": "王小姐", "phone": "13812348000"},
        "recipient": {
            "name": "王小姐", "phone": "13812348000", "province": "江苏省", "city": "南京市", "district": "鼓楼区",
            "address": "中山北路 88 号 501",
        },
        "remark": "周末送",
        **more,
    }  # fmt: skip
    moment = (NOW - timedelta(hours=1) + timedelta(minutes=minute)).isoformat()
    return {"type": f"order.{type_}", "said_at": moment, "order": order} | ({"reason": reason} if reason else {})


def test_an_order_is_taken_at_once_with_its_amounts_to_the_cent(post: Post) -> None:
    status, answer = post("mall", *signed(said(), SECRET, "p-1"))
    assert (status, answer) == (202, {"status": "taken"})
    order = Order.objects.get()
    assert (order.source, order.external_number, order.payment) == ("mall", "T-1001", "captured")
    assert (order.goods_minor, order.discount_minor, order.shipping_minor, order.total_minor) == (
        25_800, 1_000, 1_200, 26_000,
    )  # fmt: skip
    assert told(order) == ["orders.OrderPlaced"]
    assert StorefrontPost.objects.get().raw_sealed is None, "the order holds it now"
    assert not Identity.objects.filter(kind="phone", suggested=False).exists(), "nobody has proven it"


def test_what_is_signed_wrongly_or_late_or_tampered_with_or_by_nobody_is_kept_nowhere(post: Post) -> None:
    body, headers = signed(said(), SECRET, "p-1")
    late = datetime.now(UTC) - timedelta(minutes=6)
    tries = [
        (body.replace(b"129.00", b"1.00"), headers),
        (body, {**headers, "webhook-id": "p-2"}),
        (body, {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}),
        signed(said(), SECRET, "p-1", at=late),
        signed(said(), new_secret(), "p-1"),
        (body, {}),
    ]
    assert [post("mall", *one)[0] for one in tries] == [401] * 6
    assert post("nobody", body, headers)[0] == 404
    assert post("mall", b"x" * (1024 * 1024 + 1), headers)[0] == 413
    assert (StorefrontPost.objects.count(), Order.objects.count()) == (0, 0)
    shop = Storefront.objects.get()
    assert (shop.refused_at is not None, shop.heard_at) == (True, None)


def test_five_times_at_once_is_one_order(post: Post) -> None:
    body, headers = signed(said(), SECRET, "p-1")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _turn: post("mall", body, headers), range(5)))
    assert sorted(status for status, _answer in answers) == [200, 200, 200, 200, 202]
    assert (Order.objects.count(), StorefrontPost.objects.count(), Customer.objects.count()) == (1, 1, 1)


def test_five_posts_of_one_order_at_once_end_as_the_newest_says(post: Post) -> None:
    wanted = [said("changed", minute, total=f"{260 + minute}.00", shipping=f"{12 + minute}.00") for minute in range(5)]
    with ThreadPoolExecutor(5) as pool:
        pairs = [signed(one, SECRET, f"p-{place}") for place, one in enumerate(wanted)]
        assert {status for status, _answer in pool.map(lambda one: post("mall", *one), pairs)} == {202}
    assert Order.objects.get().total_minor == 26_400
    assert not waiting()


def _story() -> list[dict[str, Any]]:
    """Three orders with all that may happen to them."""
    more: dict[str, Any] = {"lines": [{"sku": "CH-1", "quantity": 3, "price": "129.00"}], "total": "389.00"}
    li = {"name": "李先生", "phone": "13912345678", "province": "浙江省", "city": "杭州市", "district": "西湖区"}
    elsewhere: dict[str, Any] = {"recipient": {**li, "address": "文三路 259 号"}}
    first = [said("placed", 0, payment="pending"), said("changed", 1), said("changed", 2, **more)]
    second = [
        said("placed", 0, number="T-2"),
        said("changed", 3, number="T-2", **elsewhere),
        said("cancelled", 4, "customer", number="T-2", **elsewhere),
    ]
    third = [said("placed", 0, number="T-3", payment="authorised"), said("cancelled", 1, "not_paid", number="T-3")]
    return [*first, *second, *third]


def test_repeated_and_shuffled_they_end_in_the_same_orders(post: Post, add: Add) -> None:
    story, chance = _story(), random.Random(60)
    for place, one in enumerate(story):
        post("mall", *signed(one, SECRET, f"first-{place}"))
    expected = stand("mall")
    assert [(one[0], one[1], one[2]) for one in expected.values()] == [
        ("placed", "captured", 38_900), ("cancelled", "captured", 26_000), ("cancelled", "captured", 26_000),
    ]  # fmt: skip
    for turn in range(12):
        code = f"mall-{turn}"
        add(code, "webhook", SECRET)
        sent = [(f"{place}", one) for place, one in enumerate(story) for _again in range(chance.randint(1, 5))]
        chance.shuffle(sent)
        for id_, one in sent:
            assert post(code, *signed(one, SECRET, f"p-{id_}"))[0] in (200, 202)
        assert stand(code) == expected, [id_ for id_, _one in sent]
    assert not waiting()


def test_changed_after_approval_its_goods_are_kept_anew(post: Post) -> None:
    shelf("CH-1", 10)
    post("mall", *signed(said(), SECRET, "p-1"))
    seen(Order.objects.get(), at=NOW)
    assert book("CH-1") == (10, 2)
    more: dict[str, Any] = {"lines": [{"sku": "CH-1", "quantity": 3, "price": "129.00"}], "total": "389.00"}
    assert post("mall", *signed(said("changed", 5, **more), SECRET, "p-2"))[1] == {"status": "taken"}
    order = Order.objects.get()
    assert (order.commercial, order.fulfilment, book("CH-1")) == ("approved", "reserved", (10, 3))
    assert "orders.OrderRevised" in told(order)


def test_paid_later_is_noted_and_given_back_holds_it_for_a_person(post: Post) -> None:
    shelf("CH-1", 10)
    post("mall", *signed(said(payment="pending"), SECRET, "p-1"))
    seen(Order.objects.get(), at=NOW)
    post("mall", *signed(said("changed", 1), SECRET, "p-2"))
    order = Order.objects.get()
    assert (order.payment, order.commercial, told(order)[-1]) == ("captured", "approved", "orders.PaymentNoted")
    post("mall", *signed(said("changed", 2, payment="refunded"), SECRET, "p-3"))
    order.refresh_from_db()
    assert (order.payment, order.commercial, book("CH-1")) == ("refunded", "placed", (10, 0))
    assert Hold.objects.get().reason == "refund_requested"
    assert Hold.objects.get().opened_by == "storefront:mall"


def test_cancelled_there_it_is_cancelled_here_unless_it_has_left(post: Post) -> None:
    shelf("CH-1", 10)
    for number in ("T-1", "T-2"):
        post("mall", *signed(said(number=number), SECRET, number))
        seen(Order.objects.get(external_number=number), at=NOW)
    Order.objects.filter(external_number="T-2").update(commercial="approved", fulfilment="shipped", open_holds=0)
    for number in ("T-1", "T-2"):
        post("mall", *signed(said("cancelled", 9, "no_stock", number=number), SECRET, f"c-{number}"))
    first, second = Order.objects.order_by("external_number")
    assert (first.commercial, first.cancel_reason, book("CH-1")) == ("cancelled", "no_stock", (10, 0))
    assert (second.commercial, waiting()) == ("approved", [("T-2", "AlreadyOnItsWay", [])])
    post("mall", *signed(said("changed", 12, number="T-1"), SECRET, "again"))
    assert waiting()[1:] == [("T-1", "OrderOver", [])], "wanted again: a person places it anew"


@pytest.mark.parametrize(
    ("change", "reason", "faults"),
    [
        ({"currency": "USD"}, "currency", [["USD", ""]]),
        ({"total": "260.005"}, "amount", [["total", ""]]),
        ({"total": "1e2"}, "OrderUnsound", [["total_minor", "total"]]),
        ({"total": 260}, "shape", [["order.total", ""]]),
        ({"total": "261.00"}, "OrderUnsound", [["total_minor", "total"]]),
        ({"lines": [{"sku": "A", "quantity": 1, "price": "0.00"}]}, "OrderUnsound", [["lines.0.price_minor", "price"]]),
        ({"lines": []}, "shape", [["order.lines", ""]]),
        ({"gift_wrap": True}, "field", [["order", ""]]),
        ({"payment": "by_barter"}, "shape", [["order.payment", ""]]),
        ({"placed_at": "2027-01-01T00:00:00Z"}, "OrderUnsound", [["placed_at", "early"]]),
    ],
)
def test_what_cannot_be_taken_is_kept_with_why_and_where(
    post: Post, change: dict[str, Any], reason: str, faults: list[list[str]]
) -> None:
    assert post("mall", *signed(said(**change), SECRET, "p-1")) == (202, {"status": "kept"})
    [(_number, found, where)] = waiting()
    assert (found, where) == (reason, faults)
    kept = StorefrontPost.objects.get()
    assert "王小姐".encode() not in bytes(kept.raw_sealed or b"")
    assert json.loads(raw_of(kept))["order"]["buyer"]["name"] == "王小姐"
    assert Order.objects.count() == 0


def test_kept_it_is_taken_once_it_can_be_or_put_aside_and_newer_words_overtake_it(post: Post) -> None:
    Store.objects.filter(code="web").update(closed_at=NOW)
    for number in ("T-1", "T-2", "T-3"):
        post("mall", *signed(said(number=number), SECRET, number))
    assert [reason for _number, reason, _faults in waiting()] == ["OrderStoreUnknown"] * 3
    Store.objects.filter(code="web").update(closed_at=None)
    first, second, third = StorefrontPost.objects.order_by("id")
    assert try_again(first.id)
    assert take_waiting(reader_of, now=lambda: NOW) == 1
    assert dismiss_post(second.id, by=BY, at=NOW)
    assert not dismiss_post(second.id, by=BY, at=NOW)
    post("mall", *signed(said("changed", 3, number="T-3"), SECRET, "newer"))
    statuses = [StorefrontPost.objects.get(id=one.id).status for one in (first, second, third)]
    assert statuses == ["taken", "dismissed", "older"]
    assert not StorefrontPost.objects.filter(raw_sealed__isnull=False).exists()
    assert set(Order.objects.values_list("external_number", flat=True)) == {"T-1", "T-3"}


def test_our_own_fault_is_tried_six_times_and_a_killed_taker_loses_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: Any, **_more: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(posts, "bring", breaks)
        assert post("mall", *signed(said(), SECRET, "p-1")) == (202, {"status": "kept"})
        assert StorefrontPost.objects.get().status == "new"
        assert waiting_since(NOW)
        for _turn in range(5):
            take_waiting(reader_of, now=lambda: NOW)
        assert waiting() == [("", "RuntimeError", [])]
    kept = StorefrontPost.objects.get()
    try_again(kept.id)
    take_waiting(reader_of, now=lambda: NOW)
    assert Order.objects.count() == 1


def test_what_nobody_deals_with_is_destroyed_after_three_months(post: Post) -> None:
    post("mall", *signed(said(currency="USD"), SECRET, "p-1"))
    forget_posts(at=NOW + KEPT - timedelta(hours=1))
    assert raw_of(StorefrontPost.objects.get())
    forget_posts(at=NOW + KEPT + timedelta(hours=1))
    assert StorefrontPost.objects.get().raw_sealed is None
    assert not try_again(StorefrontPost.objects.get().id)


def test_a_new_secret_counts_at_once_and_the_one_before_for_a_day(post: Post) -> None:
    shop, new = Storefront.objects.get(), new_secret()
    real_now = datetime.now(UTC)
    asked: dict[str, Any] = {
        "store_id": shop.store_id, "currency": "CNY", "asserts_identity": False, "is_active": True,
    }  # fmt: skip
    change_storefront(shop.id, **asked, secret=new, by=BY, at=NOW, real_now=real_now)
    for place, secret in enumerate((SECRET, new)):
        assert post("mall", *signed(said(number=f"T-{place}"), secret, f"p-{place}"))[0] == 202
    shop.refresh_from_db()
    assert secrets_of(shop, real_now=real_now + OVERLAP) == [new]
    shop.before_until = real_now
    shop.save()
    assert post("mall", *signed(said(number="T-9"), SECRET, "p-9"))[0] == 401
    change_storefront(shop.id, **{**asked, "is_active": False}, by=BY, at=NOW, real_now=real_now)
    assert post("mall", *signed(said(), new, "p-10"))[0] == 404


def test_a_shop_that_has_checked_them_proves_whom_it_names(post: Post, add: Add) -> None:
    add("sure", "webhook", SECRET, asserts_identity=True)
    post("sure", *signed(said(), SECRET, "p-1"))
    assert Identity.objects.filter(kind="phone", suggested=False).count() == 1


@pytest.mark.parametrize(
    ("amount", "minor"), [("12.50", 1_250), ("0", 0), ("12.5", 1_250), ("12.500", 1_250), ("9007199254740993", None)]
)
def test_amounts_are_exact(amount: str, minor: int | None) -> None:
    assert minor_of(amount, "CNY", "total") == (int(amount) * 100 if minor is None else minor)


@pytest.mark.parametrize("amount", ["", " ", "twelve", "12.505", "NaN", "Infinity", 12.5, None, True, "1" * 5000])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(Unread):
        minor_of(amount, "CNY", "total")


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[" * 100_000, b"null", b'"order"', b"{}"])
def test_what_is_no_order_at_all_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(Unread):
        read(Storefront(code="mall"), raw)


def test_what_happened_holds_no_persons_words(post: Post) -> None:
    post("mall", *signed(said(), SECRET, "p-1"))
    post("mall", *signed(said("changed", 1, payment="refunded", remark="不要了"), SECRET, "p-2"))
    text = json.dumps(list(Event.objects.values_list("attributes", flat=True)), ensure_ascii=False)
    assert not [word for word in ("王小姐", "13812348000", "中山北路", "不要了") if word in text]
    connection.close()
