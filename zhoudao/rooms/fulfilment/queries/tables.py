"""What lies on the packing table, and what goes back into the bins."""

from collections.abc import Sequence
from uuid import UUID

from zhoudao.rooms.fulfilment.models import Step, Tote
from zhoudao.rooms.parcels.carriers import tidied_number

PAGE = 25


def to_pack(warehouse_id: UUID, *, is_back: bool = False) -> list[Tote]:
    """Totes that wait to be packed or handed over, or with `is_back` to be put back; the oldest first."""
    states = (Step.PUT_BACK,) if is_back else (Step.PICKED, Step.PACKED)
    rows = Tote.objects.filter(warehouse_id=warehouse_id, state__in=states).select_related("order", "wave")
    return list(rows.order_by("picked_at", "id")[:PAGE])


def tote_named(text: str, places: Sequence[UUID]) -> Tote | None:
    """The tote that was scanned, by its slip, the number on its label, or its order's: of several the one that is still
    here.
    """
    wanted = text.strip().replace("\0", "").upper()
    rows = Tote.objects.filter(warehouse_id__in=list(places)).order_by("-id")
    found = list(rows.filter(code=wanted)[:1])
    found = found or list(
        rows.filter(tracking_number=tidied_number(text)[:40], state=Step.PACKED)[:1] if wanted else ()
    )
    found = found or list(rows.filter(order__number=wanted)[:10])
    return min(found, key=lambda tote: tote.state in (Step.OUT, Step.SHIPPED), default=None)


def totes_of(order_id: UUID) -> list[Tote]:
    """An order's totes, the newest first (one statement)."""
    return list(Tote.objects.filter(order_id=order_id).select_related("wave", "warehouse").order_by("-id")[:12])
