"""The money of a return: worked out, promised, approved. Paying it is another matter (`paying_back`)."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.engines.refunds import Sum, refund_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.commands.holding import hold_purse, hold_refund, tell
from zhoudao.rooms.aftersales.events import REFUSED_FOR, RefundApproved, RefundAsked, RefundRefused
from zhoudao.rooms.aftersales.models import Refund, RefundState, ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.policies import POLICY_ROLE, may_approve, terms_of
from zhoudao.rooms.aftersales.queries.eligibility import money_terms, pieces_of
from zhoudao.rooms.aftersales.refusals import AboveLimit, DeclineUnsaid, OwnRefund, RefundDecided
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
    terms = money_terms(terms_of(request), postage_minor=postage_minor)
    parts = [pieces_of(one.order_line, [one.rank], lost_percent=one.lost_percent)[0] for one in pieces]
    money = refund_of(parts, terms, left_minor=purse.taken_minor - purse.promised_minor)
    if not money.total_minor:
        return None
    refund = _promised(order, request, money, by, at)
    purse.promised_minor += refund.amount_minor
    purse.save(update_fields=["promised_minor"])
    _note_shares(pieces, money, refund)
    said = (request.number, refund.number, refund.amount_minor, refund.currency)
    if may_approve([POLICY_ROLE], refund.amount, kind=request.kind, is_exception=request.is_exception):
        _approve(refund, "system:policy", at)
        tell(request, RefundApproved(*said, is_by_policy=True), by=By("system:policy"), at=at)
    else:
        tell(request, RefundAsked(*said), by=by, at=at)
    return refund


@transaction.atomic
def approve_refund(*, refund_id: UUID, roles: tuple[str, ...], by: By, at: datetime) -> Refund:
    """This will let a refund be paid, within what these roles may. Twice by the same person is once.

    Raises: RefundNotFound, RefundDecided, OwnRefund, AboveLimit
    """
    _order, request, refund = hold_refund(refund_id)
    if refund.state in (RefundState.APPROVED, RefundState.SENDING) and refund.approved_by == by.actor:
        return refund
    if refund.state != RefundState.ASKED:
        raise RefundDecided(RefundDecided.__doc__)
    if by.actor in (refund.asked_by, request.asked_by):
        raise OwnRefund(OwnRefund.__doc__)
    if not may_approve(roles, refund.amount, kind=request.kind, is_exception=request.is_exception):
        raise AboveLimit(AboveLimit.__doc__)
    _approve(refund, by.actor, at)
    fact = RefundApproved(request.number, refund.number, refund.amount_minor, refund.currency, is_by_policy=False)
    tell(request, fact, by=by, at=at)
    return refund


@transaction.atomic
def refuse_refund(*, refund_id: UUID, reason: str, by: By, at: datetime) -> Refund:
    """This will not pay a refund that nobody has paid yet; its money is free again, and whoever inspects it says anew
    what is to be paid.

    Raises: RefundNotFound, RefundDecided, DeclineUnsaid
    """
    if reason not in REFUSED_FOR:
        raise DeclineUnsaid(DeclineUnsaid.__doc__)
    order, request, refund = hold_refund(refund_id)
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
    return refund


# the money may have gone: nothing is free before somebody knows
UNSURE = frozenset(["no_answer", "mismatch", "abnormal", "gone"])


def _to_pay(request: ReturnRequest, *, is_ahead: bool) -> list[ReturnPiece]:
    rows = request.pieces.select_related("order_line").filter(is_live=True, refund=None)
    if not is_ahead:
        rows = rows.filter(is_accepted=True)
    return list(rows.order_by("order_line__position", "rank"))


def _promised(order: Order, request: ReturnRequest, money: Sum, by: By, at: datetime) -> Refund:
    return Refund.objects.create(
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
        amount_minor=Money(money.total_minor, order.currency).minor,
        asked_at=at,
        asked_by=by.actor,
    )


def _note_shares(pieces: list[ReturnPiece], money: Sum, refund: Refund) -> None:
    for piece, share in zip(pieces, money.shares, strict=True):
        piece.refund, piece.paid_minor, piece.lost_minor = refund, share.paid_minor, share.lost_minor
        piece.fee_minor, piece.shipping_minor = share.fee_minor, share.shipping_minor
    ReturnPiece.objects.bulk_update(pieces, ["refund", "paid_minor", "lost_minor", "fee_minor", "shipping_minor"])


def _approve(refund: Refund, actor: str, at: datetime) -> None:
    refund.state, refund.approved_at, refund.approved_by = RefundState.APPROVED, at, actor
    refund.save(update_fields=["state", "approved_at", "approved_by"])


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('refund_number')")
        return int(cursor.fetchone()[0])
