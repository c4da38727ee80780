"""Keeping goods for a purpose, and letting go of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, Entry
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.stock.book import Book, Cause, Row, hold, hold_founding
from zhoudao.rooms.stock.commands.waiting import settle
from zhoudao.rooms.stock.events import ReservationReleased, StockReserved
from zhoudao.rooms.stock.goods import Goods, Key, Purpose, sound
from zhoudao.rooms.stock.models import Kind, Line, Reservation, State
from zhoudao.rooms.stock.refusals import NotEnough, NothingHeld

_NEW = """
    INSERT INTO stock_reservation (id, purpose_kind, purpose_id, state, made_at, actor)
    SELECT new.id, new.kind, new.purpose_id, %s, %s, %s
      FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS new (id, kind, purpose_id) ORDER BY new.kind, new.purpose_id
    ON CONFLICT DO NOTHING
    RETURNING id
"""


class Way(Enum):
    """What to do when there is not enough: refuse all, take what there is, or take it and wait for the rest."""

    ALL = "all"
    MOST = "most"
    WAIT = "wait"


@transaction.atomic
def reserve(*, purpose: Purpose, goods: Iterable[Goods], way: Way = Way.ALL, by: By, at: datetime) -> Reservation:
    """This will keep goods for a purpose; asked twice for the same purpose it is the first reservation, unchanged.

    One transaction reserves for one purpose, or for several by `reserve_each`: one after the other would hold balances
    in no common order.

    Raises: NotEnough (nothing is kept then), WarehouseClosed, WarehouseUnknown, NothingAsked, SkuUnsound,
    QuantityUnsound
    """
    return reserve_within(purpose=purpose, goods=goods, way=way, by=by, at=at)


def reserve_within(
    *, purpose: Purpose, goods: Iterable[Goods], way: Way = Way.ALL, by: By, at: datetime
) -> Reservation:
    """As `reserve`, in a transaction of the caller's: it is rolled back on a refusal."""
    asked = sound(goods)
    known = reservation_of(purpose)
    if known is not None:
        return known
    keys = [one.key for one in asked]
    book = hold_founding(keys) if way is Way.WAIT else hold(keys, is_taking=True)
    plan = _plan(book, asked, way)
    reservation = founded([purpose], by, at).get(purpose)
    if reservation is None:
        known = reservation_of(purpose)
        assert known is not None  # whoever was faster has committed: we waited for them
        return known
    cause = Cause(by, at, purpose=purpose)
    lines = [_line(book, reservation, wanted, cause) for wanted in plan]
    Line.objects.bulk_create(lines)
    waiting = sum(line.waiting for line in lines)
    book.told.append(_told(reservation, lines))
    if waiting:
        settle(book, book.rows.values(), cause)
    book.write(by=by, at=at)
    return reservation


@transaction.atomic
def reserve_each(wanted: Mapping[Purpose, Iterable[Goods]], *, by: By, at: datetime) -> set[Purpose]:
    """This will keep goods for several purposes, first come first served, for each all or nothing: as `reserve` for one
    after the other, but with all balances held in one order, in six statements. Returns for which; left out are those
    that have a reservation, and those for which there is not enough or a place is closed.

    Raises: NothingAsked, SkuUnsound, QuantityUnsound
    """
    asked = {purpose: sound(goods) for purpose, goods in wanted.items()}
    book = hold(one.key for goods in asked.values() for one in goods)
    free = {key: row.free for key, row in book.rows.items() if not row.is_closed}
    known = _known(asked)
    chosen: list[Purpose] = []
    for purpose, goods in asked.items():
        if purpose not in known and all(free.get(one.key, 0) >= one.quantity for one in goods):
            chosen.append(purpose)
            for one in goods:
                free[one.key] -= one.quantity
    made = founded(chosen, by, at)
    lines: list[Line] = []
    for purpose, reservation in made.items():
        cause = Cause(by, at, purpose=purpose)
        own = [_line(book, reservation, (one, one.quantity, 0), cause) for one in asked[purpose]]
        book.told.append(_told(reservation, own))
        lines += own
    Line.objects.bulk_create(lines)
    book.write(by=by, at=at)
    return set(made)


@transaction.atomic
def release(*, purpose: Purpose, goods: Iterable[Goods] | None = None, by: By, at: datetime) -> Reservation:
    """This will let go of what is kept for a purpose, all of it or so many: first what only waits, then what is held.

    What was let go of, or has left, stays as it is. Raises: NothingHeld, and what `sound` raises.
    """
    book, reservation, lines = held_for(purpose)
    row_of = {row.id: row for row in book.rows.values()}
    wanted = None if goods is None else {one.key: one.quantity for one in sound(goods)}
    cause = Cause(by, at, purpose=purpose)
    released = 0
    for line in lines:
        row = row_of[line.balance_id]
        asked = line.held + line.waiting if wanted is None else wanted.pop(row.key, 0)
        if asked > line.held + line.waiting:
            raise NothingHeld(NothingHeld.__doc__)
        released += asked
        _let_go(book, row, line, asked, cause)
    if wanted:
        raise NothingHeld(NothingHeld.__doc__)
    if released:
        Line.objects.bulk_update(lines, ["held", "waiting", "promised_date"])
        is_all = restate(reservation, lines)
        fact = ReservationReleased(purpose.kind, str(purpose.id), released, is_all)
        book.told.append(Entry(fact, about_whole(reservation)))
        settle(book, book.rows.values(), cause)
        book.write(by=by, at=at)
    return reservation


