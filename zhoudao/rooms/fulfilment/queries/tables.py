"""What lies on the packing table, and what goes back into the bins."""

from collections.abc import Sequence
from uuid import UUID

from zhoudao.rooms.fulfilment.models import Step, Tote

PAGE = 25


def to_pack(warehouse_id: UUID, *, is_back: bool = False) -> list[Tote]:
    """Totes that wait to be packed or handed over, or with `is_back` to be put back; the oldest first."""
    states = (Step.PUT_BACK,) if is_back else (Step.PICKED, Step.PACKED)
    rows = Tote.objects.filter(warehouse_id=warehouse_id, state__in=states).select_related("order", "wave")
    return list(rows.order_by("picked_at", "id")[:PAGE])


def tote_named(text: str, places: Sequence[UUID]) -> Tote | None:
    """The tote that was scanned, by its slip or its order's number: of several the one that is still here."""
    wanted = text.strip().replace("\0", "").upper()
    rows = Tote.objects.filter(warehouse_id__in=list(places)).order_by("-id")
    found = list(rows.filter(code=wanted)[:1]) or list(rows.filter(order__number=wanted)[:10])
    return min(found, key=lambda tote: tote.state in (Step.OUT, Step.SHIPPED), default=None)


def totes_of(order_id: UUID) -> list[Tote]:
    """An order's totes, the newest first (one statement)."""
    return list(Tote.objects.filter(order_id=order_id).select_related("wave", "warehouse").order_by("-id")[:12])
