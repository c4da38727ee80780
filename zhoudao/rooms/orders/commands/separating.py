"""Orders that go out as one, each by itself again: as long as nobody picks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.correcting import changed_people
from zhoudao.rooms.orders.commands.holding import hold_families
from zhoudao.rooms.orders.commands.holds import open_new
from zhoudao.rooms.orders.commands.merging import ANEW, kept_anew
from zhoudao.rooms.orders.days import day_of, give_back
from zhoudao.rooms.orders.events import OrderCameOutOf, OrdersSeparated
from zhoudao.rooms.orders.merging import AMOUNTS
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Fulfilment, Hold, Order, OrderLine, Stage
from zhoudao.rooms.orders.moving import until_taken
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, NothingTogether, NotReadyTogether, OrderOver
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.sourcing import purpose_of, wanted_of
from zhoudao.rooms.stock.commands.joining import part_kept
from zhoudao.rooms.stock.goods import Purpose
from zhoudao.rooms.stock.refusals import SomeHasLeft

_SAID = ("reason", "kind", "score", "evidence", "priority", "opened_at", "opened_by", "due_at", "rules_version")
_Lines = Mapping[UUID, Sequence[OrderLine]]


@transaction.atomic
def separate_orders(*, order_id: UUID, by: By, at: datetime) -> Order:
    """This will have every order that goes with this one (or with the one it goes with) go out by itself again, with
    its lines as they are now and what is kept for them; the first placed gets first what is there. Where they go, what
    was promised and what holds the one holds for all. Returns the one that carried them.

    Raises: OrderNotFound, NothingTogether, OrderOver, AlreadyOnItsWay, NotReadyTogether (in parts), PlaceFull
    """
    return until_taken(lambda: _separated(order_id, by, at))


def _separated(order_id: UUID, by: By, at: datetime) -> Order:
    held = hold_families([order_id])
    order = held[held[order_id].merged_into_id or order_id]
    others = sorted((one for one in held.values() if one.merged_into_id), key=lambda one: (one.placed_at, one.id))
    _check(order, others)
    lines = _by_origin(order)
    parted = _parted(order, others, lines, by, at)
    holds = list(Hold.objects.filter(order=order).exclude(stage=Stage.DONE).order_by("id"))
    for one in others:
        _come_out(one, order, lines.get(one.id, ()))
        for hold in holds:
            open_new(one, Hold(order=one, **{name: getattr(hold, name) for name in _SAID}), by=by, at=at)
        one.save()
    order.line_count = len(lines[order.id])
    if order.commercial == Commercial.APPROVED and order.approved_at is not None:
        order.approved_at += ANEW
    if purpose_of(order.id) not in parted:
        give_back(order.packing_places, order.packing_date, today=day_of(at))
        order.packing_date, order.packing_places, order.fulfilment = None, [], Fulfilment.NONE
    order.save()
    numbers = ", ".join(one.number for one in others)
    for one in others:
        own = OrderCameOutOf(one.number, order.number)
        kept_anew(one, own, why="parted", has_goods=purpose_of(one.id) in parted, by=by, at=at)
    fact = OrdersSeparated(order.number, numbers, order.line_count, order.total_minor, order.currency)
    return kept_anew(order, fact, why="parted", has_goods=purpose_of(order.id) in parted, by=by, at=at)


def _check(order: Order, others: Sequence[Order]) -> None:
    """Raises: NothingTogether, OrderOver, AlreadyOnItsWay, NotReadyTogether"""
    if not others:
        raise NothingTogether(NothingTogether.__doc__)
    if not order.is_open:
        raise OrderOver(OrderOver.__doc__)
    if order.fulfilment not in STILL_HERE:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    if order.is_split:
        raise NotReadyTogether(order.number)


def _by_origin(order: Order) -> _Lines:
    found: dict[UUID, list[OrderLine]] = {order.id: []}
    for line in OrderLine.objects.filter(order=order).order_by("position"):
        found.setdefault(line.origin_id or order.id, []).append(line)
    return found


def _parted(order: Order, others: Sequence[Order], lines: _Lines, by: By, at: datetime) -> set[Purpose]:
    """For which of them something is kept now. Raises: AlreadyOnItsWay."""
    turns = sorted((order, *others), key=lambda one: (one.placed_at, one.id))
    shares = [(purpose_of(one.id), wanted_of(lines.get(one.id, ()))) for one in turns]
    skus = {line.sku for each in lines.values() for line in each}
    try:
        return part_kept(out_of=purpose_of(order.id), shares=shares, skus=skus, by=by, at=at)
    except SomeHasLeft as left:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__) from left


def _come_out(one: Order, order: Order, lines: Sequence[OrderLine]) -> None:
    """Its lines and amounts are its own again, as they are now; the caller saves both."""
    OrderLine.objects.filter(order=one).delete()
    for place, line in enumerate(lines, 1):
        line.order, line.position, line.origin = one, place, None
    OrderLine.objects.bulk_update(lines, ["order", "position", "origin"])
    one.goods_minor = sum(line.goods_minor for line in lines)
    for name in ("discount_minor", "shipping_minor", "tax_minor"):
        setattr(one, name, sum(getattr(line, name) for line in lines))
    one.total_minor = one.goods_minor - one.discount_minor + one.shipping_minor
    for name in AMOUNTS:
        setattr(order, name, getattr(order, name) - getattr(one, name))
    one.line_count, one.merged_into = len(lines), None
    one.commercial, one.cancelled_at, one.cancel_reason = order.commercial, None, ""
    one.fulfilment, one.short_at = Fulfilment.NONE, order.short_at
    one.approved_at = order.approved_at and (one.approved_at or order.approved_at) + ANEW
    changed_people(one, recipient_of(order))
