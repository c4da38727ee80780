"""Once goods were looked at: their money is promised, or used for what is sent instead."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.holding import hold_return
from zhoudao.rooms.aftersales.commands.refunding import ask_refund, pay_rest
from zhoudao.rooms.aftersales.commands.replacing import lessen_replacement, settle_off
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.models import Kind, ReturnRequest
from zhoudao.rooms.orders.models import Commercial, Order


def conclude(order: Order, request: ReturnRequest, *, postage_minor: int = 0, by: By, at: datetime) -> None:
    """This will promise what is paid for the accepted pieces of a held request. An exchange is worked out once, when
    nothing is to come any more: one sum, one difference, one order.
    """
    if request.kind == Kind.EXCHANGE and not request.is_off:
        if is_awaited(request):
            return
        lessen_replacement(request, by=by, at=at)
        pay_rest(order, request, by=by, at=at)
    ask_refund(order, request, postage_minor=postage_minor, by=by, at=at)


def is_awaited(request: ReturnRequest) -> bool:
    """Whether pieces are still to come, or to be looked at."""
    return request.pieces.filter(is_live=True, condition="", is_missing=False).exists()


@transaction.atomic
def hear_cancelled(*, order_id: UUID, by: By, at: datetime) -> None:
    """This will note that what was to be sent for a return was cancelled, by whoever: its money is paid back instead,
    as soon as the pieces are here. Heard twice is heard once.
    """
    known = ReturnRequest.objects.filter(replacement_id=order_id).values_list("id", flat=True).first()
    if known is None:
        return
    order, request = hold_return(known)
    replacement = Order.objects.get(id=order_id)
    if request.is_off or replacement.commercial != Commercial.CANCELLED:
        return
    settle_off(request, by=by, at=at)
    if request.is_open or request.pieces.filter(is_accepted=True, refund=None).exists():
        ask_refund(order, request, by=by, at=at)
        stand_anew(request, by=by, at=at)
