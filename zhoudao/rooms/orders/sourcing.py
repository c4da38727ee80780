"""Which place an order's goods are kept in: the first by priority that has all of them, else as few as possible."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.models import Fulfilment, Order, OrderLine
from zhoudao.rooms.stock.commands.reserving import Way, release, reservation_of, reserve
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.goods import Goods, Key, Purpose
from zhoudao.rooms.stock.models import State, Warehouse
from zhoudao.rooms.stock.queries.balances import available
from zhoudao.rooms.stock.refusals import NotEnough, StockRefused

KIND = "order"


def purpose_of(order_id: UUID) -> Purpose:
    """What an order's goods are kept for."""
    return Purpose(KIND, order_id)


def reserve_goods(order: Order, lines: Sequence[OrderLine], *, may_wait: bool, by: By, at: datetime) -> Fulfilment:
    """This will keep an order's goods, as far as stock knows them, and say where they stand then. `may_wait`: what is
    not there is waited for.

    Raises: NotEnough
    """
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    free = available(wanted)
    known = {sku: count for sku, count in wanted.items() if any(sku == each for _place, each in free)}
    if not known:
        return Fulfilment.NONE
    places = list(Warehouse.objects.filter(closed_at=None).order_by("priority", "code").values_list("id", flat=True))
    goods = plan(known, free, places)
    way = Way.ALL
    if goods is None:
        if not may_wait:
            raise NotEnough(", ".join(sorted(known)[:5]))
        goods, way = [Goods(_home(sku, free, places), sku, count) for sku, count in known.items()], Way.WAIT
    try:
        kept = reserve(purpose=purpose_of(order.id), goods=goods, way=way, by=by, at=at)
    except NotEnough:
        raise
    except StockRefused as refusal:  # a place was closed meanwhile
        raise NotEnough(str(refusal)) from refusal
    waits = kept.lines.filter(waiting__gt=0).exists() if way is Way.WAIT else False
    return Fulfilment.BACKORDERED if waits else Fulfilment.RESERVED


def free_goods(order_id: UUID, *, by: By, at: datetime) -> None:
    """This will let go of what is kept for an order, if anything is."""
    kept = reservation_of(purpose_of(order_id))
    if kept is not None and kept.state == State.OPEN:
        release(purpose=purpose_of(order_id), by=by, at=at)


def hand_over(order_id: UUID, *, by: By, at: datetime) -> bool:
    """This will book out what is kept for an order, as its customer has it, and let go of what it still waited for.
    Returns whether anything left.
    """
    kept = reservation_of(purpose_of(order_id))
    if kept is None or kept.state != State.OPEN:
        return False
    has_any = kept.lines.filter(held__gt=0).exists()
    if has_any:
        kept = ship(purpose=purpose_of(order_id), by=by, at=at)
    if kept.state == State.OPEN:
        release(purpose=purpose_of(order_id), by=by, at=at)
    return has_any


def plan(wanted: Mapping[str, int], free: Mapping[Key, int], places: Sequence[UUID]) -> list[Goods] | None:
    """From which place how many; None when all places together have too few.

    One place for all of it where one can, the first in `places`; else item by item from the place that has most of the
    others too.
    """
    for place in places:
        if all(free.get((place, sku), 0) >= count for sku, count in wanted.items()):
            return [Goods(place, sku, count) for sku, count in wanted.items()]
    useful = sorted(places, key=lambda place: -sum(free.get((place, sku), 0) >= n for sku, n in wanted.items()))
    goods: list[Goods] = []
    for sku, count in wanted.items():
        left = count
        for place in useful:
            taken = min(left, max(0, free.get((place, sku), 0)))
            if taken:
                goods.append(Goods(place, sku, taken))
                left -= taken
        if left:
            return None
    return goods


def _home(sku: str, free: Mapping[Key, int], places: Sequence[UUID]) -> UUID:
    """Where an item is waited for: the first place that keeps it."""
    return next(place for place in places if (place, sku) in free)


def is_waiting(order_id: UUID) -> bool:
    """Whether some of what is kept for an order has still to come."""
    kept = reservation_of(purpose_of(order_id))
    return kept is not None and kept.lines.filter(waiting__gt=0).exists()
