"""Packing: only what belongs into the parcel gets there, its weight is right or explained, nothing stopped leaves."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from zhoudao.rooms.fulfilment.commands.bins import set_weight
from zhoudao.rooms.fulfilment.commands.packing import confirm_weight, hand_over_tote, pack_again, scan_pack, weigh
from zhoudao.rooms.fulfilment.commands.putting_back import put_all_back, scan_back
from zhoudao.rooms.fulfilment.commands.scanning import Read, Scanned
from zhoudao.rooms.fulfilment.models import Scan, Tote, ToteLine
from zhoudao.rooms.fulfilment.refusals import (
    ToteElsewhere,
    ToteIncomplete,
    ToteNotFound,
    ToteStopped,
    WeightUnexplained,
    WeightUnsound,
)
from zhoudao.rooms.fulfilment.tests.depot import EAN, SONG, Depot, key, open_depot, told
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay
from zhoudao.rooms.parcels.commands.handing_over import Label
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.stock.models import Balance
from zhoudao.rooms.stock.tests.shelf import differences

LABEL = Label("sf", "SF1234567890")


def picked(depot: Depot, **goods: int) -> tuple[Order, Tote]:
    """An order whose tote stands on the packing table."""
    order = depot.order(**goods)
    wave = depot.wave(size=1)
    depot.pick_all(wave)
    return order, Tote.objects.get(wave=wave)


def scans(depot: Depot, tote: Tote, text: str, quantity: int = 1) -> Scanned:
    return scan_pack(tote_id=tote.id, read=Read(text, quantity, key()), by=SONG, at=depot.now)


def does(work: Callable[..., Any], depot: Depot, tote: Tote, **more: Any) -> Any:
    return work(tote_id=tote.id, by=SONG, at=depot.now, **more)


def packed(depot: Depot, **goods: int) -> tuple[Order, Tote]:
    order, tote = picked(depot, **goods)
    for line in ToteLine.objects.filter(tote=tote):
        scans(depot, tote, line.item_id, line.sorted)
    return order, does(weigh, depot, tote, box="small", grams=900)


def stage(order: Order) -> str:
    return Order.objects.get(id=order.id).fulfilment


def test_a_wrong_a_surplus_and_a_foreign_item_cannot_be_packed(depot: Depot) -> None:
    order, tote = picked(depot, LP_7=2, CH_1=1)
    assert scans(depot, tote, EAN["RG-3"]).outcome == "wrong_item"
    assert scans(depot, tote, "4006381333931").outcome == "unknown"
    assert scans(depot, tote, EAN["LP-7"], 3).outcome == "surplus"
    assert scans(depot, tote, EAN["LP-7"], 2).outcome == "right"
    assert scans(depot, tote, EAN["LP-7"]).outcome == "surplus"
    assert depot.lines(order) == [("CH-1", 1, 0, 0), ("LP-7", 2, 0, 2)]
    assert Scan.objects.filter(station="pack").exclude(outcome="right").count() == 4
    with pytest.raises(ToteIncomplete):
        does(weigh, depot, tote, box="small", grams=100)
    with pytest.raises(IntegrityError), transaction.atomic():
        ToteLine.objects.filter(tote=tote, item="LP-7").update(packed=3)
    with pytest.raises(ToteNotFound):
        scan_pack(tote_id=key(), read=Read("LP-7"), by=SONG, at=depot.now)


def test_packed_weighed_and_handed_over_its_goods_leave_once(depot: Depot) -> None:
    order, tote = packed(depot, LP_7=2, CH_1=1)
    assert (tote.state, stage(order)) == ("packed", "packed")
    with pytest.raises(ToteElsewhere):
        scans(depot, tote, "LP-7")
    parcel = does(hand_over_tote, depot, tote, label=LABEL)
    assert does(hand_over_tote, depot, tote, label=LABEL) == parcel
    assert sorted(parcel.lines.values_list("order_line__sku", "quantity")) == [("CH-1", 1), ("LP-7", 2)]
    assert (parcel.weight_grams, stage(order)) == (900, "shipped")
    assert list(Balance.objects.order_by("item_id").values_list("on_hand", "reserved")) == [(19, 0), (18, 0), (20, 0)]
    assert depot.state(tote.wave) == "shipped"
    assert told("TotePacked", "ToteLeft", "WaveEnded") == ["TotePacked", "ToteLeft", "WaveEnded"]
    with pytest.raises(AlreadyOnItsWay):
        cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now)
    assert differences() == []


def test_a_weight_that_is_off_is_packed_again_or_explained(depot: Depot) -> None:
    set_weight(sku="LP-7", grams=1_000)
    order, tote = picked(depot, LP_7=2)
    scans(depot, tote, "LP-7", 2)
    for wrong in ({"box": "small", "grams": 0}, {"box": "x", "grams": 5}):
        with pytest.raises(WeightUnsound):
            does(weigh, depot, tote, **wrong)
    assert does(weigh, depot, tote, box="small", grams=2_300).state == "picked"
    assert told("WeightFoundOff") == ["WeightFoundOff"]
    with pytest.raises(ToteElsewhere):
        does(hand_over_tote, depot, tote, label=LABEL)
    does(pack_again, depot, tote)
    with pytest.raises(ToteIncomplete):
        does(confirm_weight, depot, tote, reason="counted")
    scans(depot, tote, "LP-7", 2)
    with pytest.raises(WeightUnsound):
        does(confirm_weight, depot, tote, reason="counted")
    does(weigh, depot, tote, box="small", grams=1_100)
    with pytest.raises(WeightUnexplained):
        does(confirm_weight, depot, tote, reason="because")
    done = does(confirm_weight, depot, tote, reason="master_wrong")
    assert (done.state, done.weight_reason, done.expected_grams) == ("packed", "master_wrong", 2_150)
    assert stage(order) == "packed"


@pytest.mark.parametrize(
    ("grams", "state"), [(2_063, "picked"), (2_064, "packed"), (2_236, "packed"), (2_237, "picked")]
)
def test_four_in_a_hundred_is_right(depot: Depot, grams: int, state: str) -> None:
    set_weight(sku="LP-7", grams=1_000)
    _order, tote = picked(depot, LP_7=2)
    scans(depot, tote, "LP-7", 2)
    assert does(weigh, depot, tote, box="small", grams=grams).state == state


def test_what_is_missing_in_the_tote_is_picked_again(depot: Depot) -> None:
    order, tote = picked(depot, LP_7=3)
    scans(depot, tote, "LP-7", 1)
    does(pack_again, depot, tote, is_missing=True)
    assert depot.lines(order) == [("LP-7", 1, 0, 0)]
    assert (depot.state(tote.wave), stage(order)) == ("picking", "picking")
    depot.pick_all(tote.wave)
    scans(depot, tote, "LP-7", 3)
    assert does(weigh, depot, tote, box="bag", grams=10).state == "packed"


@pytest.mark.parametrize("how", ["cancelled", "held", "held and approved anew"])
def test_stopped_while_it_is_packed_it_is_told_and_goes_back(depot: Depot, how: str) -> None:
    order, tote = picked(depot, LP_7=2)
    scans(depot, tote, "LP-7")
    depot.later(minutes=1)
    if how == "cancelled":
        cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now)
    else:
        hold = open_hold(order_id=order.id, reason="remark", due_at=depot.now, by=SONG, at=depot.now)
        if how != "held":
            release_hold(hold_id=hold.id, outcome="wrong", by=SONG, at=depot.later(minutes=1))
    found = scans(depot, tote, "LP-7")
    assert (found.outcome, found.stopped) == ("stopped", (order.number,))
    assert depot.lines(order) == [("LP-7", 2, 0, 1)]
    with pytest.raises(ToteElsewhere):
        scans(depot, tote, "LP-7")
    back = [
        scan_back(tote_id=tote.id, read=Read(text), by=SONG, at=depot.now).outcome for text in ("CH-1", "LP-7", "LP-7")
    ]
    assert back == ["wrong_item", "right", "right"]
    assert depot.totes(tote.wave) == {order.number: "out"}
    assert told("ToteStopped", "GoodsPutBack") == ["ToteStopped", "GoodsPutBack"]
    again = 1 if how == "held and approved anew" else 0
    assert len(depot.totes(depot.wave())) == again if again else not Parcel.objects.exists()
    assert differences() == []


def test_stopped_after_it_was_packed_it_never_leaves(depot: Depot) -> None:
    order, tote = packed(depot, LP_7=1)
    cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now)
    with pytest.raises(ToteStopped):
        does(hand_over_tote, depot, tote, label=LABEL)
    assert does(pack_again, depot, tote).code == tote.code
    assert depot.totes(tote.wave) == {order.number: "put_back"}
    does(put_all_back, depot, tote)
    assert depot.state(tote.wave) == "cancelled"
    assert not Parcel.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_cancelling_first", [True, False])
def test_cancelled_at_the_moment_it_is_handed_over_one_of_them_happens(is_cancelling_first: bool) -> None:
    depot = open_depot()
    order, tote = packed(depot, LP_7=1)
    inside, outcome = threading.Event(), list[str]()

    def cancels() -> None:
        cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now)
        outcome.append("cancelled")

    def leaves() -> None:
        does(hand_over_tote, depot, tote, label=LABEL)
        outcome.append("left")

    first, second = (cancels, leaves) if is_cancelling_first else (leaves, cancels)

    def waits() -> None:
        inside.wait(30)
        try:
            second()
        except (ToteStopped, AlreadyOnItsWay) as refusal:
            outcome.append(type(refusal).__name__)
        finally:
            connection.close()

    other = threading.Thread(target=waits)
    other.start()
    with transaction.atomic():
        first()
        inside.set()
        other.join(timeout=0.5)
        assert other.is_alive(), "it waits for the order"
    other.join(timeout=30)
    assert outcome == (["cancelled", "ToteStopped"] if is_cancelling_first else ["left", "AlreadyOnItsWay"])
    assert Parcel.objects.exists() != is_cancelling_first
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_cancelled_at_the_moment_of_a_scan_the_scan_waits_and_is_told() -> None:
    depot = open_depot()
    order, tote = picked(depot, LP_7=2)
    inside, heard = threading.Event(), list[str]()

    def packs() -> None:
        inside.wait(30)
        try:
            heard.append(scans(depot, tote, "LP-7").outcome)
        finally:
            connection.close()

    other = threading.Thread(target=packs)
    other.start()
    with transaction.atomic():
        cancel_order(order_id=order.id, reason="customer", by=SONG, at=depot.now)
        inside.set()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=30)
    assert heard == ["stopped"]
    assert depot.lines(order) == [("LP-7", 2, 0, 0)]
    assert depot.totes(tote.wave) == {order.number: "put_back"}


@pytest.mark.django_db(transaction=True)
def test_the_same_piece_scanned_by_two_at_once_is_packed_once() -> None:
    depot = open_depot()
    order, tote = picked(depot, LP_7=1)
    heard: list[str] = []

    def packs() -> None:
        try:
            heard.append(scans(depot, tote, "LP-7").outcome)
        finally:
            connection.close()

    both = [threading.Thread(target=packs) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=30)
    assert sorted(heard) == ["right", "surplus", "surplus", "surplus"]
    assert depot.lines(order) == [("LP-7", 1, 0, 1)]
