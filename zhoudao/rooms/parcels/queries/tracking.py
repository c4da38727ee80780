"""What carriers said, as pages show it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.carriers import tidied_number
from zhoudao.rooms.parcels.models import Forgotten, Parcel, TrackingEvent, TrackingReport

PAGE = 25


@frozen
class Unknown:
    """A number that carriers speak of and no parcel of ours has."""

    carrier: str
    tracking_number: str
    said: int
    last_at: datetime


@frozen
class EventsAsked:
    """Of which parcel, or of which number of a carrier; without, all."""

    parcel_id: UUID | None = None
    carrier: str = ""
    tracking_number: str = ""
    after: UUID | None = None


def event_page(seen: Q, asked: EventsAsked) -> tuple[list[TrackingEvent], UUID | None]:
    """What was told last of orders that may be seen, of numbers nobody knows only without a limit; and where the next
    page begins (one statement).
    """
    number = tidied_number(asked.tracking_number)
    wanted = {
        "parcel_id": asked.parcel_id,
        "carrier": asked.carrier,
        "tracking_number": number,
        "id__lt": asked.after,
    }
    rows = TrackingEvent.objects.filter(**{name: value for name, value in wanted.items() if value})
    if seen:
        rows = rows.filter(Exists(Order.objects.filter(seen, parcels=OuterRef("parcel_id"))))
    found = list(rows.order_by("-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


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


def forgotten_since(at: datetime) -> int:
    """How many numbers nobody claimed were forgotten since (one statement)."""
    return Forgotten.objects.filter(date__gte=at.date()).aggregate(n=Sum("numbers"))["n"] or 0


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
