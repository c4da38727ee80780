"""Pieces delivered in a period as rows a statement can begin with: the one place that says which piece came when.

A piece's rank among its line's pieces says in which parcel it came: parcels arrive one after another, and a line's
pieces are handed out in that order. So what comes back is counted against the very delivery it was part of.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.kit.frozen import frozen

LOTS = """
WITH touched AS (
    SELECT DISTINCT held.order_line_id
    FROM parcels_parcel parcel
    JOIN orders_order bought ON bought.id = parcel.order_id
    JOIN parcels_parcelline held ON held.parcel_id = parcel.id
    WHERE parcel.delivered_at >= %(start)s AND parcel.delivered_at < %(end)s
      AND (%(stores)s::uuid[] IS NULL OR bought.store_id = ANY(%(stores)s::uuid[]))
), ranked AS (
    SELECT held.order_line_id, parcel.id AS parcel_id, parcel.carrier, parcel.warehouse_id, parcel.delivered_at,
           held.quantity,
           sum(held.quantity) OVER (PARTITION BY held.order_line_id ORDER BY parcel.delivered_at, parcel.id) AS upto
    FROM touched
    JOIN parcels_parcelline held ON held.order_line_id = touched.order_line_id
    JOIN parcels_parcel parcel ON parcel.id = held.parcel_id
    WHERE parcel.delivered_at IS NOT NULL
), lots AS (
    SELECT line.id AS line_id, line.order_id, line.sku, line.name, ranked.parcel_id, ranked.carrier,
           ranked.warehouse_id, ranked.delivered_at,
           least(ranked.upto - ranked.quantity, line.quantity) AS first_rank,
           least(ranked.upto, line.quantity) AS beyond_rank
    FROM ranked JOIN orders_orderline line ON line.id = ranked.order_line_id
    WHERE ranked.delivered_at >= %(start)s AND ranked.delivered_at < %(end)s
    UNION ALL
    SELECT line.id, line.order_id, line.sku, line.name, NULL, '', NULL, bought.delivered_at, 0, line.quantity
    FROM orders_order bought JOIN orders_orderline line ON line.order_id = bought.id
    WHERE bought.fulfilment = 'delivered'
      AND bought.delivered_at >= %(start)s AND bought.delivered_at < %(end)s
      AND (%(stores)s::uuid[] IS NULL OR bought.store_id = ANY(%(stores)s::uuid[]))
      AND NOT EXISTS (
          SELECT FROM parcels_parcelline held JOIN parcels_parcel parcel ON parcel.id = held.parcel_id
          WHERE held.order_line_id = line.id AND parcel.delivered_at IS NOT NULL
      )
), back AS (
    SELECT lots.*, piece.id AS piece_id, piece.rank, piece.request_id, piece.batch AS batch_found, piece.condition,
           piece.disposition, piece.lost_percent,
           piece.paid_minor, piece.lost_minor, piece.fee_minor, piece.shipping_minor, piece.is_accepted,
           piece.refund_id, request.reason, request.kind, request.asked_at
    FROM lots
    JOIN aftersales_returnpiece piece ON piece.order_line_id = lots.line_id AND piece.is_live
         AND piece.rank >= lots.first_rank AND piece.rank < lots.beyond_rank
    JOIN aftersales_returnrequest request ON request.id = piece.request_id
)
"""


@frozen
class Cohort:
    """What was delivered from `start` to before `end` in orders of these stores (None: of all). `ripe_at`: what came
    after it may still come back.
    """

    start: datetime
    end: datetime
    ripe_at: datetime
    stores: Sequence[UUID] | None = None

    def named(self, **more: Any) -> dict[str, Any]:
        """As statements name it."""
        stores = None if self.stores is None else list(self.stores)
        return {"start": self.start, "end": self.end, "ripe_at": self.ripe_at, "stores": stores, **more}


def rows_of(sql: str, cohort: Cohort, **more: Any) -> list[tuple[Any, ...]]:
    """This will ask something of the lots (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(LOTS + sql, cohort.named(**more))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
