"""What had happened to an order before it was brought in from elsewhere, told at the times it happened."""

from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_open, tell
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past, put_where_it_stood
from zhoudao.rooms.orders.refusals import OrderHeld


@transaction.atomic
def remember_past(*, order_id: UUID, past: Past, by: By) -> Order:
    """This will put an order where it stood elsewhere. Nobody is told.

    Raises: OrderNotFound, OrderOver, OrderHeld
    """
    order = hold_open(order_id)
    if order.open_holds:
        raise OrderHeld(OrderHeld.__doc__)
    happened = put_where_it_stood(order, past)
    order.save()
    for fact, at in happened:
        tell(order, fact, by=by, at=at)
    return order
