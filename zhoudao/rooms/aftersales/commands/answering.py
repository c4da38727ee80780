"""What a payment service said of a refund, noted: asked for, or told by itself, twice, late, and in any order.

The number is one payment there, so that what was not heard is asked again and never freed. What is refused counts only
when it is the answer to the last attempt: an older one may have been overtaken.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.rooms.aftersales.answers import ABSENT, MISMATCH, NO_ANSWER, PAID, PROCESSING, REFUSED, UNHEARD, Said
from zhoudao.rooms.aftersales.commands.holding import hold_refund, tell
from zhoudao.rooms.aftersales.commands.paying_back import settle_paid
from zhoudao.rooms.aftersales.commands.sending import SYSTEM, stick
from zhoudao.rooms.aftersales.models import PaymentService, Refund, RefundState, ReturnRequest
from zhoudao.rooms.aftersales.payment_events import RefundAtOdds
from zhoudao.rooms.orders.models import Order

_PAUSES = (1, 1, 5, 10, 20, 30, 60, 120, 360)  # minutes, as their manual has it; then every six hours
_MOST_UNANSWERED, _MOST_ASKED = 12, 60  # a day without an answer; two weeks of "soon"
_UNDER_WAY = (RefundState.APPROVED, RefundState.SENDING, RefundState.STUCK)
_NOTE_EVERY = timedelta(minutes=1)
Held = tuple[Order, ReturnRequest, Refund]


@transaction.atomic
def note_said(
    *, refund_id: UUID, service: PaymentService, said: Said, at: datetime, real_now: datetime, attempt: int = 0
) -> Refund:
    """This will note what a service says of a refund: answering its `attempt`, or (0) by itself. Noted twice is noted
    once. What contradicts our books is left to a person and moves no money.

    Raises: RefundNotFound
    """
    held = hold_refund(refund_id)
    _order, request, refund = held
    if refund.gateway != service.code or refund.state not in _UNDER_WAY:
        _compare(request, refund, service, said, at)
    elif said.differs_from(refund) or _keeps_mismatch(refund, said):
        _stick_once(request, refund, MISMATCH, at)
    elif said.what == PAID:
        settle_paid(*held, reference=said.reference, is_by_hand=False, by=SYSTEM, at=at)
    elif said.what == PROCESSING:
        _wait(held, said, at, real_now)
    elif attempt == refund.attempts and refund.state == RefundState.SENDING:
        _unpaid(held, said, at, real_now)
    return refund


def note_service(service: PaymentService, *, trouble: str, real_now: datetime) -> None:
    """This will note whether a service answered, once a minute and when that changes: all its refunds share the row."""
    before = service.answered_at
    is_old = not trouble and (before is None or before + _NOTE_EVERY < real_now)
    if service.trouble != trouble or is_old:
        more = {} if trouble else {"answered_at": real_now}
        PaymentService.objects.filter(id=service.id).update(trouble=trouble, **more)


def pause(count: int) -> timedelta:
    """How long to wait before the next attempt, after so many.

    >>> [pause(count) // timedelta(minutes=1) for count in (1, 2, 3, 9, 50)]
    [1, 1, 5, 360, 360]
    """
    return timedelta(minutes=_PAUSES[min(max(count, 1), len(_PAUSES)) - 1])


def _wait(held: Held, said: Said, at: datetime, real_now: datetime) -> None:
    """It will be paid later: also one that was refused before, which from now on nobody pays otherwise."""
    _order, request, refund = held
    refund.unanswered, refund.reference = 0, said.reference[:80]
    if refund.attempts >= _MOST_ASKED:
        stick(request, refund, NO_ANSWER, at)
        return
    refund.state, refund.trouble, refund.next_at = RefundState.SENDING, "", real_now + pause(refund.attempts)
    refund.save(update_fields=["state", "trouble", "next_at", "unanswered", "reference"])


def _unpaid(held: Held, said: Said, at: datetime, real_now: datetime) -> None:
    _order, request, refund = held
    if said.what == REFUSED:
        refund.unanswered = 0
        stick(request, refund, said.trouble, at)
    elif refund.unanswered >= _MOST_UNANSWERED:
        stick(request, refund, NO_ANSWER, at)
    else:
        refund.trouble, refund.next_at = said.trouble, real_now + pause(refund.unanswered)
        refund.save(update_fields=["trouble", "next_at"])


def _keeps_mismatch(refund: Refund, said: Said) -> bool:
    """Whether it named another amount before: only a person has it asked anew."""
    return refund.state == RefundState.STUCK and refund.trouble == MISMATCH and said.what in (PAID, PROCESSING)


def _stick_once(request: ReturnRequest, refund: Refund, trouble: str, at: datetime) -> None:
    if (refund.state, refund.trouble) != (RefundState.STUCK, trouble):
        stick(request, refund, trouble, at)


def _compare(request: ReturnRequest, refund: Refund, service: PaymentService, said: Said, at: datetime) -> None:
    """What it says of a refund that is settled, or that it was not to pay."""
    trouble = _odds(refund, service, said)
    if not trouble or trouble == refund.trouble:
        return
    if refund.state in (RefundState.SENDING, RefundState.STUCK):  # given to another service
        _stick_once(request, refund, MISMATCH, at)
        return
    refund.trouble = trouble
    refund.save(update_fields=["trouble"])
    tell(request, RefundAtOdds(request.number, refund.number, f"at_odds_{trouble}"), by=SYSTEM, at=at)


def _odds(refund: Refund, service: PaymentService, said: Said) -> str:
    """What does not fit, as a code."""
    if said.what == UNHEARD:
        return ""
    pays = said.what in (PAID, PROCESSING)
    if refund.state == RefundState.PAID and refund.gateway == service.code:
        if pays:
            return "other_amount" if said.differs_from(refund) else ""
        return "unpaid" if said.what in (REFUSED, ABSENT) else ""
    if not pays:
        return ""
    return {RefundState.PAID: "paid_twice", RefundState.REFUSED: "paid_after_all"}.get(
        RefundState(refund.state), "paid_unasked"
    )
