"""Shopify: its own signature over the raw body; a body's words decide, never a header nobody signed."""

import itertools
from typing import Any

import pytest

from zhoudao.doors.storefronts.kinds.shopify.fake import order, posted
from zhoudao.doors.storefronts.tests.conftest import Add, Post, stand, waiting
from zhoudao.rooms.orders.models import Order, StorefrontPost
from zhoudao.rooms.orders.sealed import recipient_of, remark_of

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "shpss_0123456789abcdef"  # a test's


@pytest.fixture(autouse=True)
def _shop(add: Add) -> None:
    add("house", "shopify", SECRET)


def at(time: str, **more: Any) -> dict[str, Any]:
    return order(1001, ("CH-1", 2, "129.00"), ("LP-7", 1, "50.00"), updated_at=f"2026-03-10T{time}+08:00", **more)


def test_an_order_is_taken_as_shopify_writes_it(post: Post) -> None:
    body, headers = posted(at("10:00:00", discount="8.00", shipping="12.00"), SECRET)
    assert post("house", body, headers) == (202, {"status": "taken"})
    taken = Order.objects.get()
    assert (taken.external_number, taken.payment, taken.total_minor) == ("1001", "captured", 31_200)
    assert (taken.province, taken.city) == ("江苏省", "南京市")
    assert (recipient_of(taken).name, remark_of(taken)) == ("王小姐", "周末送")
    assert post("house", body, {**headers, "X-Shopify-Webhook-Id": "another"}) == (200, {"status": "repeated"})


def test_tampered_with_unsigned_or_otherwise_signed_it_is_kept_nowhere(post: Post) -> None:
    body, headers = posted(at("10:00:00"), SECRET)
    assert post("house", body + b" ", headers)[0] == 401
    assert post("house", body, {name: value for name, value in headers.items() if "Hmac" not in name})[0] == 401
    assert post("house", *posted(at("10:00:00"), "shpss_another"))[0] == 401
    assert post("house", body, {**headers, "X-Shopify-Hmac-Sha256": ""})[0] == 401
    assert StorefrontPost.objects.count() == 0


def test_a_topic_is_not_signed_and_cancels_nothing(post: Post) -> None:
    body, headers = posted(at("10:00:00"), SECRET)
    post("house", body, headers)
    later, signed = posted(at("10:05:00"), SECRET, "orders/cancelled")
    assert post("house", later, signed) == (202, {"status": "taken"})
    assert Order.objects.get().commercial == "placed"
    assert post("house", *posted({"id": 1}, SECRET, "products/update")) == (200, {"status": "ignored"})


def test_in_every_order_of_arrival_it_ends_the_same(post: Post, add: Add) -> None:
    story = [
        (at("10:00:00", financial_status="pending"), "orders/create"),
        (at("10:01:00"), "orders/paid"),
        (at("10:02:00", note="放门口"), "orders/updated"),
        (at("10:02:00", note="放门口", cancelled_at="2026-03-10T10:02:00+08:00", cancel_reason="inventory"),
         "orders/cancelled"),
    ]  # fmt: skip
    ends = []
    for turn, sequence in enumerate(itertools.permutations(story)):
        add(f"house-{turn}", "shopify", SECRET)
        for content, topic in [*sequence, sequence[0]]:
            assert post(f"house-{turn}", *posted(content, SECRET, topic))[0] in (200, 202)
        ends.append(stand(f"house-{turn}"))
    assert len(ends) == 24
    assert all(end == ends[0] for end in ends)
    [(commercial, payment, total, _lines, _who, remark, reason)] = ends[0].values()
    assert (commercial, payment, total, reason) == ("cancelled", "captured", 30_800, "no_stock")
    assert remark in ("周末送", "放门口")
    assert not waiting()


def test_taken_out_in_the_shop_it_is_taken_out_here(post: Post) -> None:
    post("house", *posted(at("10:00:00"), SECRET))
    edited = at("10:05:00", current_total_price="129.00", current_total_discounts="0.00", current_total_tax="0.00")
    edited["line_items"][0]["current_quantity"], edited["line_items"][1]["current_quantity"] = 1, 0
    post("house", *posted(edited, SECRET, "orders/updated"))
    assert stand("house")["1001"][3] == [("CH-1", 1, 12_900, 0)]


def test_tax_on_top_is_part_of_our_prices_to_the_cent(post: Post) -> None:
    content = order(
        7, ("CH-1", 3, "10.00"), taxes_included=False, total_price="31.99", total_tax="1.99", currency="CNY"
    )
    content["line_items"][0]["tax_lines"] = [{"price": "1.99"}]
    post("house", *posted(content, SECRET))
    assert (waiting(), Order.objects.get().total_minor) == ([], 3_199)
    assert stand("house")["7"][3] == [("CH-1", 1, 1_067, 0), ("CH-1", 2, 1_066, 0)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"test": True}, "test"),
        ({"currency": "USD"}, "currency"),
        ({"financial_status": "haggled"}, "payment"),
        ({"updated_at": "yesterday"}, "time"),
        ({"total_price": 308.0}, "amount"),
        ({"total_price": "1.00"}, "OrderUnsound"),
        ({"line_items": {}}, "OrderUnsound"),
        ({"line_items": "many"}, "shape"),
        ({"customer": "Wang"}, "shape"),
        ({"name": None}, "empty"),
    ],
)
def test_what_cannot_be_taken_is_kept(post: Post, change: dict[str, Any], reason: str) -> None:
    assert post("house", *posted({**at("10:00:00"), **change}, SECRET)) == (202, {"status": "kept"})
    assert waiting()[0][1] == reason
