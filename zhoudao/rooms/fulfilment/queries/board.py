"""How picking and packing went in a period, place by place, and the wrong scans behind."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import PUT, WRONG, Outcome, Scan

_JUDGED = (*PUT, Outcome.RIGHT_BIN, *WRONG)
# A pause longer than a quarter of an hour was no picking; the first scan of a wave has nothing before it.
_SPEED = """
    SELECT warehouse_id, sum(quantity) FILTER (WHERE outcome IN ('right', 'in_hand')),
           sum(extract(epoch FROM gap)) FILTER (WHERE gap <= interval '15 minutes')
      FROM (SELECT warehouse_id, quantity, outcome,
                   at - lag(at) OVER (PARTITION BY wave_id, actor ORDER BY at, id) AS gap
              FROM fulfilment_scan
             WHERE warehouse_id = ANY(%s::uuid[]) AND at >= %s AND at < %s AND station = 'pick') AS scans
     GROUP BY warehouse_id
"""


@frozen
class Hands:
    """A place's scans: those that were right or wrong, and how fast was picked (None: nothing to measure)."""

    judged: int = 0
    wrong: int = 0
    pieces: int = 0
    per_hour: float | None = None

    @property
    def wrong_share(self) -> float | None:
        """Of the judged, the wrong ones."""
        return self.wrong / self.judged if self.judged else None


def hands(places: Collection[UUID], start: datetime, end: datetime) -> dict[UUID, Hands]:
    """By place; places nobody scanned in are left out (two statements)."""
    rows = Scan.objects.filter(warehouse_id__in=places, at__gte=start, at__lt=end, outcome__in=_JUDGED)
    counted = rows.values_list("warehouse_id").annotate(n=Count("id"), wrong=Count("id", filter=Q(outcome__in=WRONG)))
    with connection.cursor() as cursor:
        cursor.execute(_SPEED, [list(places), start, end])
        speeds = {place: (int(pieces or 0), float(seconds or 0)) for place, pieces, seconds in cursor.fetchall()}
    found = {}
    for place, judged, wrong in counted:
        pieces, seconds = speeds.get(place, (0, 0.0))
        found[place] = Hands(judged, wrong, pieces, pieces * 3600 / seconds if seconds else None)
    return found


def wrong_scans(places: Collection[UUID], start: datetime, end: datetime) -> QuerySet[Scan]:
    """The wrong ones, the latest first."""
    rows = Scan.objects.filter(warehouse_id__in=places, at__gte=start, at__lt=end, outcome__in=WRONG)
    return rows.select_related("warehouse", "wave").order_by("-at", "-id")


def most_wrong(places: Collection[UUID], start: datetime, end: datetime, most: int = 8) -> list[tuple[str, int]]:
    """The items that were scanned wrongly most often, by what should have been scanned (one statement)."""
    rows = Scan.objects.filter(warehouse_id__in=places, at__gte=start, at__lt=end, outcome__in=WRONG).exclude(sku="")
    counted = rows.values_list("sku").annotate(n=Count("id")).order_by("-n", "sku")
    return [(sku, n) for sku, n in counted[:most]]
