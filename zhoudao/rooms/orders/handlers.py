"""What orders do when something happens to them, and to the goods kept for them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holds import end_hold
from zhoudao.rooms.orders.commands.reviewing import review_order, review_orders
from zhoudao.rooms.orders.models import Commercial, Ending, Fulfilment, Hold, Order, Outcome, Reason, Stage
from zhoudao.rooms.orders.sourcing import KIND, is_waiting
from zhoudao.rooms.stock.queries.balances import available
from zhoudao.rooms.stock.queries.items import waiting_for

TYPES = (
    "orders.OrderPlaced",
    "stock.BackorderFilled",
    "stock.ReservationFellShort",
    "stock.StockReceived",
)
APPROVE_JOB = "orders.approve_passed"
_BY = By("system:stock")
_AT_ONCE = 50


def on_event(event: Event) -> None:
    """This will review a new order, and follow its goods; once each."""
    if event.type == "orders.OrderPlaced":
        _placed(event)
    elif event.type == "stock.StockReceived":
        _goods_came(event)
    elif event.attributes.get("purpose_kind") == KIND:
        _goods_moved(event)


def wake_approver() -> None:
    """This will have somebody approve what passed, once for all that passes until then: not in the transaction of the
    review, as goods are kept only by whoever holds orders, balances and days in that order.
    """
    try:
        with transaction.atomic():
            app.configure_task(APPROVE_JOB, queueing_lock=APPROVE_JOB).defer()
    except AlreadyEnqueued:
        return


def gather(events: Sequence[Event]) -> set[UUID]:
    """This will review the new orders among these together; returns which events that deals with."""
    new = [event for event in events if event.type == "orders.OrderPlaced"]
    orders = review_orders(
        {event.primary_id: event.occurred_at for event in new if not event.attributes.get("is_history")}
    )
    if any(not order.open_holds for order in orders):
        wake_approver()
    return {event.id for event in new}


def _placed(event: Event) -> None:
    if event.attributes.get("is_history"):
        return
    order = review_order(order_id=event.primary_id, at=event.occurred_at)
    if order.commercial == Commercial.PLACED and not order.open_holds:
        wake_approver()


def _goods_moved(event: Event) -> None:
    """Whether something of an order is still waited for. What is not where it was kept is looked for elsewhere, and
    what came is counted as a parcel, by the job: each order in a transaction of its own.
    """
    rows = Order.objects.select_for_update().filter(id=UUID(event.attributes["purpose_id"]))
    order = rows.filter(commercial=Commercial.APPROVED).exclude(fulfilment=Fulfilment.DELIVERED).first()
    if order is None:
        return
    if order.fulfilment in (Fulfilment.RESERVED, Fulfilment.BACKORDERED):
        order.fulfilment = Fulfilment.BACKORDERED if is_waiting(order.id) else Fulfilment.RESERVED
    order.short_at = order.short_at or event.occurred_at
    order.save(update_fields=["fulfilment", "short_at"])
    wake_approver()


def _goods_came(event: Event) -> None:
    """What was held because this was short goes on, first come first served, as far as it reaches."""
    sku = event.attributes["sku"]
    rows = Hold.objects.filter(reason=Reason.OUT_OF_STOCK, order__lines__sku=sku).exclude(stage=Stage.DONE)
    waiting = list(rows.order_by("opened_at", "id").values_list("id", "order_id").distinct()[:_AT_ONCE])
    free = sum(max(0, count) for count in available([sku]).values())
    for hold_id, order_id in waiting:
        order = Order.objects.select_for_update().get(id=order_id)
        wanted = sum(order.lines.filter(sku=sku).values_list("quantity", flat=True))
        if wanted > free:
            continue
        free -= wanted
        hold = Hold.objects.select_for_update().get(id=hold_id)
        if not hold.is_open:
            continue
        end_hold(order, hold, ending=Ending.FIXED, outcome=Outcome.RIGHT, by=_BY, at=event.occurred_at)
        order.save(update_fields=["open_holds"])
        if not order.open_holds:
            wake_approver()
    if free and _waiting_elsewhere(sku, event):
        wake_approver()


def _waiting_elsewhere(sku: str, event: Event) -> int:
    """Marks orders that wait for this item in another place, the oldest first; returns how many."""
    waiting = waiting_for(sku, KIND, _AT_ONCE)
    rows = Order.objects.filter(id__in=waiting, commercial=Commercial.APPROVED, short_at=None)
    return rows.update(short_at=event.occurred_at)
