"""Money back without goods: a colleague says how much and why, another approves it. What is given back for pieces
lowers what they are worth when they come back later.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.engines.refunds import Share, Sum
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.commands.holding import hold_purse
from zhoudao.rooms.aftersales.commands.refunding import ask_for
from zhoudao.rooms.aftersales.commands.requesting import draft, tell_asked
from zhoudao.rooms.aftersales.models import ADJUSTED_FOR, Kind, ReturnPiece, ReturnRequest, State
from zhoudao.rooms.aftersales.pieces import MOST, pieces_of, taken_of
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.refusals import AmountUnsound, KeyReused, ReasonUnsaid, TooManyPieces
from zhoudao.rooms.aftersales.sealed import seal_words
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.shares import share_out

_LONGEST = 2_000


@transaction.atomic
def give_money_back(
    *,
    order_id: UUID,
    amount_minor: int,
    reason: str,
    line_id: UUID | None = None,
    words: str = "",
    key: UUID,
    conversation_id: UUID | None = None,
    by: By,
    at: datetime,
) -> ReturnRequest:
    """This will ask for so much of an order's price, or of one line's, to be paid back while the goods stay: shared out
    over its pieces that are in no return, at most what they still are worth. Somebody else approves it. The same `key`
    twice is once.

    Raises: OrderNotFound, ReasonUnsaid, AmountUnsound, TooManyPieces, NotPaidYet, PaidBackElsewhere, KeyReused
    """
    if reason not in ADJUSTED_FOR:
        raise ReasonUnsaid(ReasonUnsaid.__doc__)
    order = hold_order(order_id)
    if before := ReturnRequest.objects.filter(key=key).first():
        return _same(before, order, reason, amount_minor)
    purse = hold_purse(order)
    worth = worth_left(order, line_id)
    most = min(sum(minor for _line, _rank, minor in worth), purse.taken_minor - purse.promised_minor)
    if type(amount_minor) is not int or not 0 < amount_minor <= most:
        raise AmountUnsound(AmountUnsound.__doc__)
    shares = share_out(amount_minor, [(minor, 1) for _line, _rank, minor in worth], by_piece=True)
    request = draft(order, Kind.ADJUSTMENT, reason, Terms(is_allowed=True), 0, key=key, by=by, at=at)
    request.is_exception, request.conversation_id, request.language = True, conversation_id, order.language
    request.state, request.decided_at, request.decided_by = State.INSPECTED, at, by.actor
    seal_words(request, order.customer.key_id, words.strip()[:_LONGEST])
    request.save(force_insert=True)
    pieces = [
        ReturnPiece(id=uuid7(), request=request, order_line_id=line, rank=rank, is_live=False)
        for (line, rank, _worth), share in zip(worth, shares, strict=True)
        if share
    ]
    ReturnPiece.objects.bulk_create(pieces)
    tell_asked(request, len(pieces), Terms(is_allowed=True), by, at)
    money = Sum(tuple(Share(share, 0, 0, 0) for share in shares if share), 0, 0)
    ask_for(order, request, pieces, money, by=by, at=at)
    return request


def worth_left(order: Order, line_id: UUID | None = None) -> Sequence[tuple[UUID, int, int]]:
    """Line, rank and worth of each piece of an order, or of one line, that is in no return (two statements).

    Raises: AmountUnsound, TooManyPieces
    """
    lines = [one for one in order.lines.order_by("position") if line_id in (None, one.id)]
    taken, lowered = taken_of(lines)
    found = []
    for line in lines:
        ranks = [rank for rank in range(line.quantity) if rank not in taken[line.id]]
        parts = pieces_of(line, ranks, lowered=lowered[line.id])
        found += [(line.id, rank, part.paid_minor) for rank, part in zip(ranks, parts, strict=True)]
    if not any(worth for _line, _rank, worth in found):
        raise AmountUnsound(AmountUnsound.__doc__)
    if len(found) > MOST:
        raise TooManyPieces(TooManyPieces.__doc__)
    return found


def _same(before: ReturnRequest, order: Order, reason: str, amount_minor: int) -> ReturnRequest:
    asked = before.refunds.order_by("id").values_list("amount_minor", flat=True).first()
    if (before.order_id, before.kind, before.reason, asked) != (order.id, Kind.ADJUSTMENT, reason, amount_minor):
        raise KeyReused(KeyReused.__doc__)
    return before
