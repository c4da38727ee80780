"""What carriers said of numbers that were never a parcel of ours: kept for three months, then only counted."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from zhoudao.rooms.parcels.models import Forgotten, TrackingEvent

KEPT = timedelta(days=90)
_MOST = 1_000


@transaction.atomic
def forget_unknown(*, at: datetime) -> int:
    """This will destroy what was said of numbers nobody claimed within three months; returns how many things. A parcel
    that gets such a number in this moment keeps what it joined.
    """
    old = TrackingEvent.objects.filter(parcel=None, recorded_at__lt=at - KEPT).order_by("recorded_at", "id")
    rows = dict(old.values_list("id", "tracking_number")[:_MOST])
    marks, _by_kind = TrackingEvent.objects.filter(id__in=rows, parcel=None).delete()
    if marks:
        row, _is_new = Forgotten.objects.get_or_create(date=at.date())
        Forgotten.objects.filter(date=row.date).update(
            numbers=F("numbers") + len(set(rows.values())), marks=F("marks") + marks
        )
    return marks
