"""What somebody went for is not there."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.stock.book import Book, Cause, Row, hold
from zhoudao.rooms.stock.commands.correcting import put_right
from zhoudao.rooms.stock.commands.waiting import about
from zhoudao.rooms.stock.events import ReservationFellShort
from zhoudao.rooms.stock.goods import Purpose, check_quantity
from zhoudao.rooms.stock.models import Kind, Line
from zhoudao.rooms.stock.refusals import NothingHeld


@transaction.atomic
def fall_short(
    *, warehouse_id: UUID, sku: str, missing: Mapping[Purpose, int], is_empty: bool = False, by: By, at: datetime
) -> None:
    """This will let so many of each purpose's goods wait again, because somebody stood before the shelf and they were
    not there, and put the book right by as many. `is_empty`: nothing more lies there, so the book loses all that is
    kept for nobody. What others are promised stays theirs: they may have it in their hands.

    Raises: NothingHeld, SkuUnknown, QuantityUnsound
    """
    for quantity in missing.values():
        check_quantity(quantity)
    book = hold([(warehouse_id, sku)])
    row = book.row((warehouse_id, sku))
    cause = Cause(by, at, "lost")
    for purpose in sorted(missing, key=lambda one: (one.kind, one.id)):
        _wait_again(book, row, purpose, missing[purpose], cause)
    nobodys = row.on_hand - row.reserved
    gone = nobodys if is_empty else min(nobodys, sum(missing.values()))
    if gone:
        put_right(book, row, -gone, cause)
    book.write(by=by, at=at)


def _wait_again(book: Book, row: Row, purpose: Purpose, quantity: int, cause: Cause) -> None:
    rows = Line.objects.filter(balance_id=row.id, reservation__purpose_id=purpose.id, held__gte=quantity)
    line = rows.filter(reservation__purpose_kind=purpose.kind).select_related("reservation").first()
    if line is None:
        raise NothingHeld(NothingHeld.__doc__)
    line.held, line.waiting = line.held - quantity, line.waiting + quantity
    line.save(update_fields=["held", "waiting"])
    mine = Cause(cause.by, cause.at, cause.reason, purpose=purpose)
    book.move(row, Kind.RELEASE, mine, reserved=-quantity)
    fact = ReservationFellShort(purpose.kind, str(purpose.id), row.sku, row.warehouse, quantity)
    book.tell(row, fact, cause.by, *about(line))
