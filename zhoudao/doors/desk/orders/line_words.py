"""How far each line of an order is: kept, picked, packed, sent, delivered, and what came back; how many, and when."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import Tote, ToteLine
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.stock.models import Line

_KEPT, _PICKED, _PACKED = (
    pgettext_lazy("line of an order", "Kept"),
    pgettext_lazy("line of an order", "Picked"),
    pgettext_lazy("line of an order", "Packed"),
)
_SENT, _DELIVERED = pgettext_lazy("line of an order", "Sent"), pgettext_lazy("line of an order", "Delivered")
_IN_HOUSE = (Fulfilment.RESERVED, Fulfilment.BACKORDERED, Fulfilment.RELEASED, Fulfilment.PICKING, Fulfilment.PACKED)


@frozen
class Step:
    """One step of a line: `count` of `of` pieces have passed it, the last of them at `at` where that is known."""

    words: LazyText
    count: int
    of: int
    at: datetime | None = None

    @property
    def is_done(self) -> bool:
        """Whether all pieces have."""
        return self.count >= self.of

    @property
    def is_part(self) -> bool:
        """Whether some have."""
        return 0 < self.count < self.of


def line_steps(
    order: Order, lines: Sequence[OrderLine], parcels: Iterable[Parcel], totes: Sequence[Tote]
) -> dict[UUID, list[Step]]:
    """Each line's steps, the parcels with their lines at hand (two statements at most); nothing before it is approved.
    What is known of an item only is counted to the lines in their order; what was sent was kept, picked and packed.
    """
    if order.commercial not in (Commercial.APPROVED, Commercial.COMPLETED):
        return {}
    sent, delivered, when = _gone(parcels)
    if order.fulfilment == Fulfilment.DELIVERED:
        delivered = sent = {line.id: line.quantity for line in lines}
        when = {line.id: when.get(line.id) or (order.shipped_at, order.delivered_at) for line in lines}
    rest = {line.id: line.quantity - sent.get(line.id, 0) for line in lines}
    kept = _shared(lines, rest, _kept(order))
    picked, packed, times = _worked(totes)
    in_tote, in_box = _shared(lines, rest, picked), _shared(lines, rest, packed)
    steps = {}
    for line in lines:
        gone, of = sent.get(line.id, 0), line.quantity
        sent_at, arrived_at = when.get(line.id, (None, None))
        picked_at, packed_at = times.get(line.sku, (None, None))
        steps[line.id] = [
            Step(_KEPT, gone + max(kept[line.id], in_tote[line.id]), of, order.approved_at),
            Step(_PICKED, gone + in_tote[line.id], of, picked_at),
            Step(_PACKED, gone + in_box[line.id], of, packed_at),
            Step(_SENT, gone, of, sent_at),
            Step(_DELIVERED, delivered.get(line.id, 0), of, arrived_at),
        ]
    return steps


_Moments = dict[UUID, tuple[datetime | None, datetime | None]]


def _gone(parcels: Iterable[Parcel]) -> tuple[dict[UUID, int], dict[UUID, int], _Moments]:
    sent: Counter[UUID] = Counter()
    delivered: Counter[UUID] = Counter()
    when: _Moments = {}
    for parcel in parcels:
        for one in parcel.lines.all():
            sent[one.order_line_id] += one.quantity
            delivered[one.order_line_id] += one.quantity if parcel.delivered_at else 0
            when[one.order_line_id] = parcel.handed_over_at, parcel.delivered_at
    return dict(sent), dict(delivered), when


def _kept(order: Order) -> Mapping[str, int]:
    """How many of each item are held for it (one statement, while it is in the house)."""
    if order.fulfilment not in _IN_HOUSE:
        return {}
    purpose = purpose_of(order.id)
    rows = Line.objects.filter(reservation__purpose_kind=purpose.kind, reservation__purpose_id=purpose.id, held__gt=0)
    held: Counter[str] = Counter()
    for sku, count in rows.values_list("balance__item_id", "held"):
        held[sku] += count
    return held


def _worked(
    totes: Sequence[Tote],
) -> tuple[Mapping[str, int], Mapping[str, int], dict[str, tuple[datetime | None, datetime | None]]]:
    """How many of each item lie picked and packed in totes still here, and when that was (one statement, if any)."""
    picked: Counter[str] = Counter()
    packed: Counter[str] = Counter()
    times: dict[str, tuple[datetime | None, datetime | None]] = {}
    by_id = {one.id: one for one in totes if one.state != "out"}
    rows = ToteLine.objects.filter(tote_id__in=list(by_id)) if by_id else []
    for one in rows:
        tote = by_id[one.tote_id]
        times[one.item_id] = tote.picked_at, tote.packed_at
        if tote.state in ("to_pick", "picked", "packed"):
            picked[one.item_id] += one.picked
            packed[one.item_id] += one.packed if tote.state == "packed" else 0
    return picked, packed, times


def _shared(lines: Sequence[OrderLine], rest: Mapping[UUID, int], counts: Mapping[str, int]) -> dict[UUID, int]:
    """What is known of items, to their lines in order, none above what is left of it."""
    left, shared = dict(counts), {}
    for line in lines:
        shared[line.id] = min(rest[line.id], left.get(line.sku, 0))
        left[line.sku] = left.get(line.sku, 0) - shared[line.id]
    return shared
