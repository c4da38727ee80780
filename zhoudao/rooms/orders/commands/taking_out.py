"""Single pieces that are not wanted any more, taken out of an order as long as nobody has begun to pick."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_open, tell
from zhoudao.rooms.orders.commands.reviewing import approve
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.piece_events import PiecesTakenOut
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, GoesWithAnother, NothingTakenOut, OthersGoWithIt
from zhoudao.rooms.orders.sourcing import FREED, free_goods

_PARTS = ("discount_minor", "shipping_minor", "tax_minor")
_CHANGED = ("goods_minor", *_PARTS, "total_minor", "line_count", "commercial", "approved_at", "fulfilment")


@transaction.atomic
def take_out(*, order_id: UUID, counts: Mapping[UUID, int], by: By, at: datetime) -> Order:
    """This will take the last so many pieces of each line (by id) out of an order, with their exact parts of discount,
    shipping and tax; what is kept of the rest is kept anew in the same moment.

    Raises: OrderNotFound, OrderOver, GoesWithAnother, OthersGoWithIt, AlreadyOnItsWay, NothingTakenOut
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
    was_approved, before = order.commercial == Commercial.APPROVED, order.total_minor
    if was_approved:
        free_goods(order, by=by, at=at)
        order.commercial, order.approved_at, order.fulfilment = Commercial.PLACED, None, Fulfilment.NONE
    _lessen(order, lines, counts)
    order.save(update_fields=[*_CHANGED, *FREED])
    pieces = sum(counts.values())
    tell(order, PiecesTakenOut(order.number, pieces, before, order.total_minor, order.currency), by=by, at=at)
    if was_approved:
        approve(order, may_wait=True, by=by, at=at)
    return order


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
    """The first pieces of a line have the larger parts, so that what stays is as it was shared out."""
    gone = []
    for line in lines:
        stays = line.quantity - counts.get(line.id, 0)
        for name in _PARTS:
            setattr(line, name, sum(line.unit_parts(name.removesuffix("_minor"))[:stays]))
        line.quantity = stays
        if not stays:
            gone.append(line.id)
    OrderLine.objects.filter(id__in=gone).delete()
    kept = [line for line in lines if line.quantity]
    OrderLine.objects.bulk_update(kept, ["quantity", *_PARTS])
    order.line_count, order.goods_minor = len(kept), sum(line.goods_minor for line in kept)
    for name in _PARTS:
        setattr(order, name, sum(getattr(line, name) for line in kept))
    order.total_minor = order.goods_minor - order.discount_minor + order.shipping_minor
