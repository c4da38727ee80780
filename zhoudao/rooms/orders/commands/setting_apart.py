"""An order that its shop changes goes by itself again, so that nothing of the others it went with is changed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_families
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.models import LEFT, STILL_HERE, Order, Payment, Reason
from zhoudao.rooms.orders.refusals import HoldAlreadyOpen

STOPPED = "changed_in_shop"  # the hold's kind: the parcel was being packed
_LOOK = timedelta(hours=1)  # until somebody looks at what was being packed
_PAID, _NOT_YET = (Payment.CAPTURED,), (Payment.PENDING, Payment.AUTHORISED)


def standing(payment: str) -> str:
    """What counts of where the money is, for who goes with whom: paid, still to be paid, or neither."""
    return "paid" if payment in _PAID else "not_yet" if payment in _NOT_YET else "back"


def apart(order_id: UUID, is_needed: Callable[[Order], bool], *, by: By, at: datetime) -> Order:
    """This will hold an order and, where that is needed, have it go by itself again with all it went with. What is
    being picked is stopped for that, and held so that a person looks. What has left, or is over, stays together.

    Raises: OrderNotFound, PlaceFull
    """
    held = hold_families([order_id])
    order = held[order_id]
    if len(held) == 1 or not is_needed(order):
        return order
    first = held[order.merged_into_id or order_id]
    if not first.is_open or first.fulfilment in LEFT:
        return order
    if first.fulfilment not in STILL_HERE or first.is_split:
        said = {"kind": STOPPED, "evidence": {"order": order.number}}
        with suppress(HoldAlreadyOpen):
            open_hold(order_id=first.id, reason=Reason.OTHER, due_at=at + _LOOK, said=said, by=by, at=at)
    separate_orders(order_id=first.id, by=by, at=at)
    return Order.objects.get(id=order_id)
