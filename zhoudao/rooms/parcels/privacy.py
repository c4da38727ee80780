"""What parcels hold of a person, and its end: a tracking number leads to the door."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.parcels.models import Parcel


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their parcels: order, carrier, number, and where each stands."""
    rows = Parcel.objects.filter(order__customer_id__in=ids).select_related("order").order_by("handed_over_at", "id")
    return [
        {
            "order": parcel.order.number,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            "state": parcel.state,
            "handed_over_at": parcel.handed_over_at.isoformat(),
            "delivered_at": parcel.delivered_at.isoformat() if parcel.delivered_at else None,
        }
        for parcel in rows
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy the tracking numbers; when each left and arrived stays."""
    Parcel.objects.filter(order__customer_id__in=ids).exclude(tracking_number="").update(tracking_number="")


KEEPER = Keeper("parcels", held, forget)
