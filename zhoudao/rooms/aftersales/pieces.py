"""Which pieces of an order were delivered, and which may still come back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Sum

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import ReturnPiece
from zhoudao.rooms.aftersales.refusals import MoreThanDelivered, NoPieceChosen, TooManyPieces
from zhoudao.rooms.orders.models import Fulfilment, Order, OrderLine
from zhoudao.rooms.parcels.models import ParcelLine

MOST = 500


@frozen
class Had:
    """What the customer has of one line: so many `delivered`, the last of them at `delivered_at` (None: none yet), and
    `taken`, the ranks that are in a return already.
    """

    line: OrderLine
    delivered: int
    delivered_at: datetime | None
    taken: frozenset[int] = frozenset()

    @property
    def left(self) -> int:
        """How many may still come back."""
        return self.delivered - len(self.taken)

    def free(self, count: int) -> list[int]:
        """The first ranks that are in no return. Raises: MoreThanDelivered."""
        ranks = [rank for rank in range(self.delivered) if rank not in self.taken]
        if count > len(ranks):
            raise MoreThanDelivered(MoreThanDelivered.__doc__)
        return ranks[:count]


def had_of(order: Order) -> list[Had]:
    """What the customer has of every line, in order (three statements). What was brought in or handed over in the
    store without parcels was delivered with the order.
    """
    lines = list(order.lines.order_by("position"))
    rows = ParcelLine.objects.filter(parcel__order=order, parcel__delivered_at__isnull=False)
    sums = rows.values("order_line_id").annotate(n=Sum("quantity"), last=Max("parcel__delivered_at"))
    arrived = {row["order_line_id"]: (row["n"], row["last"]) for row in sums}
    taken: dict[UUID, set[int]] = {}
    asked = ReturnPiece.objects.filter(order_line__in=[line.id for line in lines], is_live=True)
    for line_id, rank in asked.values_list("order_line_id", "rank"):
        taken.setdefault(line_id, set()).add(rank)
    is_all = order.fulfilment == Fulfilment.DELIVERED
    return [_had(line, arrived.get(line.id), order, taken.get(line.id, set()), is_all=is_all) for line in lines]


def chosen(had: Sequence[Had], wanted: Mapping[UUID, int]) -> list[tuple[Had, list[int]]]:
    """The pieces of what is wanted, each line's first free ones. Raises: NoPieceChosen, MoreThanDelivered,
    TooManyPieces.
    """
    of_line = {one.line.id: one for one in had}
    counts = {line_id: count for line_id, count in wanted.items() if count}
    if not counts:
        raise NoPieceChosen(NoPieceChosen.__doc__)
    if any(type(count) is not int or count < 0 or line_id not in of_line for line_id, count in counts.items()):
        raise MoreThanDelivered(MoreThanDelivered.__doc__)
    pieces = [(one, one.free(counts[one.line.id])) for one in had if one.line.id in counts]
    if sum(counts.values()) > MOST:
        raise TooManyPieces(TooManyPieces.__doc__)
    return pieces


def _had(line: OrderLine, arrived: tuple[int, datetime] | None, order: Order, taken: set[int], *, is_all: bool) -> Had:
    count, last = arrived or (0, None)
    if is_all and arrived is None:
        count, last = line.quantity, order.delivered_at
    return Had(line, min(count, line.quantity), last, frozenset(taken))
