"""The money of a return: worked out, promised, approved. Paying it is another matter (`paying_back`)."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.refunds import Sum, refund_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.commands.holding import hold_purse, hold_refund, tell
from zhoudao.rooms.aftersales.commands.replacing import credit
from zhoudao.rooms.aftersales.commands.standing import stand_anew
from zhoudao.rooms.aftersales.events import PAID_OTHERWISE, REFUSED_FOR, RefundApproved, RefundAsked, RefundRefused
from zhoudao.rooms.aftersales.models import REPLACES, Kind, Refund, RefundState, ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.pieces import pieces_of, taken_of
from zhoudao.rooms.aftersales.policies import POLICY_ROLE, may_approve, terms_of
from zhoudao.rooms.aftersales.queries.eligibility import money_terms
from zhoudao.rooms.aftersales.refusals import AboveLimit, DeclineUnsaid, OwedAnyway, OwnRefund, RefundDecided
from zhoudao.rooms.orders.models import Order


def ask_refund(
    order: Order, request: ReturnRequest, *, is_ahead: bool = False, postage_minor: int = 0, by: By, at: datetime
) -> Refund | None:
    """This will promise what is to be paid back for the pieces of a held request that are accepted and have no refund
    yet, or (`is_ahead`) for all before they came; nothing when that is nothing. Within the policy's own limit it is
    approved at once.

    Raises: NotPaidYet, PaidBackElsewhere
    """
    purse = hold_purse(order)
    pieces = _to_pay(request, is_ahead=is_ahead)
    terms = money_terms(terms_of(request), postage_minor=postage_minor, pickup_minor=_pickup_left(request))
    _taken, lowered = taken_of([one.order_line for one in pieces])
    parts = [
        pieces_of(one.order_line, [one.rank], lowered=lowered[one.order_line_id], lost_percent=one.lost_percent)[0]
        for one in pieces
    ]
    before = _paid_beside(request)  # the rest of an exchange that was called off
    money = refund_of(parts, terms, left_minor=purse.taken_minor - purse.promised_minor + before)
    if _is_sent(request):
        return _credited(order, request, pieces, money, is_ahead=is_ahead, by=by, at=at)
    if money.total_minor <= before:
        return None
    return ask_for(order, request, pieces, money, rest_minor=-before, by=by, at=at)


def ask_for(
    order: Order,
    request: ReturnRequest,
    pieces: list[ReturnPiece],
    money: Sum,
    *,
    rest_minor: int = 0,
    by: By,
    at: datetime,
) -> Refund:
    """This will promise a sum for pieces of a held request, for none where they never left; within the policy's own
    limit it is approved at once.
    """
    refund = _promised(order, request, money, rest_minor=rest_minor, by=by, at=at)
    if pieces:
        _note_shares(pieces, money, refund)
    _ask(request, refund, by, at)
    return refund


def promise_beside(order: Order, request: ReturnRequest, amount_minor: int, *, by: By, at: datetime) -> Refund:
    """This will ask for money of a held order that belongs to no piece; somebody has to approve it."""
    refund = _promised(order, request, Sum((), 0, 0), rest_minor=amount_minor, by=by, at=at)
    tell(request, RefundAsked(request.number, refund.number, amount_minor, refund.currency), by=by, at=at)
    return refund


@transaction.atomic
def approve_refund(*, refund_id: UUID, roles: tuple[str, ...], by: By, at: datetime) -> Refund:
    """This will let a refund be paid, within what these roles may. Twice by the same person is once.

    Raises: RefundNotFound, RefundDecided, OwnRefund, AboveLimit
    """
    order, request, refund = hold_refund(refund_id)
    done = (RefundState.APPROVED, RefundState.SENDING, *((RefundState.PAID,) if refund.is_credit else ()))
    if refund.state in done and refund.approved_by == by.actor:
        return refund
    if refund.state != RefundState.ASKED:
        raise RefundDecided(RefundDecided.__doc__)
    if by.actor in (refund.asked_by, request.asked_by):
        raise OwnRefund(OwnRefund.__doc__)
    if not may_approve(roles, refund.amount, kind=request.kind, is_exception=request.is_exception):
        raise AboveLimit(AboveLimit.__doc__)
    _approved(order, request, refund, by=by, at=at)
    if refund.is_credit:
        stand_anew(request, by=by, at=at)
    return refund


@transaction.atomic
def refuse_refund(*, refund_id: UUID, reason: str, by: By, at: datetime) -> Refund:
    """This will not pay a refund that nobody has paid yet; its money is free again, and whoever inspects it says anew
    what is to be paid.

    Raises: RefundNotFound, RefundDecided, DeclineUnsaid, OwedAnyway
    """
    if reason not in REFUSED_FOR:
        raise DeclineUnsaid(DeclineUnsaid.__doc__)
    order, request, refund = hold_refund(refund_id)
    if request.kind == Kind.CANCEL and reason != PAID_OTHERWISE:
        raise OwedAnyway(OwedAnyway.__doc__)
    if refund.state not in (RefundState.ASKED, RefundState.APPROVED, RefundState.STUCK):
        raise RefundDecided(RefundDecided.__doc__)
    if refund.state == RefundState.STUCK and refund.trouble in UNSURE:
        raise RefundDecided(RefundDecided.__doc__)
    purse = hold_purse(order)
    purse.promised_minor -= refund.amount_minor
    purse.save(update_fields=["promised_minor"])
    refund.state, refund.refused_for, refund.next_at = RefundState.REFUSED, reason, None
    refund.save(update_fields=["state", "refused_for", "next_at"])
    gone = {"refund": None, "paid_minor": 0, "lost_minor": 0, "fee_minor": 0, "shipping_minor": 0}
    ReturnPiece.objects.filter(refund=refund).update(**gone)
    fact = RefundRefused(request.number, refund.number, refund.amount_minor, refund.currency, f"refused_{reason}")
    tell(request, fact, by=by, at=at)
    if request.is_open:
        stand_anew(request, by=by, at=at)
    return refund


# the money may have gone: nothing is free before somebody knows
UNSURE = frozenset(["no_answer", "mismatch", "abnormal", "gone"])


def _to_pay(request: ReturnRequest, *, is_ahead: bool) -> list[ReturnPiece]:
    rows = request.pieces.select_related("order_line").filter(is_live=True, refund=None)
    if not is_ahead:
        rows = rows.filter(is_accepted=True)
    return list(rows.order_by("order_line__position", "rank"))


def pay_rest(order: Order, request: ReturnRequest, *, by: By, at: datetime) -> None:
    """This will ask for what a credit that went ahead has left over, less what is owed for pieces that then did not
    come, or had lost their worth.
    """
    ahead = request.refunds.filter(is_credit=True).exclude(state=RefundState.REFUSED).first()
    rest = -ahead.rest_minor - _paid_beside(request) if ahead else 0
    if rest <= 0:
        return
    kept = min(rest, request.owed_minor)
    request.owed_minor -= kept
    if rest > kept:
        _ask(request, _promised(order, request, Sum((), 0, 0), rest_minor=rest - kept, by=by, at=at), by, at)


def _pickup_left(request: ReturnRequest) -> int:
    """What its customer agreed to pay for having it fetched, and no refund has kept yet: of money alone."""
    if not request.fetched_minor or request.kind != Kind.RETURN_REFUND:
        return 0
    kept = request.refunds.exclude(state=RefundState.REFUSED).filter(pickup_minor__gt=0)
    return 0 if kept.exists() else request.fetched_minor


def _is_sent(request: ReturnRequest) -> bool:
    """Whether something is sent for it that its pieces pay."""
    return request.kind in REPLACES and not request.is_off


def _credited(
    order: Order, request: ReturnRequest, pieces: list[ReturnPiece], money: Sum, *, is_ahead: bool, by: By, at: datetime
) -> Refund | None:
    """What the pieces are worth goes into what is sent instead, and only what is left over to the customer: once they
    are here.
    """
    price = sum(one.wanted_minor for one in pieces)
    used = min(price, money.total_minor)
    if not used:
        return None
    is_gift = request.kind == Kind.RESHIP
    request.due_minor = 0 if is_gift else max(0, price - money.total_minor - money.over_minor)
    request.save(update_fields=["due_minor"])
    rest = money.total_minor - used
    refund = _promised(order, request, money, rest_minor=-rest, is_credit=True, by=by, at=at)
    _note_shares(pieces, money, refund)
    if rest and not is_ahead:
        _ask(request, _promised(order, request, Sum((), 0, 0), rest_minor=rest, by=by, at=at), by, at)
    _ask(request, refund, by, at)
    return refund


def _paid_beside(request: ReturnRequest) -> int:
    if request.kind not in REPLACES:
        return 0
    rows = request.refunds.filter(order_id=request.order_id, is_credit=False).exclude(state=RefundState.REFUSED)
    return sum(rows.values_list("rest_minor", flat=True))


def _ask(request: ReturnRequest, refund: Refund, by: By, at: datetime) -> None:
    """Within the policy's own limit it is approved at once."""
    if may_approve([POLICY_ROLE], refund.amount, kind=request.kind, is_exception=request.is_exception):
        _approved(request.order, request, refund, by=By("system:policy"), at=at, is_by_policy=True)
    else:
        said = (request.number, refund.number, refund.amount_minor, refund.currency)
        tell(request, RefundAsked(*said), by=by, at=at)


