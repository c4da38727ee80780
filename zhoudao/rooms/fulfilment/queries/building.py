"""What a wave would take: the orders of a place that wait to be picked, the most urgent first."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import connection

from zhoudao.engines.picking import Floor, floor_of
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import Bin, Method

MOST, MOST_TOTES = 50, 16
# Of approved orders that no open tote fetches here and that wait for nothing (or are split): what is held here.
_WAITING = """
    WITH chosen AS (
        SELECT o.id, o.number, o.placed_at, o.promised_at, o.approved_at, r.id AS reservation_id
          FROM orders_order o
          JOIN stock_reservation r ON r.purpose_id = o.id AND r.purpose_kind = 'order' AND r.state = 'open'
         WHERE o.commercial = 'approved' AND o.open_holds = 0 AND o.approved_at <= %(until)s
           AND EXISTS (SELECT FROM stock_line l JOIN stock_balance b ON b.id = l.balance_id
                        WHERE l.reservation_id = r.id AND l.held > 0 AND b.warehouse_id = %(place)s)
           AND (o.is_split
                OR NOT EXISTS (SELECT FROM stock_line l WHERE l.reservation_id = r.id AND l.waiting > 0))
           AND NOT EXISTS (SELECT FROM fulfilment_tote t WHERE t.order_id = o.id AND t.warehouse_id = %(place)s
                              AND t.state IN ('to_pick', 'picked', 'packed'))
         ORDER BY o.promised_at NULLS LAST, o.approved_at, o.id
         LIMIT %(size)s
    )
    SELECT c.id, c.number, c.placed_at, c.promised_at, c.approved_at, b.sku, sum(l.held)::int
      FROM chosen c
      JOIN stock_line l ON l.reservation_id = c.reservation_id AND l.held > 0
      JOIN stock_balance b ON b.id = l.balance_id AND b.warehouse_id = %(place)s
     GROUP BY c.id, c.number, c.placed_at, c.promised_at, c.approved_at, b.sku
     ORDER BY c.promised_at NULLS LAST, c.approved_at, c.id, b.sku
"""


@frozen
class Waiting:
    """An order with what is kept for it in a place, by item."""

    order_id: UUID
    number: str
    placed_at: datetime
    promised_at: datetime | None
    approved_at: datetime
    goods: tuple[tuple[str, int], ...]

    @property
    def pieces(self) -> int:
        """How many."""
        return sum(count for _sku, count in self.goods)


@frozen
class Preview:
    """What goes into a wave, and how far one walks for it by each method."""

    orders: list[Waiting]
    lines: int
    pieces: int
    metres: dict[str, float]
    homeless: int  # items without a bin

    def walk(self, method: str) -> float:
        """How far, by this method."""
        return self.metres[method]


def waiting_in(warehouse_id: UUID, *, until: datetime, size: int) -> list[Waiting]:
    """The orders that wait to be picked in a place and were approved by then (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"place": warehouse_id, "until": until, "size": size})
        rows = cursor.fetchall()
    found = []
    for head, some in groupby(rows, key=lambda row: row[:5]):
        goods = tuple((row[5], row[6]) for row in some)
        found.append(Waiting(head[0], head[1], head[2], head[3], head[4], goods))
    return found


def preview(warehouse_id: UUID, *, until: datetime, size: int) -> Preview:
    """What a wave of so many orders would take, and how far one walks (three statements)."""
    orders = waiting_in(warehouse_id, until=until, size=size)
    skus = {sku for one in orders for sku, _count in one.goods}
    bins = bins_of(warehouse_id, skus)
    floor = floor_in(warehouse_id)
    each = [sum(walk(floor, bins, [sku for sku, _ in one.goods]) for one in orders), walk(floor, bins, sorted(skus))]
    metres = {Method.SINGLE.value: each[0], Method.BATCH.value: each[1], Method.CLUSTER.value: each[1]}
    lines = sum(len(one.goods) for one in orders)
    return Preview(orders, lines, sum(one.pieces for one in orders), metres, len(skus - set(bins)))


def walk(floor: Floor, bins: dict[str, str], skus: Sequence[str]) -> float:
    """How far it is past the bins of these items, in metres."""
    return floor.metres(floor.ordered([bins.get(sku, "") for sku in skus]))


def bins_of(warehouse_id: UUID, skus: set[str]) -> dict[str, str]:
    """The bin of each item that has one (one statement)."""
    rows = Bin.objects.filter(warehouse_id=warehouse_id, item__in=skus)
    return dict(rows.values_list("item_id", "code"))


def floor_in(warehouse_id: UUID) -> Floor:
    """The aisles of a place (one statement)."""
    return floor_of(Bin.objects.filter(warehouse_id=warehouse_id).values_list("code", flat=True).distinct())
