"""Orders that have not left and will hardly arrive by the promised day: found before the day, told once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.tracking.lanes import ENOUGH, SHARES
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.events import OrderRunsLate
from zhoudao.rooms.orders.models import Order

_BY = By("system:parcels")
_QUICK = 0.25  # the quickest quarter of a lane's parcels: what even they do not make is late
_AHEAD, _PAST = timedelta(days=30), timedelta(days=1)
# Which promises even a quick parcel would miss if it left now. Of an unknown lane nothing is said before the promised
# moment; of a promise long past nothing any more; nor of an order whose customer wants it no more.
_HARDLY = """
    SELECT o.id FROM orders_order o
      LEFT JOIN parcels_lanerow near ON near.carrier = '' AND near.origin = '' AND near.target = o.province
           AND near.target <> '' AND near.parcels >= %(enough)s
      LEFT JOIN parcels_lanerow any_ ON any_.carrier = '' AND any_.origin = '' AND any_.target = ''
           AND any_.parcels >= %(enough)s
     WHERE o.promised_at > %(past)s AND o.promised_at < %(ahead)s AND o.late_at IS NULL
       AND o.commercial IN ('placed', 'approved') AND o.fulfilment NOT IN ('shipped', 'delivered')
       AND o.promised_at <= %(at)s + coalesce(near.hours[%(place)s], any_.hours[%(place)s], 0) * interval '1 hour'
       AND NOT EXISTS (SELECT FROM orders_hold h
                        WHERE h.order_id = o.id AND h.stage <> 'done' AND h.reason = 'refund_requested')
       AND (%(order)s::uuid IS NULL OR o.id = %(order)s)
     ORDER BY o.promised_at, o.id LIMIT %(limit)s
"""


def hardly_kept(at: datetime, *, limit: int, order_id: UUID | None = None) -> list[UUID]:
    """Orders whose promise can hardly be kept any more and whose customers do not know it (one statement)."""
    asked: dict[str, Any] = {
        "at": at,
        "past": at - _PAST,
        "ahead": at + _AHEAD,
        "enough": ENOUGH,
        "place": SHARES.index(_QUICK) + 1,
        "order": order_id,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HARDLY, asked)
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def foresee_late(order_id: UUID, *, at: datetime) -> Order:
    """This will note once that an order will hardly arrive by its promised day; one that left meanwhile is judged by
    its parcel. Raises: OrderNotFound.
    """
    order = hold_order(order_id)
    if order.promised_at is None or not hardly_kept(at, limit=1, order_id=order_id):
        return order
    order.late_at = at
    order.save(update_fields=["late_at"])
    tell(order, OrderRunsLate(order.number, order.promised_at.isoformat()), by=_BY, at=at)
    return order
