"""WooCommerce: amounts without tax and their tax beside them, cancelled and deleted by status."""

from typing import Any

import pytest

from zhoudao.doors.storefronts.kinds.woocommerce.fake import order, posted
from zhoudao.doors.storefronts.tests.conftest import Add, Post, stand, waiting
from zhoudao.rooms.orders.models import Order, StorefrontPost

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "woo-secret-of-ours"  # a test's
LAMP = ("LP-7", 3, "88.50", "11.50")


@pytest.fixture(autouse=True)
def _shop(add: Add) -> None:
    add("lamps", "woocommerce", SECRET)


def at(time: str, **more: Any) -> dict[str, Any]:
    return order(77, LAMP, date_modified_gmt=f"2026-03-10T{time}", **more)


def test_an_order_is_taken_with_tax_in_its_prices(post: Post) -> None:
    assert post("lamps", *posted(at("02:00:00"), SECRET)) == (202, {"status": "taken"})
    taken = Order.objects.get()
    assert (taken.total_minor, taken.tax_minor, taken.payment, taken.province) == (10_000, 1_150, "captured", "江苏省")
    assert stand("lamps")["77"][3] == [("LP-7", 1, 3_334, 0), ("LP-7", 2, 3_333, 0)]


def test_setting_it_up_is_answered_and_what_is_signed_otherwise_is_kept_nowhere(post: Post) -> None:
    assert post("lamps", b"webhook_id=12", {}) == (200, {"status": "ignored"})
    body, headers = posted(at("02:00:00"), SECRET)
    assert post("lamps", b"webhook_id=12&more=1", {})[0] == 401
    assert post("lamps", body + b"\n", headers)[0] == 401
    assert post("lamps", *posted(at("02:00:00"), "woo-secret-of-others"))[0] == 401
    assert StorefrontPost.objects.count() == 0


def test_cancelled_before_it_was_made_or_after_it_ends_the_same(post: Post, add: Add) -> None:
    add("lamps-2", "woocommerce", SECRET)
    made, over = posted(at("02:00:00"), SECRET), posted(at("02:09:00", status="cancelled"), SECRET, "order.updated")
    for code, pair in (("lamps", (made, over)), ("lamps-2", (over, made))):
        for one in pair:
            assert post(code, *one)[0] == 202
    assert stand("lamps") == stand("lamps-2")
    assert stand("lamps")["77"][:2] == ("cancelled", "captured")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"id": 77}, "deleted"),
        (at("02:00:00", status="trash"), "payment"),
        (at("02:00:00", total="0.01"), "OrderUnsound"),
    ],
)
def test_what_cannot_be_taken_is_kept(post: Post, content: dict[str, Any], reason: str) -> None:
    assert post("lamps", *posted(content, SECRET, "order.deleted")) == (202, {"status": "kept"})
    assert waiting()[0][1] == reason
