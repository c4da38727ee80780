"""Getting hold of an order, and telling what happened to it."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderNotFound, OrderOver


def hold_order(order_id: UUID) -> Order:
    """An order, locked. Raises: OrderNotFound."""
    order = Order.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    return order


def hold_open(order_id: UUID) -> Order:
    """An order with something still to be done, locked. Raises: OrderNotFound, OrderOver."""
    order = hold_order(order_id)
    if not order.is_open:
        raise OrderOver(OrderOver.__doc__)
    return order


def tell(order: Order, *facts: Fact, by: By, at: datetime) -> None:
    """This will record what happened to a held order, for it and its customer (one statement)."""
    record_all([entry(order, fact, by=by, at=at) for fact in facts], at=at, by=by)


def entry(order: Order, fact: Fact, *, by: By, at: datetime) -> Entry:
    """What happened to a held order, to be recorded with what happened to others."""
    about = [About("order", order.id), About("customer", order.customer_id)]
    return Entry(fact, about, By(by.actor, store_id=order.store_id, channel=order.source), at)
