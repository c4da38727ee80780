"""A customer stands at the counter with it: found, taken in, looked at and settled in one visit."""

from uuid import uuid4

import pytest
from django.test import Client

from zhoudao.doors.desk.aftersales.tests.test_returns import as_, photo, shop, somebody, text
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import CLERK, delivered, priced, shelf
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.reviewing import book
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.models import Balance

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/desk/returns/counter/"


@pytest.fixture
def order(shop: Shop) -> Order:
    """Two chairs and a lamp, delivered; and the store's own stock."""
    made = delivered(at=shop.now)
    open_warehouse(code="web-back", terms=Terms({"en": "Counter"}), store_id=made.store_id, by=CLERK, at=shop.now)
    return made


def clerk(order: Order) -> Client:
    """Somebody of its store, and no other."""
    return somebody("store_staff", store=Store.objects.get(id=order.store_id))


def given(order: Order, **more: str) -> dict[str, str]:
    said = {"order": order.number, "place": "web-back", "key": str(uuid4()), "count-1": "1", "reason": "unsuitable"}
    return said | {"condition-1": "as_new", "disposition-1": "restock", "kind": "return_refund", "do": "take"} | more


def test_found_by_number_receipt_or_telephone_and_masked(order: Order) -> None:
    staff = clerk(order)
    for words in (order.number, order.external_number):
        assert "餐椅" in text(staff.get(ADDRESS, {"q": words}))
    other = delivered(at=order.placed_at, external_number="T-2")
    both = text(staff.get(ADDRESS, {"q": "13812348000"}))
    assert (order.number in both, other.number in both) == (True, True)
    assert both.count("13812348000") == 1  # as it was typed
    assert ("138 **** 8000" in both, "王小姐" in both) == (True, False)
    assert "No such order" in text(staff.get(ADDRESS, {"q": "O2026-999999"}))


def test_taken_in_and_paid_back_in_one_go_into_the_stores_own_stock(order: Order) -> None:
    staff = clerk(order)
    looked = text(staff.post(ADDRESS, given(order, do="look")))
    assert "Take it in and settle it" in looked
    assert not ReturnRequest.objects.exists()
    said = given(order)
    for _twice in range(2):
        page = staff.post(ADDRESS, said, follow=True)
    request = ReturnRequest.objects.get()
    assert request.number in text(page)
    assert (request.state, request.channel, request.refunds.get().state) == ("inspected", "counter", "approved")
    assert Balance.objects.get(item_id="CH-1", warehouse__code="web-back").on_hand == 1


def test_exchanged_in_one_go(order: Order) -> None:
    shelf("CH-1", 1)
    clerk(order).post(ADDRESS, given(order, kind="exchange"))
    request = ReturnRequest.objects.select_related("replacement").get()
    assert request.replacement is not None
    assert (request.state, request.replacement.fulfilment, book("CH-1")) == ("replaced", "reserved", (2, 1))


def test_exchanged_for_another_item_the_difference_is_paid_on_the_page_that_opens(order: Order) -> None:
    staff = clerk(order)
    priced(SOFA_1=20_000)
    other = {"kind": "exchange", "swap-1": "SOFA-1"}
    assert "The customer pays" in text(staff.post(ADDRESS, given(order, **other, do="look")))
    page = staff.post(ADDRESS, given(order, **other), follow=True)
    request = ReturnRequest.objects.get()
    assert request.replacement is not None
    assert (request.state, request.replacement.lines.get().sku) == ("inspected", "SOFA-1")
    assert "The difference is paid" in text(page)
    there, said = f"/desk/returns/{request.number}/", {"do": "paid", "reference": "TILL-7"}
    ReturnRequest.objects.update(channel="desk")
    assert "The difference is paid" not in text(staff.get(there))
    assert staff.post(f"{there}act/", said).status_code == 404, "elsewhere it is noted by who pays"
    ReturnRequest.objects.update(channel="counter")
    staff.post(f"{there}act/", said)
    request = ReturnRequest.objects.select_related("replacement").get()
    assert request.replacement is not None
    assert (request.state, request.replacement.payment, request.due_minor) == ("replaced", "captured", 0)
    unknown = staff.post(ADDRESS, given(order, kind="exchange", **{"swap-1": "NONE"}))
    assert (unknown.status_code, ReturnRequest.objects.count()) == (422, 1)


def test_what_a_person_decides_is_only_asked_for_and_what_cannot_be_changes_nothing(order: Order, shop: Shop) -> None:
    staff = clerk(order)
    for wrong in (
        {"count-1": "3"}, {"condition-1": "shiny"}, {"lost-1": "101"}, {"reason": "quality"}, {"kind": "reship"},
    ):  # fmt: skip
        assert staff.post(ADDRESS, given(order, **wrong)).status_code == 422, wrong
    assert not ReturnRequest.objects.exists()
    shop.later(days=10)
    answer = staff.post(ADDRESS, {**given(order, reason="quality"), "photos": photo()}, follow=True)
    assert "the goods stay with the customer for now" in text(answer)
    request = ReturnRequest.objects.get()
    assert (request.state, request.received_at) == ("requested", None)


def test_only_who_may_ask_and_inspect_and_only_orders_they_see(order: Order, shop: Shop) -> None:
    assert somebody("warehouse_worker").get(ADDRESS).status_code == 404
    assert somebody("agent").get(ADDRESS).status_code in (403, 404)
    elsewhere = Store.objects.create(code="far", names={"en": "Far"}, kind="store")
    stranger = somebody("store_staff", store=elsewhere)
    assert "No such order" in text(stranger.get(ADDRESS, {"q": order.number})) or "No place" in text(
        stranger.get(ADDRESS)
    )
    assert stranger.post(ADDRESS, given(order)).status_code == 404
    assert as_(shop, "admin").get(ADDRESS).status_code == 200
