"""In parts, and in one go again: what is there goes ahead, the rest follows when it comes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.commands.holds import end_hold
from zhoudao.rooms.orders.commands.reviewing import approve
from zhoudao.rooms.orders.events import OrderMerged, OrderSplit
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Ending, Hold, Order, Outcome, Reason, Stage
from zhoudao.rooms.orders.moving import Moving, by_sku, goods, take, until_taken
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, NothingAhead, NotInParts, OrderHeld
from zhoudao.rooms.orders.sourcing import ahead_and_later, goods_of, kept_for
from zhoudao.rooms.stock.commands.reserving import Way


@transaction.atomic
def split_order(*, order_id: UUID, by: By, at: datetime) -> Order:
    """This will have what is there of an order go ahead and the rest follow: of one that is held only because goods are
    short, and of one that waits for them. Whoever picks takes what is held of an order with `is_split` though it is
    backordered.

    Raises: OrderNotFound, NothingToAllocate, AlreadyOnItsWay, OrderHeld, NothingAhead, PlaceFull
    """
    order = hold_order(order_id)
    if order.commercial == Commercial.PLACED:
        return _released(order, by=by, at=at)
    return until_taken(lambda: _ahead(take(order_id, by=by, at=at)))


@transaction.atomic
def merge_order(*, order_id: UUID, by: By, at: datetime) -> Order:
    """This will have a split order sent in one go again, as long as nothing of it has left: at once when all is there,
    else when the rest has come.

    Raises: OrderNotFound, NothingToAllocate, AlreadyOnItsWay, NotInParts, PlaceFull
    """
    return until_taken(lambda: _together(take(order_id, by=by, at=at)))


def _released(order: Order, *, by: By, at: datetime) -> Order:
    holds = list(Hold.objects.select_for_update().filter(order=order).exclude(stage=Stage.DONE).order_by("id"))
    if [one.reason for one in holds] != [Reason.OUT_OF_STOCK]:
        raise OrderHeld(OrderHeld.__doc__)
    end_hold(order, holds[0], ending=Ending.RELEASED, outcome=Outcome.RIGHT, by=by, at=at)
    order.is_split = True
    order.save(update_fields=["open_holds"])
    approve(order, may_wait=True, by=by, at=at, why="split")
    held, waiting = kept_for(order.id)
    if not held or not waiting:
        raise NothingAhead(NothingAhead.__doc__)
    tell(order, OrderSplit(order.number, held, waiting), by=by, at=at)
    return order


def _ahead(moving: Moving) -> Order:
    order = moving.order
    _check_here(moving)
    wanted = by_sku(moving.in_hand.kept)
    decision, later = ahead_and_later(order, wanted, moving.rules, moving.ground, moving.free())
    if decision.choice.plan is None or not later or order.is_split:
        raise NothingAhead(NothingAhead.__doc__)
    order.is_split, order.short_at = True, None
    moving.keep([*goods_of(decision, moving.ground), *later], Way.WAIT, decision)
    held, waiting = sum(moving.held.values()), sum(moving.waiting.values())
    moving.tell(decision, "split", OrderSplit(order.number, held, waiting))
    return order


def _together(moving: Moving) -> Order:
    order = moving.order
    if not order.is_split:
        raise NotInParts(NotInParts.__doc__)
    _check_here(moving)
    order.is_split, order.short_at = False, None
    decision = moving.decide(by_sku(moving.in_hand.kept), moving.free())
    told = OrderMerged(order.number)
    if decision.choice.plan is None:
        moving.keep(goods(moving.in_hand.kept), Way.WAIT, None)
        tell(order, told, by=moving.cause.by, at=moving.cause.at)
    else:
        moving.keep(goods_of(decision, moving.ground), Way.ALL, decision)
        moving.tell(decision, "merged", told)
    return order


def _check_here(moving: Moving) -> None:
    """Raises: AlreadyOnItsWay"""
    if moving.order.fulfilment not in STILL_HERE or any(line.shipped for line in moving.in_hand.lines):
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
