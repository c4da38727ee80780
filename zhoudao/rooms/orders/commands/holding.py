"""Getting hold of an order, and telling what happened to it."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

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


def hold_families(order_ids: Iterable[UUID]) -> dict[UUID, Order]:
    """These orders, with those they go with and those that go with them, locked by id. Raises: OrderNotFound.

    Who finds somebody has changed a family lets go and begins anew: locking what came to it out of turn would have two
    wait for each other.
    """
    asked = set(order_ids)
    while True:
        wanted = _families(asked)
        with suppress(_Changed), transaction.atomic():
            rows = Order.objects.select_for_update().filter(id__in=wanted).order_by("id")
            held = {one.id: one for one in rows}
            if _families(asked) != held.keys():
                raise _Changed
            break
    if not asked <= held.keys():
        raise OrderNotFound(OrderNotFound.__doc__)
    return held


class _Changed(Exception):
    """Somebody was faster."""


def _families(order_ids: set[UUID]) -> set[UUID]:
    """Who goes with whom, as it is now; another round when somebody changed that while they were waited for."""
    own = Order.objects.filter(id__in=order_ids).values_list("id", "merged_into_id")
    roots = {into or order_id for order_id, into in own}
    return (
        roots
        | set(Order.objects.filter(merged_into__in=roots).values_list("id", flat=True))
        | (order_ids & {order_id for order_id, _into in own})
    )


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
