"""How a store's bookings went, and exactly which are behind each figure."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings import figures
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.queries.day import bounds

# One row a service and one in all; spans in seconds.
_COUNTED = """
    SELECT service_id, count(*), count(*) FILTER (WHERE state IN ('arrived', 'serving', 'done')),
           count(*) FILTER (WHERE state = 'no_show'), count(*) FILTER (WHERE state IN ('done', 'no_show')),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM starts_at - booked_at)),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN arrived_at IS NOT NULL AND began_at IS NOT NULL THEN
               greatest(0, extract(epoch FROM began_at - greatest(arrived_at, starts_at))) END)
      FROM bookings_booking
     WHERE store_id = %(store)s AND starts_at >= %(begins)s AND starts_at < %(ends)s AND state <> 'held'
     GROUP BY GROUPING SETS ((service_id), ())
"""
_BEHIND = {
    figures.BOOKED.code: Q(),
    figures.KEPT.code: Q(state__in=["arrived", "serving", "done"]),
    figures.NO_SHOW.code: Q(state="no_show"),
    figures.LEAD.code: Q(),
    figures.WAITING.code: Q(arrived_at__isnull=False, began_at__isnull=False),
}


@frozen
class Asked:
    """A store and the first and last of its days."""

    store: Store
    first: date
    last: date


@frozen
class Row:
    """One service's figures, or all (`service_id` None)."""

    service_id: UUID | None
    booked: int
    kept: int
    no_shows: int
    over: int
    lead: timedelta | None
    waiting: timedelta | None

    @property
    def no_show(self) -> float | None:
        """Of those whose time is over."""
        return self.no_shows / self.over if self.over else None


def counted(asked: Asked) -> dict[UUID | None, Row]:
    """The figures by service and (None) of all (one statement)."""
    begins, ends = bounds(asked.store, asked.first)[0], bounds(asked.store, asked.last)[1]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"store": asked.store.id, "begins": begins, "ends": ends})
        return {row[0]: _row(*row) for row in cursor.fetchall()}


def behind(asked: Asked, figure: str, service_id: UUID | None) -> QuerySet[Booking]:
    """The bookings behind a figure, the latest first. Raises: KeyError when there is no such figure."""
    begins, ends = bounds(asked.store, asked.first)[0], bounds(asked.store, asked.last)[1]
    rows = Booking.objects.filter(_BEHIND[figure], store=asked.store, starts_at__gte=begins, starts_at__lt=ends)
    if service_id is not None:
        rows = rows.filter(service=service_id)
    around = rows.exclude(state="held").select_related("service", "person", "store")
    return around.annotate(lead=F("starts_at") - F("booked_at")).order_by("-starts_at", "-id")


def _row(*found: Any) -> Row:
    *counts, lead, waiting = found
    spans = [timedelta(seconds=float(one)) if one is not None else None for one in (lead, waiting)]
    return Row(*counts, *spans)
