"""Waves: made of what waits, released, held, taken over, cancelled."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.fulfilment import events
from zhoudao.rooms.fulfilment.commands.holding import (
    hold_wave,
    hold_with_orders,
    is_stopped,
    place_order_on_its_axis,
    restage,
    stop_totes,
    tell_totes,
    tell_wave,
)
from zhoudao.rooms.fulfilment.models import OPEN, Method, Stage, Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.building import MOST, MOST_TOTES, Waiting, waiting_in
from zhoudao.rooms.fulfilment.refusals import WaveElsewhere, WaveEmpty, WaveUnsound
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import WarehouseUnknown


@transaction.atomic
def make_wave(*, warehouse_id: UUID, method: str, until: datetime, size: int, by: By, at: datetime) -> Wave:
    """This will take the most urgent orders that were approved by then and wait in a place. No order is in two.

    Raises: WarehouseUnknown, WaveUnsound, WaveEmpty
    """
    if method not in Method.values or not 1 <= size <= (MOST_TOTES if method == Method.CLUSTER else MOST):
        raise WaveUnsound(WaveUnsound.__doc__)
    place = Warehouse.objects.filter(id=warehouse_id, closed_at=None).first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    with connection.cursor() as cursor:  # who makes one here at the same moment sees what we took
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('wave ' || %s, 0))", [str(warehouse_id)])
        found = waiting_in(warehouse_id, until=until, size=size)
        if not found:
            raise WaveEmpty(WaveEmpty.__doc__)
        cursor.execute("SELECT nextval('wave_number')")
        row = cursor.fetchone()
    assert row is not None
    number = f"W{at.year}-{row[0]:06d}"
    wave = Wave.objects.create(number=number, warehouse=place, method=method, made_at=at, made_by=by.actor)
    _fill(wave, found, row[0])
    pieces = sum(one.pieces for one in found)
    tell_wave(wave, events.WaveMade(number, place.code, method, len(found), pieces), by=by, at=at)
    return wave


@transaction.atomic
def release_wave(*, wave_id: UUID, by: By, at: datetime) -> Wave:
    """This will let a wave be picked. What was stopped since it was made is left out; released twice is once.

    Raises: WaveNotFound, WaveElsewhere
    """
    wave, orders = hold_with_orders(wave_id)
    if wave.state == Stage.RELEASED:
        return wave
    if wave.state != Stage.CREATED:
        raise WaveElsewhere(WaveElsewhere.__doc__)
    totes = list(Tote.objects.filter(wave=wave, state__in=OPEN).select_related("order").order_by("rank"))
    stopped = [tote for tote in totes if is_stopped(tote, tote.order)]
    kept = [tote for tote in totes if tote not in stopped]
    wave.state, wave.released_at = Stage.RELEASED, at
    wave.save(update_fields=["state", "released_at"])
    stop_totes(wave, stopped, by=by, at=at)
    tell_wave(wave, events.WaveReleased(wave.number, len(kept)), by=by, at=at)
    place = wave.warehouse.code
    told = [(tote, events.ToteReleased(tote.order.number, tote.code, place)) for tote in kept]
    tell_totes(wave, told, by=by, at=at)
    for tote in kept:
        place_order_on_its_axis(orders[tote.order_id])
    restage(wave, by=by, at=at)
    return wave


@transaction.atomic
def take_wave(*, wave_id: UUID, by: By, at: datetime) -> Wave:
    """This will have somebody pick a wave, also when a colleague did. Raises: WaveNotFound, WaveElsewhere."""
    wave = hold_wave(wave_id)
    if wave.state not in (Stage.RELEASED, Stage.PICKING):
        raise WaveElsewhere(WaveElsewhere.__doc__)
    if wave.picker != by.actor:
        wave.picker, wave.hand = by.actor, {}
        wave.save(update_fields=["picker", "hand"])
        tell_wave(wave, events.WaveTaken(wave.number), by=by, at=at)
    return wave


@transaction.atomic
def pause_wave(*, wave_id: UUID, by: By, at: datetime) -> Wave:
    """This will have nobody pick a wave for now; what was picked stays. Raises: WaveNotFound, WaveElsewhere."""
    wave = hold_wave(wave_id)
    if wave.state == Stage.HELD:
        return wave
    if wave.state not in (Stage.RELEASED, Stage.PICKING):
        raise WaveElsewhere(WaveElsewhere.__doc__)
    wave.state, wave.hand = Stage.HELD, {}
    wave.save(update_fields=["state", "hand"])
    tell_wave(wave, events.WaveHeld(wave.number), by=by, at=at)
    return wave


@transaction.atomic
def resume_wave(*, wave_id: UUID, by: By, at: datetime) -> Wave:
    """This will let a held wave go on where it was. Raises: WaveNotFound, WaveElsewhere."""
    wave = hold_wave(wave_id)
    if wave.state in (Stage.RELEASED, Stage.PICKING):
        return wave
    if wave.state != Stage.HELD:
        raise WaveElsewhere(WaveElsewhere.__doc__)
    wave.state = Stage.PICKING if wave.picker else Stage.RELEASED
    wave.save(update_fields=["state"])
    tell_wave(wave, events.WaveResumed(wave.number), by=by, at=at)
    restage(wave, by=by, at=at)
    return wave


@transaction.atomic
def cancel_wave(*, wave_id: UUID, by: By, at: datetime) -> Wave:
    """This will give a wave up: its orders wait again, and what was picked and not packed is put back.

    Raises: WaveNotFound, WaveElsewhere
    """
    wave, orders = hold_with_orders(wave_id)
    if wave.state == Stage.CANCELLED:
        return wave
    if wave.state not in (Stage.CREATED, Stage.RELEASED, Stage.PICKING, Stage.PICKED, Stage.HELD):
        raise WaveElsewhere(WaveElsewhere.__doc__)
    rows = Tote.objects.filter(wave=wave, state__in=("to_pick", "picked")).select_related("order")
    stop_totes(wave, list(rows.order_by("rank")), by=by, at=at)
    if wave.state == Stage.HELD:
        wave.state = Stage.PICKED
    restage(wave, by=by, at=at)
    for order in orders.values():
        place_order_on_its_axis(order)
    return wave


def _fill(wave: Wave, found: list[Waiting], rank: int) -> None:
    totes, lines = [], []
    for turn, one in enumerate(found, 1):
        tote = Tote(
            id=uuid7(),
            wave=wave,
            order_id=one.order_id,
            warehouse_id=wave.warehouse_id,
            rank=turn,
            code=f"T{rank}-{turn:02d}",
            approved_at=one.approved_at,
        )
        totes.append(tote)
        lines += [ToteLine(tote=tote, item_id=sku, wanted=count) for sku, count in one.goods]
    Tote.objects.bulk_create(totes)
    ToteLine.objects.bulk_create(lines)
