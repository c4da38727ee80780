"""A customer wants their money back before the goods left: the order stops at once, and a person looks."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holding import hold_open
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.models import Hold, Reason, Stage

IN_CASE, ON_PAGE = "case", "page"  # where they said so
_LOOKED_AT_WITHIN, _FIRST = timedelta(hours=1), 1  # as the table says of refunds that a detector finds


@transaction.atomic
def stop_for_refund(*, order_id: UUID, asked: str, case: str = "", by: By, at: datetime) -> tuple[Hold, bool]:
    """This will hold an order whose customer wants their money back, and say whether that is new: whoever picks or
    packs it is told by their next scan. Asked twice is asked once; a case that is known only later is noted.

    Raises: OrderNotFound, OrderOver, AlreadyOnItsWay
    """
    order = hold_open(order_id)
    held = Hold.objects.filter(order=order, reason=Reason.REFUND_REQUESTED).exclude(stage=Stage.DONE)
    known = held.select_for_update().first()
    evidence = {"asked": asked} | ({"case": case} if case else {})
    if known is None:
        said = {"kind": asked, "evidence": evidence, "priority": _FIRST}
        due_at, reason = at + _LOOKED_AT_WITHIN, Reason.REFUND_REQUESTED
        return open_hold(order_id=order_id, reason=reason, due_at=due_at, said=said, by=by, at=at), True
    if not evidence.keys() <= known.evidence.keys():
        known.evidence = evidence | known.evidence
        known.save(update_fields=["evidence"])
    return known, False


def refund_asked(order_id: UUID) -> Hold | None:
    """What stops an order because money is to be paid back (one statement)."""
    rows = Hold.objects.filter(order_id=order_id, reason=Reason.REFUND_REQUESTED).exclude(stage=Stage.DONE)
    return rows.select_related("order").first()
