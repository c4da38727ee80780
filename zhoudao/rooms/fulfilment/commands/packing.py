"""Packing by scanner: only what the order holds goes into its parcel. Then it is weighed, and handed over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment import events
from zhoudao.rooms.fulfilment.commands.batches import by_line, check_stopped, name_batch, pack
from zhoudao.rooms.fulfilment.commands.bins import check_grams
from zhoudao.rooms.fulfilment.commands.holding import (
    hold_tote,
    is_stopped,
    place_order_on_its_axis,
    restage,
    stop_totes,
    tell_totes,
)
from zhoudao.rooms.fulfilment.commands.scanning import Read, Scanned, before, note
from zhoudao.rooms.fulfilment.models import OPEN, Outcome, Stage, Station, Step, Tote, ToteBatch, ToteLine, Wave
from zhoudao.rooms.fulfilment.refusals import (
    ToteElsewhere,
    ToteIncomplete,
    ToteStopped,
    WeightUnexplained,
    WeightUnsound,
)
from zhoudao.rooms.fulfilment.weighing import BOXES, expected
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.handing_over import Label, hand_over_parcel
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.queries.lists import left_of
from zhoudao.rooms.stock.batches import goods_scanned
from zhoudao.rooms.stock.goods import check_quantity


@transaction.atomic
def scan_pack(*, tote_id: UUID, read: Read, by: By, at: datetime) -> Scanned:
    """This will put what was scanned into the parcel where it belongs there. A wrong or surplus item cannot be packed,
    nor one of a stopped batch. Behind an item that asks for its batch, what is no item's is that batch.

    Raises: ToteNotFound, ToteElsewhere, QuantityUnsound, BatchUnsound
    """
    check_quantity(read.quantity)
    order, wave, tote = hold_tote(tote_id)
    known = before(read)
    if known is not None:
        return known
    if tote.state in OPEN and is_stopped(tote, order):
        stop_totes(wave, [tote], by=by, at=at)
        restage(wave, by=by, at=at)
        found = Scanned(Outcome.STOPPED, read.words, "", read.quantity, tote.code, (order.number,))
        return note(wave, Station.PACK, read, found, tote=tote, by=by, at=at)
    if tote.state != Step.PICKED:
        raise ToteElsewhere(ToteElsewhere.__doc__)
    goods = goods_scanned(read.text)
    batch = goods.batch
    if goods.item is None and tote.asked_sku:
        outcome, sku, batch = name_batch(tote, read.text)
    else:
        outcome, sku = pack(tote, goods, read.quantity)
    found = Scanned(outcome, read.words, sku, read.quantity, tote.code, batch=batch)
    return note(wave, Station.PACK, read, found, tote=tote, by=by, at=at)


@transaction.atomic
def weigh(*, tote_id: UUID, box: str, grams: int, by: By, at: datetime) -> Tote:
    """This will close a parcel whose weight is right (or cannot be judged: an item's is not known). Otherwise it stays
    open with what was weighed, to be packed again or confirmed by a lead. The tote says which by its state; a stopped
    order's goods are to be put back.

    Raises: ToteNotFound, ToteElsewhere, ToteIncomplete, WeightUnsound, BatchStopped, BatchUnsaid
    """
    check_grams(grams)
    if box not in BOXES:
        raise WeightUnsound(WeightUnsound.__doc__)
    order, wave, tote = hold_tote(tote_id)
    if _stops(order, wave, tote, by=by, at=at) or tote.state == Step.PACKED:
        return tote
    lines = _complete(tote)
    should = expected(lines, box)
    tote.box, tote.expected_grams, tote.weighed_grams = box, should.grams, grams
    if should.fits(grams):
        return _close(order, wave, tote, lines, by=by, at=at)
    tote.save(update_fields=["box", "expected_grams", "weighed_grams"])
    fact = events.WeightFoundOff(order.number, tote.code, grams, should.grams or 0)
    tell_totes(wave, [(tote, fact)], by=by, at=at)
    return tote


@transaction.atomic
def confirm_weight(*, tote_id: UUID, reason: str, by: By, at: datetime) -> Tote:
    """This will close a parcel that weighs other than it should, because a lead says why that is right.

    Raises: ToteNotFound, ToteElsewhere, ToteIncomplete, WeightUnexplained, WeightUnsound, BatchStopped, BatchUnsaid
    """
    if reason not in events.WEIGHT_REASONS:
        raise WeightUnexplained(WeightUnexplained.__doc__)
    order, wave, tote = hold_tote(tote_id)
    if _stops(order, wave, tote, by=by, at=at) or tote.state == Step.PACKED:
        return tote
    lines = _complete(tote)
    if tote.weighed_grams is None:
        raise WeightUnsound(WeightUnsound.__doc__)
    tote.weight_reason, tote.weight_by = reason, by.actor
    fact = events.WeightConfirmed(order.number, tote.code, f"weight_{reason}")
    tell_totes(wave, [(tote, fact)], by=by, at=at)
    return _close(order, wave, tote, lines, by=by, at=at)


@transaction.atomic
def pack_again(*, tote_id: UUID, is_missing: bool = False, by: By, at: datetime) -> Tote:
    """This will open a parcel anew: everything is scanned into it again. `is_missing`: what was not scanned into it is
    not in the tote, and is picked again.

    Raises: ToteNotFound, ToteElsewhere
    """
    order, wave, tote = hold_tote(tote_id)
    if _stops(order, wave, tote, by=by, at=at):
        return tote
    if tote.state not in (Step.PICKED, Step.PACKED) or (is_missing and tote.state == Step.PACKED):
        raise ToteElsewhere(ToteElsewhere.__doc__)
    lines = list(ToteLine.objects.filter(tote=tote))
    gone = sum(line.sorted - line.packed for line in lines) if is_missing else 0
    for line in lines:
        if is_missing:
            line.picked = line.sorted = line.packed
        line.packed = 0
    ToteLine.objects.bulk_update(lines, ["picked", "sorted", "packed"])
    tote.state, tote.packed_at, tote.weighed_grams = (Step.TO_PICK if gone else Step.PICKED), None, None
    ToteBatch.objects.filter(line__tote=tote).delete()
    tote.carrier = tote.tracking_number = ""  # its label is void
    tote.asked_sku, tote.asked_count = "", 0
    names = ["state", "packed_at", "weighed_grams", "carrier", "tracking_number", "asked_sku", "asked_count"]
    tote.save(update_fields=names)
    if gone:
        wave.state, wave.picker, wave.hand = Stage.PICKING, "", {}
        wave.save(update_fields=["state", "picker", "hand"])
        tell_totes(wave, [(tote, events.PickAgain(order.number, tote.code, gone))], by=by, at=at)
    restage(wave, by=by, at=at)
    place_order_on_its_axis(order)
    return tote


@transaction.atomic
def hand_over_tote(*, tote_id: UUID, label: Label, by: By, at: datetime) -> Parcel:
    """This will hand a packed parcel over to its carrier and book its goods out; handed over twice is once. An order
    that was stopped never leaves.

    Raises: ToteNotFound, ToteElsewhere, ToteStopped, and what `hand_over_parcel` raises
    """
    order, wave, tote = hold_tote(tote_id)
    if tote.state == Step.SHIPPED:
        return Parcel.objects.get(id=tote.id)
    if tote.state != Step.PACKED:
        raise ToteElsewhere(ToteElsewhere.__doc__)
    if is_stopped(tote, order):
        raise ToteStopped(ToteStopped.__doc__)
    lines = list(ToteLine.objects.filter(tote=tote))
    given = _of_order(order, lines)
    parcel = hand_over_parcel(
        order_id=order.id,
        label=label,
        lines=given,
        batches=by_line(order, given, tote),
        warehouse_id=wave.warehouse_id,
        weight_grams=tote.weighed_grams,
        parcel_id=tote.id,
        by=by,
        at=at,
    )
    tote.state, tote.ended_at = Step.SHIPPED, at
    tote.save(update_fields=["state", "ended_at"])
    pieces = sum(line.packed for line in lines)
    tell_totes(wave, [(tote, events.ToteLeft(order.number, tote.code, pieces))], by=by, at=at)
    restage(wave, by=by, at=at)
    return parcel


def _stops(order: Order, wave: Wave, tote: Tote, *, by: By, at: datetime) -> bool:
    """Whether a tote is taken out here, because its order was stopped. Raises: ToteElsewhere."""
    if tote.state in OPEN and is_stopped(tote, order):
        stop_totes(wave, [tote], by=by, at=at)
        restage(wave, by=by, at=at)
        return True
    if tote.state not in (Step.PICKED, Step.PACKED):
        raise ToteElsewhere(ToteElsewhere.__doc__)
    return False


def _complete(tote: Tote) -> list[ToteLine]:
    """Everything was scanned into the parcel, and may leave. Raises: ToteIncomplete, BatchStopped, BatchUnsaid."""
    lines = list(ToteLine.objects.filter(tote=tote).order_by("item_id"))
    if any(line.packed < line.sorted for line in lines):
        raise ToteIncomplete(ToteIncomplete.__doc__)
    check_stopped(tote, lines)
    return lines


def _close(order: Order, wave: Wave, tote: Tote, lines: Sequence[ToteLine], *, by: By, at: datetime) -> Tote:
    tote.state, tote.packed_at, tote.packed_by = Step.PACKED, at, by.actor
    tote.asked_sku, tote.asked_count = "", 0
    tote.save()
    pieces = sum(line.packed for line in lines)
    fact = events.TotePacked(order.number, tote.code, pieces, tote.weighed_grams or 0, tote.expected_grams)
    tell_totes(wave, [(tote, fact)], by=by, at=at)
    restage(wave, by=by, at=at)
    place_order_on_its_axis(order)
    return tote


def _of_order(order: Order, lines: Sequence[ToteLine]) -> dict[UUID, int]:
    """What is in the parcel by the order's lines, the first first."""
    packed, left = {line.item_id: line.packed for line in lines}, left_of(order)
    given: dict[UUID, int] = {}
    for line in order.lines.order_by("position"):
        count = min(packed.get(line.sku, 0), left.get(line.id, 0))
        if count:
            given[line.id] = count
            packed[line.sku] -= count
    return given
