"""Putting right what is wrong in an order: who gets it, how many, for how much. What changed is on its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.commands.reviewing import approve, look_at
from zhoudao.rooms.orders.events import OrderCorrected
from zhoudao.rooms.orders.models import Commercial, Order, OrderLine
from zhoudao.rooms.orders.refusals import AlreadyApproved, Fault, NothingChanged, OrderUnsound
from zhoudao.rooms.orders.sealed import recipient_of, remark_of, seal_people
from zhoudao.rooms.orders.shares import share_out
from zhoudao.rooms.orders.submission import DEAREST, MOST_PIECES, Recipient, tidied_recipient

_PARTS = ("discount_minor", "shipping_minor", "tax_minor")
_REGION = ("province", "city", "district")


@dataclass(frozen=True)
class Correction:
    """What it should be. `recipient` None: as it is; `lines` is {position: (quantity, price_minor)}."""

    recipient: Recipient | None = None
    lines: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@transaction.atomic
def correct_order(*, order_id: UUID, correction: Correction, by: By, at: datetime) -> Order:
    """This will change an order that is not approved yet, and have the detectors look again: what was put right holds
    it no more, and without any other hold it goes on. What it is known by (the submission) stays.

    Raises: OrderNotFound, AlreadyApproved, OrderUnsound, NothingChanged
    """
    order = hold_order(order_id)
    if order.commercial != Commercial.PLACED:
        raise AlreadyApproved(AlreadyApproved.__doc__)
    lines = list(OrderLine.objects.select_for_update().filter(order=order).order_by("position"))
    before = order.total_minor
    changed = [*changed_people(order, correction.recipient)]
    moved = _goods(lines, correction.lines)
    if not changed and not moved:
        raise NothingChanged(NothingChanged.__doc__)
    if moved:
        _add_up(order, lines)
        OrderLine.objects.bulk_update(lines, ["quantity", "price_minor", *_PARTS])
    order.save()
    names = [*changed, *dict.fromkeys(str(one[1]) for one in moved)]
    fact = OrderCorrected(order.number, names, moved, before, order.total_minor, order.currency)
    tell(order, fact, by=by, at=at)
    look_at(order, by=by, at=at, is_again=True)
    if not order.open_holds:
        approve(order, may_wait=False, by=by, at=at)
    return order


def changed_people(order: Order, wanted: Recipient | None) -> list[str]:
    """Which of who gets it changes, written on the order in hand; the caller saves it."""
    if wanted is None:
        return []
    wanted, now = tidied_recipient(wanted), recipient_of(order)
    differs = [each.name for each in fields(Recipient) if getattr(wanted, each.name) != getattr(now, each.name)]
    if differs:
        key_id = Customer.objects.values_list("key_id", flat=True).get(id=order.customer_id)
        seal_people(order, key_id, wanted, remark_of(order))
    return list(dict.fromkeys("region" if name in _REGION else name for name in differs))


def _goods(lines: Sequence[OrderLine], wanted: Mapping[int, tuple[int, int]]) -> list[list[int | str]]:
    """What of the lines changed: [position, field, before, after]. Raises: OrderUnsound."""
    moved: list[list[int | str]] = []
    faults = [
        Fault(f"lines.{position}", "empty") for position in wanted if position not in {one.position for one in lines}
    ]
    for line in lines:
        quantity, price = wanted.get(line.position, (line.quantity, line.price_minor))
        if not 0 < quantity <= MOST_PIECES:
            faults.append(Fault(f"lines.{line.position}.quantity", "quantity"))
        if not 0 < price <= DEAREST:
            faults.append(Fault(f"lines.{line.position}.price_minor", "price" if price <= 0 else "large"))
        if quantity != line.quantity:
            moved.append([line.position, "quantity", line.quantity, quantity])
        if price != line.price_minor:
            moved.append([line.position, "price", line.price_minor, price])
        line.quantity, line.price_minor = quantity, price
    if faults:
        raise OrderUnsound(faults)
    return moved


def _add_up(order: Order, lines: Sequence[OrderLine]) -> None:
    """Sums and shares anew; the tax keeps its share of the total. Raises: OrderUnsound."""
    before = order.total_minor
    order.goods_minor = sum(line.goods_minor for line in lines)
    if order.discount_minor > order.goods_minor:
        raise OrderUnsound([Fault("discount_minor", "discount")])
    order.total_minor = order.goods_minor - order.discount_minor + order.shipping_minor
    order.tax_minor = order.tax_minor * order.total_minor // before if before else 0
    pieces = [(line.price_minor, line.quantity) for line in lines]
    for name in _PARTS:
        for line, part in zip(lines, share_out(getattr(order, name), pieces), strict=True):
            setattr(line, name, part)
