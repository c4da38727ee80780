"""What is sent for a return: placed when it is agreed to, paid with what came back, called off when it is not to be.

The money of the pieces moves once: the purse of their order pays it, the purse of the replacement takes it. Called off,
it moves back, and is then paid back as any other.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.holding import hold_purse, hold_return, tell
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.models import Kind, Purse, Refund, RefundState, ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.policies import terms_of
from zhoudao.rooms.aftersales.refusals import CannotSend, NothingDue, ReferenceUnsaid
from zhoudao.rooms.aftersales.replacement_events import (
    ReplacementCredited,
    ReplacementOff,
    ReplacementPaid,
    ReplacementPlaced,
)
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.commands.paying import note_payment
from zhoudao.rooms.orders.commands.replacing import await_payment, goods_are_back, let_go_on, place_replacement
from zhoudao.rooms.orders.commands.taking_out import take_out
from zhoudao.rooms.orders.models import LEFT, Commercial, Order, Payment
from zhoudao.rooms.orders.refusals import OrderRefused
from zhoudao.rooms.orders.submission import Item

_LONGEST = 80


def open_replacement(order: Order, request: ReturnRequest, *, by: By, at: datetime) -> Order:
    """This will place what is sent for the pieces of a held request; it waits until it may go. Raises: CannotSend."""
    pieces = list(request.pieces.filter(is_live=True).order_by("order_line__position", "rank"))
    names = {one.wanted_sku: one.wanted_name for one in pieces}
    items = [Item(sku, count, price, names[sku]) for (sku, price), count in Counter(map(_line, pieces)).items()]
    free = sum(one.wanted_minor == 0 for one in pieces)  # what was a gift is sent as one: no line costs nothing
    try:
        with transaction.atomic():
            replacement = place_replacement(
                origin=order, number=request.number, items=items, discount_minor=free, by=by, at=at
            )
    except (OrderRefused, CustomerNotFound) as refusal:
        raise CannotSend(CannotSend.__doc__) from refusal
    request.replacement = replacement
    request.save(update_fields=["replacement"])
    is_first = request.kind == Kind.RESHIP or terms_of(request).is_instant
    fact = ReplacementPlaced(
        request.number, replacement.number, replacement.total_minor, replacement.currency, is_first
    )
    tell(request, fact, by=by, at=at)
    return replacement


def replacement_of(request: ReturnRequest) -> Order | None:
    """What is sent for a held request, locked, unless that was called off."""
    if request.replacement_id is None or request.is_off:
        return None
    replacement = hold_order(request.replacement_id)
    return None if replacement.commercial == Commercial.CANCELLED else replacement


def credit(order: Order, request: ReturnRequest, refund: Refund, *, by: By, at: datetime) -> None:
    """This will use an approved credit of a held request for what is sent instead: it goes on once nothing is due."""
    if request.replacement_id is None:  # what is sent again is placed when its money is approved
        open_replacement(order, request, by=by, at=at)
    replacement = replacement_of(request)
    if replacement is None:  # cancelled meanwhile
        settle_off(request, by=by, at=at)
        return
    purse = hold_purse(order)
    purse.paid_minor += refund.amount_minor
    purse.save(update_fields=["paid_minor"])
    refund.state, refund.paid_at, refund.reference = RefundState.PAID, at, replacement.number
    refund.save(update_fields=["state", "paid_at", "reference"])
    _take(replacement, refund.amount_minor)
    said = (request.number, replacement.number, refund.amount_minor, request.due_minor, refund.currency)
    tell(request, ReplacementCredited(*said), by=by, at=at)
    if request.due_minor:
        await_payment(replacement, request.number, by=by, at=at)
        goods_are_back(replacement, by=by, at=at)
    else:
        _send(replacement, by, at)


@transaction.atomic
def pay_difference(*, request_id: UUID, reference: str, by: By, at: datetime) -> ReturnRequest:
    """This will note that the customer paid what the replacement costs more; `reference` is what the bank calls it.

    Raises: ReturnNotFound, ReferenceUnsaid, NothingDue
    """
    if not reference.strip()[:_LONGEST]:
        raise ReferenceUnsaid(ReferenceUnsaid.__doc__)
    _order, request = hold_return(request_id)
    replacement = replacement_of(request)
    if (
        not request.due_minor
        or replacement is None
        or not request.refunds.filter(is_credit=True, state="paid").exists()
    ):
        raise NothingDue(NothingDue.__doc__)
    paid, request.due_minor = request.due_minor, 0
    request.save(update_fields=["due_minor"])
    _take(replacement, paid)
    fact = ReplacementPaid(request.number, replacement.number, paid, replacement.currency)
    tell(request, fact, by=by, at=at)
    _send(replacement, by, at)
    stand_anew(request, by=by, at=at)
    return request


def lessen_replacement(request: ReturnRequest, *, by: By, at: datetime) -> None:
    """This will have what was not accepted not be replaced, as long as that has not left; what went first is owed."""
    replacement = replacement_of(request)
    gone = list(request.pieces.filter(is_accepted=False))
    if replacement is None or not gone or replacement.fulfilment in LEFT:
        return
    if not request.pieces.filter(is_accepted=True).exists():
        call_off(request, by=by, at=at)
    elif not request.refunds.filter(is_credit=True).exclude(state=RefundState.REFUSED).exists():
        lines = {(line.sku, line.price_minor): line.id for line in replacement.lines.all()}
        counts = Counter(lines[_line(one)] for one in gone)
        take_out(order_id=replacement.id, counts=counts, by=by, at=at)


def call_off(request: ReturnRequest, *, by: By, at: datetime) -> None:
    """This will cancel what was to be sent for a held request, if it has not left."""
    replacement = replacement_of(request)
    if replacement is not None and replacement.fulfilment not in LEFT:
        cancel_order(order_id=replacement.id, reason="other", by=by, at=at)
        settle_off(request, by=by, at=at)


def settle_off(request: ReturnRequest, *, by: By, at: datetime) -> None:
    """This will move the money of a cancelled replacement back to the order it came from, once; what the customer paid
    beside it is promised back.
    """
    order, replacement = request.order, request.replacement
    if request.is_off or replacement is None:
        return
    credits = list(request.refunds.filter(is_credit=True).exclude(state=RefundState.REFUSED))
    moved = sum(one.amount_minor for one in credits if one.state == RefundState.PAID)
    if credits:
        purse = hold_purse(order)
        purse.promised_minor -= sum(one.amount_minor for one in credits)
        purse.paid_minor -= moved
        purse.save(update_fields=["promised_minor", "paid_minor"])
        Purse.objects.filter(order=replacement).update(taken_minor=F("taken_minor") - moved)
        gone = {"refund": None, "paid_minor": 0, "lost_minor": 0, "fee_minor": 0, "shipping_minor": 0}
        ReturnPiece.objects.filter(refund__in=credits).update(**gone)
        for one in credits:
            one.state, one.refused_for, one.paid_at = RefundState.REFUSED, "other", None
            one.save(update_fields=["state", "refused_for", "paid_at"])
        request.owed_minor = 0
    request.due_minor, request.is_off = 0, True
    request.save(update_fields=["due_minor", "owed_minor", "is_off"])
    _pay_beside(request, replacement, by, at)
    tell(request, ReplacementOff(request.number, replacement.number), by=by, at=at)


def _pay_beside(request: ReturnRequest, replacement: Order, by: By, at: datetime) -> None:
    """What the customer paid for a replacement that is not sent goes back by a colleague's approval."""
    purse = Purse.objects.select_for_update().filter(order=replacement).first()
    left = purse.taken_minor - purse.promised_minor if purse else 0
    if purse is None or not left:
        return
    from zhoudao.rooms.aftersales.commands.refunding import promise_beside  # each needs the other

    promise_beside(replacement, request, left, by=by, at=at)


def _line(piece: ReturnPiece) -> tuple[str, int]:
    return piece.wanted_sku, max(1, piece.wanted_minor)


def _take(replacement: Order, amount_minor: int) -> None:
    purse, _is_new = Purse.objects.select_for_update().get_or_create(order=replacement, defaults={"taken_minor": 0})
    purse.taken_minor += amount_minor
    purse.save(update_fields=["taken_minor"])


def _send(replacement: Order, by: By, at: datetime) -> None:
    note_payment(order_id=replacement.id, payment=Payment.CAPTURED, by=by, at=at)
    replacement.payment = Payment.CAPTURED
    let_go_on(replacement, by=by, at=at)
