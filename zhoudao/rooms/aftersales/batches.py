"""What was said of the batches of pieces when they were packed, beside what their labels say now that they are back."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import ReturnPiece
from zhoudao.rooms.parcels.models import ParcelBatch, ParcelLine


@frozen
class Other:
    """Pieces of a SKU on whose label stands another batch than all of them were packed as."""

    sku: str
    found: str
    packed: str


def packed_batches(line_ids: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """By order line the batches of which it was packed, where those of all its pieces are known (two statements)."""
    ids = list(line_ids)
    rows = ParcelBatch.objects.filter(line__order_line__in=ids).order_by("id")
    known: dict[UUID, dict[str, int]] = {}
    for line_id, batch, count in rows.values_list("line__order_line_id", "batch", "quantity"):
        own = known.setdefault(line_id, {})
        own[batch] = own.get(batch, 0) + count
    sent: dict[UUID, int] = {}
    for line_id, count in ParcelLine.objects.filter(order_line__in=list(known)).values_list(
        "order_line_id", "quantity"
    ):
        sent[line_id] = sent.get(line_id, 0) + count
    return {line_id: tuple(own) for line_id, own in known.items() if sum(own.values()) == sent[line_id]}


def others_than_packed(pieces: Sequence[ReturnPiece]) -> list[Other]:
    """What of these pieces was found to be of another batch than it was packed as (two statements, none for none)."""
    told = [piece for piece in pieces if piece.batch]
    packed = packed_batches({piece.order_line_id for piece in told}) if told else {}
    found = [
        Other(piece.order_line.sku, piece.batch, ", ".join(packed[piece.order_line_id]))
        for piece in told
        if piece.order_line_id in packed and piece.batch not in packed[piece.order_line_id]
    ]
    return list(dict.fromkeys(found))
