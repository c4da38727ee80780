"""Stock-takes: what was counted is set beside what the book said at that moment, and the difference is booked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.stock.book import Cause, hold, hold_founding
from zhoudao.rooms.stock.commands.correcting import put_right
from zhoudao.rooms.stock.events import COUNTED, CountAsked, CountDecided
from zhoudao.rooms.stock.goods import MOST, check_sku
from zhoudao.rooms.stock.models import Count, Counting, CountLine, Warehouse
from zhoudao.rooms.stock.refusals import (
    CountEmpty,
    CountNotFound,
    CountOver,
    CountStale,
    QuantityUnsound,
    WarehouseUnknown,
)


@transaction.atomic
def ask_count(*, warehouse_id: UUID, by: By, at: datetime) -> Count:
    """This will begin a stock-take of a place; one that is open there already is gone on with.

    Raises: WarehouseUnknown
    """
    place = Warehouse.objects.select_for_update(no_key=True).filter(id=warehouse_id, closed_at=None).first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    known = Count.objects.filter(warehouse=place, state=Counting.OPEN).first()
    if known is not None:
        return known
    count = Count.objects.create(warehouse=place, asked_at=at, asked_by=by.actor)
    here = By(by.actor, store_id=place.store_id, channel=by.channel)
    record(CountAsked(place.code), at=at, by=here, about=[About("count", count.id), About("warehouse", place.id)])
    return count


@transaction.atomic
def note_counted(*, count_id: UUID, sku: str, counted: int, is_added: bool = False, by: By, at: datetime) -> CountLine:
    """This will note how many lie there, beside what the book says at this moment. Counted again, the last one holds;
    with `is_added` it is added to what was counted before (another shelf, another scan), if nothing moved meanwhile.

    Raises: CountNotFound, CountOver, CountStale, SkuUnsound, QuantityUnsound
    """
    check_sku(sku)
    if type(counted) is not int or not 0 <= counted <= MOST:
        raise QuantityUnsound(QuantityUnsound.__doc__)
    count = _open(count_id)
    row = hold_founding([(count.warehouse_id, sku)]).row((count.warehouse_id, sku))
    line = CountLine.objects.filter(count=count, balance_id=row.id).first()
    if line is not None and is_added:
        if line.book != row.on_hand:
            raise CountStale(sku)
        counted += line.counted
    if counted > MOST:
        raise QuantityUnsound(QuantityUnsound.__doc__)
    noted = line or CountLine(count=count, balance_id=row.id)
    noted.book, noted.counted, noted.counted_at, noted.counted_by = row.on_hand, counted, at, by.actor
    noted.save()
    return noted


@transaction.atomic
def approve_count(*, count_id: UUID, by: By, at: datetime) -> Count:
    """This will book every difference. What moved since it was counted stays: not the number is booked, but by how
    many the book was wrong.

    Raises: CountNotFound, CountOver, CountEmpty, CountStale
    """
    count = _open(count_id)
    lines = list(CountLine.objects.filter(count=count).select_related("balance").order_by("id"))
    if not lines:
        raise CountEmpty(CountEmpty.__doc__)
    book = hold((count.warehouse_id, line.balance.item_id) for line in lines)
    cause = Cause(by, at, COUNTED)
    row_of = {row.id: row for row in book.rows.values()}
    stale = [line for line in lines if row_of[line.balance_id].on_hand + line.difference < 0]
    if stale:
        raise CountStale(", ".join(row_of[line.balance_id].sku for line in stale[:5]))
    differing = [line for line in lines if line.difference]
    for line in differing:
        put_right(book, row_of[line.balance_id], line.difference, cause)
    book.write(by=by, at=at)
    fact = CountDecided(count.warehouse.code, len(lines), len(differing), True)
    return _decide(count, Counting.APPROVED, fact, by, at)


@transaction.atomic
def cancel_count(*, count_id: UUID, by: By, at: datetime) -> Count:
    """This will give a stock-take up; the book stays as it is. Raises: CountNotFound, CountOver."""
    count = _open(count_id)
    return _decide(count, Counting.CANCELLED, CountDecided(count.warehouse.code, 0, 0, False), by, at)


def _open(count_id: UUID) -> Count:
    """A stock-take, locked before any balance is."""
    count = Count.objects.select_for_update(of=("self",)).select_related("warehouse").filter(id=count_id).first()
    if count is None:
        raise CountNotFound(CountNotFound.__doc__)
    if count.state != Counting.OPEN:
        raise CountOver(CountOver.__doc__)
    return count


def _decide(count: Count, state: Counting, fact: CountDecided, by: By, at: datetime) -> Count:
    count.state, count.decided_at, count.decided_by = state, at, by.actor
    count.save(update_fields=["state", "decided_at", "decided_by"])
    here = By(by.actor, store_id=count.warehouse.store_id, channel=by.channel)
    record(fact, at=at, by=here, about=[About("count", count.id), About("warehouse", count.warehouse_id)])
    return count
