"""Handing a parcel of an order over to its carrier."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.commands.holding import tell as tell_order
from zhoudao.rooms.orders.events import OrderShipped
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.refusals import OrderOver
from zhoudao.rooms.orders.sourcing import let_go
from zhoudao.rooms.parcels.commands.batching import Batches, keep_batches, sound_batches
from zhoudao.rooms.parcels.commands.holding import hold_parcel, tell
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.leaving import book_out
from zhoudao.rooms.parcels.commands.numbers import lock_numbers
from zhoudao.rooms.parcels.commands.tracking import CLOCK, HAND, join_waiting, stand_anew
from zhoudao.rooms.parcels.commands.watching import expect
from zhoudao.rooms.parcels.events import ParcelHandedOver, ParcelRenumbered, carrier_word
from zhoudao.rooms.parcels.models import Parcel, ParcelLine, TrackingEvent
from zhoudao.rooms.parcels.queries.lists import left_of
from zhoudao.rooms.parcels.refusals import (
    MoreThanOrdered,
    OrderNotApproved,
    ParcelEmpty,
    ParcelOver,
    TrackingNumberTaken,
)

__all__ = ["Label", "hand_over_parcel", "renumber_parcel"]


@transaction.atomic
def hand_over_parcel(
    *,
    order_id: UUID,
    label: Label,
    lines: Mapping[UUID, int] | None = None,
    warehouse_id: UUID | None = None,
    weight_grams: int | None = None,
    parcel_id: UUID | None = None,
    batches: Batches | None = None,
    is_history: bool = False,
    by: By,
    at: datetime,
) -> Parcel:
    """This will note that a parcel of an approved order left, and book out what is in it: `lines` says how many of
    each line of the order, None is all that is left; `batches` says of lines how many are of which batch, as far as
    that is known. The same `parcel_id`, or the same number for the same order, twice is once.

    With its first parcel the order is on its way: from then on it cannot be cancelled as a whole. With its last one,
    what is still kept for it is free.

    Raises: OrderNotFound, OrderOver, OrderNotApproved, CarrierUnsound, TrackingNumberUnsound, TrackingNumberTaken,
    ParcelEmpty, MoreThanOrdered, GoodsNotThere, BatchUnsound, BatchesUnsound, BatchStopped, BatchUnsaid
    """
    label = label.sound()
    lock_numbers([label])
    order = hold_order(order_id)
    if before := _same(order, label, parcel_id):
        return before
    _check_order(order)
    left = left_of(order)
    wanted = dict(left) if lines is None else {line: count for line, count in lines.items() if count}
    _check(wanted, left)
    known = sound_batches(batches or {}, wanted, is_history=is_history)
    parcel_id = parcel_id or uuid7()
    places = book_out(order, _by_sku(wanted), warehouse_id, key=f"parcel:{parcel_id}", by=by, at=at)
    if warehouse_id is None and len(places) == 1:
        warehouse_id = next(iter(places))
    parcel = Parcel(id=parcel_id, order=order, warehouse_id=warehouse_id, handed_over_at=at, is_history=is_history)
    parcel.carrier, parcel.tracking_number, parcel.weight_grams = label.carrier, label.tracking_number, weight_grams
    expect(order, parcel)
    _keep(parcel, wanted, known)
    rest = sum(left.values()) - sum(wanted.values())
    fact = ParcelHandedOver(
        order.number, str(parcel.id), carrier_word(label.carrier), sum(wanted.values()), rest, is_history
    )
    tell(order, parcel, fact, by=by, at=at)
    _move_order(order, is_all=not rest, by=by, at=at)
    join_waiting(order, parcel, by=by, at=at)
    return parcel


@transaction.atomic
def renumber_parcel(*, parcel_id: UUID, label: Label, by: By, at: datetime) -> Parcel:
    """This will put a parcel's carrier and number right, as long as it was not delivered. What was said of the other
    number is somebody else's; what was said of this one is its own.

    Raises: ParcelNotFound, ParcelOver, CarrierUnsound, TrackingNumberUnsound, TrackingNumberTaken
    """
    label = label.sound()
    before = Parcel.objects.filter(id=parcel_id).values_list("carrier", "tracking_number")
    lock_numbers([label, *(Label(*row) for row in before)])
    order, parcel = hold_parcel(parcel_id)
    if (parcel.carrier, parcel.tracking_number) == (label.carrier, label.tracking_number):
        return parcel
    if parcel.delivered_at is not None:
        raise ParcelOver(ParcelOver.__doc__)
    _refuse_taken(label)
    TrackingEvent.objects.filter(parcel=parcel).exclude(source__in=(HAND, CLOCK)).update(parcel=None)
    parcel.carrier, parcel.tracking_number = label.carrier, label.tracking_number
    parcel.save(update_fields=["carrier", "tracking_number"])
    fact = ParcelRenumbered(order.number, str(parcel.id), carrier_word(label.carrier))
    tell(order, parcel, fact, by=by, at=at)
    stand_anew(order, parcel, by=by, at=at)
    join_waiting(order, parcel, by=by, at=at)
    return parcel


def _same(order: Order, label: Label, parcel_id: UUID | None) -> Parcel | None:
    """The parcel that this one is already. Raises: TrackingNumberTaken."""
    before = Parcel.objects.filter(id=parcel_id).first() if parcel_id else None
    if before is None and label.tracking_number:
        before = Parcel.objects.filter(carrier=label.carrier, tracking_number=label.tracking_number).first()
    if before is not None and before.order_id != order.id:
        raise TrackingNumberTaken(TrackingNumberTaken.__doc__)
    return before


def _refuse_taken(label: Label) -> None:
    rows = Parcel.objects.filter(carrier=label.carrier, tracking_number=label.tracking_number)
    if label.tracking_number and rows.exists():
        raise TrackingNumberTaken(TrackingNumberTaken.__doc__)


def _check_order(order: Order) -> None:
    if not order.is_open:
        raise OrderOver(OrderOver.__doc__)
    if order.commercial != Commercial.APPROVED or order.open_holds:
        raise OrderNotApproved(OrderNotApproved.__doc__)


def _check(wanted: Mapping[UUID, int], left: Mapping[UUID, int]) -> None:
    if not wanted:
        raise ParcelEmpty(ParcelEmpty.__doc__)
    if any(count < 0 or count > left.get(line, 0) for line, count in wanted.items()):
        raise MoreThanOrdered(MoreThanOrdered.__doc__)


def _keep(parcel: Parcel, wanted: Mapping[UUID, int], batches: Batches) -> None:
    """Raises: TrackingNumberTaken, by an order that was handed over at the same moment."""
    try:
        with transaction.atomic():
            parcel.save(force_insert=True)
    except IntegrityError as refusal:
        raise TrackingNumberTaken(TrackingNumberTaken.__doc__) from refusal
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, order_line_id=line, quantity=count) for line, count in wanted.items()
    )
    keep_batches(parcel, batches)


def _by_sku(wanted: Mapping[UUID, int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for line_id, sku in OrderLine.objects.filter(id__in=list(wanted)).order_by("position").values_list("id", "sku"):
        counts[sku] = counts.get(sku, 0) + wanted[line_id]
    return counts


def _move_order(order: Order, *, is_all: bool, by: By, at: datetime) -> None:
    if is_all:
        let_go(order.id, by=by, at=at)
    if order.fulfilment != Fulfilment.SHIPPED:
        order.fulfilment, order.shipped_at = Fulfilment.SHIPPED, at
        order.save(update_fields=["fulfilment", "shipped_at"])
        tell_order(order, OrderShipped(order.number), by=by, at=at)
