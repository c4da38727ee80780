"""Pick-ups as they are listed, and those whose moment has come."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from zhoudao.rooms.pickups.models import LIVE, Pickup


def due_pickups(real_now: datetime, *, limit: int) -> list[UUID]:
    """Pick-ups whose service is to be told or asked now, the longest waiting first."""
    rows = Pickup.objects.filter(next_at__lte=real_now).order_by("next_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


def live_pickups(request_ids: Iterable[UUID]) -> Mapping[UUID, Pickup]:
    """The pick-ups of several returns that a courier may still come for (one statement)."""
    rows = Pickup.objects.filter(request_id__in=list(request_ids), state__in=LIVE)
    return {one.request_id: one for one in rows}


def numbers_of(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The numbers of these pick-ups (one statement)."""
    return dict(Pickup.objects.filter(id__in=list(ids)).values_list("id", "number"))
