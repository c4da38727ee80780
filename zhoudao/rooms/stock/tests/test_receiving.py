"""Goods come, are to come, move between places, and are kept back."""

from datetime import timedelta

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.stock.commands.correcting import correct_stock, set_safety, transfer
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.commands.receiving import drop_expected, expect_receipt, receive_expected
from zhoudao.rooms.stock.commands.reserving import Way
from zhoudao.rooms.stock.models import ExpectedReceipt, Line, Movement, Reservation
from zhoudao.rooms.stock.queries.balances import Asked, available, balances, item_scanned, items_like
from zhoudao.rooms.stock.queries.items import here_of, history, ledger, totals_of
from zhoudao.rooms.stock.refusals import (
    BarcodeTaken,
    CorrectionUnexplained,
    DateUnsound,
    ExpectedUnknown,
    KeyReused,
    NotEnough,
    QuantityUnsound,
    SamePlace,
)
from zhoudao.rooms.stock.tests.shelf import SONG, TODAY, Shelf, differences, lines


def test_a_receipt_sent_twice_is_one(shelf: Shelf) -> None:
    for _ in range(2):
        shelf.receives("table", 5, key="note-1", reference="DN-77")
    assert shelf.book("table") == (5, 0, 5)
    with pytest.raises(KeyReused):
        shelf.receives("table", 6, key="note-1")
    told = Event.objects.get(type="stock.StockReceived")
    assert told.attributes == {"sku": "table", "warehouse": "east", "quantity": 5}


def test_what_waits_is_promised_for_the_day_enough_will_have_come(shelf: Shelf) -> None:
    first = shelf.reserves(shelf.goods("table", 3), way=Way.WAIT)
    second = shelf.reserves(shelf.goods("table", 3), way=Way.WAIT)
    days = [TODAY + timedelta(days=n) for n in (2, 5)]
    early = expect_receipt(goods=shelf.goods("table", 4), due_date=days[0], by=SONG, at=shelf.now)
    assert promised(first, second) == [days[0], None]
    late = expect_receipt(goods=shelf.goods("table", 4), due_date=days[1], by=SONG, at=shelf.now)
    assert promised(first, second) == days
    drop_expected(expected_id=early.id, by=SONG, at=shelf.now)
    assert promised(first, second) == [days[1], None]
    receive_expected(expected_id=late.id, quantity=4, key="n", by=SONG, at=shelf.now)
    receive_expected(expected_id=late.id, quantity=4, key="n", by=SONG, at=shelf.now)
    assert (lines(first), lines(second)) == ([("table", 3, 0, 0)], [("table", 1, 2, 0)])
    assert promised(second) == [None]
    told = Event.objects.filter(type="stock.BackorderPromised").order_by("recorded_at")
    assert [one.attributes["promised_date"] for one in told][:2] == [days[0].isoformat(), days[1].isoformat()]
    with pytest.raises(ExpectedUnknown):
        receive_expected(expected_id=late.id, quantity=1, by=SONG, at=shelf.now)
    assert differences() == []


def test_a_day_to_come_lies_ahead_and_no_more_comes_than_is_expected(shelf: Shelf) -> None:
    for days in (-2, 800):
        with pytest.raises(DateUnsound):
            expect_receipt(goods=shelf.goods("table", 4), due_date=TODAY + timedelta(days=days), by=SONG, at=shelf.now)
    expected = expect_receipt(goods=shelf.goods("table", 4), due_date=TODAY, by=SONG, at=shelf.now)
    with pytest.raises(ExpectedUnknown):
        receive_expected(expected_id=expected.id, quantity=5, by=SONG, at=shelf.now)
    receive_expected(expected_id=expected.id, quantity=1, by=SONG, at=shelf.now)
    assert ExpectedReceipt.objects.get(closed_at=None).received == 1


