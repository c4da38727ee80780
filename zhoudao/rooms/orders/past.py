"""What had happened to an order before it was brought in from elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.rooms.orders.events import OrderApproved, OrderCancelled, OrderCompleted, OrderDelivered, OrderShipped
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order


@dataclass(frozen=True)
class Past:
    """When it was approved, handed to a carrier, delivered and cancelled; None: it was not, as far as is known."""

    approved_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = field(default="other", kw_only=True)


def put_where_it_stood(order: Order, past: Past) -> list[tuple[Fact, datetime]]:
    """This will set an order in hand on its axes as they were elsewhere; returns what happened, by the time it did.

    One that was delivered is completed; one that was cancelled stays cancelled, wherever its goods are.
    """
    happened: list[tuple[Fact, datetime]] = []
    if past.approved_at is not None:
        order.commercial, order.approved_at = Commercial.APPROVED, past.approved_at
        happened.append((OrderApproved(order.number), past.approved_at))
    if past.shipped_at is not None:
        order.fulfilment, order.shipped_at = Fulfilment.SHIPPED, past.shipped_at
        happened.append((OrderShipped(order.number), past.shipped_at))
    if past.delivered_at is not None:
        is_late = order.promised_at is not None and past.delivered_at > order.promised_at
        order.fulfilment, order.delivered_at = Fulfilment.DELIVERED, past.delivered_at
        happened.append((OrderDelivered(order.number, is_late, is_history=True), past.delivered_at))
    if past.cancelled_at is not None:
        order.commercial, order.cancelled_at = Commercial.CANCELLED, past.cancelled_at
        order.cancel_reason = past.cancel_reason
        fact = OrderCancelled(order.number, f"order_{past.cancel_reason}", is_history=True)
        happened.append((fact, past.cancelled_at))
    elif past.delivered_at is not None:
        order.commercial, order.completed_at = Commercial.COMPLETED, past.delivered_at
        happened.append((OrderCompleted(order.number), past.delivered_at))
    return sorted(happened, key=lambda one: one[1])
