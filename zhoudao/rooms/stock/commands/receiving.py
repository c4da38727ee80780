"""Goods that come, and goods that are to come."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.stock.book import Cause, hold, hold_founding, is_done, keys_of
from zhoudao.rooms.stock.commands.waiting import settle
from zhoudao.rooms.stock.events import ExpectationDropped, ReceiptExpected, StockReceived
from zhoudao.rooms.stock.goods import Goods, sound
from zhoudao.rooms.stock.models import ExpectedReceipt, Kind
from zhoudao.rooms.stock.refusals import DateUnsound, ExpectedUnknown

_FURTHEST = timedelta(days=731)


@transaction.atomic
def receive_stock(*, goods: Iterable[Goods], reference: str = "", key: str = "", by: By, at: datetime) -> None:
    """This will book in what came; what waited for it is kept for its purpose at once. The same `key` twice is once.

    Raises: KeyReused, WarehouseUnknown, WarehouseClosed, and what `sound` raises
    """
    wanted = sound(goods)
    book = hold_founding(one.key for one in wanted)
    keys = keys_of(key, wanted)
    if is_done(book, Kind.RECEIPT, wanted, keys):
        return
    cause = Cause(by, at, reference=reference)
    for one, own in zip(wanted, keys, strict=True):
        row = book.row(one.key)
        book.move(row, Kind.RECEIPT, cause, on_hand=one.quantity, key=own)
        book.tell(row, StockReceived(row.sku, row.warehouse, one.quantity), by)
    settle(book, book.rows.values(), cause)
    book.write(by=by, at=at)


@transaction.atomic
def receive_expected(*, expected_id: UUID, quantity: int, key: str = "", by: By, at: datetime) -> ExpectedReceipt:
    """This will book in so many of what was expected; more than that is a receipt of its own.

    Raises: ExpectedUnknown, KeyReused, WarehouseClosed, QuantityUnsound
    """
    known = ExpectedReceipt.objects.filter(id=expected_id).select_related("balance").first()
    if known is None:
        raise ExpectedUnknown(ExpectedUnknown.__doc__)
    wanted = sound([Goods(known.balance.warehouse_id, known.balance.item_id, quantity)])
    book = hold([wanted[0].key], is_taking=True)
    expected = ExpectedReceipt.objects.get(id=expected_id)  # as it is under the balance's lock
    kind = Kind.TRANSFER_IN if expected.source_id else Kind.RECEIPT
    keys = keys_of(key, wanted)
    if is_done(book, kind, wanted, keys):
        return expected
    if expected.closed_at is not None or quantity > expected.quantity - expected.received:
        raise ExpectedUnknown(ExpectedUnknown.__doc__)
    expected.received += quantity
    expected.closed_at = at if expected.received == expected.quantity else None
    expected.save(update_fields=["received", "closed_at"])
    row, cause = book.row(wanted[0].key), Cause(by, at, reference=expected.reference)
    book.move(row, kind, cause, on_hand=quantity, key=keys[0])
    book.tell(row, StockReceived(row.sku, row.warehouse, quantity), by)
    settle(book, [row], cause)
    book.write(by=by, at=at)
    return expected


@transaction.atomic
def expect_receipt(*, goods: Goods, due_date: date, reference: str = "", by: By, at: datetime) -> ExpectedReceipt:
    """This will note that goods are to come; what waits for them is promised for that day.

    Raises: DateUnsound, WarehouseUnknown, WarehouseClosed, and what `sound` raises
    """
    [wanted] = sound([goods])
    check_day(due_date, at)
    book = hold_founding([wanted.key])
    row = book.row(wanted.key)
    expected = ExpectedReceipt.objects.create(
        balance_id=row.id, quantity=wanted.quantity, due_date=due_date, reference=reference
    )
    book.tell(row, ReceiptExpected(row.sku, row.warehouse, wanted.quantity, due_date.isoformat()), by)
    settle(book, [row], Cause(by, at))
    book.write(by=by, at=at)
    return expected


@transaction.atomic
def drop_expected(*, expected_id: UUID, by: By, at: datetime) -> None:
    """This will expect no more of it. What is on its way between two places of ours goes back to where it came from.

    Raises: ExpectedUnknown
    """
    known = ExpectedReceipt.objects.filter(id=expected_id, closed_at=None).select_related("balance").first()
    if known is None:
        raise ExpectedUnknown(ExpectedUnknown.__doc__)
    here = known.balance.warehouse_id, known.balance.item_id
    keys = [here] + ([(known.source_id, known.balance.item_id)] if known.source_id else [])
    book = hold(keys)
    open_ = ExpectedReceipt.objects.filter(id=expected_id, closed_at=None, received__lt=F("quantity"))
    expected = open_.first()
    if expected is None:
        raise ExpectedUnknown(ExpectedUnknown.__doc__)
    left = expected.quantity - expected.received
    expected.closed_at = at
    expected.save(update_fields=["closed_at"])
    row, cause = book.row(here), Cause(by, at, reference=expected.reference)
    book.tell(row, ExpectationDropped(row.sku, row.warehouse, left), by)
    if expected.source_id:
        book.move(book.row(keys[1]), Kind.TRANSFER_IN, cause, on_hand=left)
    settle(book, book.rows.values(), cause)
    book.write(by=by, at=at)


def check_day(due_date: date, at: datetime) -> None:
    """Raises: DateUnsound"""
    if not at.date() - timedelta(days=1) <= due_date <= at.date() + _FURTHEST:
        raise DateUnsound(DateUnsound.__doc__)
