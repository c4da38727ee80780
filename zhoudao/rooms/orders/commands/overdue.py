"""Holds that nobody ended by their time: told of once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.events import HoldFellDue
from zhoudao.rooms.orders.models import Hold, Stage

_BY = By("system:orders")


def holds_past_due(at: datetime, *, limit: int) -> list[UUID]:
    """Open ones past their time that were not told of (one statement)."""
    rows = Hold.objects.exclude(stage=Stage.DONE).filter(due_at__lte=at, told_late_at=None)
    return list(rows.order_by("due_at", "id").values_list("id", flat=True)[:limit])


@transaction.atomic
def note_overdue(hold_id: UUID, *, at: datetime) -> bool:
    """This will note that a hold is still open past its time, once; whether it was."""
    order_id = Hold.objects.filter(id=hold_id).values_list("order_id", flat=True).first()
    if order_id is None:
        return False
    order = hold_order(order_id)
    hold = Hold.objects.select_for_update().get(id=hold_id)
    if not hold.is_open or hold.told_late_at is not None or hold.due_at > at:
        return False
    hold.told_late_at = at
    hold.save(update_fields=["told_late_at"])
    tell(order, HoldFellDue(order.number, str(hold.id), f"hold_{hold.reason}", hold.due_at.isoformat()), by=_BY, at=at)
    return True
