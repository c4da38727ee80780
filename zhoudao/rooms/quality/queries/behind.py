"""The very returns behind a figure over goods."""

from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.quality.queries.batches import BATCHES, UNKNOWN
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

PAGE = 25
_IDS = """
SELECT DISTINCT request_id FROM told
WHERE (%(sku)s = '' OR sku = %(sku)s)
  AND (%(reasons)s::text[] IS NULL OR reason = ANY(%(reasons)s::text[]))
  AND (%(condition)s = '' OR condition = %(condition)s)
  AND (NOT %(in_parcels)s OR parcel_id IS NOT NULL)
  AND (%(carrier)s = '' OR carrier = %(carrier)s)
  AND (%(place)s::uuid IS NULL OR warehouse_id = %(place)s::uuid)
  AND (%(batch)s = '' OR batch = %(batch)s AND NOT %(is_found)s
       OR %(batch)s = %(unknown)s AND NOT %(is_found)s AND batch IS NULL AND NOT is_told
       OR %(is_found)s AND batch IS NULL AND batch_found = %(batch)s)
  AND (%(after)s::uuid IS NULL OR request_id < %(after)s::uuid)
ORDER BY request_id DESC LIMIT %(most)s
"""


@frozen
class Part:
    """Which part of the figures: of one SKU, for some reasons, found in one condition, by one carrier or place; of one
    batch (UNKNOWN: of none that is known), or with `is_found` what is only known to be of it since it came back.
    """

    sku: str = ""
    reasons: tuple[str, ...] = ()
    condition: str = ""
    carrier: str = ""
    place: UUID | None = None
    batch: str = ""
    is_found: bool = False


def behind(cohort: Cohort, part: Part, *, after: UUID | None = None) -> tuple[list[ReturnRequest], UUID | None]:
    """The newest returns of this part, and where the next page begins (two statements)."""
    rows = rows_of(
        BATCHES + _IDS,
        cohort,
        sku=part.sku,
        reasons=list(part.reasons) or None,
        condition=part.condition,
        carrier=part.carrier,
        place=part.place,
        batch=part.batch,
        is_found=part.is_found,
        unknown=UNKNOWN,
        in_parcels=bool(part.carrier or part.place),
        after=after,
        most=PAGE + 1,
    )
    ids = [request_id for (request_id,) in rows]
    found = ReturnRequest.objects.filter(id__in=ids[:PAGE]).select_related("order", "store").order_by("-id")
    return list(found), ids[PAGE - 1] if len(ids) > PAGE else None
