"""Which pieces of an order were delivered, and which may still come back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce

from zhoudao.engines.refunds import Piece
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import Kind, ReturnPiece
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.aftersales.refusals import MoreThanDelivered, NoPieceChosen, TooManyPieces
from zhoudao.rooms.orders.models import Fulfilment, Order, OrderLine
from zhoudao.rooms.parcels.models import ParcelLine, State

MOST = 500
_LOST = (State.EXCEPTION, State.EXPIRED)
_LOWERED = Q(request__kind=Kind.ADJUSTMENT, refund__isnull=False)


@frozen
class Had:
    """What the customer has of one line: so many `delivered`, the last of them at `delivered_at` (None: none yet), and
    `taken`, the ranks that are in a return already. `lost` more are in parcels that went wrong on the way, last heard
    of at `lost_at`; `lowered` says of pieces how much of their price was paid back though they stayed.
    """

    line: OrderLine
    delivered: int
    delivered_at: datetime | None
    taken: frozenset[int] = frozenset()
    lost: int = 0
    lost_at: datetime | None = None
    lowered: Mapping[int, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many may still come back."""
        return len(self._free(range(self.delivered)))

    @property
    def missing(self) -> int:
        """How many may be said never to have arrived: lost on the way, or delivered as the carrier says."""
        return len(self._free(range(self.delivered + self.lost)))

    def free(self, count: int, *, is_lost: bool = False) -> list[int]:
        """The first ranks that are in no return; of what was lost (`is_lost`) those on the way first. Raises:
        MoreThanDelivered.
        """
        ranks = self._free(range(self.delivered))
        if is_lost:
            ranks = self._free(range(self.delivered, self.delivered + self.lost)) + ranks
        if count > len(ranks):
            raise MoreThanDelivered(MoreThanDelivered.__doc__)
        return ranks[:count]

    def pieces(self, ranks: Iterable[int]) -> list[Piece]:
        """These pieces with what is still to be paid back for each."""
        return pieces_of(self.line, ranks, lowered=self.lowered)

    def _free(self, ranks: Iterable[int]) -> list[int]:
        return [rank for rank in ranks if rank not in self.taken]


def had_of(order: Order) -> list[Had]:
    """What the customer has of every line, in order (three statements). What was brought in or handed over in the
    store without parcels was delivered with the order.
    """
    lines = list(order.lines.order_by("position"))
    here, lost = Q(parcel__delivered_at__isnull=False), Q(parcel__delivered_at=None, parcel__state__in=_LOST)
    rows = ParcelLine.objects.filter(here | lost, parcel__order=order).values("order_line_id")
    sums = rows.annotate(
        n=Sum("quantity", filter=here, default=0),
        last=Max("parcel__delivered_at"),
        lost=Sum("quantity", filter=lost, default=0),
        heard=Max(Coalesce("parcel__heard_at", "parcel__handed_over_at"), filter=lost),
    )
    arrived = {row["order_line_id"]: row for row in sums}
    taken, lowered = taken_of(lines)
    is_all = order.fulfilment == Fulfilment.DELIVERED
    return [_had(one, arrived.get(one.id), order, taken[one.id], lowered[one.id], is_all=is_all) for one in lines]


def taken_of(lines: Sequence[OrderLine]) -> tuple[dict[UUID, set[int]], dict[UUID, dict[int, int]]]:
    """By line: the ranks that are in a return, and how much of the price of pieces was paid back though they stayed
    (one statement).
    """
    taken: dict[UUID, set[int]] = {line.id: set() for line in lines}
    lowered: dict[UUID, dict[int, int]] = {line.id: {} for line in lines}
    rows = ReturnPiece.objects.filter(Q(is_live=True) | _LOWERED, order_line__in=list(taken))
    for line_id, rank, is_live, paid in rows.values_list("order_line_id", "rank", "is_live", "paid_minor"):
        if is_live:
            taken[line_id].add(rank)
        else:
            lowered[line_id][rank] = lowered[line_id].get(rank, 0) + paid
    return taken, lowered


def pieces_of(
    line: OrderLine, ranks: Iterable[int], *, lowered: Mapping[int, int], lost_percent: int = 0
) -> list[Piece]:
    """These pieces of a line with their exact parts of its discount and shipping, less what was `lowered`."""
    discount, shipping = line.unit_parts("discount"), line.unit_parts("shipping")
    prices = {rank: line.price_minor - discount[rank] - lowered.get(rank, 0) for rank in ranks}
    return [Piece(price, shipping[rank], lost_percent) for rank, price in prices.items()]


def chosen(had: Sequence[Had], wanted: Mapping[UUID, int], *, reason: str = "") -> list[tuple[Had, list[int]]]:
    """The pieces of what is wanted, each line's first free ones. Raises: NoPieceChosen, MoreThanDelivered,
    TooManyPieces.
    """
    of_line = {one.line.id: one for one in had}
    counts = {line_id: count for line_id, count in wanted.items() if count}
    if not counts:
        raise NoPieceChosen(NoPieceChosen.__doc__)
    if any(type(count) is not int or count < 0 or line_id not in of_line for line_id, count in counts.items()):
        raise MoreThanDelivered(MoreThanDelivered.__doc__)
    is_lost = reason == Reason.LOST
    pieces = [(one, one.free(counts[one.line.id], is_lost=is_lost)) for one in had if one.line.id in counts]
    if sum(counts.values()) > MOST:
        raise TooManyPieces(TooManyPieces.__doc__)
    return pieces


def _had(
    line: OrderLine,
    arrived: Mapping[str, Any] | None,
    order: Order,
    taken: set[int],
    lowered: Mapping[int, int],
    *,
    is_all: bool,
) -> Had:
    row = arrived or {"n": 0, "last": None, "lost": 0, "heard": None}
    count, last = row["n"], row["last"]
    if is_all and arrived is None:
        count, last = line.quantity, order.delivered_at
    count = min(count, line.quantity)
    lost = min(row["lost"], line.quantity - count)
    return Had(line, count, last, frozenset(taken), lost, row["heard"], lowered)
