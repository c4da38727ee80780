"""What cannot be found: the tote goes on without it, and the goods are looked for elsewhere or waited for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment.commands.holding import (
    hold_with_orders,
    place_order_on_its_axis,
    stop_stopped,
    tell_totes,
)
from zhoudao.rooms.fulfilment.commands.picking import finish_totes
from zhoudao.rooms.fulfilment.events import PickFellShort
from zhoudao.rooms.fulfilment.models import Stage, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.walking import stops_of
from zhoudao.rooms.fulfilment.refusals import NothingToPick, PickedByAnother, WaveElsewhere
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.stock.commands.falling_short import fall_short
from zhoudao.rooms.stock.goods import Purpose


@transaction.atomic
def note_short(*, wave_id: UUID, sku: str, is_empty: bool, by: By, at: datetime) -> int:
    """This will note that the rest of what is to be taken now is not there; returns how many. The book is put right:
    by as many, or `is_empty`, by all that lies there for nobody. `sku`: for which item it was said, so that said twice
    is once.

    Raises: WaveNotFound, WaveElsewhere, PickedByAnother, NothingToPick
    """
    wave, orders = hold_with_orders(wave_id)
    if wave.state != Stage.PICKING:
        raise WaveElsewhere(WaveElsewhere.__doc__)
    if wave.picker != by.actor:
        raise PickedByAnother(PickedByAnother.__doc__)
    stop_stopped(wave, by=by, at=at)
    stop = next(iter(stops_of(wave)), None)
    if stop is None or stop.item.sku != sku:
        raise NothingToPick(NothingToPick.__doc__)
    missing = stop.left
    _tell(wave, stop.lines, is_empty=is_empty, by=by, at=at)
    purposes = _by_purpose(stop.lines)
    for line in stop.lines:
        line.short += line.left
    ToteLine.objects.bulk_update(stop.lines, ["short"])
    wave.hand = {}
    wave.save(update_fields=["hand"])
    finish_totes(wave, [line.tote for line in stop.lines], by=by, at=at)
    fall_short(warehouse_id=wave.warehouse_id, sku=sku, missing=purposes, is_empty=is_empty, by=by, at=at)
    for id_ in sorted({line.tote.order_id for line in stop.lines}):
        place_order_on_its_axis(orders[id_])
    return missing


def _by_purpose(lines: Iterable[ToteLine]) -> dict[Purpose, int]:
    missing: dict[Purpose, int] = defaultdict(int)
    for line in lines:
        missing[purpose_of(line.tote.order_id)] += line.left
    return dict(missing)


def _tell(wave: Wave, lines: Iterable[ToteLine], *, is_empty: bool, by: By, at: datetime) -> None:
    place = wave.warehouse.code
    told = [
        (
            line.tote,
            PickFellShort(line.tote.order.number, line.tote.code, line.item_id, place, line.left, is_empty),
        )
        for line in lines
    ]
    tell_totes(wave, told, by=by, at=at)
