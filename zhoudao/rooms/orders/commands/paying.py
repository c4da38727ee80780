"""What is known of the money of an order: noted as whoever takes it says."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.events import PaymentNoted
from zhoudao.rooms.orders.models import Order, Payment


@transaction.atomic
def note_payment(*, order_id: UUID, payment: str, by: By, at: datetime) -> Order:
    """This will note where an order's money is; noted twice is noted once. It moves no money.

    Raises: OrderNotFound, ValueError
    """
    order, now = hold_order(order_id), Payment(payment)
    if order.payment == now:
        return order
    fact = PaymentNoted(order.number, f"paid_{order.payment}", f"paid_{now.value}")
    order.payment = now
    order.save(update_fields=["payment"])
    tell(order, fact, by=by, at=at)
    return order