def reservation_of(purpose: Purpose) -> Reservation | None:
    """What is kept, or was shipped, for a purpose."""
    rows = Reservation.objects.filter(purpose_kind=purpose.kind, purpose_id=purpose.id)
    return rows.exclude(state=State.RELEASED).first()


def held_for(purpose: Purpose, also: Iterable[Key] = ()) -> tuple[Book, Reservation, list[Line]]:
    """What a purpose holds: its balances (and others `also`) and its reservation, locked in this order.

    Raises: NothingHeld
    """
    rows = Reservation.objects.filter(purpose_kind=purpose.kind, purpose_id=purpose.id).order_by("-id")
    found = next(iter(sorted(rows[:20], key=lambda one: one.state == State.RELEASED)), None)
    if found is None:
        raise NothingHeld(NothingHeld.__doc__)
    keys: list[Key] = list(found.lines.values_list("balance__warehouse_id", "balance__item_id"))
    book = hold([*keys, *also])
    reservation = Reservation.objects.select_for_update().get(id=found.id)
    return book, reservation, list(Line.objects.filter(reservation=reservation).order_by("id"))


def about_whole(reservation: Reservation) -> list[About]:
    """Whom what happens to a whole reservation concerns."""
    return [About("reservation", reservation.id), About(reservation.purpose_kind, reservation.purpose_id)]


def restate(reservation: Reservation, lines: Sequence[Line]) -> bool:
    """This will say where a reservation stands now; returns whether nothing of it is held or waited for."""
    is_over = not any(line.held or line.waiting for line in lines)
    if is_over:
        reservation.state = State.SHIPPED if any(line.shipped for line in lines) else State.RELEASED
        reservation.save(update_fields=["state"])
    return is_over


def _plan(book: Book, asked: Sequence[Goods], way: Way) -> list[tuple[Goods, int, int]]:
    """How many of each can be held, and are waited for. Raises: NotEnough."""
    free = {key: max(0, row.free) for key, row in book.rows.items()}
    plan = [(one, min(one.quantity, free.get(one.key, 0))) for one in asked]
    short = [f"{one.sku} ({held}/{one.quantity})" for one, held in plan if held < one.quantity]
    has_none = not any(held for _, held in plan)
    if (short and way is Way.ALL) or (has_none and way is Way.MOST):
        raise NotEnough(", ".join(short[:5]))
    return [(one, held, one.quantity - held if way is Way.WAIT else 0) for one, held in plan if one.key in book.rows]


def _known(purposes: Iterable[Purpose]) -> set[Purpose]:
    """Those of one kind or several for which something is kept, or was shipped."""
    ids: dict[str, list[UUID]] = {}
    for purpose in purposes:
        ids.setdefault(purpose.kind, []).append(purpose.id)
    found: set[Purpose] = set()
    for kind, each in ids.items():
        rows = Reservation.objects.filter(purpose_kind=kind, purpose_id__in=each).exclude(state=State.RELEASED)
        found |= {Purpose(kind, id_) for id_ in rows.values_list("purpose_id", flat=True)}
    return found


def founded(purposes: Sequence[Purpose], by: By, at: datetime) -> dict[Purpose, Reservation]:
    """New reservations, locked by their making; without those somebody else made meanwhile."""
    if not purposes:
        return {}
    made = {
        purpose: Reservation(
            id=uuid7(), purpose_kind=purpose.kind, purpose_id=purpose.id, state=State.OPEN, made_at=at, actor=by.actor
        )
        for purpose in purposes
    }
    columns = zip(*((one.id, one.purpose_kind, one.purpose_id) for one in made.values()), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [State.OPEN.value, at, by.actor, *map(list, columns)])
        new = {row[0] for row in cursor.fetchall()}
    for one in made.values():
        one._state.adding = False
    return {purpose: one for purpose, one in made.items() if one.id in new}


def _told(reservation: Reservation, lines: Sequence[Line]) -> Entry:
    held, waiting = sum(line.held for line in lines), sum(line.waiting for line in lines)
    fact = StockReserved(reservation.purpose_kind, str(reservation.purpose_id), held, waiting)
    return Entry(fact, about_whole(reservation))


def _line(book: Book, reservation: Reservation, wanted: tuple[Goods, int, int], cause: Cause) -> Line:
    one, held, waiting = wanted
    row = book.row(one.key)
    if held:
        book.move(row, Kind.RESERVATION, cause, reserved=held)
    return Line(reservation=reservation, balance_id=row.id, wanted=one.quantity, held=held, waiting=waiting)


def _let_go(book: Book, row: Row, line: Line, quantity: int, cause: Cause) -> None:
    of_waiting = min(line.waiting, quantity)
    of_held = quantity - of_waiting
    line.waiting, line.held = line.waiting - of_waiting, line.held - of_held
    line.promised_date = line.promised_date if line.waiting else None
    if of_held:
        book.move(row, Kind.RELEASE, cause, reserved=-of_held)
