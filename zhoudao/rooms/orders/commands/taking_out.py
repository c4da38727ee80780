"""Single pieces that are not wanted any more, taken out of an order as long as nobody has begun to pick."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_open, tell
from zhoudao.rooms.orders.commands.merging import ANEW
from zhoudao.rooms.orders.commands.reviewing import approve, look_at
from zhoudao.rooms.orders.events import ApprovalWithdrawn
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.piece_events import PiecesTakenOut
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    GoesWithAnother,
    LineSpokenFor,
    NothingTakenOut,
    OthersGoWithIt,
)
from zhoudao.rooms.orders.sourcing import FREED, free_goods

_PARTS = ("discount_minor", "shipping_minor", "tax_minor")
_SUMS = ("goods_minor", *_PARTS, "total_minor", "taken_out_minor", "line_count")
_CHANGED = (*_SUMS, "commercial", "approved_at", "fulfilment")


@transaction.atomic
def take_out(*, order_id: UUID, counts: Mapping[UUID, int], is_looked_at: bool = False, by: By, at: datetime) -> Order:
    """This will take the last so many pieces of each line (by id) out of an order, with their exact parts of discount,
    shipping and tax; what is kept of the rest is kept anew in the same moment. `is_looked_at`: the detectors look at
    the rest of what is held, which goes on when nothing holds it any more.

    Raises: OrderNotFound, OrderOver, GoesWithAnother, OthersGoWithIt, AlreadyOnItsWay, NothingTakenOut, LineSpokenFor
    """
    order = hold_open(order_id)
    if order.merged_into is not None:
        raise GoesWithAnother(order.merged_into.number)
    if Order.objects.filter(merged_into=order).exists():
        raise OthersGoWithIt(OthersGoWithIt.__doc__)
    if order.fulfilment not in STILL_HERE or order.is_split:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    lines = list(OrderLine.objects.select_for_update().filter(order=order).order_by("position"))
    _check(lines, counts)
    approved_at, before = order.approved_at, order.total_minor
    if approved_at is not None:
        free_goods(order, by=by, at=at)
        order.commercial, order.approved_at, order.fulfilment = Commercial.PLACED, None, Fulfilment.NONE
    _lessen(order, lines, counts)
    order.save(update_fields=[*_CHANGED, *FREED])
    pieces = sum(counts.values())
    tell(order, PiecesTakenOut(order.number, pieces, before, order.total_minor, order.currency), by=by, at=at)
    if approved_at is not None:
        _keep_anew(order, approved_at + ANEW, by=by, at=at)
    elif is_looked_at and order.reviewed_at is not None:
        _look_again(order, by=by, at=at)
    return order


def _keep_anew(order: Order, anew_at: datetime, *, by: By, at: datetime) -> None:
    approve(order, may_wait=True, by=by, at=at, anew_at=anew_at)
    if order.commercial != Commercial.APPROVED:
        tell(order, ApprovalWithdrawn(order.number), by=by, at=at)


def _look_again(order: Order, *, by: By, at: datetime) -> None:
    look_at(order, by=by, at=at, is_again=True)
    if not order.open_holds:
        approve(order, may_wait=False, by=by, at=at)


def _check(lines: Sequence[OrderLine], counts: Mapping[UUID, int]) -> None:
    """Raises: NothingTakenOut"""
    left = {line.id: line.quantity for line in lines}
    for line_id, count in counts.items():
        if type(count) is not int or not 0 <= count <= left.get(line_id, -1):
            raise NothingTakenOut(NothingTakenOut.__doc__)
        left[line_id] -= count
    if not any(counts.values()) or not any(left.values()):
        raise NothingTakenOut(NothingTakenOut.__doc__)


def _lessen(order: Order, lines: Sequence[OrderLine], counts: Mapping[UUID, int]) -> None:
    """The first pieces of a line have the larger parts, so that what stays is as it was shared out.

    Raises: LineSpokenFor
    """
    gone, before = [], order.total_minor
    for line in lines:
        stays = line.quantity - counts.get(line.id, 0)
        for name in _PARTS:
            setattr(line, name, sum(line.unit_parts(name.removesuffix("_minor"))[:stays]))
        line.quantity = stays
        if not stays:
            gone.append(line.id)
    try:
        OrderLine.objects.filter(id__in=gone).delete()
    except ProtectedError as refusal:
        raise LineSpokenFor(LineSpokenFor.__doc__) from refusal
    kept = [line for line in lines if line.quantity]
    OrderLine.objects.bulk_update(kept, ["quantity", *_PARTS])
    order.line_count, order.goods_minor = len(kept), sum(line.goods_minor for line in kept)
    for name in _PARTS:
        setattr(order, name, sum(getattr(line, name) for line in kept))
    order.total_minor = order.goods_minor - order.discount_minor + order.shipping_minor
    order.taken_out_minor += before - order.total_minor
