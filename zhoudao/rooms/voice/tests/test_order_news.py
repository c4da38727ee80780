"""Customers are told of their orders by their own way, and nobody else is."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands import merge_customers
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holding import tell
from zhoudao.rooms.orders.events import OrderApproved
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.tests.depot import lines_of, ready, sent
from zhoudao.rooms.voice import order_news

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("在吗？")


def ordered(shop: Shop, **more: Any) -> Any:
    order = placed(at=shop.now, **more)
    dispatch.drain()
    return order


def told() -> list[str]:
    return list(Message.objects.filter(actor="system:orders").order_by("id").values_list("text", flat=True))


def test_the_number_is_told_where_they_wrote_last_once_and_that_it_is_cancelled(shop: Shop, case: Case) -> None:
    order = ordered(shop, claims=[], customer_id=case.customer_id)
    dispatch.drain()
    [words] = told()
    assert order.number in words
    assert "¥310.00" in words
    message = Message.objects.get(actor="system:orders")
    assert (message.conversation_id, message.is_auto, message.status) == (case.conversation_id, True, "sent")
    assert Case.objects.get(id=case.id).awaits_us, "an automatic word answers nobody"
    cancel_order(order_id=order.id, reason="customer", by=By("user:x"), at=shop.now)
    dispatch.drain()
    assert len(told()) == 2


def test_who_has_no_way_is_told_nothing_and_a_claimed_phone_reaches_nobody(shop: Shop, case: Case) -> None:
    ordered(shop, claims=[Claim("phone", "13812348000"), Claim("email", "wang@example.com")])
    assert told() == []
    assert Case.objects.count() == 1


def test_of_many_who_cannot_be_told_each_costs_nothing_and_the_others_are_told(
    shop: Shop, case: Case, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        placed(at=shop.now, claims=[Claim("external", f"stranger-{number}", scope="shop")])
    mine = placed(at=shop.now, claims=[], customer_id=case.customer_id)
    events = list(Event.objects.filter(type="orders.OrderPlaced").order_by("id"))
    with django_assert_max_num_queries(4):
        dealt_with = order_news.gather(events)
    assert [event.primary_id for event in events if event.id not in dealt_with] == [mine.id]
    dispatch.drain()
    [words] = told()
    assert mine.number in words


def test_a_joined_record_reads_through_its_group(shop: Shop, case: Case) -> None:
    first = ordered(shop)
    merge_customers(loser_id=first.customer_id, survivor_id=case.customer_id, at=shop.now, by=By("user:x"))
    ordered(shop)
    assert len(told()) == 1


def test_a_proven_address_gets_a_mail_in_a_thread_of_the_orders_number(shop: Shop) -> None:
    Channel.objects.create(code="help", kind="email", store=shop.cast.stores["web"])
    order = ordered(shop, claims=[Claim("email", "wang@example.com", verified=True)])
    thread = Conversation.objects.get(channel__code="help")
    assert (thread.customer_id, thread.order_number) == (order.customer_id, order.number)
    assert len(told()) == 1
    assert Case.objects.count() == 0, "telling is no case"


def test_a_parcel_that_left_is_told_with_its_number_and_that_more_follows(shop: Shop, case: Case) -> None:
    order = ready(at=shop.now, claims=[], customer_id=case.customer_id)
    sent(order, lines={lines_of(order)[0]: 1}, at=shop.now)
    sent(ready(at=shop.now, claims=[], customer_id=case.customer_id), Label("own"), at=shop.now, is_history=True)
    dispatch.drain()
    [words] = [one for one in told() if "SF1234567890" in one]
    assert "顺丰速运" in words
    assert "另行发出" in words
    assert not [one for one in told() if "已发出。" in one], "what left elsewhere is told to nobody"


def test_who_waited_for_the_approval_is_told_of_it_and_nobody_else(shop: Shop, case: Case) -> None:
    quick, waited = (ordered(shop, claims=[], customer_id=case.customer_id) for _each in range(2))
    brought = ordered(shop, claims=[], customer_id=case.customer_id, placed_at=shop.now - timedelta(days=40))
    before = len(told())
    approve = {"type": "orders.OrderApproved"}
    for order, minutes in ((quick, 1), (waited, 90), (brought, 90)):
        at = shop.now + timedelta(minutes=minutes)
        Order.objects.filter(id=order.id).update(commercial="approved", approved_at=at)
        tell(order, OrderApproved(order.number), by=By("user:x"), at=at)
    dispatch.drain()
    assert Event.objects.filter(**approve).count() == 3
    [words] = told()[before:]
    assert waited.number in words
