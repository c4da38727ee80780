"""The desk's pages of what goes out again, and of money back without goods."""

from uuid import uuid4

import pytest

from zhoudao.doors.desk.aftersales.tests.test_returns import as_, shop, somebody, text
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import CLERK, asked, delivered, found, here, lines_of, priced, shelf
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.models import Order

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_clerk_says_the_price_of_what_has_none(shop: Shop) -> None:
    order = delivered(at=shop.now)
    shelf("ST-1", 3)
    admin, address = as_(shop, "admin"), f"/desk/orders/{order.number}/return/"
    given = {"count-1": "1", "reason": "unsuitable", "swap-1": "ST-1", "kind": "exchange", "key": str(uuid4())}
    refused = admin.post(address, {**given, "do": "look"})
    assert (refused.status_code, "say what it costs (ST-1)" in text(refused)) == (422, True)
    assert "There is no such item" in text(admin.post(address, {**given, "swap-1": "NO", "do": "look"}))
    looked = text(admin.post(address, {**given, "price-1": "150.00", "do": "look"}))
    worth = 12_900 - order.lines.get(position=1).unit_parts("discount")[0]
    assert f"The customer pays CN¥{(15_000 - worth) / 100:.2f}" in looked
    page = text(admin.post(address, {**given, "price-1": "150.00", "do": "ask"}, follow=True))
    request = ReturnRequest.objects.get()
    assert request.replacement is not None
    assert request.replacement.number in page
    assert request.replacement.total_minor == 15_000


def test_both_orders_know_each_other_and_the_difference_is_noted_by_hand(shop: Shop) -> None:
    order = delivered(at=shop.now)
    priced(SOFA_1=20_000)
    request = asked(order, kind="exchange", reason="unsuitable", swaps={lines_of(order)[0]: "SOFA-1"}, at=shop.now)
    found(here(request, at=shop.now), Finding("CH-1", 1, "as_new", "restock"), at=shop.now)
    new = Order.objects.get(replaces=request)
    admin = as_(shop, "admin")
    assert new.number in text(admin.get(f"/desk/orders/{order.number}/"))
    other = text(admin.get(f"/desk/orders/{new.number}/"))
    for words in (request.number, order.number, "Waits for a payment", f"Sent for return {request.number}."):
        assert words in other, words
    assert "awaiting_payment" not in text(admin.get(f"/desk/orders/{order.number}/"))  # nobody opens it by hand
    address = f"/desk/returns/{request.number}/act/"
    assert "The customer still pays" in text(admin.get(f"/desk/returns/{request.number}/"))
    assert admin.post(address, {"do": "paid", "reference": " "}).status_code == 422
    assert somebody("agent").post(address, {"do": "paid", "reference": "B-1"}).status_code in (403, 404)
    assert admin.post(address, {"do": "paid", "reference": "B-1"}).status_code == 302
    request.refresh_from_db()
    new.refresh_from_db()
    assert (request.state, new.payment, new.commercial) == ("replaced", "captured", "approved")


def test_a_cancelled_replacement_is_heard_of_and_paid_back(shop: Shop) -> None:
    order = delivered(at=shop.now)
    shelf("CH-1", 1)
    request = asked(order, kind="exchange", reason="unsuitable", at=shop.now)
    found(here(request, at=shop.now), Finding("CH-1", 1, "as_new", "restock"), at=shop.now)
    new = Order.objects.get(replaces=request)
    cancel_order(order_id=new.id, reason="no_stock", by=CLERK, at=shop.now)
    dispatch.drain()
    request.refresh_from_db()
    assert (request.state, request.is_off) == ("inspected", True)
    assert "It is not sent after all" in text(as_(shop, "admin").get(f"/desk/returns/{request.number}/"))


def test_money_back_without_goods_is_asked_for_by_one_and_approved_by_another(shop: Shop) -> None:
    order = delivered(at=shop.now)
    clerk, lead = somebody("after_sales_clerk"), somebody("administrator")
    address = f"/desk/orders/{order.number}/return/"
    assert "Left to give back" in text(clerk.get(address))
    given = {"do": "give", "amount": "30.00", "because": "price_fell", "line": "", "key": str(uuid4())}
    for wrong in ("", "0", "-3", "300.01", "much"):
        assert clerk.post(address, {**given, "amount": wrong}).status_code == 422
    for _twice in range(2):
        page = clerk.post(address, given, follow=True)
    request = ReturnRequest.objects.get()
    refund = request.refunds.get()
    assert (request.kind, refund.amount_minor, "A colleague approves what you asked for." in text(page)) == (
        "adjustment", 3_000, True,
    )  # fmt: skip
    lead.post(f"/desk/returns/refunds/{refund.id}/", {"do": "approve"})
    refund.refresh_from_db()
    assert refund.state == "approved"
