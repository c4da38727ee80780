"""Booking out what is in a parcel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.parcels.refusals import GoodsNotThere
from zhoudao.rooms.stock.commands.reserving import reservation_of
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Line, State
from zhoudao.rooms.stock.refusals import NothingHeld


def book_out(
    order: Order, wanted: Mapping[str, int], warehouse_id: UUID | None, *, key: str, by: By, at: datetime
) -> set[UUID]:
    """This will book out what the parcel of a held order takes of what is kept for it; returns from which warehouses.
    What stock does not know leaves without it.

    Raises: GoodsNotThere
    """
    kept = reservation_of(purpose_of(order.id))
    if kept is None or kept.state != State.OPEN:
        return set()
    rows = Line.objects.filter(reservation=kept, balance__item_id__in=list(wanted)).select_related("balance")
    goods = _taken(list(rows.order_by("-held", "id")), wanted, warehouse_id)
    if not goods:
        return set()
    try:
        ship(purpose=purpose_of(order.id), goods=goods, key=key, by=by, at=at)
    except NothingHeld as refusal:  # a stock-take was faster
        raise GoodsNotThere(GoodsNotThere.__doc__) from refusal
    return {one.warehouse_id for one in goods}


def _taken(lines: Sequence[Line], wanted: Mapping[str, int], warehouse_id: UUID | None) -> list[Goods]:
    goods: list[Goods] = []
    for sku, count in wanted.items():
        own = [line for line in lines if line.balance.item_id == sku]
        left = count if own else 0
        for line in own:
            place = line.balance.warehouse_id
            taken = min(left, line.held) if warehouse_id in (None, place) else 0
            if taken:
                goods.append(Goods(place, sku, taken))
                left -= taken
        if left:
            raise GoodsNotThere(GoodsNotThere.__doc__)
    return goods
