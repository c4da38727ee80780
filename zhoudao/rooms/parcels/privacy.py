"""What parcels hold of a person, and its end: a tracking number leads to the door."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.parcels.models import Parcel, TrackingEvent, TrackingReport


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their parcels: order, carrier, number, and where each stands."""
    rows = (
        Parcel.objects.filter(order__customer_id__in=ids)
        .select_related("order")
        .prefetch_related("events")
        .order_by("handed_over_at", "id")
    )
    return [
        {
            "order": parcel.order.number,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            "state": parcel.state,
            "handed_over_at": parcel.handed_over_at.isoformat(),
            "said": [[one.occurred_at.isoformat(), one.state, one.place, one.text] for one in parcel.events.all()],
            "delivered_at": parcel.delivered_at.isoformat() if parcel.delivered_at else None,
        }
        for parcel in rows
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy the tracking numbers and what carriers said; when each left and arrived stays."""
    rows = Parcel.objects.filter(order__customer_id__in=ids).exclude(tracking_number="")
    numbers = list(rows.values_list("tracking_number", flat=True))
    TrackingReport.objects.filter(tracking_number__in=numbers).delete()
    TrackingEvent.objects.filter(parcel__order__customer_id__in=ids).delete()
    rows.update(tracking_number="", place="")


KEEPER = Keeper("parcels", held, forget)
