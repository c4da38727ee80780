"""The parcels of an order as its page shows them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from zhoudao.rooms.orders.models import Commercial, Order, OrderLine
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.parcels.drawn import where
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.parcels.queries.lists import parcels_of
from zhoudao.rooms.parcels.queries.tracking import said_of


def parcels_shown(order: Order, lines: Sequence[OrderLine], given: Mapping[str, str]) -> dict[str, Any]:
    """What has left, and what may: each line with how many are still to come and what was typed (three statements)."""
    parcels = list(parcels_of([order.id]))
    gone: Counter[Any] = Counter()
    for parcel in parcels:
        gone.update({one.order_line_id: one.quantity for one in parcel.lines.all()})
    left = [(line, line.quantity - gone[line.id]) for line in lines if line.quantity > gone[line.id]]
    said = said_of([parcel.id for parcel in parcels]) if parcels else {}
    return {
        "parcels": [(parcel, said[parcel.id], where(order, parcel)) for parcel in parcels],
        "customers_page": tracking_path(order.id),
        "carriers": CARRIERS.items(),
        "to_come": [(line, count, given.get(f"pieces-{line.position}", count)) for line, count in left],
        "may_hand_over": order.commercial == Commercial.APPROVED and not order.open_holds and bool(left),
    }
