"""Stopping an order out of a case: its customer wants their money back before the goods left."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.holding import hold_active, tell
from zhoudao.rooms.cases.events import OrderStopped
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.commands.refunding import IN_CASE, stop_for_refund
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.refusals import OrderNotFound


@transaction.atomic
def stop_order(*, case_id: UUID, order_id: UUID, viewer: Viewer, at: datetime) -> Hold:
    """This will hold an order of a case's customer, with the case as what speaks for it; asked twice is asked once.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, OrderNotFound, OrderOver, AlreadyOnItsWay
    """
    case = hold_active(case_id, viewer)
    if not Order.objects.filter(id=order_id, customer_id__in=group_ids(case.customer_id)).exists():
        raise OrderNotFound(OrderNotFound.__doc__)
    by = By(viewer.actor, store_id=case.store_id)
    held, is_new = stop_for_refund(order_id=order_id, asked=IN_CASE, case=case.number, by=by, at=at)
    if is_new:
        tell(case, OrderStopped(held.order.number), actor=viewer.actor, at=at)
    return held
