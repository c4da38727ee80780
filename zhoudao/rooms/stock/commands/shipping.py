"""What was kept leaves the house, and may come back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, Entry
from zhoudao.rooms.stock.book import Book, Cause, Row, hold_founding, is_done, keys_of
from zhoudao.rooms.stock.commands.reserving import about_whole, held_for, restate
from zhoudao.rooms.stock.commands.waiting import settle
from zhoudao.rooms.stock.events import StockShipped, StockTakenBack
from zhoudao.rooms.stock.goods import Goods, Key, Purpose, sound
from zhoudao.rooms.stock.models import Kind, Line, Movement, Reservation, State
from zhoudao.rooms.stock.refusals import NothingHeld, NothingShipped


@transaction.atomic
def ship(*, purpose: Purpose, goods: Iterable[Goods] | None = None, key: str = "", by: By, at: datetime) -> Reservation:
    """This will book out what is held for a purpose: all of it, or a parcel's. The same `key` twice is once.

    Raises: NothingHeld, KeyReused, and what `sound` raises
    """
    book, reservation, lines = held_for(purpose)
    if goods is None and key and Movement.objects.filter(key=f"{key}:0").exists():
        return reservation
    row_of = {row.id: row for row in book.rows.values()}
    wanted = (
        sound(goods)
        if goods is not None
        else [Goods(*row_of[line.balance_id].key, line.held) for line in lines if line.held]
    )
    keys = keys_of(key, wanted)
    if is_done(book, Kind.SHIPMENT, wanted, keys) or (goods is None and reservation.state == State.SHIPPED):
        return reservation
    if not wanted:
        raise NothingHeld(NothingHeld.__doc__)
    _leave(book, lines, list(zip(wanted, keys, strict=True)), Cause(by, at, purpose=purpose))
    Line.objects.bulk_update(lines, ["held", "shipped"])
    is_all = restate(reservation, lines)
    quantity = sum(one.quantity for one in wanted)
    fact = StockShipped(purpose.kind, str(purpose.id), quantity, is_all)
    book.told.append(Entry(fact, about_whole(reservation)))
    book.write(by=by, at=at)
    return reservation


@transaction.atomic
def take_back(
    *,
    goods: Iterable[Goods],
    purpose: Purpose | None = None,
    is_restocked: bool = True,
    reference: str = "",
    key: str = "",
    by: By,
    at: datetime,
) -> None:
    """This will book in what came back, wherever it came back to; what cannot be sold again is scrapped at once.

    With a purpose no more comes back than was shipped for it. Raises: NothingShipped, KeyReused, WarehouseUnknown,
    WarehouseClosed, and what `sound` raises
    """
    wanted = sound(goods)
    book = hold_founding(one.key for one in wanted)
    keys = keys_of(key, wanted)
    if is_done(book, Kind.RETURN, wanted, keys):
        return
    if purpose is not None:
        _note_returned(purpose, wanted)
    cause = Cause(by, at, reference=reference, purpose=purpose)
    more = [About(purpose.kind, purpose.id)] if purpose else []
    for one, own in zip(wanted, keys, strict=True):
        row = book.row(one.key)
        book.move(row, Kind.RETURN, cause, on_hand=one.quantity, key=own)
        if not is_restocked:
            book.move(row, Kind.SCRAP, cause, on_hand=-one.quantity)
        book.tell(row, StockTakenBack(row.sku, row.warehouse, one.quantity, is_restocked), by, *more)
    settle(book, book.rows.values(), cause)
    book.write(by=by, at=at)


def _leave(book: Book, lines: Sequence[Line], wanted: Sequence[tuple[Goods, str | None]], cause: Cause) -> None:
    of_key: dict[Key, tuple[Row, Line]] = {}
    row_of = {row.id: row for row in book.rows.values()}
    for line in lines:
        row = row_of[line.balance_id]
        of_key[row.key] = row, line
    for one, own in wanted:
        found = of_key.get(one.key)
        if found is None or found[1].held < one.quantity:
            raise NothingHeld(NothingHeld.__doc__)
        row, line = found
        line.held, line.shipped = line.held - one.quantity, line.shipped + one.quantity
        book.move(row, Kind.SHIPMENT, cause, on_hand=-one.quantity, reserved=-one.quantity, key=own)


def _note_returned(purpose: Purpose, wanted: Sequence[Goods]) -> None:
    """Goods may come back to another place than they left; two returns at once wait for each other here."""
    rows = Reservation.objects.select_for_update().filter(purpose_kind=purpose.kind, purpose_id=purpose.id)
    ids = [one.id for one in rows.order_by("id")]
    lines = Line.objects.filter(reservation_id__in=ids, shipped__gt=0).select_related("balance").order_by("id")
    shipped = list(lines)
    for one in wanted:
        left = one.quantity
        for line in shipped:
            if line.balance.item_id == one.sku:
                taken = min(left, line.shipped - line.returned)
                line.returned, left = line.returned + taken, left - taken
        if left:
            raise NothingShipped(NothingShipped.__doc__)
    Line.objects.bulk_update(shipped, ["returned"])
