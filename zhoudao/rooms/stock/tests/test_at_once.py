"""Two at the same instant: nobody waits for ever, nothing is promised twice."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction

from zhoudao.rooms.stock.book import Cause
from zhoudao.rooms.stock.commands.rearranging import rearrange, take_in_hand
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.reserving import Way, release, reserve
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.commands.warehouses import close_warehouse
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Reservation
from zhoudao.rooms.stock.refusals import NotEnough, WarehouseClosed, WarehouseNotEmpty
from zhoudao.rooms.stock.tests.shelf import SONG, Shelf, differences, order

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*work: Callable[[], object]) -> None:
    """This will do all of it at the same moment, each on a connection of its own."""
    troubles: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(each: Callable[[], object]) -> None:
        try:
            gate.wait()
            each()
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert troubles == []


def test_orders_whose_items_come_in_another_order_never_wait_for_each_other(shelf: Shelf) -> None:
    skus = [f"sku-{n}" for n in range(6)]
    receive_stock(goods=[shelf.goods(sku, 500) for sku in skus], by=SONG, at=shelf.now)

    def orders(wanted: list[str]) -> Callable[[], None]:
        def work() -> None:
            for _ in range(12):
                purpose = order()
                reserve(purpose=purpose, goods=[shelf.goods(sku, 1) for sku in wanted], by=SONG, at=shelf.now)
                ship(purpose=purpose, goods=[shelf.goods(wanted[0], 1)], by=SONG, at=shelf.now)
                release(purpose=purpose, by=SONG, at=shelf.now)

        return work

    def receives() -> None:
        for _ in range(12):
            receive_stock(goods=[shelf.goods(sku, 1) for sku in reversed(skus)], by=SONG, at=shelf.now)

    at_once(orders(skus), orders(skus[::-1]), orders(skus[3:] + skus[:3]), orders(skus[::2] + skus[1::2]), receives)
    assert differences() == []
    assert sum(shelf.book(sku)[0] for sku in skus) == 6 * 512 - 4 * 12


def test_new_items_received_in_another_order_at_once_never_wait_for_each_other(shelf: Shelf) -> None:
    def receives(turn: int) -> Callable[[], None]:
        def work() -> None:
            for number in range(10):
                skus = [f"new-{number}-{n}" for n in range(8)][::turn]
                receive_stock(goods=[shelf.goods(sku, 1) for sku in skus], by=SONG, at=shelf.now)

        return work

    at_once(receives(1), receives(-1), receives(1), receives(-1))
    assert shelf.book("new-9-3") == (4, 0, 4)
    assert differences() == []


def test_the_same_purpose_asked_at_once_is_one_reservation(shelf: Shelf) -> None:
    shelf.receives("table", 20)
    purpose = Purpose("order", uuid4())
    got: list[Reservation] = []
    at_once(*[lambda: got.append(shelf.reserves(shelf.goods("table", 2), purpose=purpose))] * 8)
    assert len({one.id for one in got}) == 1
    assert len(got) == 8
    assert shelf.book("table") == (20, 2, 18)


def test_the_same_receipt_sent_at_once_is_one(shelf: Shelf) -> None:
    at_once(*[lambda: shelf.receives("table", 5, key="note")] * 6)
    assert shelf.book("table") == (5, 0, 5)


def test_a_reservation_and_a_receipt_that_fills_others_do_not_lock_each_other_out(shelf: Shelf) -> None:
    waiting = [order() for _ in range(8)]
    for purpose in waiting:
        reserve(
            purpose=purpose,
            goods=[shelf.goods("table", 2), shelf.goods("chair", 2, "west")],
            way=Way.WAIT,
            by=SONG,
            at=shelf.now,
        )

    def receives() -> None:
        for _ in range(8):
            receive_stock(goods=[shelf.goods("chair", 2, "west"), shelf.goods("table", 2)], by=SONG, at=shelf.now)

    def releases() -> None:
        for purpose in waiting:
            release(purpose=purpose, by=SONG, at=shelf.now)

    at_once(receives, releases, receives)
    assert differences() == []
    assert shelf.book("table") == (32, 0, 32)


def test_nothing_comes_into_a_place_that_closes_meanwhile(shelf: Shelf) -> None:
    shelf.receives("table", 1)
    purpose = order()
    shelf.reserves(shelf.goods("table", 1), purpose=purpose)
    ship(purpose=purpose, by=SONG, at=shelf.now)
    held, outcome = threading.Event(), list[str]()

    def receives() -> None:
        with transaction.atomic():
            shelf.receives("table", 1)
            held.set()
            threading.Event().wait(0.3)

    def closes() -> None:
        held.wait(30)
        try:
            close_warehouse(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
        except WarehouseNotEmpty:
            outcome.append("waited, and saw what came")

    at_once(receives, closes)
    assert outcome == ["waited, and saw what came"]


def test_whoever_waited_for_a_place_that_closed_is_refused(shelf: Shelf) -> None:
    shelf.receives("table", 1)
    purpose = order()
    shelf.reserves(shelf.goods("table", 1), purpose=purpose)
    ship(purpose=purpose, by=SONG, at=shelf.now)
    held, outcome = threading.Event(), list[str]()

    def closes() -> None:
        with transaction.atomic():
            close_warehouse(warehouse_id=shelf.place("east"), by=SONG, at=shelf.now)
            held.set()
            threading.Event().wait(0.3)

    def receives() -> None:
        held.wait(30)
        try:
            shelf.receives("table", 1)
        except WarehouseClosed:
            outcome.append("refused")

    at_once(closes, receives)
    assert outcome == ["refused"]


def test_many_reach_for_the_last_few(shelf: Shelf) -> None:
    shelf.receives("table", 3)
    won: list[int] = []

    def reach() -> None:
        try:
            reserve(purpose=order(), goods=[Goods(shelf.place("east"), "table", 1)], by=SONG, at=shelf.now)
        except NotEnough:
            return
        won.append(1)

    at_once(*[reach] * 16)
    assert len(won) == 3


def test_who_moves_from_east_to_west_and_who_moves_back_never_wait_for_each_other(shelf: Shelf) -> None:
    for code in ("east", "west"):
        receive_stock(goods=[shelf.goods(sku, 40, code) for sku in ("CH-1", "TB-1")], by=SONG, at=shelf.now)

    def moves(here: str, there: str) -> Callable[[], None]:
        def work() -> None:
            purpose = order()
            codes = [here, there]
            reserve(
                purpose=purpose, goods=[shelf.goods(sku, 1, here) for sku in ("TB-1", "CH-1")], by=SONG, at=shelf.now
            )
            for turn in range(12):
                with transaction.atomic():
                    hand = take_in_hand(purpose, ["TB-1", "CH-1"])
                    goods = [shelf.goods(sku, 1, codes[(turn + 1) % 2]) for sku in ("CH-1", "TB-1")]
                    rearrange(hand, goods, Way.ALL, Cause(SONG, shelf.now, purpose=purpose))

        return work

    at_once(moves("east", "west"), moves("west", "east"), moves("east", "west"), moves("west", "east"))
    assert differences() == []
    assert [shelf.book("TB-1", code)[1] for code in ("east", "west")] == [2, 2]
