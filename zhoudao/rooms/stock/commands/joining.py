"""What is kept for one purpose is kept for another instead: book and ledger say so in one statement, and in no moment
could anybody else have it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By, Entry
from zhoudao.rooms.stock.book import Book, Cause, Row, hold
from zhoudao.rooms.stock.commands.reserving import about_whole, founded, restate
from zhoudao.rooms.stock.commands.waiting import settle
from zhoudao.rooms.stock.events import ReservationPassedOn, StockReserved
from zhoudao.rooms.stock.goods import Key, Purpose
from zhoudao.rooms.stock.models import Kind, Line, Reservation, State
from zhoudao.rooms.stock.queries.balances import available
from zhoudao.rooms.stock.refusals import SomeHasLeft


@dataclass
class _Kept:
    """What several purposes keep, with the balances of these items everywhere; all locked, in the one order."""

    book: Book
    reservations: dict[Purpose, Reservation]
    lines: dict[UUID, list[Line]]
    by: By
    at: datetime
    passed: Counter[Purpose] = field(default_factory=Counter)

    @property
    def rows(self) -> dict[UUID, Row]:
        """The balances by their own keys."""
        return {row.id: row for row in self.book.rows.values()}

    def purpose_of(self, line: Line) -> Purpose:
        """What a line is kept for."""
        return next(purpose for purpose, one in self.reservations.items() if one.id == line.reservation_id)

    def reservation(self, purpose: Purpose) -> Reservation:
        """What is kept for this purpose, even if that is nothing yet."""
        known = self.reservations.get(purpose)
        if known is None:
            known = self.reservations[purpose] = founded([purpose], self.by, self.at)[purpose]
            self.lines[known.id] = []
        return known


@transaction.atomic
def join_kept(*, into: Purpose, others: Sequence[Purpose], skus: Iterable[str], by: By, at: datetime) -> bool:
    """This will keep for `into` all that is held and waited for by the others, where it lies. Returns whether anything
    is kept for it then. The caller holds whatever the purposes are, and names all items it will allocate anew: their
    balances are locked with these.

    Raises: SomeHasLeft
    """
    kept = _held([into, *others], skus, by, at)
    for purpose in [one for one in others if one in kept.reservations]:
        for line in list(kept.lines[kept.reservations[purpose].id]):
            _pass_on(kept, line, into, line.held, line.waiting)
    if kept.passed:
        _write(kept)
    return into in kept.reservations


@transaction.atomic
def part_kept(
    *, out_of: Purpose, shares: Sequence[tuple[Purpose, Mapping[str, int]]], skus: Iterable[str], by: By, at: datetime
) -> set[Purpose]:
    """This will keep so many of each item for each of these purposes instead of for `out_of`, where they lie; the first
    of them get what is held before what is waited for, and `out_of` has its turn where `shares` names it. Returns for
    which something is kept then. For locks see `join_kept`.

    Raises: SomeHasLeft
    """
    kept = _held([out_of, *(purpose for purpose, _wanted in shares)], skus, by, at)
    if out_of not in kept.reservations:
        return set()
    for sku in sorted({sku for _purpose, wanted in shares for sku in wanted}):
        _share(kept, sku, out_of, [(purpose, wanted.get(sku, 0)) for purpose, wanted in shares])
    _write(kept)
    return {purpose for purpose, one in kept.reservations.items() if one.state == State.OPEN}


def _held(purposes: Sequence[Purpose], skus: Iterable[str], by: By, at: datetime) -> _Kept:
    """Raises: SomeHasLeft"""
    wanted = {(purpose.kind, purpose.id): purpose for purpose in purposes}
    rows = Reservation.objects.filter(purpose_id__in=[purpose.id for purpose in purposes])
    rows = rows.exclude(state=State.RELEASED)
    ids = [one.id for one in rows if (one.purpose_kind, one.purpose_id) in wanted]
    keys: list[Key] = list(
        Line.objects.filter(reservation__in=ids).values_list("balance__warehouse_id", "balance__item_id")
    )
    book = hold([*keys, *available(skus)])
    held = list(Reservation.objects.select_for_update().filter(id__in=ids).order_by("id"))
    lines: dict[UUID, list[Line]] = {one.id: [] for one in held}
    for line in Line.objects.filter(reservation__in=ids).order_by("id"):
        lines[line.reservation_id].append(line)
        if line.shipped:
            raise SomeHasLeft(SomeHasLeft.__doc__)
    return _Kept(book, {wanted[one.purpose_kind, one.purpose_id]: one for one in held}, lines, by, at)


def _share(kept: _Kept, sku: str, out_of: Purpose, turns: Sequence[tuple[Purpose, int]]) -> None:
    """Each in turn takes what is held, then what is waited for, of one item."""
    rows, mine = kept.rows, kept.lines[kept.reservations[out_of].id]
    lines = [line for line in mine if rows[line.balance_id].sku == sku]
    left = {line.id: [line.held, line.waiting] for line in lines}
    for purpose, wanted in turns:
        missing = wanted
        for place in (0, 1):
            for line in lines:
                taken = min(missing, left[line.id][place])
                left[line.id][place] -= taken
                missing -= taken
                if taken and purpose != out_of:
                    _pass_on(kept, line, purpose, *((taken, 0) if place == 0 else (0, taken)))


def _pass_on(kept: _Kept, line: Line, taker: Purpose, held: int, waiting: int) -> None:
    """So many of a line are another purpose's. All of one goes as it is: it keeps its place among those that wait."""
    if not held and not waiting:
        return
    row, giver, own = kept.rows[line.balance_id], kept.purpose_of(line), kept.reservation(taker)
    kept.passed[giver] += held + waiting
    if held:
        kept.book.move(row, Kind.RELEASE, Cause(kept.by, kept.at, purpose=giver), reserved=-held)
        kept.book.move(row, Kind.RESERVATION, Cause(kept.by, kept.at, purpose=taker), reserved=held)
    theirs = next((one for one in kept.lines[own.id] if one.balance_id == line.balance_id), None)
    if theirs is None and (held, waiting) == (line.held, line.waiting):
        kept.lines[line.reservation_id].remove(line)
        line.reservation, line.wanted = own, held + waiting
        kept.lines[own.id].append(line)
        return
    if theirs is None:
        theirs = Line(reservation=own, balance_id=line.balance_id, wanted=0, promised_date=line.promised_date)
        kept.lines[own.id].append(theirs)
    theirs.held, theirs.waiting = theirs.held + held, theirs.waiting + waiting
    line.held, line.waiting = line.held - held, line.waiting - waiting
    for one in (theirs, line):
        one.wanted = one.held + one.waiting or one.wanted
        one.promised_date = one.promised_date if one.waiting else None


def _write(kept: _Kept) -> None:
    lines = [line for each in kept.lines.values() for line in each]
    fresh = [line for line in lines if line._state.adding]
    Line.objects.bulk_update(
        [line for line in lines if not line._state.adding],
        ["reservation", "wanted", "held", "waiting", "promised_date"],
    )
    Line.objects.bulk_create(fresh)
    for purpose, reservation in kept.reservations.items():
        kept.book.told.append(Entry(_told(kept, purpose, reservation), about_whole(reservation)))
    settle(kept.book, kept.book.rows.values(), Cause(kept.by, kept.at))
    kept.book.write(by=kept.by, at=kept.at)


def _told(kept: _Kept, purpose: Purpose, reservation: Reservation) -> Fact:
    own = kept.lines[reservation.id]
    is_over = restate(reservation, own)
    if purpose in kept.passed:
        return ReservationPassedOn(purpose.kind, str(purpose.id), kept.passed[purpose], is_over)
    return StockReserved(
        purpose.kind, str(purpose.id), sum(line.held for line in own), sum(line.waiting for line in own)
    )
