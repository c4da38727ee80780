"""Picking by scanner: the bin, then the item, with totes then the tote. What is wrong is noted and changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment.commands.holding import (
    hold_wave,
    hold_with_orders,
    place_order_on_its_axis,
    restage,
    stop_stopped,
    tell_totes,
    tell_wave,
)
from zhoudao.rooms.fulfilment.commands.scanning import Read, Scanned, before, note
from zhoudao.rooms.fulfilment.events import PickingBegan, TotePicked, WaveTaken
from zhoudao.rooms.fulfilment.models import OPEN, Bin, Method, Outcome, Stage, Station, Step, Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.walking import Stop, stops_of, unsorted_of
from zhoudao.rooms.fulfilment.refusals import PickedByAnother, WaveElsewhere, WaveHeld
from zhoudao.rooms.stock.goods import check_quantity
from zhoudao.rooms.stock.queries.balances import item_scanned


@transaction.atomic
def scan_pick(*, wave_id: UUID, read: Read, by: By, at: datetime) -> Scanned:
    """This will judge what was scanned for a wave, and book it where it is right. The first scan begins the wave; an
    order that was stopped meanwhile is told before anything else.

    Raises: WaveNotFound, WaveElsewhere, WaveHeld, PickedByAnother, QuantityUnsound
    """
    check_quantity(read.quantity)
    wave = _held(wave_id, by=by, at=at)
    known = before(read)
    if known is not None:
        return known
    stopped = stop_stopped(wave, by=by, at=at)
    if stopped:
        names = tuple(tote.order.number for tote in stopped)
        found = Scanned(Outcome.STOPPED, read.words, quantity=read.quantity, stopped=names)
        return note(wave, Station.PICK, read, found, by=by, at=at)
    stops = stops_of(wave)
    if stops:
        return _pick(wave, stops[0], read, by=by, at=at)
    return _sort(wave, unsorted_of(wave), read, by=by, at=at)


def _held(wave_id: UUID, *, by: By, at: datetime) -> Wave:
    """A wave that is being picked by them, locked."""
    is_new = Wave.objects.filter(id=wave_id, state=Stage.RELEASED).exists()
    wave, orders = hold_with_orders(wave_id) if is_new else (hold_wave(wave_id), {})
    if wave.state == Stage.HELD:
        raise WaveHeld(WaveHeld.__doc__)
    if wave.picker and wave.picker != by.actor:
        raise PickedByAnother(PickedByAnother.__doc__)
    if wave.state == Stage.RELEASED and is_new:
        wave.state = Stage.PICKING
        if not wave.picker:
            tell_wave(wave, WaveTaken(wave.number), by=by, at=at)
        wave.picker = by.actor
        wave.save(update_fields=["state", "picker"])
        totes = Tote.objects.filter(wave=wave, state__in=OPEN).select_related("order").order_by("rank")
        tell_totes(wave, [(tote, PickingBegan(tote.order.number, tote.code)) for tote in totes], by=by, at=at)
        for order in orders.values():
            place_order_on_its_axis(order)
    if wave.state != Stage.PICKING:
        raise WaveElsewhere(WaveElsewhere.__doc__)
    return wave


def _pick(wave: Wave, stop: Stop, read: Read, *, by: By, at: datetime) -> Scanned:
    outcome, quantity = _judged(wave, stop, read)
    tote = stop.lines[0].tote if wave.method != Method.BATCH else None
    found = Scanned(outcome, read.words, stop.item.sku, quantity, tote.code if tote else "")
    note(wave, Station.PICK, read, found, tote=tote, by=by, at=at)
    if outcome == Outcome.RIGHT_BIN:
        wave.hand = {"bin": stop.bin}
    elif outcome == Outcome.IN_HAND:
        wave.hand = {"bin": stop.bin, "sku": stop.item.sku, "quantity": quantity}
    elif outcome == Outcome.RIGHT:
        wave.hand = {"bin": stop.bin}
        take(wave, stop.lines, quantity, by=by, at=at)
    wave.save(update_fields=["hand"])
    return found


def _judged(wave: Wave, stop: Stop, read: Read) -> tuple[Outcome, int]:
    """What a scan at a stop was, and for how many."""
    hand, words = wave.hand, read.words
    if hand.get("sku") == stop.item.sku:  # the tote is to be scanned
        is_right = words.upper() == stop.lines[0].tote.code
        return (Outcome.RIGHT if is_right else Outcome.WRONG_TOTE), min(hand["quantity"], stop.left)
    if stop.bin and words.upper() == stop.bin:
        return Outcome.RIGHT_BIN, 1
    item = item_scanned(words)
    if item is None:
        is_bin = Bin.objects.filter(warehouse_id=wave.warehouse_id, code=words.upper()).exists()
        return (Outcome.WRONG_BIN if is_bin else Outcome.UNKNOWN), 1
    return _of_item(wave, stop, item.sku, read.quantity), read.quantity


def _of_item(wave: Wave, stop: Stop, sku: str, quantity: int) -> Outcome:
    """What so many of an item are at a stop."""
    if sku != stop.item.sku:
        return Outcome.WRONG_ITEM
    if stop.bin and wave.hand.get("bin") != stop.bin:
        return Outcome.BIN_FIRST
    if quantity > stop.left:
        return Outcome.SURPLUS
    return Outcome.IN_HAND if wave.method == Method.CLUSTER else Outcome.RIGHT


def take(wave: Wave, lines: Sequence[ToteLine], quantity: int, *, by: By, at: datetime) -> None:
    """This will book so many as fetched, for the first totes first."""
    for line in lines:
        taken = min(line.left, quantity)
        quantity -= taken
        line.picked += taken
        line.sorted += taken if wave.method != Method.BATCH else 0
    ToteLine.objects.bulk_update(lines, ["picked", "sorted"])
    finish_totes(wave, [line.tote for line in lines], by=by, at=at)


def finish_totes(wave: Wave, totes: Sequence[Tote], *, by: By, at: datetime) -> None:
    """This will note which of these totes are complete, and where their wave stands then."""
    told = []
    for tote in totes:
        lines = list(ToteLine.objects.filter(tote=tote))
        if any(line.left or line.picked > line.sorted for line in lines):
            continue
        pieces, short = sum(line.picked for line in lines), sum(line.short for line in lines)
        tote.state, tote.picked_at = (Step.PICKED if pieces else Step.OUT), at
        tote.ended_at = None if pieces else at
        tote.save(update_fields=["state", "picked_at", "ended_at"])
        number = tote.order.number
        told.append((tote, TotePicked(number, tote.code, pieces, short)))
    if told:
        tell_totes(wave, told, by=by, at=at)
        restage(wave, by=by, at=at)


def _sort(wave: Wave, lines: Sequence[ToteLine], read: Read, *, by: By, at: datetime) -> Scanned:
    """What was fetched together goes into the totes: which one, the product says."""
    if not lines:
        found = Scanned(Outcome.NOTHING_LEFT, read.words, quantity=read.quantity)
        return note(wave, Station.SORT, read, found, by=by, at=at)
    item = item_scanned(read.words)
    line = next((one for one in lines if item is not None and one.item_id == item.sku), None)
    if line is None:
        outcome = Outcome.UNKNOWN if item is None else Outcome.WRONG_ITEM
        found = Scanned(outcome, read.words, "", read.quantity)
        return note(wave, Station.SORT, read, found, by=by, at=at)
    if read.quantity > line.picked - line.sorted:
        found = Scanned(Outcome.SURPLUS, read.words, line.item_id, read.quantity, line.tote.code)
        return note(wave, Station.SORT, read, found, tote=line.tote, by=by, at=at)
    found = Scanned(Outcome.RIGHT, read.words, line.item_id, read.quantity, line.tote.code)
    note(wave, Station.SORT, read, found, tote=line.tote, by=by, at=at)
    line.sorted += read.quantity
    line.save(update_fields=["sorted"])
    finish_totes(wave, [line.tote], by=by, at=at)
    return found