def _approved(
    order: Order, request: ReturnRequest, refund: Refund, *, by: By, at: datetime, is_by_policy: bool = False
) -> None:
    refund.state, refund.approved_at, refund.approved_by = RefundState.APPROVED, at, by.actor
    refund.save(update_fields=["state", "approved_at", "approved_by"])
    said = (request.number, refund.number, refund.amount_minor, refund.currency)
    tell(request, RefundApproved(*said, is_by_policy=is_by_policy), by=by, at=at)
    if refund.is_credit:
        credit(order, request, refund, by=by, at=at)


def _promised(
    order: Order,
    request: ReturnRequest,
    money: Sum,
    *,
    rest_minor: int = 0,
    is_credit: bool = False,
    by: By,
    at: datetime,
) -> Refund:
    refund = Refund.objects.create(
        number=f"F{at.year}-{_next():06d}",
        request=request,
        order=order,
        currency=order.currency,
        goods_minor=money.of("paid"),
        lost_minor=money.of("lost"),
        fee_minor=money.of("fee"),
        shipping_minor=money.of("shipping"),
        postage_minor=money.postage_minor,
        over_minor=money.over_minor,
        pickup_minor=money.pickup_minor,
        rest_minor=rest_minor,
        amount_minor=Money(money.total_minor + rest_minor, order.currency).minor,
        is_credit=is_credit,
        asked_at=at,
        asked_by=by.actor,
    )
    purse = hold_purse(order)
    purse.promised_minor += refund.amount_minor
    purse.save(update_fields=["promised_minor"])
    return refund


def _note_shares(pieces: list[ReturnPiece], money: Sum, refund: Refund) -> None:
    for piece, share in zip(pieces, money.shares, strict=True):
        piece.refund, piece.paid_minor, piece.lost_minor = refund, share.paid_minor, share.lost_minor
        piece.fee_minor, piece.shipping_minor = share.fee_minor, share.shipping_minor
    ReturnPiece.objects.bulk_update(pieces, ["refund", "paid_minor", "lost_minor", "fee_minor", "shipping_minor"])


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('refund_number')")
        return int(cursor.fetchone()[0])
