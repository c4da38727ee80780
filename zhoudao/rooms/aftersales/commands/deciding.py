"""Agreeing to a return or not, withdrawing it, and its end when nothing was ever sent."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Sum

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.concluding import conclude
from zhoudao.rooms.aftersales.commands.holding import hold_return, tell
from zhoudao.rooms.aftersales.commands.refunding import pay_rest
from zhoudao.rooms.aftersales.commands.replacing import call_off
from zhoudao.rooms.aftersales.commands.requesting import agree, begin
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.events import (
    DECLINED_FOR,
    ReturnApproved,
    ReturnDeclined,
    ReturnExpired,
    ReturnSent,
    ReturnWithdrawn,
)
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, Kind, RefundState, ReturnRequest, State
from zhoudao.rooms.aftersales.policies import terms_of
from zhoudao.rooms.aftersales.refusals import (
    AlreadyDecided,
    AlreadyOver,
    DeclineUnsaid,
    MoreThanDelivered,
    OwnRefund,
)
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.events import carrier_word


@transaction.atomic
def approve_return(*, request_id: UUID, by: By, at: datetime) -> ReturnRequest:
    """This will agree to a request that waits for a person. What the policy does not give is agreed to by another
    person than asked for it.

    Raises: ReturnNotFound, AlreadyDecided, OwnRefund
    """
    order, request = hold_return(request_id)
    if request.state != State.REQUESTED:
        raise AlreadyDecided(AlreadyDecided.__doc__)
    if request.is_exception and request.asked_by == by.actor:
        raise OwnRefund(OwnRefund.__doc__)
    agree(request, by=by.actor, at=at)
    request.save()
    is_green = request.needs_goods and terms_of(request).is_instant
    tell(request, ReturnApproved(request.number, is_green), by=by, at=at)
    begin(order, request, by=by, at=at)
    return request


@transaction.atomic
def decline_return(*, request_id: UUID, reason: str, by: By, at: datetime) -> ReturnRequest:
    """This will not agree to a request; its pieces may be asked for again. Declined twice is declined once.

    Raises: ReturnNotFound, DeclineUnsaid, AlreadyDecided
    """
    if reason not in DECLINED_FOR:
        raise DeclineUnsaid(DeclineUnsaid.__doc__)
    _order, request = hold_return(request_id)
    if request.state == State.DECLINED and request.declined_for == reason:
        return request
    if request.state != State.REQUESTED:
        raise AlreadyDecided(AlreadyDecided.__doc__)
    request.decided_at, request.decided_by, request.declined_for = at, by.actor, reason
    _end(request, State.DECLINED, by, at)
    tell(request, ReturnDeclined(request.number, f"declined_{reason}"), by=by, at=at)
    return request


@transaction.atomic
def withdraw_return(*, request_id: UUID, is_lost: bool = False, by: By, at: datetime) -> ReturnRequest:
    """This will end a request nothing has come or been promised for; twice is once. One that is on its way is only
    ended by a colleague who says that it will not come (`is_lost`).

    Raises: ReturnNotFound, AlreadyOver
    """
    _order, request = hold_return(request_id)
    if request.state == State.CANCELLED:
        return request
    live = request.refunds.exclude(state=RefundState.REFUSED)
    on_its_way = (State.SENT,) if is_lost else ()
    if request.state not in (State.REQUESTED, State.APPROVED, State.INSPECTED, *on_its_way) or live.exists():
        raise AlreadyOver(AlreadyOver.__doc__)
    if request.pieces.filter(is_here=True).exists():
        raise AlreadyOver(AlreadyOver.__doc__)
    _end(request, State.CANCELLED, by, at)
    tell(request, ReturnWithdrawn(request.number), by=by, at=at)
    return request


@transaction.atomic
def note_sent(*, request_id: UUID, label: Label, by: By, at: datetime) -> ReturnRequest:
    """This will note with which carrier and number it is on its way; said again, the newest counts.

    Raises: ReturnNotFound, AlreadyOver, CarrierUnsound, TrackingNumberUnsound
    """
    label = label.sound()
    _order, request = hold_return(request_id)
    if request.state not in BEFORE_GOODS or not request.needs_goods:
        raise AlreadyOver(AlreadyOver.__doc__)
    is_same = (request.carrier, request.tracking_number) == (label.carrier, label.tracking_number)
    if is_same and request.state == State.SENT:
        return request
    request.state, request.carrier, request.tracking_number = State.SENT, label.carrier, label.tracking_number
    request.label_minor = (
        request.label_minor if is_same else None
    )  # with another number it does not come with our label
    request.save(update_fields=["state", "carrier", "tracking_number", "label_minor"])
    tell(request, ReturnSent(request.number, carrier_word(label.carrier)), by=by, at=at)
    return request


def never_sent(at: datetime, *, limit: int) -> Iterable[UUID]:
    """Requests whose last day is over somewhere, of which something did not come (one statement)."""
    rows = ReturnRequest.objects.filter(state=State.APPROVED, send_by__lt=at.date() + timedelta(days=1))
    return list(rows.order_by("send_by", "id").values_list("id", flat=True)[:limit])


@transaction.atomic
def expire_return(*, request_id: UUID, by: By, at: datetime) -> None:
    """This will end a request whose goods were not sent in time: what came of it is settled, the rest may be asked for
    again. What was paid ahead for it stays noted as owed.
    """
    order, request = hold_return(request_id)
    today = at.astimezone(ZoneInfo(request.store.zone)).date()
    if request.state != State.APPROVED or request.send_by is None or request.send_by >= today:
        return
    missing = request.pieces.filter(is_live=True, is_here=False)
    ahead = missing.filter(refund__isnull=False)
    parts = ahead.aggregate(
        paid=Sum("paid_minor"), lost=Sum("lost_minor"), fee=Sum("fee_minor"), way=Sum("shipping_minor")
    )
    owed = (parts["paid"] or 0) - (parts["lost"] or 0) - (parts["fee"] or 0) + (parts["way"] or 0)
    request.owed_minor += owed
    missing.filter(refund=None).update(is_live=False)
    missing.update(is_missing=True)
    if request.pieces.filter(is_here=True).exists():
        if request.kind == Kind.EXCHANGE:
            conclude(order, request, by=by, at=at)
        stand_anew(request, by=by, at=at)
        return
    call_off(request, by=by, at=at)
    missing.filter(refund=None).update(is_live=False)
    pay_rest(order, request, by=by, at=at)  # keeps what was left over of what is owed
    owed = request.owed_minor
    request.state, request.closed_at = State.EXPIRED, at
    request.save()
    tell(request, ReturnExpired(request.number, owed, _currency(request)), by=by, at=at)


@transaction.atomic
def reopen_return(*, request_id: UUID, by: By, at: datetime) -> ReturnRequest:
    """This will take up a request again that had ended because nothing was sent, as its goods are here after all.

    Raises: ReturnNotFound, AlreadyOver, MoreThanDelivered
    """
    _order, request = hold_return(request_id)
    if request.state in BEFORE_GOODS:
        return request
    if request.state != State.EXPIRED:
        raise AlreadyOver(AlreadyOver.__doc__)
    try:
        with transaction.atomic():
            request.pieces.update(is_live=True, is_missing=False)
    except IntegrityError as refusal:
        raise MoreThanDelivered(MoreThanDelivered.__doc__) from refusal
    request.owed_minor = 0
    agree(request, by=by.actor, at=at)
    request.closed_at = None
    request.save()
    tell(request, ReturnApproved(request.number, is_green=False), by=by, at=at)
    return request


def _end(request: ReturnRequest, state: State, by: By, at: datetime) -> None:
    call_off(request, by=by, at=at)
    request.pieces.update(is_live=False)
    request.state, request.closed_at = state, at
    request.save()


def _currency(request: ReturnRequest) -> str:
    return str(request.order.currency)
