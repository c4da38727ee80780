"""What carriers say, as it reaches a parcel: joined, detached, noted by hand, and never passing each other unseen."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.reviewing import told as types_of
from zhoudao.rooms.parcels.commands.handing_over import renumber_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.tracking import note_by_hand, note_told
from zhoudao.rooms.parcels.models import Parcel, TrackingEvent
from zhoudao.rooms.parcels.privacy import KEEPER
from zhoudao.rooms.parcels.queries.tracking import said_of
from zhoudao.rooms.parcels.refusals import ParcelOver
from zhoudao.rooms.parcels.tests.depot import BY, SF, TEN, lines_of, ready, sent
from zhoudao.rooms.parcels.told import Said, Told

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def says(state: str, hours: int = 1, label: Label = SF) -> Parcel | None:
    said = Said(TEN + hours * HOUR, state, place="南京市")
    return note_told(told=Told(label.carrier, label.tracking_number, (said,)), source="test", at=TEN + hours * HOUR)


def test_an_order_is_delivered_when_its_last_parcel_is_and_all_of_it_was_handed_over() -> None:
    order = ready(promised_at=TEN + 5 * HOUR)
    chairs, lamp = lines_of(order)
    other = Label("jd", "JD11112222")
    sent(order, SF, lines={chairs: 2})
    says("delivered", 3)
    assert Order.objects.get().fulfilment == "shipped", "the lamp is still here"
    sent(order, other, lines={lamp: 1})
    says("delivered", 9, other)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, order.delivered_at) == ("completed", "delivered", TEN + 9 * HOUR)
    assert types_of(order).count("orders.OrderDelivered") == 1


def test_a_number_put_right_takes_what_was_said_of_it_and_leaves_the_rest() -> None:
    parcel = sent(ready())
    right = Label("zto", "ZT998877")
    says("exception", 2)
    says("out_for_delivery", 3, right)
    assert Parcel.objects.get().state == "exception"
    renumber_parcel(parcel_id=parcel.id, label=right, by=BY, at=TEN)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.version) == ("out_for_delivery", 1)
    assert TrackingEvent.objects.get(parcel=None).tracking_number == SF.tracking_number
    says("delivered", 4, right)
    with pytest.raises(ParcelOver):
        renumber_parcel(parcel_id=parcel.id, label=SF, by=BY, at=TEN)


def test_a_colleague_says_that_it_arrived_without_a_number_too() -> None:
    own, other = sent(ready(), Label("own")), sent(ready(), Label("own"))
    for parcel in (own, other):
        note_by_hand(parcel_id=parcel.id, state="delivered", by=BY, at=TEN + HOUR)
    assert set(Order.objects.values_list("fulfilment", flat=True)) == {"delivered"}


def test_who_is_forgotten_leaves_nothing_that_carriers_said() -> None:
    order = ready()
    parcel = sent(order)
    says("in_transit")
    assert KEEPER.held([order.customer_id])[0]["said"]
    KEEPER.forget([order.customer_id], TEN)
    assert (said_of([parcel.id]), TrackingEvent.objects.count()) == ({parcel.id: []}, 0)


@pytest.mark.django_db(transaction=True)
def test_what_is_said_while_a_parcel_appears_never_stays_nobodys() -> None:
    for n in range(12):
        label, order, both = Label("sf", f"SF3300{n:04d}"), ready(), Barrier(2)

        def work(what: int, label: Label = label, order: Order = order, both: Barrier = both) -> None:
            both.wait()
            try:
                if what:
                    says("in_transit", 1, label)
                else:
                    sent(order, label)
            finally:
                connection.close()

        threads = [Thread(target=work, args=(what,)) for what in (0, 1)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert TrackingEvent.objects.filter(parcel=None).count() == 0
    assert set(Parcel.objects.values_list("state", flat=True)) == {"in_transit"}
