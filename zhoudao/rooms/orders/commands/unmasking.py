"""Reading who gets an order: allowed to some, recorded for all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.commands.unmasking import NothingToShow, record_unmasking
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.events import RecipientSeen
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Recipient


@transaction.atomic
def unmask_recipient(*, order_id: UUID, viewer: Viewer, reason: str, at: datetime) -> Recipient:
    """This will return who gets an order, in clear, and record who read it and why.

    Raises: OrderNotFound, MayNotUnmask, NothingToShow
    """
    order = hold_order(order_id)
    Customer.objects.select_for_update().get(id=order.customer_id)
    if not order.recipient_sealed:
        raise NothingToShow(NothingToShow.__doc__)
    record_unmasking(customer_id=order.customer_id, field="recipient", viewer=viewer, reason=reason, at=at)
    tell(order, RecipientSeen(order.number), by=By(viewer.actor), at=at)
    return recipient_of(order)
