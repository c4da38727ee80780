"""Refunds on their way to a payment service: lined up, begun before it hears of them, and tried again by a person.

All moments here are real: a company's own clock may be set, a payment service's is not.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.answers import STUCK_FOR
from zhoudao.rooms.aftersales.commands.holding import hold_refund, tell
from zhoudao.rooms.aftersales.events import RefundStuck
from zhoudao.rooms.aftersales.models import PaymentService, Refund, RefundState, ReturnRequest
from zhoudao.rooms.aftersales.payment_events import RefundSent
from zhoudao.rooms.aftersales.queries.sending import BEFORE_PAID, service_for
from zhoudao.rooms.aftersales.refusals import RefundNotReady

SEND_JOB, QUEUE = "payments.send", "webhooks"
CLAIM = timedelta(minutes=3)  # longer than an attempt can take: until then nobody else makes one
SYSTEM = By("system:payments")


@frozen
class Errand:
    """What is to be done for one refund. `is_first`: its service was never told of it."""

    refund: Refund
    service: PaymentService
    is_first: bool


@transaction.atomic
def line_up(*, refund_id: UUID, real_now: datetime) -> bool:
    """This will have an approved refund paid by the service that serves its order; without one it is paid by hand.

    Raises: RefundNotFound
    """
    order, _request, refund = hold_refund(refund_id)
    if refund.state != RefundState.APPROVED or refund.gateway or refund.is_credit:
        return False
    service = service_for(order)
    if service is None:
        return False
    refund.gateway, refund.next_at = service.code, real_now
    refund.save(update_fields=["gateway", "next_at"])
    wake_sender(refund.id)
    return True


@transaction.atomic
def hasten(*, refund_id: UUID, real_now: datetime) -> None:
    """This will have a refund's service asked now instead of after a long pause: it has just said that there is news.

    Raises: RefundNotFound
    """
    _order, _request, refund = hold_refund(refund_id)
    if refund.state == RefundState.SENDING and refund.next_at and refund.next_at > real_now + CLAIM:
        refund.next_at = real_now
        refund.save(update_fields=["next_at"])
        wake_sender(refund.id)


def wake_sender(refund_id: UUID) -> None:
    """This will have somebody tell or ask a due refund's service, once however often it is called until then."""
    try:
        with transaction.atomic():
            lock = f"{SEND_JOB}.{refund_id}"
            app.configure_task(SEND_JOB, queue=QUEUE, queueing_lock=lock).defer(refund_id=str(refund_id))
    except AlreadyEnqueued:
        return


@transaction.atomic(durable=True)
def begin_sending(*, refund_id: UUID, at: datetime, real_now: datetime) -> Errand | None:
    """This will note that a due refund's service is about to be told of it or asked about it, and commit that before
    anybody does; nothing when it is not due, such as when somebody else has just begun.

    Raises: RefundNotFound
    """
    order, request, refund = hold_refund(refund_id)
    if refund.state not in BEFORE_PAID or refund.next_at is None or refund.next_at > real_now:
        return None
    service, is_first = PaymentService.objects.filter(code=refund.gateway).first(), not refund.attempts
    if service is None or (is_first and not service.is_active):
        _let_go(request, refund, at)
        return None
    refund.state, refund.attempts = RefundState.SENDING, refund.attempts + 1
    refund.unanswered, refund.next_at = refund.unanswered + 1, real_now + CLAIM
    refund.save(update_fields=["state", "attempts", "unanswered", "next_at"])
    if is_first:
        tell(request, RefundSent(request.number, refund.number, service.code, is_again=False), by=SYSTEM, at=at)
    refund.order, refund.request = order, request
    return Errand(refund, service, is_first)


@transaction.atomic
def send_again(*, refund_id: UUID, by: By, at: datetime, real_now: datetime) -> Refund:
    """This will have a stuck refund's service asked about it, and told of it again where it knows nothing of it: under
    the same number, so that it pays once whatever happened before.

    Raises: RefundNotFound, RefundNotReady
    """
    _order, request, refund = hold_refund(refund_id)
    if refund.state == RefundState.SENDING:
        return refund
    if refund.state != RefundState.STUCK or not PaymentService.objects.filter(code=refund.gateway).exists():
        raise RefundNotReady(RefundNotReady.__doc__)
    refund.state, refund.trouble, refund.unanswered, refund.next_at = RefundState.SENDING, "", 0, real_now
    refund.save(update_fields=["state", "trouble", "unanswered", "next_at"])
    tell(request, RefundSent(request.number, refund.number, refund.gateway, is_again=True), by=by, at=at)
    wake_sender(refund.id)
    return refund


def stick(request: ReturnRequest, refund: Refund, trouble: str, at: datetime) -> None:
    """This will leave a held refund to a person."""
    assert trouble in STUCK_FOR
    refund.state, refund.trouble, refund.next_at = RefundState.STUCK, trouble, None
    refund.save(update_fields=["state", "trouble", "next_at", "reference", "unanswered"])
    tell(request, RefundStuck(request.number, refund.number, f"stuck_{trouble}"), by=SYSTEM, at=at)


def _let_go(request: ReturnRequest, refund: Refund, at: datetime) -> None:
    """One that no service was told of is paid by hand; of another nobody knows whether it was paid."""
    if refund.attempts:
        stick(request, refund, "gone", at)
    else:
        refund.gateway, refund.next_at = "", None
        refund.save(update_fields=["gateway", "next_at"])
