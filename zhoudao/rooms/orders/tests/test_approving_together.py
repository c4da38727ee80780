"""Many orders approved in one transaction come out as each alone would have, whoever else is there."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands import approving_together
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.commands.reviewing import BY, approve_order, lines_of, review_order
from zhoudao.rooms.orders.days import take_each_day
from zhoudao.rooms.orders.models import Hold, Order, OrderLine, PlaceDay
from zhoudao.rooms.orders.places import read_ground
from zhoudao.rooms.orders.refusals import PlaceFull
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.orders.tests.reviewing import bought, open_review, shelf
from zhoudao.rooms.stock.commands.reserving import reserve
from zhoudao.rooms.stock.commands.warehouses import Terms, change_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Balance, Line, Warehouse
from zhoudao.rooms.stock.tests.shelf import SONG, differences
from zhoudao.rooms.stock.tests.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 3, 10)
ANY_HOLD = {"hold_id": ""}
KEPT, UNKNOWN = ("LP-7", "CH-1", "TB-2"), "NOT-KEPT"


@pytest.fixture(autouse=True)
def review() -> None:
    open_review()


def reviewed(*orders: Order) -> list[Order]:
    for order in orders:
        review_order(order_id=order.id, at=TEN)
    return list(orders)


def standing() -> list[Any]:
    """Everything approving writes, but ids and what happened when."""
    names = ("number", "commercial", "fulfilment", "open_holds", "packing_date", "packing_places", "approved_at")
    lines = Line.objects.order_by("reservation__purpose_id", "balance__warehouse__code", "balance__item_id")
    events = Event.objects.filter(primary_type="order").exclude(type="orders.OrderPlaced")
    return [
        list(Order.objects.order_by("number").values_list(*names)),
        list(Hold.objects.order_by("order__number").values_list("order__number", "reason", "kind")),
        list(lines.values_list("reservation__purpose_id", "balance__warehouse__code", "balance__item_id", "held")),
        list(Balance.objects.order_by("warehouse__code", "item_id").values_list("on_hand", "reserved", "moves")),
        list(PlaceDay.objects.order_by("place__code", "date").values_list("place__code", "date", "parcels")),
        [
            (one.primary_id, one.seq, one.type, one.attributes | ANY_HOLD)
            for one in events.order_by("primary_id", "seq")
        ],
    ]


ORDERS = st.lists(
    st.lists(st.tuples(st.sampled_from((*KEPT, UNKNOWN)), st.integers(1, 4)), min_size=1, max_size=3),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ORDERS, there=st.lists(st.integers(0, 9), min_size=6, max_size=6), most=st.integers(1, 9))
def test_they_come_out_as_one_by_one(asked: list[list[tuple[str, int]]], there: list[int], most: int) -> None:
    with transaction.atomic():
        for place, counts in (("east", there[:3]), ("west", there[3:])):
            for sku, count in zip(KEPT, counts, strict=True):
                shelf(sku, count + 1, code=place)
        east = Warehouse.objects.get(code="east")
        change_warehouse(warehouse_id=east.id, terms=Terms(east.names, daily_capacity=most), by=SONG, at=TEN)
        orders = reviewed(*(bought(f"w{n}", *(Item(*one, 900) for one in each)) for n, each in enumerate(asked)))
        found = []
        for approve in (_alone, lambda _orders: approve_passed(now=lambda: TEN)):
            with transaction.atomic():
                approve(orders)
                found.append(standing())
                assert not differences()
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    alone, at_once_ = found
    assert at_once_ == alone


def _alone(orders: list[Order]) -> None:
    for order in orders:
        approve_order(order_id=order.id, at=TEN)


def test_what_was_changed_held_or_kept_meanwhile_is_left_for_another_look() -> None:
    place = shelf("LP-7", 9)
    clean, changed, held, kept = orders = reviewed(*(bought(f"w{n}", Item("LP-7", 1, 900)) for n in range(4)))
    lines = lines_of([order.id for order in orders])
    ground = read_ground({"LP-7"}, TODAY)
    OrderLine.objects.filter(order=changed).update(quantity=2)
    Hold.objects.create(order=held, reason="other", kind="", opened_at=TEN, opened_by="user:x", due_at=TEN)
    Order.objects.filter(id=held.id).update(open_holds=1)
    reserve(purpose=purpose_of(kept.id), goods=[Goods(place, "LP-7", 1)], by=SONG, at=TEN)
    assert approving_together.approve_together(orders, lines, ground, by=BY, at=TEN) == {clean.id}
    assert approve_passed(now=lambda: TEN) == 2
    states = Order.objects.order_by("number").values_list("commercial", "fulfilment")
    assert list(states) == [
        ("approved", "reserved"),
        ("approved", "reserved"),
        ("placed", "none"),
        ("approved", "reserved"),
    ]
    assert not differences()


def test_a_day_that_filled_up_meanwhile_undoes_all_of_it_and_each_alone_goes_on() -> None:
    place = shelf("LP-7", 9)
    change_warehouse(warehouse_id=place, terms=Terms({"en": "East"}, daily_capacity=2), by=SONG, at=TEN)
    orders = reviewed(*(bought(f"w{n}", Item("LP-7", 1, 900)) for n in range(2)))
    lines = lines_of([order.id for order in orders])
    ground = read_ground({"LP-7"}, TODAY)
    take_each_day({(place, TODAY): 1})
    with pytest.raises(PlaceFull):
        approving_together.approve_together(orders, lines, ground, by=BY, at=TEN)
    assert not Line.objects.exists()
    assert set(Order.objects.values_list("commercial", flat=True)) == {"placed"}
    with pytest.raises(PlaceFull):
        take_each_day({(place, date(2026, 3, 12)): 3})  # more than the place ever sends
    approve_passed(now=lambda: TEN)
    assert sorted(PlaceDay.objects.values_list("date", "parcels")) == [(TODAY, 2), (date(2026, 3, 11), 1)]


def test_two_at_once_and_somebody_alone_sell_nothing_twice_and_wait_for_nobody_for_ever() -> None:
    for sku in KEPT:
        shelf(sku, 12, code="east")
        shelf(sku, 12, code="west")
    change_warehouse(
        warehouse_id=Warehouse.objects.get(code="west").id,
        terms=Terms({"en": "West"}, daily_capacity=7),
        by=SONG,
        at=TEN,
    )
    orders = reviewed(*(bought(f"w{n}", *(Item(sku, 1, 900) for sku in KEPT[n % 2 :])) for n in range(30)))
    backwards = list(reversed(orders))
    at_once(
        lambda: approve_passed(now=lambda: TEN),
        lambda: approve_passed(now=lambda: TEN),
        *(lambda order=order: approve_order(order_id=order.id, at=TEN) for order in backwards[:6]),
    )
    approve_passed(now=lambda: TEN)
    assert not differences()
    assert not Order.objects.filter(commercial="placed", open_holds=0).exists()
    assert not PlaceDay.objects.filter(parcels__gt=F("place__daily_capacity")).exists()
    done = Order.objects.filter(commercial="approved")
    assert Line.objects.filter(held__gt=0).values("reservation__purpose_id").distinct().count() == done.count()
    assert done.count() == 24, "24 of each, and every order wants one of two or three of them"
