"""Keeping goods: all or nothing, as many as there are, or waiting; shipping, letting go, taking back."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.reserving import Way, release
from zhoudao.rooms.stock.commands.shipping import ship, take_back
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Balance, Movement, Reservation, State
from zhoudao.rooms.stock.queries.items import lines_for
from zhoudao.rooms.stock.refusals import (
    KeyReused,
    NotEnough,
    NothingAsked,
    NothingHeld,
    NothingShipped,
    QuantityUnsound,
    SkuUnsound,
    StockRefused,
    WarehouseUnknown,
)
from zhoudao.rooms.stock.tests.shelf import SONG, Shelf, differences, lines, order


def test_several_items_at_several_places_are_kept_together_or_not_at_all(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    shelf.receives("chair", 3, "west")
    shelf.reserves(shelf.goods("table", 2), shelf.goods("chair", 3, "west"))
    assert (shelf.book("table"), shelf.book("chair", "west")) == ((5, 2, 3), (3, 3, 0))
    with pytest.raises(NotEnough, match=r"chair \(0/1\)"):
        shelf.reserves(shelf.goods("table", 1), shelf.goods("chair", 1, "west"))
    assert shelf.book("table") == (5, 2, 3), "nothing of it was kept"
    assert Reservation.objects.count() == 1
    assert differences() == []


def test_asked_twice_for_the_same_purpose_it_is_one_reservation(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    purpose = order()
    first = shelf.reserves(shelf.goods("table", 2), purpose=purpose)
    assert shelf.reserves(shelf.goods("table", 4), purpose=purpose) == first
    assert shelf.book("table") == (5, 2, 3)
    release(purpose=purpose, by=SONG, at=shelf.now)
    assert shelf.reserves(shelf.goods("table", 4), purpose=purpose) != first, "let go of, it may be kept anew"
    ship(purpose=purpose, by=SONG, at=shelf.now)
    assert shelf.reserves(shelf.goods("table", 1), purpose=purpose).state == State.SHIPPED, "it has left already"
    assert shelf.book("table") == (1, 0, 1)


def test_as_many_as_there_are(shelf: Shelf) -> None:
    shelf.receives("table", 2)
    kept = shelf.reserves(shelf.goods("table", 5), shelf.goods("lamp", 1), way=Way.MOST)
    assert lines(kept) == [("table", 2, 0, 0)]
    with pytest.raises(NotEnough):
        shelf.reserves(shelf.goods("table", 1), way=Way.MOST)


def test_what_is_missing_waits_and_gets_what_comes_first_in_the_order_asked(shelf: Shelf) -> None:
    shelf.receives("table", 2)
    first = shelf.reserves(shelf.goods("table", 5), way=Way.WAIT)
    second = shelf.reserves(shelf.goods("table", 2), way=Way.WAIT)
    assert (lines(first), lines(second)) == ([("table", 2, 3, 0)], [("table", 0, 2, 0)])
    shelf.receives("table", 4)
    assert (lines(first), lines(second)) == ([("table", 5, 0, 0)], [("table", 1, 1, 0)])
    with pytest.raises(NotEnough):
        shelf.reserves(shelf.goods("table", 1))
    release(purpose=purpose_of(first), goods=[shelf.goods("table", 3)], by=SONG, at=shelf.now)
    assert lines(second) == [("table", 2, 0, 0)], "what is let go of is given to who waits"
    assert shelf.book("table") == (6, 4, 2)
    filled = Event.objects.filter(type="stock.BackorderFilled").order_by("occurred_at", "id")
    assert sorted(one.attributes["quantity"] for one in filled) == [1, 1, 3]
    assert differences() == []


def test_parcels_leave_one_by_one_and_each_once(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    kept = shelf.reserves(shelf.goods("table", 4))
    purpose = purpose_of(kept)
    for _ in range(2):
        ship(purpose=purpose, goods=[shelf.goods("table", 1)], key="parcel-1", by=SONG, at=shelf.now)
    assert lines(kept) == [("table", 3, 0, 1)]
    with pytest.raises(KeyReused):
        ship(purpose=purpose, goods=[shelf.goods("table", 2)], key="parcel-1", by=SONG, at=shelf.now)
    with pytest.raises(NothingHeld):
        ship(purpose=purpose, goods=[shelf.goods("table", 4)], by=SONG, at=shelf.now)
    for _ in range(2):
        assert ship(purpose=purpose, key="parcel-2", by=SONG, at=shelf.now).state == State.SHIPPED
    assert shelf.book("table") == (1, 0, 1)
    assert release(purpose=purpose, by=SONG, at=shelf.now).state == State.SHIPPED, "nothing is left to let go of"
    assert differences() == []


def test_a_parcels_key_sent_again_takes_nothing_that_came_meanwhile(shelf: Shelf) -> None:
    shelf.receives("table", 2)
    purpose = purpose_of(shelf.reserves(shelf.goods("table", 3), way=Way.WAIT))
    ship(purpose=purpose, key="parcel-1", by=SONG, at=shelf.now)
    shelf.receives("table", 1)
    ship(purpose=purpose, key="parcel-1", by=SONG, at=shelf.now)
    assert shelf.book("table") == (1, 1, 0)


def test_no_more_comes_back_than_left_and_what_is_broken_is_scrapped(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    purpose = purpose_of(shelf.reserves(shelf.goods("table", 3)))
    ship(purpose=purpose, by=SONG, at=shelf.now)
    for _ in range(2):
        take_back(goods=[shelf.goods("table", 1, "shop")], purpose=purpose, key="r-1", by=SONG, at=shelf.now)
    assert shelf.book("table", "shop") == (1, 0, 1)
    take_back(goods=[shelf.goods("table", 1)], purpose=purpose, is_restocked=False, by=SONG, at=shelf.now)
    assert shelf.book("table") == (2, 0, 2)
    kinds = Movement.objects.filter(balance__warehouse=shelf.places["east"]).order_by("seq").values_list("kind")
    assert [kind for (kind,) in kinds][-2:] == ["return", "scrap"]
    with pytest.raises(NothingShipped):
        take_back(goods=[shelf.goods("table", 2)], purpose=purpose, by=SONG, at=shelf.now)
    take_back(goods=[shelf.goods("table", 9)], reference="no receipt", by=SONG, at=shelf.now)
    assert differences() == []


def test_what_is_unsound_is_refused_by_name_and_moves_nothing(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    for quantity in (0, -1, 10**9, 0.5, True):
        with pytest.raises(QuantityUnsound):
            shelf.reserves(Goods(shelf.place("east"), "table", quantity))  # type: ignore[arg-type]  # that is the point
    for sku in ("", " table", "a\0b", "x" * 81):
        with pytest.raises(SkuUnsound):
            shelf.receives(sku, 1)
    with pytest.raises(NothingAsked):
        shelf.reserves()
    with pytest.raises(NothingAsked):
        shelf.reserves(*[shelf.goods(f"sku-{n}", 1) for n in range(2_001)])
    with pytest.raises(WarehouseUnknown):
        receive_stock(goods=[Goods(uuid4(), "table", 1)], by=SONG, at=shelf.now)
    with pytest.raises(NothingHeld):
        release(purpose=order(), by=SONG, at=shelf.now)
    kept = purpose_of(shelf.reserves(shelf.goods("table", 1)))
    for goods in (shelf.goods("table", 2), shelf.goods("lamp", 1)):
        with pytest.raises(NothingHeld):
            release(purpose=kept, goods=[goods], by=SONG, at=shelf.now)
    assert shelf.book("table") == (5, 1, 4)


def test_the_same_item_twice_is_its_sum(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    with pytest.raises(NotEnough):
        shelf.reserves(shelf.goods("table", 3), shelf.goods("table", 3))
    assert lines(shelf.reserves(shelf.goods("table", 3), shelf.goods("table", 2))) == [("table", 5, 0, 0)]


def test_the_database_itself_refuses_to_oversell_and_to_change_the_ledger(shelf: Shelf) -> None:
    shelf.receives("table", 5)
    table = Balance.objects.filter(item_id="table")
    for wrong in ({"on_hand": -1}, {"reserved": 6}, {"reserved": -1}, {"safety": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.update(**wrong)
    for sql in ("UPDATE stock_movement SET on_hand = 9", "DELETE FROM stock_movement"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_reservation_of_ten_lines_costs_few_statements(shelf: Shelf, django_assert_max_num_queries: object) -> None:
    goods = [shelf.goods(f"sku-{n}", 1) for n in range(10)]
    receive_stock(goods=goods, by=SONG, at=shelf.now)
    with django_assert_max_num_queries(9):  # type: ignore[operator]  # a fixture's function
        kept = shelf.reserves(*goods)
    assert len(lines_for(purpose_of(kept))) == 10


def test_every_refusal_has_a_sentence() -> None:
    assert all(kind.__doc__ and kind.__doc__.endswith(".") for kind in StockRefused.__subclasses__())


def purpose_of(reservation: Reservation) -> Purpose:
    return Purpose(reservation.purpose_kind, reservation.purpose_id)
