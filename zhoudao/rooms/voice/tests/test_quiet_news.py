"""News of parcels wait for the morning where they ring, the newest only; what is at the door waits for the night."""

from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.tests.depot import ready, sent
from zhoudao.rooms.parcels.told import Said, Told
from zhoudao.rooms.voice.models import FollowUpRule, HeldNews
from zhoudao.rooms.voice.order_news import news_due, tell_held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def order(shop: Shop) -> Order:
    """Of somebody who is answered by mail; quiet from nine in the evening to nine in the morning."""
    Channel.objects.create(code="help", kind="email", store=shop.cast.stores["web"])
    FollowUpRule.objects.create()
    order = ready(at=shop.now, claims=[Claim("email", "wang@example.com", verified=True)])
    dispatch.drain()
    Message.objects.all().delete()
    return order


def china(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def says(state: str, at: datetime, *, heard_at: datetime | None = None) -> None:
    note_told(told=Told("sf", "SF1234567890", (Said(at, state, place="南京"),)), source="test", at=heard_at or at)
    dispatch.drain()


def told() -> list[str]:
    return list(Message.objects.filter(actor="system:orders").order_by("id").values_list("text", flat=True))


def morning(at: datetime) -> None:
    """The clock looks."""
    for parcel_id in news_due(at, limit=9):
        tell_held(parcel_id, at=at, real_now=at)


def test_what_leaves_at_night_is_told_in_the_morning_once(order: Order) -> None:
    sent(order, at=china(10, 23))
    dispatch.drain()
    assert told() == []
    assert HeldNews.objects.get().due_at == china(11, 9)
    morning(china(11, 8, 59))
    assert told() == []
    for _ in range(2):
        morning(china(11, 9))
    [words] = told()
    assert "SF1234567890" in words


def test_by_day_it_is_told_at_once(order: Order) -> None:
    sent(order, at=china(10, 14))
    dispatch.drain()
    assert len(told()) == 1
    assert not HeldNews.objects.exists()


def test_at_the_door_only_the_night_is_quiet(order: Order) -> None:
    sent(order, at=china(10, 14))
    dispatch.drain()
    says("out_for_delivery", china(11, 7, 30))
    assert "今天派送" in told()[1], "the courier rings before the quiet hours are over"
    says("delivered", china(11, 23, 30))
    assert len(told()) == 2
    assert HeldNews.objects.get().due_at == china(12, 7)


def test_of_what_happens_in_a_night_the_newest_is_told(order: Order) -> None:
    sent(order, at=china(10, 23))
    dispatch.drain()
    says("out_for_delivery", china(11, 5))
    says("delivered", china(11, 6))
    assert HeldNews.objects.count() == 1
    morning(china(11, 9))
    [words] = told()
    assert "已签收" in words


def test_what_is_told_at_once_leaves_nothing_older_to_be_told(order: Order) -> None:
    sent(order, at=china(10, 23))
    dispatch.drain()
    says("out_for_delivery", china(11, 8))
    assert [("今天派送" in one) for one in told()] == [True]
    morning(china(11, 9))
    assert len(told()) == 1


def test_it_counts_when_we_hear_of_it_not_when_the_carrier_says_it_was(order: Order) -> None:
    sent(order, at=china(10, 14))
    dispatch.drain()
    says("attempt_fail", china(10, 20), heard_at=china(10, 23))
    assert len(told()) == 1
    assert HeldNews.objects.get().due_at == china(11, 9)


def test_without_quiet_hours_and_in_a_chat_nothing_waits(shop: Shop, order: Order) -> None:
    FollowUpRule.objects.update(quiet_from=None, quiet_until=None)
    sent(order, at=china(10, 23))
    dispatch.drain()
    assert len(told()) == 1
    FollowUpRule.objects.all().delete()
    chatting = ready(at=shop.now, claims=[], customer_id=shop.hears("在吗？").customer_id)
    sent(chatting, Label("sf", "SF99887766"), at=china(10, 23))
    dispatch.drain()
    assert not HeldNews.objects.exists()