def test_goods_go_to_another_place_at_once_or_on_a_day(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    shelf.reserves(shelf.goods("table", 1))
    for _ in range(2):
        moves(shelf, 2, key="t-1")
    assert (shelf.book("table"), shelf.book("table", "shop")) == ((3, 1, 2), (2, 0, 2))
    moves(shelf, 2, due_date=TODAY + timedelta(days=1))
    assert (shelf.book("table"), shelf.book("table", "shop")) == ((1, 1, 0), (2, 0, 2)), "on the road"
    with pytest.raises(NotEnough):
        moves(shelf, 1)
    expected = ExpectedReceipt.objects.get()
    receive_expected(expected_id=expected.id, quantity=1, by=SONG, at=shelf.now)
    drop_expected(expected_id=expected.id, by=SONG, at=shelf.now)
    assert (shelf.book("table"), shelf.book("table", "shop")) == ((2, 1, 1), (3, 0, 3)), "the rest came back"
    with pytest.raises(SamePlace):
        transfer(
            source_id=shelf.place("east"), target_id=shelf.place("east"), goods=[("table", 1)], by=SONG, at=shelf.now
        )
    assert differences() == []


def test_what_is_kept_back_is_not_promised(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    set_safety(warehouse_id=shelf.place("east"), sku="table", safety=4, by=SONG, at=shelf.now)
    with pytest.raises(NotEnough):
        shelf.reserves(shelf.goods("table", 2))
    waits = shelf.reserves(shelf.goods("table", 2), way=Way.WAIT)
    set_safety(warehouse_id=shelf.place("east"), sku="table", safety=9, by=SONG, at=shelf.now)
    assert shelf.book("table") == (5, 1, -5)
    set_safety(warehouse_id=shelf.place("east"), sku="table", safety=0, by=SONG, at=shelf.now)
    assert lines(waits) == [("table", 2, 0, 0)], "freed, it is given to who waits"
    with pytest.raises(QuantityUnsound):
        set_safety(warehouse_id=shelf.place("east"), sku="table", safety=-1, by=SONG, at=shelf.now)


def test_a_correction_takes_from_the_youngest_reservation_and_says_so(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    old, young = shelf.reserves(shelf.goods("table", 2)), shelf.reserves(shelf.goods("table", 3))
    corrects(shelf, -4, "lost")
    assert (lines(old), lines(young)) == ([("table", 1, 1, 0)], [("table", 0, 3, 0)])
    short = Event.objects.filter(type="stock.ReservationFellShort").order_by("recorded_at", "seq")
    assert [one.attributes["quantity"] for one in short] == [3, 1]
    assert str(young.purpose_id) in str(short[0].parties), "it stands on the order's timeline"
    corrects(shelf, 2, "found")
    assert (lines(old), lines(young)) == ([("table", 2, 0, 0)], [("table", 1, 2, 0)])
    corrects(shelf, -1, "damaged", key="c")
    corrects(shelf, -1, "damaged", key="c")
    assert Movement.objects.filter(kind="scrap").count() == 1
    for difference, reason in ((1, "damaged"), (1, "whim")):
        with pytest.raises(CorrectionUnexplained):
            corrects(shelf, difference, reason)
    with pytest.raises(NotEnough):
        corrects(shelf, -3, "lost")
    with pytest.raises(QuantityUnsound):
        corrects(shelf, 0, "found")
    assert differences() == []


def test_lists_find_by_number_name_and_barcode_page_by_page(shelf: Shelf) -> None:
    for n in range(30):
        shelf.receives(f"sku-{n:02d}", n or 1, "east" if n else "west")
    name_item(sku="sku-07", names={"zh-Hans": "铸铁茶壶", "en": "Tea kettle"}, barcode="6901234567892")
    first = balances(Asked())
    assert [one.item_id for one in first[:25]] == [f"sku-{n:02d}" for n in range(25)]
    last = first[24]
    assert [one.item_id for one in balances(Asked(after=(last.item_id, last.warehouse_id)))] == [
        f"sku-{n:02d}" for n in range(25, 30)
    ]
    for words in ("茶壶", "壶", "kettle", "KET", "690123", "sku-07", "te"):
        found = [one.item_id for one in balances(Asked(words=words))]
        assert found == ([] if words == "te" else ["sku-07"]), words
    assert len(balances(Asked(words="sk"))) == 26, "two letters are a number's beginning"
    assert [one.item_id for one in balances(Asked(places=[shelf.place("west")]))] == ["sku-00"]
    scanned = item_scanned(" 6901234567892 ")
    assert scanned is not None
    assert scanned.sku == "sku-07"
    assert item_scanned("茶壶") is None
    assert [one.sku for one in items_like("茶壶")] == ["sku-07"]
    with pytest.raises(BarcodeTaken):
        name_item(sku="sku-08", names={}, barcode="6901234567892")
    shelf.reserves(shelf.goods("sku-03", 3))
    assert [one.item_id for one in balances(Asked(is_low=True))] == ["sku-03"]
    assert available(["sku-03", "sku-05"]) == {(shelf.place("east"), "sku-03"): 0, (shelf.place("east"), "sku-05"): 5}


def test_an_items_page_adds_up_and_its_history_has_no_gaps(shelf: Shelf) -> None:
    shelf.receives("table", 9)
    shelf.later(days=70)
    shelf.receives("table", 1, "west")
    shelf.reserves(shelf.goods("table", 2))
    corrects(shelf, -4, "lost")
    found = here_of("table", list(shelf.places.values()))
    assert [one.balance.warehouse.code for one in found] == ["east", "west"]
    total = totals_of(found)
    assert (total.on_hand, total.reserved, total.available) == (6, 2, 4)
    east = found[0].balance
    assert [one.kind for one in ledger(east.id)] == ["correction", "reservation", "receipt"]
    assert [one.kind for one in ledger(east.id, before=2)] == ["receipt"]
    days = history(east, zone="Asia/Shanghai", at=shelf.now)
    assert (len(days), days[0].on_hand, days[-1].on_hand, days[-1].reserved) == (60, 9, 5, 2)


def promised(*reservations: Reservation) -> list[object]:
    return [Line.objects.get(reservation=one).promised_date for one in reservations]


def moves(shelf: Shelf, quantity: int, **more: object) -> None:
    there = {"source_id": shelf.place("east"), "target_id": shelf.place("shop"), "goods": [("table", quantity)]}
    transfer(**there, by=SONG, at=shelf.now, **more)  # type: ignore[arg-type]  # as the test says


def corrects(shelf: Shelf, difference: int, reason: str, key: str = "") -> None:
    correct_stock(
        warehouse_id=shelf.place("east"),
        sku="table",
        difference=difference,
        reason=reason,
        key=key,
        by=SONG,
        at=shelf.now,
    )
