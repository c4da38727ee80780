"""Money goes back, once: by hand, or by a payment service that says so."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.holding import hold_purse, hold_refund, tell
from zhoudao.rooms.aftersales.commands.refunding import UNSURE
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.events import RefundPaid
from zhoudao.rooms.aftersales.models import Refund, RefundState, ReturnRequest
from zhoudao.rooms.aftersales.refusals import ReferenceUnsaid, RefundNotReady
from zhoudao.rooms.orders.commands.paying import note_payment
from zhoudao.rooms.orders.models import Order, Payment

_LONGEST = 80


@transaction.atomic
def pay_by_hand(*, refund_id: UUID, reference: str, by: By, at: datetime) -> Refund:
    """This will note that a person paid an approved refund: `reference` is what the bank calls it. Noted twice with the
    same reference is noted once. A refund that a payment service was told of is not paid by hand, unless the service
    refused it for good.

    Raises: RefundNotFound, ReferenceUnsaid, RefundNotReady
    """
    words = reference.strip()[:_LONGEST]
    if not words:
        raise ReferenceUnsaid(ReferenceUnsaid.__doc__)
    order, request, refund = hold_refund(refund_id)
    if refund.state == RefundState.PAID and refund.reference == words:
        return refund
    is_free = refund.state == RefundState.APPROVED and not refund.attempts and not refund.is_credit
    if not is_free and (refund.state != RefundState.STUCK or refund.trouble in UNSURE):
        raise RefundNotReady(RefundNotReady.__doc__)
    refund.gateway = ""
    settle_paid(order, request, refund, reference=words, is_by_hand=True, by=by, at=at)
    return refund


def settle_paid(
    order: Order, request: ReturnRequest, refund: Refund, *, reference: str, is_by_hand: bool, by: By, at: datetime
) -> None:
    """This will note that a held refund was paid, in its order's purse and payment too."""
    purse = hold_purse(order)
    purse.paid_minor += refund.amount_minor
    purse.save(update_fields=["paid_minor"])
    refund.state, refund.paid_at, refund.reference = RefundState.PAID, at, reference[:_LONGEST]
    refund.next_at, refund.trouble = None, ""
    refund.save(update_fields=["state", "paid_at", "reference", "next_at", "trouble", "gateway"])
    fact = RefundPaid(request.number, refund.number, refund.amount_minor, refund.currency, is_by_hand)
    tell(request, fact, by=by, at=at)
    used = Refund.objects.filter(order=order, is_credit=True, state=RefundState.PAID)
    whole = purse.paid_minor == purse.taken_minor and not used.exists()  # what was exchanged did not go back
    note_payment(order_id=order.id, payment=Payment.REFUNDED if whole else Payment.PARTIALLY_REFUNDED, by=by, at=at)
    stand_anew(request, by=by, at=at)
