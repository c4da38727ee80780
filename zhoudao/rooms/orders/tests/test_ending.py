"""The end of orders, who looks at their recipients, and finding them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.vault.models import Unmasking
from zhoudao.rooms.customers.commands.unmasking import MayNotUnmask, NothingToShow
from zhoudao.rooms.orders.commands.ending import cancel_order, complete_order
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.commands.unmasking import unmask_recipient
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.queries.finding import find_orders, numbers_of
from zhoudao.rooms.orders.queries.listing import Narrowed, order_page, orders_of
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, CancelReasonUnknown, OrderNotFound, OrderOver
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.orders.tests.bazaar import BY, TEN, placed

pytestmark = pytest.mark.django_db


def test_cancelled_twice_is_cancelled_once() -> None:
    order = placed()
    with pytest.raises(CancelReasonUnknown):
        cancel_order(order_id=order.id, reason="x", by=BY, at=TEN)
    for _ in range(2):
        assert cancel_order(order_id=order.id, reason="customer", by=BY, at=TEN).commercial == "cancelled"
    assert Event.objects.filter(type="orders.OrderCancelled", primary_id=order.id).count() == 1
    with pytest.raises(OrderOver):
        complete_order(order_id=order.id, by=BY, at=TEN)
    with pytest.raises(OrderNotFound):
        cancel_order(order_id=uuid4(), reason="customer", by=BY, at=TEN)


def test_an_order_from_elsewhere_stands_where_it_stood_and_tells_it_at_its_times() -> None:
    order = placed(promised_at=TEN + timedelta(days=2))
    times = [TEN + timedelta(hours=hours) for hours in (1, 20, 60)]
    kept = remember_past(order_id=order.id, past=Past(*times), by=BY)
    assert (kept.commercial, kept.fulfilment) == ("completed", "delivered")
    told = Event.objects.filter(primary_id=order.id).exclude(type="orders.OrderPlaced").order_by("seq")
    assert [event.occurred_at for event in told] == [*times, times[2]]
    assert told[2].attributes["is_late"] is True
    half = remember_past(order_id=placed().id, past=Past(times[0]), by=BY)
    assert (half.commercial, half.fulfilment, half.shipped_at) == ("approved", "none", None)
    with pytest.raises(OrderOver):
        remember_past(order_id=order.id, past=Past(times[0]), by=BY)


def test_what_has_left_or_is_completed_is_not_cancelled() -> None:
    order = placed()
    Order.objects.filter(id=order.id).update(fulfilment="shipped")
    with pytest.raises(AlreadyOnItsWay):
        cancel_order(order_id=order.id, reason="customer", by=BY, at=TEN)
    complete_order(order_id=order.id, by=BY, at=TEN)
    with pytest.raises(OrderOver):
        cancel_order(order_id=order.id, reason="customer", by=BY, at=TEN)


def test_who_looks_at_a_recipient_is_written_down_with_the_reason() -> None:
    order = placed()
    nosy = Viewer("user:x", frozenset(["orders:read"]))
    with pytest.raises(MayNotUnmask):
        unmask_recipient(order_id=order.id, viewer=nosy, reason="", at=TEN)
    clerk = Viewer("user:y", frozenset(["customers:unmask"]))
    assert unmask_recipient(order_id=order.id, viewer=clerk, reason="送货前确认", at=TEN).name == "王小姐"
    look = Unmasking.objects.get()
    assert (look.actor, look.subject_id, look.field, look.reason) == (
        "user:y", order.customer_id, "recipient", "送货前确认",
    )  # fmt: skip
    assert Event.objects.filter(type="orders.RecipientSeen", primary_id=order.id).count() == 1
    with pytest.raises(NothingToShow):
        unmask_recipient(order_id=placed(recipient=Recipient(city="南京市")).id, viewer=clerk, reason="", at=TEN)


def found(words: str, *, by_name: bool = True) -> list[Order]:
    return find_orders(Q(), words, at=TEN, by_name=by_name)


def test_orders_are_found_by_exactly_a_number_a_phone_or_a_name() -> None:
    order = placed(external_number="TB-99881")
    placed(recipient=Recipient("李强", "13900001111"))
    digits = order.number[-6:]
    for words in (order.number, order.number.lower().replace("-", ""), digits, "TB-99881", "tb-99881", "138-1234-8000"):
        assert found(words) == [order], words
    assert found("王小姐") == [order]
    assert found("王小姐", by_name=False) == []
    for words in ("", "王", "1381234", "O2025-000001", "x" * 100):
        assert found(words) == []
    assert numbers_of([order.id]) == {order.id: order.number}


def test_a_list_goes_on_where_it_ended_and_is_narrowed_by_each_axis() -> None:
    orders = [placed(placed_at=datetime(2026, 3, 1, n % 24, tzinfo=UTC)) for n in range(30)]
    Order.objects.filter(id=orders[0].id).update(payment="captured", commercial="completed", fulfilment="delivered")
    first = order_page(Q(), Narrowed())
    rest = order_page(Q(), Narrowed(), after=first.next)
    assert (len(first.rows), len(rest.rows), rest.next) == (25, 5, None)
    assert {one.id for one in [*first.rows, *rest.rows]} == {one.id for one in orders}
    narrowings: list[dict[str, Any]] = [
        {"payment": "captured"},
        {"commercial": "completed"},
        {"fulfilment": "delivered"},
        {"until": datetime(2026, 3, 1, 1, tzinfo=UTC), "commercial": "completed"},
    ]
    for asked in narrowings:
        assert [one.id for one in order_page(Q(), Narrowed(**asked)).rows] == [orders[0].id], asked
    assert orders[0].id not in {one.id for one in order_page(Q(), Narrowed(commercial="open")).rows}
    nothings: list[dict[str, Any]] = [{"source": "elsewhere"}, {"payment": "x'; --"}, {"fulfilment": "Delivered"}]
    for nothing in nothings:
        assert order_page(Q(), Narrowed(**nothing)).rows == []
    assert len(orders_of([orders[0].customer_id])) == 12
