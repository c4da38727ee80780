"""Where a parcel is, as a drawing."""

from zhoudao.engines.tracking.drawing import Drawing, drawn
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import Parcel, State

# how much of its way is behind it, where its carrier names no place
_SHARE = {
    State.PENDING: 0.08,
    State.INFO_RECEIVED: 0.08,
    State.IN_TRANSIT: 0.5,
    State.EXCEPTION: 0.5,
    State.EXPIRED: 0.5,
    State.OUT_FOR_DELIVERY: 0.9,
    State.ATTEMPT_FAIL: 0.9,
    State.AVAILABLE_FOR_PICKUP: 0.95,
    State.DELIVERED: 1.0,
}


def where(order: Order, parcel: Parcel) -> Drawing:
    """The way of a parcel, its warehouse and the order's store at hand."""
    place = parcel.warehouse
    start = (place.province, place.city or place.province) if place else ("", str(order.store))
    return drawn(start, parcel.place, (order.province, order.city), share=_SHARE[State(parcel.state)])
