"""Parcels leave: what is in them, what it does to the order and the book, and each once."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands.ending import cancel_order, complete_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, OrderNotFound, OrderOver
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import book, told
from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel, renumber_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.privacy import KEEPER
from zhoudao.rooms.parcels.queries.lists import left_of, parcels_of
from zhoudao.rooms.parcels.refusals import (
    CarrierUnsound,
    GoodsNotThere,
    MoreThanOrdered,
    OrderNotApproved,
    ParcelEmpty,
    ParcelNotFound,
    ParcelRefused,
    TrackingNumberTaken,
    TrackingNumberUnsound,
)
from zhoudao.rooms.parcels.tests.depot import BY, SF, TEN, lines_of, open_review, passed, ready, seen, sent, shelf
from zhoudao.rooms.stock.models import Warehouse

pytestmark = pytest.mark.django_db
OTHER = Label("jd", "JDX0001")


def test_a_parcel_takes_the_whole_order_and_the_order_is_on_its_way() -> None:
    order = ready()
    parcel = sent(order, Label(" SF ", "sf 1234 567890"))
    assert (parcel.carrier, parcel.tracking_number, parcel.state) == ("sf", "SF1234567890", "pending")
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, order.shipped_at) == ("approved", "shipped", TEN)
    assert told(order)[-2:] == ["parcels.ParcelHandedOver", "orders.OrderShipped"]
    fact = Event.objects.get(type="parcels.ParcelHandedOver")
    assert (fact.attributes["pieces"], fact.attributes["rest"]) == (3, 0)
    assert "SF1234567890" not in str(fact.attributes), "a tracking number leads to somebody's door"
    assert [one.quantity for one in parcels_of([order.id])[0].lines.all()] == [2, 1]
    with pytest.raises(AlreadyOnItsWay):
        cancel_order(order_id=order.id, reason="customer", by=BY, at=TEN)


def test_an_order_leaves_in_several_parcels_and_is_told_once_to_be_on_its_way() -> None:
    order = ready()
    chairs, lamp = lines_of(order)
    sent(order, SF, lines={chairs: 1})
    assert left_of(order) == {chairs: 1, lamp: 1}
    with pytest.raises(MoreThanOrdered):
        sent(order, OTHER, lines={chairs: 2})
    with pytest.raises(MoreThanOrdered):
        sent(order, OTHER, lines={uuid4(): 1})
    with pytest.raises(ParcelEmpty):
        sent(order, OTHER, lines={chairs: 0})
    sent(order, OTHER, at=TEN + timedelta(hours=3))
    assert left_of(order) == {}
    assert told(order).count("orders.OrderShipped") == 1
    assert Order.objects.get(id=order.id).shipped_at == TEN
    with pytest.raises(ParcelEmpty):
        sent(order, Label("yto", "YT12345678"))


def test_the_same_parcel_twice_is_one_and_a_number_is_no_two_orders() -> None:
    order, other, asked = ready(), ready(), uuid4()
    first = sent(order, SF, parcel_id=asked)
    assert sent(order, SF) == sent(order, SF, parcel_id=asked) == first
    with pytest.raises(TrackingNumberTaken):
        sent(other, SF)
    with pytest.raises(TrackingNumberTaken):
        sent(other, OTHER, parcel_id=asked)
    assert sent(other, Label("yto", SF.tracking_number)).order_id == other.id, "each carrier counts for itself"
    assert Parcel.objects.count() == 2


def test_what_is_wrong_is_refused_by_name() -> None:
    order = ready()
    for label, refusal in (
        (Label("", "SF123456"), CarrierUnsound),
        (Label("sf", "123"), TrackingNumberUnsound),
        (Label("sf", "ABCDEFG"), TrackingNumberUnsound),
        (Label("sf", ""), TrackingNumberUnsound),
    ):
        with pytest.raises(refusal):
            sent(order, label)
    assert sent(order, Label("own")).tracking_number == ""
    with pytest.raises(OrderNotFound):
        hand_over_parcel(order_id=uuid4(), label=SF, by=BY, at=TEN)
    waiting = ready()
    Order.objects.filter(id=waiting.id).update(commercial="placed")
    with pytest.raises(OrderNotApproved):
        sent(waiting)
    complete_order(order_id=waiting.id, by=BY, at=TEN)
    with pytest.raises(OrderOver):
        sent(waiting)


def test_goods_are_booked_out_as_they_leave() -> None:
    open_review()
    shelf("CH-1", 5)
    shelf("LP-7", 3, code="west")
    order = seen(passed("a", Item("CH-1", 2, 12_900, "餐椅"), Item("LP-7", 1, 5_000, "台灯")))
    Order.objects.filter(id=order.id).update(commercial="placed")
    order = seen(order)
    assert (book("CH-1"), book("LP-7")) == ((5, 2), (3, 1))
    chairs, _lamp = lines_of(order)
    west = Warehouse.objects.get(code="west").id
    with pytest.raises(GoodsNotThere):
        sent(order, SF, lines={chairs: 1}, warehouse_id=west)
    first = sent(order, SF, lines={chairs: 1})
    assert first.warehouse is not None
    assert first.warehouse.code == "east"
    assert (book("CH-1"), book("LP-7")) == ((4, 1), (3, 1))
    sent(order, OTHER)
    assert (book("CH-1"), book("LP-7")) == ((3, 0), (2, 0))


def test_what_is_not_there_yet_does_not_leave() -> None:
    open_review()
    shelf("CH-1", 1)
    order = passed("a", Item("CH-1", 2, 12_900, "餐椅"))
    Order.objects.filter(id=order.id).update(commercial="placed")
    from zhoudao.rooms.orders.commands.reviewing import approve_order

    approve_order(order_id=order.id, may_wait=True, by=BY, at=TEN)
    with pytest.raises(GoodsNotThere):
        sent(order)
    (chairs,) = lines_of(order)
    sent(order, SF, lines={chairs: 1})
    assert book("CH-1") == (0, 0)
    shelf("CH-1", 1)
    sent(order, OTHER)
    assert book("CH-1") == (0, 0)


def test_a_number_is_put_right() -> None:
    order, other = ready(), ready()
    parcel = sent(order)
    sent(other, OTHER)
    with pytest.raises(TrackingNumberTaken):
        renumber_parcel(parcel_id=parcel.id, label=OTHER, by=BY, at=TEN)
    with pytest.raises(ParcelNotFound):
        renumber_parcel(parcel_id=uuid4(), label=OTHER, by=BY, at=TEN)
    for _ in range(2):
        renumber_parcel(parcel_id=parcel.id, label=Label("zto", "ZT778899"), by=BY, at=TEN)
    assert told(order).count("parcels.ParcelRenumbered") == 1
    assert Parcel.objects.get(id=parcel.id).tracking_number == "ZT778899"


def test_who_is_forgotten_leaves_no_number_behind() -> None:
    order = ready()
    sent(order)
    assert [one["tracking_number"] for one in KEEPER.held([order.customer_id])] == ["SF1234567890"]
    KEEPER.forget([order.customer_id], TEN)
    assert [one["tracking_number"] for one in KEEPER.held([order.customer_id])] == [""]


@pytest.mark.django_db(transaction=True)
def test_the_last_pieces_handed_over_twice_at_once_leave_once() -> None:
    order, outcomes, ready_set = ready(), [], Barrier(2)

    def leave(label: Label) -> None:
        ready_set.wait()
        try:
            outcomes.append(sent(order, label).carrier)
        except ParcelRefused as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [Thread(target=leave, args=(label,)) for label in (SF, OTHER)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes)[0] == "ParcelEmpty"
    assert len(outcomes) == 2
    assert Parcel.objects.filter(order=order).count() == 1
