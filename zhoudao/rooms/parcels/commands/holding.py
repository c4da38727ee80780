"""Getting hold of a parcel, and telling what happened to it."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.refusals import ParcelNotFound


def hold_parcel(parcel_id: UUID) -> tuple[Order, Parcel]:
    """A parcel's order and the parcel, locked in this order. Raises: ParcelNotFound."""
    order_id = Parcel.objects.filter(id=parcel_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise ParcelNotFound(ParcelNotFound.__doc__)
    order = hold_order(order_id)
    return order, Parcel.objects.select_for_update().get(id=parcel_id)


def tell(order: Order, parcel: Parcel, fact: Fact, *, by: By, at: datetime) -> None:
    """This will record what happened to a parcel of a held order, for the order, its customer and the parcel."""
    here = By(by.actor, store_id=order.store_id, channel=order.source)
    about = [About("order", order.id), About("customer", order.customer_id), About("parcel", parcel.id)]
    record(fact, at=at, by=here, about=about)
