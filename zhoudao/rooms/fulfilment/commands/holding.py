"""Getting hold of waves and totes, and telling what happened to them.

One order of locks: orders by id, then waves by id, then balances. A wave's row guards its totes, lines and scans.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record, record_all
from zhoudao.rooms.fulfilment.events import ToteStopped, WaveEnded
from zhoudao.rooms.fulfilment.models import OPEN, Stage, Step, Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.refusals import ToteNotFound, WaveNotFound
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order
from zhoudao.rooms.orders.sourcing import is_waiting

_LEFT = (Fulfilment.SHIPPED, Fulfilment.DELIVERED)
_OVER = (Step.SHIPPED, Step.OUT)


def hold_wave(wave_id: UUID) -> Wave:
    """A wave, locked. Raises: WaveNotFound."""
    rows = Wave.objects.select_for_update(of=("self",)).select_related("warehouse")
    wave = rows.filter(id=wave_id).first()
    if wave is None:
        raise WaveNotFound(WaveNotFound.__doc__)
    return wave


def hold_with_orders(wave_id: UUID) -> tuple[Wave, dict[UUID, Order]]:
    """A wave and the orders it still works on, locked. Raises: WaveNotFound."""
    totes = Tote.objects.filter(wave_id=wave_id, state__in=OPEN).values("order_id")
    orders = Order.objects.select_for_update().filter(id__in=list(totes.values_list("order_id", flat=True)))
    held = {order.id: order for order in orders.order_by("id")}
    return hold_wave(wave_id), held


def hold_tote(tote_id: UUID) -> tuple[Order, Wave, Tote]:
    """A tote with its order and wave, locked. Raises: ToteNotFound."""
    ids = Tote.objects.filter(id=tote_id).values_list("order_id", "wave_id").first()
    if ids is None:
        raise ToteNotFound()
    order = Order.objects.select_for_update().get(id=ids[0])
    wave = hold_wave(ids[1])
    return order, wave, Tote.objects.get(id=tote_id)


def tell_wave(wave: Wave, fact: Fact, *, by: By, at: datetime) -> None:
    """This will record what happened to a held wave."""
    record(fact, at=at, by=here(wave, by), about=[About("wave", wave.id), About("warehouse", wave.warehouse_id)])


def tell_totes(wave: Wave, told: Iterable[tuple[Tote, Fact]], *, by: By, at: datetime) -> None:
    """This will record what happened to totes of a held wave, for them and their orders."""
    entries = [
        Entry(fact, [About("tote", tote.id), About("order", tote.order_id), About("wave", wave.id)])
        for tote, fact in told
    ]
    record_all(entries, at=at, by=here(wave, by))


def here(wave: Wave, by: By) -> By:
    """Who did it, in the place of the wave."""
    return By(by.actor, store_id=wave.warehouse.store_id, channel=by.channel)


def is_stopped(tote: Tote, order: Order) -> bool:
    """Whether an order may not be fulfilled by this tote: cancelled, held, or approved anew meanwhile."""
    return order.commercial != Commercial.APPROVED or bool(order.open_holds) or order.approved_at != tote.approved_at


def stop_totes(wave: Wave, totes: Sequence[Tote], *, by: By, at: datetime) -> list[Tote]:
    """This will take open totes out of a held wave: what lies in them is to be put back."""
    picked = dict.fromkeys((tote.id for tote in totes), 0)
    for line in ToteLine.objects.filter(tote__in=totes):
        picked[line.tote_id] += line.picked
    told: list[tuple[Tote, Fact]] = []
    for tote in totes:
        tote.state = Step.PUT_BACK if picked[tote.id] else Step.OUT
        tote.ended_at = None if picked[tote.id] else at
        told.append((tote, ToteStopped(_number(tote), tote.code, picked[tote.id])))
    Tote.objects.bulk_update(totes, ["state", "ended_at"])
    tell_totes(wave, told, by=by, at=at)
    return list(totes)


def stop_stopped(wave: Wave, *, by: By, at: datetime) -> list[Tote]:
    """This will take out the totes of a held wave whose orders were stopped meanwhile; returns those."""
    totes = Tote.objects.filter(wave=wave, state__in=OPEN).select_related("order").order_by("rank")
    found = [tote for tote in totes if is_stopped(tote, tote.order)]
    if not found:
        return []
    stop_totes(wave, found, by=by, at=at)
    restage(wave, by=by, at=at)
    return found


def restage(wave: Wave, *, by: By, at: datetime) -> None:
    """This will say where a held wave stands, by its totes."""
    states = list(Tote.objects.filter(wave=wave).values_list("state", flat=True))
    if all(state in _OVER for state in states):
        _end(wave, states, by=by, at=at)
    elif Step.TO_PICK in states or wave.state == Stage.HELD:
        return
    else:
        is_packed = Step.PICKED not in states and Step.PUT_BACK not in states
        wave.state, wave.picked_at = Stage.PACKED if is_packed else Stage.PICKED, wave.picked_at or at
        wave.hand = {}
        wave.save(update_fields=["state", "picked_at", "hand"])


def place_order_on_its_axis(order: Order) -> None:
    """This will say where a held order's goods stand, by its totes; one that left, or was stopped, stays as it is."""
    if order.commercial != Commercial.APPROVED or order.fulfilment in _LEFT:
        return
    rows = Tote.objects.filter(order=order, state__in=OPEN).exclude(wave__state=Stage.CREATED)
    totes = list(rows.values_list("state", "wave__state"))
    stand = Fulfilment.BACKORDERED if not totes and is_waiting(order.id) else Fulfilment.RESERVED
    if totes:
        is_begun = any(state != Step.TO_PICK or stage != Stage.RELEASED for state, stage in totes)
        stand = Fulfilment.PICKING if is_begun else Fulfilment.RELEASED
        stand = Fulfilment.PACKED if all(state == Step.PACKED for state, _ in totes) else stand
    if order.fulfilment != stand:
        order.fulfilment = stand
        order.save(update_fields=["fulfilment"])


def _end(wave: Wave, states: Sequence[str], *, by: By, at: datetime) -> None:
    shipped = sum(state == Step.SHIPPED for state in states)
    wave.state, wave.ended_at, wave.hand = Stage.SHIPPED if shipped else Stage.CANCELLED, at, {}
    wave.save(update_fields=["state", "ended_at", "hand"])
    tell_wave(wave, WaveEnded(wave.number, shipped, len(states) - shipped), by=by, at=at)


def _number(tote: Tote) -> str:
    return tote.order.number
