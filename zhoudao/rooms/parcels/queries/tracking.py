"""What carriers said, as pages show it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.parcels.models import Parcel, TrackingEvent, TrackingReport

PAGE = 25


@frozen
class Unknown:
    """A number that carriers speak of and no parcel of ours has."""

    carrier: str
    tracking_number: str
    said: int
    last_at: datetime


def said_of(parcel_ids: Sequence[UUID]) -> dict[UUID, list[TrackingEvent]]:
    """What was said of these parcels, newest first (one statement)."""
    found: dict[UUID, list[TrackingEvent]] = {one: [] for one in parcel_ids}
    for event in TrackingEvent.objects.filter(parcel_id__in=list(parcel_ids)).order_by("-occurred_at", "-id"):
        if event.parcel_id is not None:
            found[event.parcel_id].append(event)
    return found


def unknown_numbers(limit: int = PAGE) -> list[Unknown]:
    """Numbers nobody knows, those spoken of last first (one statement)."""
    rows = TrackingEvent.objects.filter(parcel=None).values("carrier", "tracking_number")
    rows = rows.annotate(said=Count("id"), last_at=Max("occurred_at")).order_by("-last_at", "tracking_number")
    return [Unknown(**row) for row in rows[:limit]]


def unreadable(limit: int = PAGE) -> list[TrackingReport]:
    """Reports that could not be read, the newest first (one statement)."""
    rows = TrackingReport.objects.filter(status="failed").defer("raw_sealed").select_related("source")
    return list(rows.order_by("-received_at", "-id")[:limit])


def to_ask(carriers: Sequence[str], *, before: datetime, limit: int) -> list[Parcel]:
    """Parcels under way with a number that were not asked about since, of these carriers or of all."""
    rows = Parcel.objects.filter(delivered_at=None, is_history=False).exclude(tracking_number="")
    if carriers:
        rows = rows.filter(carrier__in=list(carriers))
    rows = rows.filter(Q(asked_at=None) | Q(asked_at__lt=before)).exclude(state="expired")
    return list(rows.select_related("order").order_by("handed_over_at", "id")[:limit])
