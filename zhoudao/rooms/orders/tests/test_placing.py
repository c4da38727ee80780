"""Taking orders: exact, once each, found again, and refused with the place of what is wrong."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands import CustomerNotFound
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderStoreUnknown, OrderUnsound, SubmissionReused
from zhoudao.rooms.orders.sealed import masked, masked_remark, recipient_of, remark_of
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import BY, CHAIR, LAMP, TEN, placed, submission

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def web() -> Store:
    return Store.objects.get_or_create(code="web", defaults={"names": {}, "kind": "web"})[0]


def test_an_order_has_a_number_its_lines_and_its_amounts_to_the_cent() -> None:
    order = placed()
    assert order.number.startswith("O2026-")
    assert (order.goods_minor, order.total_minor) == (30_800, 31_000)
    assert (order.commercial, order.payment, order.fulfilment) == ("placed", "pending", "none")
    chair, lamp = order.lines.order_by("position")
    assert (chair.discount_minor, lamp.discount_minor) == (838, 162)
    assert chair.unit_parts("discount") == [419, 419]
    assert sum(line.shipping_minor for line in (chair, lamp)) == 1_200
    assert sum(line.tax_minor for line in (chair, lamp)) == 3_543
    assert (lamp.sku, lamp.name, lamp.quantity, lamp.price_minor) == ("LP-7", "台灯", 1, 5_000)


def test_it_is_told_with_numbers_and_amounts_only_on_the_customers_timeline() -> None:
    order = placed()
    event = Event.objects.get(type="orders.OrderPlaced")
    assert event.attributes == {
        "number": order.number,
        "source": "shop",
        "lines": 2,
        "total_minor": 31_000,
        "currency": "CNY",
        "is_history": False,
    }
    assert set(event.object_ids) == {order.id, order.customer_id}
    told = {line.type: line.text for line in timeline([order.customer_id])}
    assert set(told) == {"customers.CustomerMet", "orders.OrderPlaced"}
    assert order.number in told["orders.OrderPlaced"]


def test_who_gets_it_is_sealed_and_the_region_is_not() -> None:
    order = placed()
    assert recipient_of(order).address.startswith("中山北路")
    assert (order.province, order.city, order.district) == ("江苏省", "南京市", "鼓楼区")
    assert "中山".encode() not in bytes(order.recipient_sealed or b"")
    shown = masked(recipient_of(order))
    assert (shown.name, shown.phone) == ("王**", "138 **** 8000")
    assert "501" not in shown.address
    assert remark_of(order) == "周末送，电话 13912340000"
    assert "13912340000" not in masked_remark(order)


def test_the_same_submission_is_the_same_order() -> None:
    wanted = submission()
    first, again = (place_order(wanted, by=BY, at=TEN) for _ in range(2))
    assert (first.order, first.is_repeat, again.order, again.is_repeat) == (again.order, False, first.order, True)
    assert Event.objects.filter(type="orders.OrderPlaced").count() == 1


def test_other_contents_are_refused_and_kept_on_the_first_ones_page() -> None:
    wanted = submission()
    order = place_order(wanted, by=BY, at=TEN).order
    others: list[dict[str, Any]] = [{"items": [CHAIR]}, {"recipient": Recipient("李先生")}, {"remark": "别的"}]
    for other in others:
        with pytest.raises(SubmissionReused, match=order.number):
            place_order(replace(wanted, tax_minor=0, **other), by=BY, at=TEN)
    kept = Event.objects.filter(type="orders.OrderRepeatRefused", primary_id=order.id).order_by("seq")
    assert [event.attributes["differs"] for event in kept] == [["goods"], ["goods", "people"], ["goods", "people"]]
    assert "李" not in str([event.attributes for event in kept])
    assert Order.objects.count() == 1


def test_a_refusal_is_kept_also_inside_somebody_elses_transaction() -> None:
    wanted = submission()
    place_order(wanted, by=BY, at=TEN)
    with transaction.atomic(), pytest.raises(SubmissionReused):
        place_order(replace(wanted, items=[LAMP]), by=BY, at=TEN)
    assert Event.objects.filter(type="orders.OrderRepeatRefused").count() == 1


def test_fifty_at_once_are_one_order_of_one_customer() -> None:
    wanted = submission(claims=[Claim("phone", "13812348000")])  # proves nothing, so finds nobody by itself

    def send(_number: int) -> str:
        try:
            return place_order(wanted, by=BY, at=TEN).order.number
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        numbers = set(pool.map(send, range(50)))
    assert len(numbers) == 1
    assert (Order.objects.count(), Customer.objects.count()) == (1, 1)
    assert Event.objects.filter(type="orders.OrderPlaced").count() == 1


def test_fifty_different_ones_at_once_are_fifty_of_one_customer() -> None:
    def send(_number: int) -> str:
        try:
            return place_order(submission(), by=BY, at=TEN).order.number
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(send, range(50)))) == 50
    assert Customer.objects.count() == 1


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"items": []}, "lines", "no_lines"),
    ({"items": [LAMP] * 10_000}, "lines", "many_lines"),
    ({"items": [LAMP, replace(LAMP, quantity=0)]}, "lines.1.quantity", "quantity"),
    ({"items": [replace(LAMP, quantity=-1)]}, "lines.0.quantity", "quantity"),
    ({"items": [replace(LAMP, quantity=10**9)]}, "lines.0.quantity", "quantity"),
    ({"items": [CHAIR, LAMP, replace(LAMP, price_minor=0)]}, "lines.2.price_minor", "price"),
    ({"items": [replace(LAMP, price_minor=10**15)]}, "lines.0.price_minor", "large"),
    ({"items": [replace(LAMP, currency="USD")]}, "lines.0.currency", "currency"),
    ({"items": [replace(LAMP, sku=" ")]}, "lines.0.sku", "empty"),
    ({"currency": "rmb"}, "currency", "currency_unknown"),
    ({"discount_minor": -1}, "discount_minor", "negative"),
    ({"discount_minor": 40_000}, "discount_minor", "discount"),
    ({"tax_minor": 31_001}, "tax_minor", "tax"),
    ({"total_minor": 31_001}, "total_minor", "total"),
    ({"external_number": " "}, "external_number", "empty"),
    ({"placed_at": TEN + timedelta(days=1)}, "placed_at", "early"),
    ({"promised_at": TEN + timedelta(days=2_000)}, "promised_at", "far"),
]


@pytest.mark.parametrize(("wrong", "field", "code"), WRONG, ids=[f"{field}-{code}" for _, field, code in WRONG])
def test_what_is_wrong_is_said_with_its_place_and_takes_nothing(wrong: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(OrderUnsound) as refusal:
        place_order(submission(**wrong), by=BY, at=TEN)
    assert (field, code) in [(fault.field, fault.code) for fault in refusal.value.faults]
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_an_unknown_sku_and_a_long_order_are_taken() -> None:
    order = placed(items=[Item(f"NEVER-{n}", 1, 100 + n) for n in range(500)])
    assert order.lines.count() == 500
    assert sum(line.discount_minor for line in order.lines.all()) == 1_000


def test_a_store_that_is_not_the_senders_is_refused(web: Store) -> None:
    shop = Store.objects.create(code="nanjing", names={})
    with pytest.raises(OrderStoreUnknown):
        place_order(submission(store="nowhere"), by=BY, at=TEN)
    with pytest.raises(OrderStoreUnknown):
        place_order(submission(store="nanjing"), by=BY, at=TEN, only_stores=frozenset([web.id]))
    wanted = submission(store="nanjing")
    place_order(wanted, by=BY, at=TEN, only_stores=frozenset([shop.id]))
    with pytest.raises(OrderStoreUnknown):
        place_order(replace(wanted, store=""), by=BY, at=TEN, only_stores=frozenset([web.id]))


def test_a_buyer_is_found_by_what_is_proven_and_by_nothing_else() -> None:
    first = placed(claims=[Claim("phone", "13812348000", verified=True)])
    assert placed(claims=[Claim("phone", "+86 138-1234-8000", verified=True)]).customer_id == first.customer_id
    assert placed(claims=[Claim("phone", "13812348000")]).customer_id != first.customer_id
    assert placed(claims=[], customer_id=first.customer_id).customer_id == first.customer_id
    with pytest.raises(CustomerNotFound):
        placed(claims=[], customer_id=uuid4())


def test_a_new_order_takes_few_statements(django_assert_num_queries: Any) -> None:
    placed()
    with django_assert_num_queries(9):  # begin, locks, before, store, buyer, number, order with lines, event, commit
        place_order(submission(), by=BY, at=TEN)
