"""Allocating anew: when what was kept is not there, when goods come elsewhere, and by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.events import BY_HAND
from zhoudao.rooms.orders.models import STILL_HERE, Order
from zhoudao.rooms.orders.moving import Moving, by_sku, goods, take, until_taken
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, PlaceUnable, WhyMoved
from zhoudao.rooms.orders.sourcing import PACKING, count_parcels, goods_of
from zhoudao.rooms.stock.commands.rearranging import note_lost
from zhoudao.rooms.stock.commands.reserving import Way
from zhoudao.rooms.stock.goods import Goods


@dataclass(frozen=True)
class Anew:
    """What is sent now that was not before ({place: {SKU: pieces}}), and how many of what are waited for."""

    order: Order
    sent_from: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)


def reallocate(
    *, order_id: UUID, short: Mapping[str, int] | None = None, place: UUID | None = None, by: By, at: datetime
) -> Anew:
    """This will send from elsewhere what is not where it was kept; where that is not possible, it is waited for.

    For whoever picks: so many (`short`, {SKU: pieces}) that were kept for this order in `place` are booked out as lost
    and looked for in the other places, also when picking has begun; what was found stays as it is, and nobody else's
    goods are touched. `Anew.sent_from` is what is to be picked besides. Without `short`: what was kept and is waited
    for again is looked for; as long as nobody picks, the whole order is allocated anew.

    One order a transaction: all its balances are locked.

    Raises: OrderNotFound, NothingToAllocate, NothingHeld, PlaceFull
    """
    lost = [Goods(place, sku, count) for sku, count in (short or {}).items() if place is not None]
    return until_taken(lambda: _anew(take(order_id, by=by, at=at), lost))


def send_from(*, order_id: UUID, place_id: UUID, why: str, by: By, at: datetime) -> Order:
    """This will have all that is still to be sent come from one place that a person names, and why (`BY_HAND`).

    Raises: OrderNotFound, NothingToAllocate, AlreadyOnItsWay, WhyMoved, PlaceUnable, PlaceFull
    """
    if why not in BY_HAND:
        raise WhyMoved(WhyMoved.__doc__)
    return until_taken(lambda: _from(take(order_id, by=by, at=at), place_id, why))


def _anew(moving: Moving, lost: list[Goods]) -> Anew:
    if lost:
        note_lost(moving.in_hand, lost, moving.cause)
    order, stays = moving.order, bool(lost) or moving.is_begun
    is_short = bool(lost or moving.waiting)
    missing = {one.key: one.quantity for one in lost}
    wanted = by_sku(missing)
    for sku, count in (moving.waiting if stays else by_sku(moving.in_hand.kept)).items():
        wanted[sku] = wanted.get(sku, 0) + count
    order.short_at = None
    if not is_short:
        count_parcels(order, at=moving.cause.at)
        order.save(update_fields=["short_at", *PACKING])
        return Anew(order)
    staying = moving.held if stays else {}
    decision = moving.decide(wanted, moving.free(staying if stays else (), without=missing))
    if decision.choice.plan is None:
        moving.keep([*goods(moving.in_hand.kept), *lost], Way.WAIT, None, stays=True)
        return Anew(order, waiting=moving.waiting)
    moving.keep([*goods(staying), *goods_of(decision, moving.ground)], Way.ALL, decision, stays=stays)
    moving.tell(decision, "short" if lost else "came")
    by_code = moving.ground.by_code
    return Anew(order, {by_code[code].id: share for code, share in decision.choice.plan.items()}, moving.waiting)


def _from(moving: Moving, place_id: UUID, why: str) -> Order:
    order = moving.order
    if order.fulfilment not in STILL_HERE:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    wanted, free = by_sku(moving.in_hand.kept), moving.free()
    decision = moving.decide(wanted, {key: count for key, count in free.items() if key[0] == place_id})
    if decision.choice.plan is None:
        lacks = [f"{sku} ({free.get((place_id, sku), 0)}/{count})" for sku, count in wanted.items()]
        raise PlaceUnable(", ".join(lacks[:5]))
    order.is_split, order.short_at = False, None
    moving.keep(goods_of(decision, moving.ground), Way.ALL, decision)
    moving.tell(decision, why)
    return order
