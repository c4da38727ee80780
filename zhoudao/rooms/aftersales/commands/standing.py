"""Where a return stands, after anything happened to its pieces or its money."""

from collections.abc import Sequence
from datetime import datetime

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.holding import tell
from zhoudao.rooms.aftersales.events import ReturnRejected
from zhoudao.rooms.aftersales.models import NOT_PAID, Refund, RefundState, ReturnPiece, ReturnRequest, State


def stand_anew(request: ReturnRequest, *, by: By, at: datetime) -> None:
    """This will work out where a held, agreed request stands, and save it: open while pieces are to come, to be
    inspected or to be paid.
    """
    pieces = list(request.pieces.filter(is_live=True))
    refunds = list(request.refunds.exclude(state=RefundState.REFUSED))
    if request.needs_goods and any(one.is_here and not one.condition for one in pieces):
        state = State.RECEIVED
    elif request.needs_goods and any(not (one.is_here or one.is_missing) for one in pieces):
        is_told = request.tracking_number and not request.is_labelled  # a label that is printed is not sent
        is_under_way = is_told or request.fetched_minor is not None
        state = State.SENT if is_under_way else State.APPROVED
    else:
        state = _after_goods(request, pieces, refunds)
    is_over = state in (State.REFUNDED, State.REPLACED, State.REJECTED)
    if is_over and request.closed_at is None and state == State.REJECTED:
        tell(request, ReturnRejected(request.number), by=by, at=at)
    request.state, request.closed_at = state, (request.closed_at or at) if is_over else None
    request.save()


def _after_goods(request: ReturnRequest, pieces: Sequence[ReturnPiece], refunds: Sequence[Refund]) -> State:
    is_unpaid = any(one.state in NOT_PAID for one in refunds) or any(
        one.is_accepted and not one.refund_id for one in pieces
    )
    if is_unpaid or request.due_minor:
        return State.INSPECTED
    if any(one.is_credit for one in refunds):
        return State.REPLACED
    return State.REFUNDED if refunds else State.REJECTED
