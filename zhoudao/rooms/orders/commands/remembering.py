"""What had happened to an order before it was brought in from elsewhere, told at the times it happened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_open, tell
from zhoudao.rooms.orders.events import OrderApproved, OrderCompleted, OrderDelivered, OrderShipped
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order
from zhoudao.rooms.orders.refusals import OrderHeld


@dataclass(frozen=True)
class Past:
    """When it was approved, handed to a carrier and delivered; None: it was not, as far as is known."""

    approved_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@transaction.atomic
def remember_past(*, order_id: UUID, past: Past, by: By) -> Order:
    """This will put an order where it stood elsewhere; one that was delivered is completed. Nobody is told.

    Raises: OrderNotFound, OrderOver, OrderHeld
    """
    order = hold_open(order_id)
    if order.open_holds:
        raise OrderHeld(OrderHeld.__doc__)
    if past.approved_at is not None:
        order.commercial, order.approved_at = Commercial.APPROVED, past.approved_at
        tell(order, OrderApproved(order.number), by=by, at=past.approved_at)
    if past.shipped_at is not None:
        order.fulfilment, order.shipped_at = Fulfilment.SHIPPED, past.shipped_at
        tell(order, OrderShipped(order.number), by=by, at=past.shipped_at)
    if past.delivered_at is not None:
        is_late = order.promised_at is not None and past.delivered_at > order.promised_at
        order.fulfilment, order.delivered_at = Fulfilment.DELIVERED, past.delivered_at
        order.commercial, order.completed_at = Commercial.COMPLETED, past.delivered_at
        tell(order, OrderDelivered(order.number, is_late), by=by, at=past.delivered_at)
        tell(order, OrderCompleted(order.number), by=by, at=past.delivered_at)
    order.save()
    return order
