"""Keeping other goods for a purpose than are kept now, in one go: nothing is let go of that is not to be had again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhoudao.ground.eventlog.recording import Entry
from zhoudao.rooms.stock.book import Book, Cause
from zhoudao.rooms.stock.commands.reserving import Way, about_whole, held_for, restate
from zhoudao.rooms.stock.commands.waiting import settle
from zhoudao.rooms.stock.events import StockCorrected, StockReserved
from zhoudao.rooms.stock.goods import Goods, Key, Purpose, sound
from zhoudao.rooms.stock.models import Kind, Line, Reservation
from zhoudao.rooms.stock.queries.balances import available
from zhoudao.rooms.stock.refusals import NotEnough, NothingHeld


@dataclass
class InHand:
    """What a purpose keeps, and every balance it might be kept from instead; all locked, in the one order."""

    book: Book
    reservation: Reservation
    lines: list[Line]

    @property
    def of_key(self) -> dict[Key, Line]:
        """The lines by where of what."""
        keys = {row.id: key for key, row in self.book.rows.items()}
        return {keys[line.balance_id]: line for line in self.lines}

    @property
    def kept(self) -> dict[Key, int]:
        """How many are held or waited for, where that is any."""
        return {key: line.held + line.waiting for key, line in self.of_key.items() if line.held + line.waiting}

    @property
    def free(self) -> dict[Key, int]:
        """How many this purpose could have in every open place: what is free, and what it holds there."""
        held = {key: line.held for key, line in self.of_key.items()}
        rows = self.book.rows.items()
        return {key: max(0, row.free) + held.get(key, 0) for key, row in rows if not row.is_closed}


def take_in_hand(purpose: Purpose, skus: Iterable[str]) -> InHand:
    """This will lock what a purpose keeps, with the balances of these items everywhere. Raises: NothingHeld."""
    return InHand(*held_for(purpose, also=available(skus)))


def note_lost(in_hand: InHand, goods: Sequence[Goods], cause: Cause) -> None:
    """This will book out what was held for this purpose and is not there: whoever else is kept something loses nothing.

    The caller rearranges what is left in the same transaction, which writes it. Raises: NothingHeld.
    """
    lines = in_hand.of_key
    for one in sound(goods):
        line = lines.get(one.key)
        if line is None or line.held < one.quantity:
            raise NothingHeld(NothingHeld.__doc__)
        row = in_hand.book.row(one.key)
        line.held -= one.quantity
        in_hand.book.move(row, Kind.RELEASE, cause, reserved=-one.quantity)
        in_hand.book.move(row, Kind.CORRECTION, cause, on_hand=-one.quantity)
        in_hand.book.tell(row, StockCorrected(row.sku, row.warehouse, -one.quantity, cause.reason), cause.by)


def rearrange(in_hand: InHand, goods: Sequence[Goods], way: Way, cause: Cause) -> Reservation:
    """This will keep these goods instead of all that is held and waited for; what has left stays as it is.

    Raises: NotEnough (nothing is changed then), SkuUnknown, and what `sound` raises
    """
    wanted = {one.key: one.quantity for one in sound(goods)} if goods else {}
    free, lines, book = in_hand.free, in_hand.of_key, in_hand.book
    held = {key: min(count, free.get(key, 0)) for key, count in wanted.items()}
    short = [f"{key[1]} ({held[key]}/{count})" for key, count in wanted.items() if held[key] < count]
    if short and way is Way.ALL:
        raise NotEnough(", ".join(short[:5]))
    fresh = []
    for key in sorted({*wanted, *lines}):
        row, line = book.row(key), lines.get(key)
        if line is None:
            line = Line(reservation=in_hand.reservation, balance_id=row.id)
            fresh.append(line)
        moved = held.get(key, 0) - line.held
        if moved:
            book.move(row, Kind.RESERVATION if moved > 0 else Kind.RELEASE, cause, reserved=moved)
        line.held = held.get(key, 0)
        line.waiting = wanted.get(key, 0) - line.held
        line.promised_date = line.promised_date if line.waiting else None
        line.wanted = line.held + line.waiting + line.shipped or line.wanted
    Line.objects.bulk_update(in_hand.lines, ["wanted", "held", "waiting", "promised_date"])
    Line.objects.bulk_create(fresh)
    in_hand.lines += fresh
    _finish(in_hand, cause)
    return in_hand.reservation


def _finish(in_hand: InHand, cause: Cause) -> None:
    restate(in_hand.reservation, in_hand.lines)
    held, waiting = (sum(getattr(line, name) for line in in_hand.lines) for name in ("held", "waiting"))
    purpose = Purpose(in_hand.reservation.purpose_kind, in_hand.reservation.purpose_id)
    fact = StockReserved(purpose.kind, str(purpose.id), held, waiting)
    in_hand.book.told.append(Entry(fact, about_whole(in_hand.reservation)))
    settle(in_hand.book, in_hand.book.rows.values(), cause)
    in_hand.book.write(by=cause.by, at=cause.at)
