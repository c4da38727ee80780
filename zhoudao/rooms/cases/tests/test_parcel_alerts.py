"""A parcel that stands still or will be late is a case before its customer asks, and they are told of what is late."""

from datetime import timedelta

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.foreseeing import foresee_late
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.commands.watching import look_at_parcel
from zhoudao.rooms.parcels.links import tracking_url
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.tests.depot import ready, sent
from zhoudao.rooms.parcels.told import Said, Told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def says(shop: Shop, state: str, hours: int) -> None:
    at = shop.now + timedelta(hours=hours)
    note_told(told=Told("sf", "SF1234567890", (Said(at, state, place="武汉"),)), source="test", at=at)


def told() -> list[str]:
    return list(Message.objects.filter(actor="system:orders").order_by("id").values_list("text", flat=True))


def test_one_that_stands_still_is_a_case_about_its_order_and_what_follows_is_noted_on_it(shop: Shop) -> None:
    order = ready(at=shop.now, claims=[], customer_id=shop.hears("在吗？").customer_id)
    parcel = sent(order, at=shop.now)
    says(shop, "in_transit", 1)
    look_at_parcel(parcel.id, at=shop.now + timedelta(hours=74))
    dispatch.drain()
    dispatch.drain()
    case = Case.objects.get(conversation__order_number=order.number)
    assert (case.kind, case.customer_id, case.store_id) == ("order_exception", order.customer_id, order.store_id)
    first = Message.objects.get(conversation=case.conversation)
    assert "停滞" in first.text
    assert "SF1234567890" in first.text
    look_at_parcel(parcel.id, at=shop.now + timedelta(days=20))
    dispatch.drain()
    assert Case.objects.filter(conversation__order_number=order.number).count() == 1
    assert Message.objects.filter(conversation=case.conversation, text__contains="恐难按时").count() == 0
    assert Message.objects.filter(conversation=case.conversation, text__contains="恐难按承诺").count() == 1
    assert Parcel.objects.get().late_at is not None


def test_customers_are_told_what_matters_to_them_with_the_way_to_their_page(shop: Shop) -> None:
    customer_id = shop.hears("在吗？").customer_id
    order = ready(at=shop.now, claims=[], customer_id=customer_id, promised_at=shop.now + timedelta(days=4))
    parcel = sent(order, at=shop.now)
    says(shop, "in_transit", 1)
    look_at_parcel(parcel.id, at=shop.now + timedelta(hours=80))
    says(shop, "out_for_delivery", 90)
    says(shop, "delivered", 95)
    dispatch.drain()
    words = told()
    assert [any(part in one for one in words) for part in ("已由", "可能会晚于", "今天派送", "已签收")] == [True] * 4
    assert len(words) == 5, "with the thanks for the order; that it moves along or stands still is not theirs"
    assert all(tracking_url(order.id) in one for one in words)


def test_what_was_elsewhere_and_what_has_arrived_open_nothing(shop: Shop) -> None:
    customer_id = shop.hears("在吗？").customer_id
    sent(ready(at=shop.now, claims=[], customer_id=customer_id), at=shop.now, is_history=True)
    Parcel.objects.update(look_at=shop.now)
    look_at_parcel(Parcel.objects.get().id, at=shop.now + timedelta(days=40))
    dispatch.drain()
    assert Case.objects.filter(kind="order_exception").count() == 0


def test_one_in_trouble_is_a_case_at_once(shop: Shop) -> None:
    order = ready(at=shop.now, claims=[], customer_id=shop.hears("在吗？").customer_id)
    sent(order, at=shop.now)
    says(shop, "exception", 5)
    dispatch.drain()
    dispatch.drain()
    case = Case.objects.get(conversation__order_number=order.number)
    assert case.kind == "order_exception"
    assert "遇到问题" in Message.objects.get(conversation=case.conversation).text


def test_of_what_has_not_left_and_will_be_late_the_customer_is_told_and_it_is_a_case(shop: Shop) -> None:
    order = ready(at=shop.now, claims=[], customer_id=shop.hears("在吗？").customer_id)
    Order.objects.filter(id=order.id).update(promised_at=shop.now - timedelta(hours=1))
    foresee_late(order.id, at=shop.now)
    for _ in range(3):
        dispatch.drain()
    case = Case.objects.get(conversation__order_number=order.number)
    assert case.kind == "order_exception"
    assert "尚未发出" in Message.objects.get(conversation=case.conversation).text
    assert len([one for one in told() if "尚未发出" in one]) == 1
    parcel = sent(order, at=shop.now)
    look_at_parcel(parcel.id, at=shop.now + timedelta(days=20))
    dispatch.drain()
    assert Parcel.objects.get().late_at is not None
    assert not [one for one in told() if "可能会晚于" in one and "尚未发出" not in one], "they know it already"
