"""Which batch what is packed is of: read off its label with it, or asked for by the scan after it; never waited for."""

from collections.abc import Mapping
from uuid import UUID

from zhoudao.rooms.fulfilment.models import Outcome, Tote, ToteBatch, ToteLine
from zhoudao.rooms.orders.commands.stopping import stopped_batches
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.batching import refuse_stopped
from zhoudao.rooms.stock.batches import Labelled, batch_scanned


def pack(tote: Tote, goods: Labelled, quantity: int) -> tuple[Outcome, str]:
    """This will put so many of what was scanned into a held tote's parcel, where they belong there; says what it was,
    of which item. Where nobody said the batch of something that asks for it, the next scan may.
    """
    line = ToteLine.objects.filter(tote=tote, item=goods.item).first() if goods.item else None
    if line is None or goods.item is None:
        return (Outcome.WRONG_ITEM if goods.item else Outcome.UNKNOWN), ""
    sku = goods.item.sku
    if line.packed + quantity > line.sorted:
        return Outcome.SURPLUS, sku
    if goods.batch and goods.batch in stopped_batches([sku]).get(sku, ()):
        return Outcome.BATCH_STOPPED, sku
    line.packed += quantity
    line.save(update_fields=["packed"])
    if goods.batch:
        _add(line, goods.batch, quantity)
    is_asked = goods.item.asks_batch and not goods.batch
    before = tote.asked_count if tote.asked_sku == sku else 0
    ask(tote, sku if is_asked else "", before + quantity if is_asked else 0)
    return (Outcome.BATCH_ASKED if is_asked else Outcome.RIGHT), sku


def name_batch(tote: Tote, text: str) -> tuple[Outcome, str, str]:
    """This will note the batch of what was packed last, or take that out again where the batch is stopped; says what it
    was, of which item and batch.

    Raises: BatchUnsound
    """
    sku, count, batch = tote.asked_sku, tote.asked_count, batch_scanned(text)
    if not batch:
        return Outcome.UNKNOWN, sku, ""
    line = ToteLine.objects.get(tote=tote, item=sku)
    ask(tote, "", 0)
    if batch in stopped_batches([sku]).get(sku, ()):
        line.packed -= count
        line.save(update_fields=["packed"])
        return Outcome.BATCH_STOPPED, sku, batch
    _add(line, batch, count)
    return Outcome.BATCH, sku, batch


def ask(tote: Tote, sku: str, count: int) -> None:
    """This will have the next scan say the batch of so many of an item; of none."""
    if (tote.asked_sku, tote.asked_count) != (sku, count):
        tote.asked_sku, tote.asked_count = sku, count
        tote.save(update_fields=["asked_sku", "asked_count"])


def batches_in(tote: Tote) -> dict[str, dict[str, int]]:
    """How many of which batch were scanned into a parcel, by SKU (one statement)."""
    found: dict[str, dict[str, int]] = {}
    rows = ToteBatch.objects.filter(line__tote=tote).order_by("id")
    for sku, batch, count in rows.values_list("line__item_id", "batch", "quantity"):
        found.setdefault(sku, {})[batch] = count
    return found


def check_stopped(tote: Tote, lines: list[ToteLine]) -> None:
    """Nothing of a stopped batch leaves (two statements). Raises: BatchStopped, BatchUnsaid."""
    refuse_stopped({line.item_id: line.packed for line in lines}, batches_in(tote))


def by_line(order: Order, given: Mapping[UUID, int], tote: Tote) -> dict[UUID, dict[str, int]]:
    """A parcel's batches by the order's lines, the first line first."""
    left, spread = batches_in(tote), dict[UUID, dict[str, int]]()
    if not left:
        return spread
    for line in order.lines.filter(id__in=list(given)).order_by("position"):
        room = given[line.id]
        for batch, count in left.get(line.sku, {}).items():
            taken = min(room, count)
            if taken:
                spread.setdefault(line.id, {})[batch] = taken
                left[line.sku][batch] -= taken
                room -= taken
    return spread


def _add(line: ToteLine, batch: str, count: int) -> None:
    row = ToteBatch.objects.filter(line=line, batch=batch).first() or ToteBatch(line=line, batch=batch, quantity=0)
    row.quantity += count
    row.save()
