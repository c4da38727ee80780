"""Orders of one buyer that go to the same place go out as one; and each by itself again, while nobody picks."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.commands.holding import hold_families, tell
from zhoudao.rooms.orders.days import day_of, give_back
from zhoudao.rooms.orders.events import OrdersMerged, OrderWentInto
from zhoudao.rooms.orders.merging import AMOUNTS, MOST, check_together, earliest
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.moving import by_sku, goods, take, until_taken
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, GoesWithAnother, NoneNamed
from zhoudao.rooms.orders.sourcing import FREED, goods_of, purpose_of
from zhoudao.rooms.orders.submission import MOST_LINES
from zhoudao.rooms.stock.commands.joining import join_kept
from zhoudao.rooms.stock.commands.reserving import Way
from zhoudao.rooms.stock.refusals import SomeHasLeft

MERGED = "merged"  # why the others end
ANEW = timedelta(microseconds=1)  # approved anew, so no tote fetches it as it was; figures of that time stay
_SHARES = ("discount_minor", "shipping_minor", "tax_minor")
_LINE = ("sku", "name", "quantity", "price_minor", *_SHARES)


@transaction.atomic
def merge_orders(*, order_id: UUID, others: Iterable[UUID], by: By, at: datetime) -> Order:
    """This will have an order carry the lines of others, with what is kept for them, and go out once; those end as
    merged into it. Asked twice is asked once; who is named and goes with it already is left as it is.

    Raises: OrderNotFound, NoneNamed, GoesWithAnother, NotReadyTogether, NotOneParcel, NotPaidAlike, AlreadyOnItsWay,
    PlaceFull
    """
    named = set(others) - {order_id}
    if not named:
        raise NoneNamed(NoneNamed.__doc__)
    return until_taken(lambda: _merged(order_id, named, by, at))


def _merged(order_id: UUID, named: set[UUID], by: By, at: datetime) -> Order:
    held = hold_families({order_id, *named})
    order = held[order_id]
    fresh = [held[one] for one in sorted(named) if held[one].merged_into_id != order_id]
    if not fresh:
        return order
    for one in (order, *fresh):
        if one.merged_into_id is not None:
            raise GoesWithAnother(held[one.merged_into_id].number)
    check_together(order, fresh)
    with_it = [one for one in held.values() if one.merged_into_id is not None]
    if 1 + len(fresh) + len(with_it) > MOST or sum(one.line_count for one in (order, *fresh)) > MOST_LINES:
        raise NoneNamed(NoneNamed.__doc__)
    lines = list(OrderLine.objects.filter(order__in=[order, *fresh]).order_by("position"))
    has_goods = _joined(order, fresh, lines, by, at)
    _carry(order, fresh, lines)
    for one in fresh:
        give_back(one.packing_places, one.packing_date, today=day_of(at))
        _end(one, order, at)
    Order.objects.filter(merged_into__in=fresh).update(merged_into=order)
    numbers = ", ".join(one.number for one in fresh)
    fact = OrdersMerged(order.number, numbers, order.line_count, order.total_minor, order.currency)
    for one in fresh:
        tell(one, OrderWentInto(one.number, order.number), by=by, at=at)
    return kept_anew(order, fact, why="joined", has_goods=has_goods, by=by, at=at)


def kept_anew(order: Order, fact: Fact, *, why: str, has_goods: bool, by: By, at: datetime) -> Order:
    """This will count the parcels of what is kept for a saved order anew, and choose again where it is sent from if
    that is several places or something is short; in one place it stays. Tells the fact, and what was chosen.

    Raises: PlaceFull
    """
    if not has_goods:
        tell(order, fact, by=by, at=at)
        return order
    moving = take(order.id, by=by, at=at)
    kept, free = moving.in_hand.kept, moving.free()
    places = {place for place, _sku in moving.held}
    if len(places) == 1 and not moving.waiting:
        free = {key: count for key, count in free.items() if key[0] in places}
        why = "stays"
    decision = moving.decide(by_sku(kept), free)
    if decision.choice.plan is None:
        moving.keep(goods(kept), Way.WAIT, None)
        tell(moving.order, fact, by=by, at=at)
    else:
        moving.keep(goods_of(decision, moving.ground), Way.ALL, decision)
        moving.tell(decision, why, fact)
    return moving.order


def _joined(order: Order, others: Sequence[Order], lines: Iterable[OrderLine], by: By, at: datetime) -> bool:
    """Raises: AlreadyOnItsWay"""
    try:
        return join_kept(
            into=purpose_of(order.id),
            others=[purpose_of(one.id) for one in others],
            skus={line.sku for line in lines},
            by=by,
            at=at,
        )
    except SomeHasLeft as left:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__) from left


def _carry(order: Order, others: Sequence[Order], lines: Sequence[OrderLine]) -> None:
    """Lines and amounts as they are, to the cent."""
    last = max(line.position for line in lines if line.order_id == order.id)
    copies = []
    for one in others:
        for line in lines:
            if line.order_id == one.id:
                last += 1
                said = {name: getattr(line, name) for name in _LINE}
                copies.append(
                    OrderLine(id=uuid7(), order=order, position=last, origin_id=line.origin_id or one.id, **said)
                )
    OrderLine.objects.bulk_create(copies)
    for name in (*AMOUNTS, "line_count"):
        setattr(order, name, sum(getattr(one, name) for one in (order, *others)))
    order.promised_at = earliest([order, *others])
    for name in ("late_at", "short_at"):
        setattr(order, name, min(filter(None, (getattr(one, name) for one in (order, *others))), default=None))
    assert order.approved_at is not None
    order.approved_at += ANEW
    order.save()


def _end(order: Order, into: Order, at: datetime) -> None:
    order.commercial, order.cancelled_at, order.cancel_reason = Commercial.CANCELLED, at, MERGED
    order.merged_into, order.fulfilment = into, Fulfilment.NONE
    order.packing_date, order.packing_places, order.short_at = None, [], None
    order.save(
        update_fields=["commercial", "cancelled_at", "cancel_reason", "merged_into", "fulfilment", *FREED],
    )
