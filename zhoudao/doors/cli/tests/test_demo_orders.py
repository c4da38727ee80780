"""The demo company has orders where its customers are, and none of them twice."""

from datetime import UTC, datetime

import pytest

from zhoudao.doors.cli import demo_exceptions, demo_orders, demo_worth
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.orders.models import Hold, Order, OrderList, OrderListMap
from zhoudao.rooms.orders.tests.reviewing import open_review
from zhoudao.rooms.worth.models import Worth

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
    handed_in = OrderList.objects.get()
    assert (handed_in.state, handed_in.placed, handed_in.wrong_count) == ("done", 3, 2)
    assert OrderListMap.objects.get().name == "收银系统"


@pytest.mark.django_db(transaction=True)
def test_exceptions_wait_in_the_demo_and_the_detectors_have_learned_something() -> None:
    open_shop()
    open_review(NOON)
    demo_orders.live(at=NOON)
    for _ in range(2):
        demo_exceptions.live(at=NOON)
    dispatch.drain()
    waiting = set(Hold.objects.exclude(stage="done").values_list("reason", flat=True))
    assert {"abnormal_amount", "incomplete", "undeliverable", "duplicate", "refund_requested"} <= waiting
    assert Hold.objects.filter(stage="done").count() >= 20
    assert Order.objects.filter(external_number="XT0").count() == 1
    assert Order.objects.filter(external_number__startswith="XC", commercial="approved").count() >= 20


@pytest.mark.django_db(transaction=True)
def test_regular_customers_have_a_past_and_some_have_fallen_silent() -> None:
    shop = open_shop()
    case = shop.hears("我的沙发到哪了？")
    demo_orders.live(at=NOON)
    for number in range(30):
        shop.hears("请问", who=f"visitor-{number + 10}")
    for _ in range(2):
        demo_worth.live(at=NOON)
    assert set(Worth.objects.filter(graded_by="bought").values_list("grade", flat=True)) == {"A", "B", "C", "D"}
    assert {"silent_long"} & {
        code for factors in Worth.objects.values_list("factors", flat=True) for code, *_ in factors
    }
    assert Case.objects.get(id=case.id).grade == case.customer.worth.grade != ""
    assert Order.objects.filter(source="history", external_number="H-000-0").count() == 1
