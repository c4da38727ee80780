"""What waits for goods gets them first, in the order it was asked; and hears for which day it may be promised."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from zhoudao.ground.eventlog.recording import About
from zhoudao.rooms.stock.book import Book, Cause, Row
from zhoudao.rooms.stock.events import BackorderFilled, BackorderPromised, ReservationFellShort
from zhoudao.rooms.stock.goods import Purpose
from zhoudao.rooms.stock.models import ExpectedReceipt, Kind, Line


def settle(book: Book, rows: Iterable[Row], cause: Cause) -> None:
    """This will give what is free to what waits, and date the rest anew. The balances are held."""
    waiting = _waiting(rows)
    if not waiting:
        return
    for row in book.rows.values():
        for line in waiting.get(row.id, ()):
            _fill(book, row, line, cause)
    _date(book, waiting, cause)
    Line.objects.bulk_update(_all(waiting), ["held", "waiting", "promised_date"])


def cut(book: Book, row: Row, missing: int, cause: Cause) -> None:
    """This will take so many back from what is held, the youngest first, because they are not there: it waits again."""
    lines = Line.objects.filter(balance_id=row.id, held__gt=0).select_related("reservation").order_by("-id")
    changed = []
    for line in lines.iterator(chunk_size=100):
        if missing <= 0:
            break
        taken = min(line.held, missing)
        missing -= taken
        line.held, line.waiting = line.held - taken, line.waiting + taken
        changed.append(line)
        purpose = purpose_of(line)
        book.move(row, Kind.RELEASE, _for(cause, purpose), reserved=-taken)
        short = ReservationFellShort(purpose.kind, str(purpose.id), row.sku, row.warehouse, taken)
        book.tell(row, short, cause.by, *about(line))
    Line.objects.bulk_update(changed, ["held", "waiting"])


def purpose_of(line: Line) -> Purpose:
    """What a line is for."""
    return Purpose(line.reservation.purpose_kind, line.reservation.purpose_id)


def about(line: Line) -> tuple[About, About]:
    """Whom it concerns."""
    purpose = purpose_of(line)
    return About("reservation", line.reservation_id), About(purpose.kind, purpose.id)


def _for(cause: Cause, purpose: Purpose) -> Cause:
    return Cause(cause.by, cause.at, cause.reason, cause.reference, purpose)


def _fill(book: Book, row: Row, line: Line, cause: Cause) -> None:
    given = min(line.waiting, row.free)
    if given <= 0:
        return
    line.held, line.waiting = line.held + given, line.waiting - given
    purpose = purpose_of(line)
    book.move(row, Kind.RESERVATION, _for(cause, purpose), reserved=given)
    filled = BackorderFilled(purpose.kind, str(purpose.id), row.sku, row.warehouse, given)
    book.tell(row, filled, cause.by, *about(line))


def _date(book: Book, waiting: dict[UUID, list[Line]], cause: Cause) -> None:
    """Who waited first is promised what comes first."""
    coming: dict[UUID, list[ExpectedReceipt]] = defaultdict(list)
    open_ = ExpectedReceipt.objects.filter(balance_id__in=list(waiting), closed_at=None)
    for one in open_.order_by("due_date", "id"):
        coming[one.balance_id].append(one)
    for row in book.rows.values():
        ahead = max(0, -row.free)  # what is to come makes good what is missing first
        for line in waiting.get(row.id, ()):
            ahead += line.waiting
            promised = _day(coming[row.id], ahead) if line.waiting else None
            if promised != line.promised_date and line.waiting:
                purpose = purpose_of(line)
                day = promised.isoformat() if promised else None
                fact = BackorderPromised(purpose.kind, str(purpose.id), row.sku, row.warehouse, day)
                book.tell(row, fact, cause.by, *about(line))
            line.promised_date = promised


def _day(coming: Sequence[ExpectedReceipt], needed: int) -> date | None:
    """The day on which so many will have come; None when they are not expected."""
    for one in coming:
        needed -= one.quantity - one.received
        if needed <= 0:
            return one.due_date
    return None


def _waiting(rows: Iterable[Row]) -> dict[UUID, list[Line]]:
    found: dict[UUID, list[Line]] = defaultdict(list)
    lines = Line.objects.filter(balance_id__in=[row.id for row in rows], waiting__gt=0)
    for line in lines.select_related("reservation").order_by("id"):
        found[line.balance_id].append(line)
    return dict(found)


def _all(waiting: dict[UUID, list[Line]]) -> list[Line]:
    return [line for lines in waiting.values() for line in lines]
