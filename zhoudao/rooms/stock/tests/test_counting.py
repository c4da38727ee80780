"""Stock-takes put the book right and lose nothing that moved meanwhile; places open and close."""

from uuid import uuid4

import pytest

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.places import CodeTaken, CodeUnsound, NameMissing
from zhoudao.rooms.stock.commands.correcting import correct_stock
from zhoudao.rooms.stock.commands.counting import approve_count, ask_count, cancel_count, note_counted
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.commands.warehouses import (
    Terms,
    change_warehouse,
    close_warehouse,
    open_warehouse,
    reopen_warehouse,
)
from zhoudao.rooms.stock.models import Count, Counting, CountLine
from zhoudao.rooms.stock.refusals import (
    CountEmpty,
    CountNotFound,
    CountOver,
    CountStale,
    QuantityUnsound,
    WarehouseClosed,
    WarehouseNotEmpty,
    WarehouseUnknown,
    WarehouseUnsound,
)
from zhoudao.rooms.stock.tests.shelf import SONG, Shelf, differences, order


def test_what_moves_between_counting_and_approving_stays(shelf: Shelf) -> None:
    shelf.receives("table", 10)
    purpose = order()
    shelf.reserves(shelf.goods("table", 4), purpose=purpose)
    count = ask_count(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    assert ask_count(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now) == count, "one at a time"
    line = noted(count, shelf, "table", 9)
    assert line.difference == -1
    ship(purpose=purpose, by=SONG, at=shelf.now)
    shelf.receives("table", 5)
    approve_count(count_id=count.id, by=SONG, at=shelf.now)
    assert shelf.book("table") == (10, 0, 10), "10 - 4 + 5, and one was missing"
    with pytest.raises(CountOver):
        approve_count(count_id=count.id, by=SONG, at=shelf.now)
    assert differences() == []


def test_an_item_the_book_does_not_know_is_counted_and_one_counted_twice_holds_last(shelf: Shelf) -> None:
    count = ask_count(warehouse_id=shelf.place("shop"), by=SONG, at=shelf.now)
    noted(count, shelf, "lamp", 3)
    assert noted(count, shelf, "lamp", 2).counted == 2
    assert noted(count, shelf, "lamp", 4, is_added=True).counted == 6
    approve_count(count_id=count.id, by=SONG, at=shelf.now)
    assert shelf.book("lamp", "shop") == (6, 0, 6)


def test_shelves_that_moved_while_they_were_counted_are_counted_again(shelf: Shelf) -> None:
    shelf.receives("table", 10)
    count = ask_count(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    noted(count, shelf, "table", 2)
    corrects(shelf, -9)
    with pytest.raises(CountStale, match="table"):
        approve_count(count_id=count.id, by=SONG, at=shelf.now)
    with pytest.raises(CountStale):
        noted(count, shelf, "table", 1, is_added=True)
    assert shelf.book("table") == (1, 0, 1)
    noted(count, shelf, "table", 1)
    approve_count(count_id=count.id, by=SONG, at=shelf.now)
    assert Count.objects.get().state == Counting.APPROVED
    assert shelf.book("table") == (1, 0, 1)


def test_an_empty_or_given_up_stock_take_changes_nothing(shelf: Shelf) -> None:
    count = ask_count(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    with pytest.raises(CountEmpty):
        approve_count(count_id=count.id, by=SONG, at=shelf.now)
    with pytest.raises(QuantityUnsound):
        noted(count, shelf, "table", -1)
    noted(count, shelf, "table", 7)
    cancel_count(count_id=count.id, by=SONG, at=shelf.now)
    assert shelf.book("table") == (0, 0, 0)
    with pytest.raises(CountOver):
        noted(count, shelf, "table", 7)
    with pytest.raises(CountNotFound):
        cancel_count(count_id=uuid4(), by=SONG, at=shelf.now)


def test_a_place_closes_only_when_empty_and_then_takes_nothing(shelf: Shelf) -> None:
    shelf.receives("table", 1)
    with pytest.raises(WarehouseNotEmpty):
        close_warehouse(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    corrects(shelf, -1)
    close_warehouse(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    with pytest.raises(WarehouseClosed):
        shelf.receives("table", 1)
    with pytest.raises(WarehouseUnknown):
        ask_count(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    reopen_warehouse(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
    shelf.receives("table", 1)


def test_what_a_place_cannot_be_is_refused(shelf: Shelf) -> None:
    names = {"zh-Hans": "仓"}
    for terms in (
        Terms(names, latitude=91.0, longitude=0.0),
        Terms(names, latitude=31.0),
        Terms(names, priority=-1),
        Terms(names, daily_capacity=0),
    ):
        with pytest.raises(WarehouseUnsound):
            change_warehouse(warehouse_id=shelf.place("east"), terms=terms, by=SONG, at=shelf.now)
    with pytest.raises(NameMissing):
        change_warehouse(warehouse_id=shelf.place("east"), terms=Terms({}), by=SONG, at=shelf.now)
    with pytest.raises(WarehouseUnknown):
        change_warehouse(warehouse_id=uuid4(), terms=Terms(names), by=SONG, at=shelf.now)
    with pytest.raises(WarehouseUnsound):
        open_warehouse(code="north", terms=Terms(names), store_id=uuid4(), by=SONG, at=shelf.now)
    with pytest.raises(CodeUnsound):
        open_warehouse(code="北", terms=Terms(names), by=SONG, at=shelf.now)
    with pytest.raises(CodeTaken):
        open_warehouse(code="east", terms=Terms(names), by=SONG, at=shelf.now)
    with pytest.raises(CodeTaken):
        open_warehouse(
            code="shop-2", terms=Terms(names), store_id=Store.objects.get(code="nanjing").id, by=SONG, at=shelf.now
        )
    changed = change_warehouse(
        warehouse_id=shelf.place("east"),
        terms=Terms(names, "江苏", "昆山", 31.38, 120.98, 800, 1),
        by=SONG,
        at=shelf.now,
    )
    assert (changed.city, changed.daily_capacity, changed.priority) == ("昆山", 800, 1)


def noted(count: Count, shelf: Shelf, sku: str, counted: int, *, is_added: bool = False) -> CountLine:
    return note_counted(count_id=count.id, sku=sku, counted=counted, is_added=is_added, by=SONG, at=shelf.now)


def corrects(shelf: Shelf, difference: int) -> None:
    correct_stock(
        warehouse_id=shelf.place("east"), sku="table", difference=difference, reason="lost", by=SONG, at=shelf.now
    )
