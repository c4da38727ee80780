"""The book is put right: by hand with a reason, by what is kept back, and goods move between places of ours."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.stock.book import Book, Cause, Row, hold_founding, is_done, keys_of
from zhoudao.rooms.stock.commands.receiving import check_day
from zhoudao.rooms.stock.commands.waiting import cut, settle
from zhoudao.rooms.stock.events import REASONS, SCRAPPED, SafetySet, StockCorrected, StockReceived, StockSent
from zhoudao.rooms.stock.goods import MOST, Goods, check_quantity, check_sku, sound
from zhoudao.rooms.stock.models import ExpectedReceipt, Kind
from zhoudao.rooms.stock.refusals import CorrectionUnexplained, NotEnough, QuantityUnsound, SamePlace


@transaction.atomic
def correct_stock(
    *,
    warehouse_id: UUID,
    sku: str,
    difference: int,
    reason: str,
    reference: str = "",
    key: str = "",
    by: By,
    at: datetime,
) -> None:
    """This will book so many more or fewer (damaged and expired ones as scrapped). What was kept and is not there
    waits again, the youngest reservation first, and whoever it was kept for is told.

    Raises: CorrectionUnexplained, NotEnough, KeyReused, WarehouseUnknown, WarehouseClosed, SkuUnsound, QuantityUnsound
    """
    if reason not in REASONS or (reason in SCRAPPED and difference > 0):
        raise CorrectionUnexplained(CorrectionUnexplained.__doc__)
    check_sku(sku)
    check_quantity(abs(difference) if type(difference) is int else difference)
    asked = [Goods(warehouse_id, sku, difference)]
    book = hold_founding([asked[0].key])
    kind = Kind.SCRAP if reason in SCRAPPED else Kind.CORRECTION
    keys = keys_of(key, asked)
    if is_done(book, kind, asked, keys):
        return
    put_right(book, book.row(asked[0].key), difference, Cause(by, at, reason, reference), kind=kind, key=keys[0])
    book.write(by=by, at=at)


def put_right(
    book: Book, row: Row, difference: int, cause: Cause, *, kind: Kind = Kind.CORRECTION, key: str | None = None
) -> None:
    """This will change a held balance by so many, and what hangs on it. Raises: NotEnough."""
    if row.on_hand + difference < 0:
        raise NotEnough(f"{row.sku} ({row.on_hand}/{-difference})")
    missing = row.reserved - (row.on_hand + difference)
    if missing > 0:
        cut(book, row, missing, cause)
    book.move(row, kind, cause, on_hand=difference, key=key)
    book.tell(row, StockCorrected(row.sku, row.warehouse, difference, cause.reason), cause.by)
    settle(book, [row], cause)


@transaction.atomic
def set_safety(*, warehouse_id: UUID, sku: str, safety: int, by: By, at: datetime) -> None:
    """This will keep so many back from being promised. Raises: WarehouseUnknown, WarehouseClosed, SkuUnsound,
    QuantityUnsound
    """
    check_sku(sku)
    if type(safety) is not int or not 0 <= safety <= MOST:
        raise QuantityUnsound(QuantityUnsound.__doc__)
    book = hold_founding([(warehouse_id, sku)])
    row = book.row((warehouse_id, sku))
    if row.safety == safety:
        return
    row.safety = safety
    book.changed[row.id] = row
    book.tell(row, SafetySet(row.sku, row.warehouse, safety), by)
    settle(book, [row], Cause(by, at))
    book.write(by=by, at=at)


@transaction.atomic
def transfer(
    *,
    source_id: UUID,
    target_id: UUID,
    goods: Iterable[tuple[str, int]],
    due_date: date | None = None,
    reference: str = "",
    key: str = "",
    by: By,
    at: datetime,
) -> None:
    """This will send what is not kept for anybody to another place: it is there at once, or with a day expected then.

    Raises: SamePlace, NotEnough, DateUnsound, KeyReused, WarehouseUnknown, WarehouseClosed, and what `sound` raises
    """
    if source_id == target_id:
        raise SamePlace(SamePlace.__doc__)
    if due_date is not None:
        check_day(due_date, at)
    leaving = sound(Goods(source_id, sku, quantity) for sku, quantity in goods)
    there = [Goods(target_id, one.sku, one.quantity) for one in leaving]
    book = hold_founding(one.key for one in [*leaving, *there])
    keys = keys_of(key, leaving)
    if is_done(book, Kind.TRANSFER_OUT, leaving, keys):
        return
    cause = Cause(by, at, reference=reference)
    for one, own in zip(leaving, keys, strict=True):
        source, target = book.row(one.key), book.row((target_id, one.sku))
        if source.on_hand - source.reserved < one.quantity:
            raise NotEnough(f"{one.sku} ({source.on_hand - source.reserved}/{one.quantity})")
        book.move(source, Kind.TRANSFER_OUT, cause, on_hand=-one.quantity, key=own)
        book.tell(source, StockSent(one.sku, source.warehouse, target.warehouse, one.quantity), by)
        if due_date is None:
            book.move(target, Kind.TRANSFER_IN, cause, on_hand=one.quantity)
            book.tell(target, StockReceived(one.sku, target.warehouse, one.quantity), by)
        else:
            _expect(target, source_id, one.quantity, due_date, reference)
    settle(book, book.rows.values(), cause)
    book.write(by=by, at=at)


def _expect(target: Row, source_id: UUID, quantity: int, due_date: date, reference: str) -> None:
    ExpectedReceipt.objects.create(
        balance_id=target.id, source_id=source_id, quantity=quantity, due_date=due_date, reference=reference
    )
