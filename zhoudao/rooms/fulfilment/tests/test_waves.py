"""Waves: what waits goes in once, the most urgent first; released, held, taken over, given up."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.rooms.fulfilment.commands.bins import place_item, set_weight
from zhoudao.rooms.fulfilment.commands.waves import (
    cancel_wave,
    make_wave,
    pause_wave,
    release_wave,
    resume_wave,
    take_wave,
)
from zhoudao.rooms.fulfilment.models import Bin, Tote, Weight
from zhoudao.rooms.fulfilment.queries.building import preview
from zhoudao.rooms.fulfilment.refusals import (
    BinUnsound,
    PickedByAnother,
    WaveElsewhere,
    WaveEmpty,
    WaveHeld,
    WaveNotFound,
    WaveUnsound,
    WeightUnsound,
)
from zhoudao.rooms.fulfilment.tests.depot import HE, SONG, Depot, key, told
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.refusals import SkuUnknown, WarehouseUnknown


def stage(order: Order) -> str:
    return Order.objects.get(id=order.id).fulfilment


def test_what_waits_goes_in_once_and_the_most_urgent_first(depot: Depot) -> None:
    first, second, third = depot.order(LP_7=2), depot.order(CH_1=1, LP_7=1), depot.order(RG_3=1)
    Order.objects.filter(id=third.id).update(promised_at=depot.now + timedelta(hours=2))
    wave = depot.wave(size=2, is_released=False)
    assert list(depot.totes(wave)) == [third.number, first.number]
    assert [stage(one) for one in (first, second, third)] == ["reserved"] * 3
    other = depot.wave(size=9, is_released=False)
    assert list(depot.totes(other)) == [second.number]
    with pytest.raises(WaveEmpty):
        depot.wave()
    release_wave(wave_id=wave.id, by=SONG, at=depot.now)
    release_wave(wave_id=wave.id, by=SONG, at=depot.now)
    assert [stage(one) for one in (first, second, third)] == ["released", "reserved", "released"]
    assert told("WaveReleased") == ["WaveReleased"]


def test_later_orders_and_what_waits_for_goods_stay_out(depot: Depot) -> None:
    depot.order(LP_7=1)
    cut_off = depot.now
    depot.later(hours=1)
    depot.order(LP_7=1)
    seen = preview(depot.place.id, until=cut_off, size=10)
    assert (len(seen.orders), seen.lines, seen.pieces) == (1, 1, 1)
    assert len(preview(depot.place.id, until=depot.now, size=10).orders) == 2


def test_the_preview_says_how_far_one_walks_by_each_method(depot: Depot) -> None:
    for _ in range(3):
        depot.order(LP_7=1, CH_1=1)
    seen = preview(depot.place.id, until=depot.now, size=10)
    assert seen.walk("single") == pytest.approx(3 * seen.walk("batch"))
    assert seen.walk("batch") == seen.walk("cluster") > 0
    place_item(warehouse_id=depot.place.id, sku="CH-1", code="", by=SONG, at=depot.now)
    again = preview(depot.place.id, until=depot.now, size=10)
    assert again.homeless == 1
    assert again.walk("batch") < seen.walk("batch")


def test_a_wave_is_a_method_a_size_and_a_place(depot: Depot) -> None:
    depot.order(LP_7=1)
    for method, size in (("x", 5), ("single", 0), ("single", 51), ("cluster", 17)):
        with pytest.raises(WaveUnsound):
            depot.wave(method, size)
    asked: dict[str, Any] = {"method": "single", "until": depot.now, "size": 5, "by": SONG, "at": depot.now}
    with pytest.raises(WarehouseUnknown):
        make_wave(warehouse_id=key(), **asked)
    with pytest.raises(WaveNotFound):
        release_wave(wave_id=key(), by=SONG, at=depot.now)


def test_what_was_cancelled_since_it_was_made_is_left_out(depot: Depot) -> None:
    gone, kept = depot.order(LP_7=1), depot.order(LP_7=1)
    wave = depot.wave(is_released=False)
    cancel_order(order_id=gone.id, reason="customer", by=SONG, at=depot.now)
    release_wave(wave_id=wave.id, by=SONG, at=depot.now)
    assert depot.totes(wave) == {gone.number: "out", kept.number: "to_pick"}
    cancel_order(order_id=kept.id, reason="customer", by=SONG, at=depot.now)
    assert depot.scan(wave, "A-01-02").stopped == (kept.number,)
    assert depot.state(wave) == "cancelled"


def test_a_held_wave_is_picked_by_nobody_and_goes_on_where_it_was(depot: Depot) -> None:
    depot.order(LP_7=2)
    wave = depot.wave()
    depot.scan(wave, "A-01-02")
    pause_wave(wave_id=wave.id, by=SONG, at=depot.now)
    with pytest.raises(WaveHeld):
        depot.scan(wave, "A-01-02")
    with pytest.raises(WaveElsewhere):
        take_wave(wave_id=wave.id, by=HE, at=depot.now)
    assert resume_wave(wave_id=wave.id, by=SONG, at=depot.now).state == "picking"
    with pytest.raises(PickedByAnother):
        depot.scan(wave, "A-01-02", by=HE)
    take_wave(wave_id=wave.id, by=HE, at=depot.now)
    depot.pick_all(wave, by=HE)
    assert depot.state(wave) == "picked"
    assert told("WaveHeld", "WaveResumed", "WaveTaken") == ["WaveTaken", "WaveHeld", "WaveResumed", "WaveTaken"]


def test_given_up_its_orders_wait_again_and_what_was_fetched_goes_back(depot: Depot) -> None:
    begun, untouched = depot.order(LP_7=1, CH_1=1), depot.order(RG_3=1)
    wave = depot.wave()
    depot.scan(wave, "A-01-02")
    depot.scan(wave, "6901234567892")
    cancel_wave(wave_id=wave.id, by=SONG, at=depot.now)
    assert depot.totes(wave) == {begun.number: "put_back", untouched.number: "out"}
    assert [stage(one) for one in (begun, untouched)] == ["reserved"] * 2
    again = depot.wave()
    assert len(depot.totes(again)) == 2
    assert Tote.objects.filter(order=begun).count() == 2
    with pytest.raises(WaveElsewhere):
        resume_wave(wave_id=wave.id, by=SONG, at=depot.now)


def test_bins_and_weights_are_said_once_and_sound(depot: Depot) -> None:
    def put(code: str, sku: str = "LP-7") -> Bin | None:
        return place_item(warehouse_id=depot.place.id, sku=sku, code=code, by=SONG, at=depot.now)

    before = len(told("BinSet"))
    assert str(put(" c-1-2 ")) == "C-1-2"
    put("C-1-2")
    assert len(told("BinSet")) == before + 1
    for wrong in ("架子", "-A", "A" * 41, "A 1"):
        with pytest.raises(BinUnsound):
            put(wrong)
    with pytest.raises(SkuUnknown):
        put("A-1", "nothing")
    assert put("") is None
    assert not Bin.objects.filter(item="LP-7").exists()
    set_weight(sku="LP-7", grams=1_250)
    set_weight(sku="LP-7", grams=1_300)
    assert Weight.objects.get(item="LP-7").grams == 1_300
    set_weight(sku="LP-7", grams=None)
    assert not Weight.objects.exists()
    for grams in (0, -1, 1_000_001):
        with pytest.raises(WeightUnsound):
            set_weight(sku="LP-7", grams=grams)
    with pytest.raises(SkuUnknown):
        set_weight(sku="nothing", grams=5)
