"""The end of an order: cancelled, or completed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_open, hold_order, tell
from zhoudao.rooms.orders.commands.holds import end_all
from zhoudao.rooms.orders.events import REASONS, OrderCancelled, OrderCompleted
from zhoudao.rooms.orders.models import LEFT, Commercial, Fulfilment, Order, Outcome
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, CancelReasonUnknown, GoesWithAnother, OrderHeld, OrderOver
from zhoudao.rooms.orders.sourcing import FREED, free_goods, hand_over


@transaction.atomic
def cancel_order(*, order_id: UUID, reason: str, by: By, at: datetime, outcome: str = Outcome.UNSURE) -> Order:
    """This will cancel an order whose goods have not left, and free them; cancelled twice is cancelled once. Whoever
    picks or packs it is told by their next scan. `outcome` is whether what held it was right to.

    Raises: OrderNotFound, CancelReasonUnknown, GoesWithAnother, OrderOver, AlreadyOnItsWay, OutcomeUnsaid
    """
    if reason not in REASONS:
        raise CancelReasonUnknown(CancelReasonUnknown.__doc__)
    order = hold_order(order_id)
    if order.merged_into is not None:
        raise GoesWithAnother(order.merged_into.number)
    if order.commercial == Commercial.CANCELLED:
        return order
    if not order.is_open:
        raise OrderOver(OrderOver.__doc__)
    if order.fulfilment in LEFT:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    end_all(order, outcome=outcome, by=by, at=at)
    free_goods(order, by=by, at=at)
    order.commercial, order.cancelled_at, order.cancel_reason = Commercial.CANCELLED, at, reason
    order.fulfilment = Fulfilment.NONE
    order.save(update_fields=["commercial", "cancelled_at", "cancel_reason", "fulfilment", "open_holds", *FREED])
    tell(order, OrderCancelled(order.number, f"order_{reason}"), by=by, at=at)
    return order


@transaction.atomic
def complete_order(*, order_id: UUID, by: By, at: datetime) -> Order:
    """This will note that nothing more is to be done, as when the goods were handed over in the store: what was kept
    for it has left.

    Raises: OrderNotFound, OrderOver, OrderHeld
    """
    order = hold_open(order_id)
    if order.open_holds:
        raise OrderHeld(OrderHeld.__doc__)
    if hand_over(order.id, by=by, at=at):
        order.fulfilment, order.delivered_at = Fulfilment.DELIVERED, at
    order.commercial, order.completed_at = Commercial.COMPLETED, at
    order.save(update_fields=["commercial", "completed_at", "fulfilment", "delivered_at"])
    tell(order, OrderCompleted(order.number), by=by, at=at)
    return order
