"""What lanes take, counted from what was delivered: one statement for all of them, by carrier and provinces."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from zhoudao.engines.tracking.lanes import SHARES, USUAL, Lane, nearest
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import LaneRow, Parcel

MEMORY, AGE = timedelta(days=365), timedelta(hours=6)
_LEAST_GAP = 24.0
# Parcels, and orders brought in as history, which have times and no parcel. A lane is known in four widths.
_COUNT = """
    WITH gone AS (
        SELECT p.carrier, coalesce(w.province, '') AS origin, o.province AS target,
               extract(epoch FROM p.delivered_at - p.handed_over_at) / 3600 AS hours
          FROM parcels_parcel p JOIN orders_order o ON o.id = p.order_id
          LEFT JOIN stock_warehouse w ON w.id = p.warehouse_id
         WHERE p.delivered_at > p.handed_over_at AND p.delivered_at BETWEEN %(since)s AND %(until)s
        UNION ALL
        SELECT '', '', o.province, extract(epoch FROM o.delivered_at - o.shipped_at) / 3600
          FROM orders_order o
         WHERE o.delivered_at > o.shipped_at AND o.delivered_at BETWEEN %(since)s AND %(until)s
           AND NOT EXISTS (SELECT 1 FROM parcels_parcel p WHERE p.order_id = o.id)
    ), gaps AS (
        SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY hours) AS hours FROM (
            SELECT extract(epoch FROM e.occurred_at - lag(e.occurred_at) OVER
                   (PARTITION BY e.parcel_id ORDER BY e.occurred_at)) / 3600 AS hours
              FROM parcels_trackingevent e
             WHERE e.parcel_id IS NOT NULL AND e.occurred_at BETWEEN %(since)s AND %(until)s
        ) AS said HAVING count(hours) >= 200
    )
    INSERT INTO parcels_lanerow (carrier, origin, target, parcels, hours, gap_hours, counted_at)
    SELECT coalesce(carrier, ''), coalesce(origin, ''), coalesce(target, ''), count(*),
           percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY hours::float8),
           greatest(%(least)s, coalesce((SELECT hours FROM gaps), %(gap)s)), %(until)s
      FROM gone
     GROUP BY GROUPING SETS ((carrier, origin, target), (origin, target), (target), ())
    HAVING count(*) > 0
        AND NOT (GROUPING(carrier) = 0 AND carrier = '') AND NOT (GROUPING(target) = 0 AND target = '')
        AND NOT (GROUPING(carrier) = 1 AND GROUPING(origin) = 0 AND origin = '')
    ON CONFLICT (carrier, origin, target) DO UPDATE SET parcels = excluded.parcels, hours = excluded.hours,
        gap_hours = excluded.gap_hours, counted_at = excluded.counted_at
"""


@transaction.atomic
def count_lanes(*, at: datetime) -> None:
    """This will count anew what lanes take, of the year before a moment."""
    known: dict[str, Any] = {
        "since": at - MEMORY,
        "until": at,
        "shares": list(SHARES),
        "least": _LEAST_GAP,
        "gap": USUAL.gap_hours,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, known)
    LaneRow.objects.filter(counted_at__lt=at).delete()


def lanes_are_old(at: datetime) -> bool:
    """Whether lanes were not counted for a quarter of a day, while parcels have arrived since."""
    last = LaneRow.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()
    since = at - AGE if last is None else last
    return (last is None or last <= at - AGE) and Order.objects.filter(delivered_at__gt=since).exists()


def lane_of(order: Order, parcel: Parcel) -> Lane:
    """What is known best of a parcel's lane (one statement)."""
    origin = parcel.warehouse.province if parcel.warehouse else ""
    rows = LaneRow.objects.filter(carrier__in=(parcel.carrier, ""), origin__in=(origin, ""))
    rows = rows.filter(target__in=(order.province, ""))
    lanes = {(row.carrier, row.origin, row.target): Lane(row.hours, row.parcels, row.gap_hours) for row in rows}
    return nearest(lanes, parcel.carrier, origin, order.province)
