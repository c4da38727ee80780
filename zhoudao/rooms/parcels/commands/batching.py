"""Which batches are in a parcel, as far as whoever packed it said so; and that nothing of a stopped batch leaves."""

from collections.abc import Mapping
from uuid import UUID

from zhoudao.rooms.orders.commands.stopping import stopped_batches
from zhoudao.rooms.orders.models import OrderLine
from zhoudao.rooms.parcels.models import Parcel, ParcelBatch, ParcelLine
from zhoudao.rooms.parcels.refusals import BatchesUnsound, BatchStopped, BatchUnsaid
from zhoudao.rooms.stock.batches import batch_of

Batches = Mapping[UUID, Mapping[str, int]]  # of each line of the order, how many of which batch


def sound_batches(
    batches: Batches, wanted: Mapping[UUID, int], *, is_history: bool = False
) -> dict[UUID, dict[str, int]]:
    """The batches of what is handed over; the same written otherwise is their sum. Nothing of a stopped batch is among
    it, unless it left long ago (two statements).

    Raises: BatchUnsound, BatchesUnsound, BatchStopped, BatchUnsaid
    """
    sound: dict[UUID, dict[str, int]] = {}
    for line_id, counts in batches.items():
        own = sound.setdefault(line_id, {})
        for text, count in counts.items():
            batch = batch_of(text)
            if not batch or type(count) is not int or count < 1:
                raise BatchesUnsound(BatchesUnsound.__doc__)
            own[batch] = own.get(batch, 0) + count
        if sum(own.values()) > wanted.get(line_id, 0):
            raise BatchesUnsound(BatchesUnsound.__doc__)
    if not is_history:
        _refuse_stopped_lines(wanted, sound)
    return sound


def refuse_stopped(packed: Mapping[str, int], batches: Mapping[str, Mapping[str, int]]) -> None:
    """This will keep back what is of a stopped batch, and what may be: `packed` pieces of each SKU, of which `batches`
    are known (one statement).

    Raises: BatchStopped, BatchUnsaid
    """
    for sku, stopped in sorted(stopped_batches(packed).items()):
        known = batches.get(sku, {})
        for batch in sorted(stopped & known.keys()):
            raise BatchStopped(sku, batch)
        if sum(known.values()) < packed[sku]:
            raise BatchUnsaid(sku)


def _refuse_stopped_lines(wanted: Mapping[UUID, int], batches: Batches) -> None:
    """The same by lines of an order (two statements). Raises: BatchStopped, BatchUnsaid."""
    packed: dict[str, int] = {}
    known: dict[str, dict[str, int]] = {}
    for line_id, sku in OrderLine.objects.filter(id__in=list(wanted)).values_list("id", "sku"):
        packed[sku] = packed.get(sku, 0) + wanted[line_id]
        own = known.setdefault(sku, {})
        for batch, count in batches.get(line_id, {}).items():
            own[batch] = own.get(batch, 0) + count
    refuse_stopped(packed, known)


def keep_batches(parcel: Parcel, batches: Batches) -> None:
    """This will note the batches of a parcel's lines (two statements, none for none)."""
    if not any(batches.values()):
        return
    lines = dict(ParcelLine.objects.filter(parcel=parcel).values_list("order_line_id", "id"))
    ParcelBatch.objects.bulk_create(
        ParcelBatch(line_id=lines[line_id], batch=batch, quantity=count)
        for line_id, counts in batches.items()
        for batch, count in sorted(counts.items())
    )
