"""The demo company has orders where its customers are, and none of them twice."""

from datetime import UTC, datetime

import pytest

from zhoudao.doors.cli import demo_orders
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.orders.models import Order

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_fortnight_of_orders_once_and_nobody_is_told_of_the_past() -> None:
    shop = open_shop()
    case = shop.hears("我的沙发到哪了？")
    assert demo_orders.live(at=NOON) == 60
    assert demo_orders.live(at=NOON) == 0
    dispatch.drain()
    assert not Message.objects.filter(conversation=case.conversation, direction="out", actor="system:orders").exists()
    assert {"placed", "approved", "completed", "cancelled"} == set(Order.objects.values_list("commercial", flat=True))
    assert not Order.objects.filter(placed_at__gt=NOON).exists()
