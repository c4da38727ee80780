"""Orders that are ready to leave, for tests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import BY, CHAIR, LAMP, TEN, placed
from zhoudao.rooms.orders.tests.reviewing import open_review, passed, seen, shelf
from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.models import Parcel

__all__ = [
    "BY",
    "CHAIR",
    "LAMP",
    "SF",
    "TEN",
    "lines_of",
    "open_review",
    "passed",
    "placed",
    "ready",
    "seen",
    "sent",
    "shelf",
]
SF = Label("sf", "SF1234567890")


def ready(at: datetime = TEN, **more: Any) -> Order:
    """Miss Wang's two chairs and a lamp, approved, of which stock knows nothing."""
    order = placed(at=at, **more)
    Order.objects.filter(id=order.id).update(commercial="approved", approved_at=at, reviewed_at=at)
    return Order.objects.get(id=order.id)


def lines_of(order: Order) -> list[UUID]:
    """Its lines, in order."""
    return list(order.lines.order_by("position").values_list("id", flat=True))


def sent(order: Order, label: Label = SF, at: datetime = TEN, **more: Any) -> Parcel:
    """A parcel of it, just handed over."""
    return hand_over_parcel(order_id=order.id, label=label, by=BY, at=at, **more)
