"""Single pieces cancelled before anything left: what was paid for them is promised back in the very moment in which
they leave their order, so that its money is never less than what is owed.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.cancel_events import PiecesCancelled
from zhoudao.rooms.aftersales.cancellations import Cancellation, CancelledLine
from zhoudao.rooms.aftersales.commands.accepting import OfferChanged
from zhoudao.rooms.aftersales.commands.refunding import ask_for
from zhoudao.rooms.aftersales.commands.requesting import draft
from zhoudao.rooms.aftersales.models import Kind, ReturnRequest, State
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.queries.cancelling import Plan, all_of, cancellable
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.aftersales.refusals import KeyReused
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.commands.taking_out import take_out
from zhoudao.rooms.orders.events import REASONS
from zhoudao.rooms.orders.models import Order, Outcome
from zhoudao.rooms.orders.refusals import CancelReasonUnknown


@frozen
class Shown:
    """What somebody was shown before: what is paid back, and what the order costs then."""

    back_minor: int
    left_minor: int


@transaction.atomic
def cancel_pieces(
    *,
    order_id: UUID,
    counts: Mapping[UUID, int],
    reason: str = "customer",
    shown: Shown | None = None,
    may_be_all: bool = True,
    key: UUID,
    by: By,
    at: datetime,
) -> Cancellation:
    """This will cancel the last so many pieces of each line (by id) of an order that nobody has begun to pick, and
    promise back what was paid for them; all of them cancel the order, if that `may_be_all`. With `shown` it is done for
    just that money or not at all. The same `key` twice is once.

    Raises: OrderNotFound, CancelReasonUnknown, OfferChanged, KeyReused, LineSpokenFor, and what `cancellable` and its
    plan raise
    """
    if reason not in REASONS:
        raise CancelReasonUnknown(CancelReasonUnknown.__doc__)
    order = hold_order(order_id)
    if before := Cancellation.objects.filter(key=key).first():
        return _same(before, order, counts)
    plan = cancellable(order).plan(counts)
    is_as_shown = shown is None or shown == Shown(plan.back_minor, plan.left_minor)
    if not is_as_shown or (plan.is_all and not may_be_all):
        raise OfferChanged(OfferChanged.__doc__)
    request = _promised(plan, key, by, at) if plan.back_minor else None
    done = _kept(plan, request, reason=reason, key=key, by=by, at=at)
    _tell(plan, done, by, at)
    if plan.is_all:
        cancel_order(order_id=order.id, reason=reason, by=by, at=at)
    else:
        take_out(order_id=order.id, counts=counts, is_looked_at=True, by=by, at=at)
    return done


@transaction.atomic
def cancel_whole(*, order_id: UUID, reason: str, by: By, at: datetime, outcome: str = Outcome.UNSURE) -> Order:
    """This will cancel an order whose goods have not left, and promise back in the same moment what was paid for it,
    where that was taken here. Cancelled twice is once.

    Raises: what `cancel_order` raises
    """
    order = hold_order(order_id)
    plan = all_of(order) if order.is_open and reason in REASONS else None
    if plan is not None:
        key = uuid5(order.id, "cancelled")
        _tell(plan, _kept(plan, _promised(plan, key, by, at), reason=reason, key=key, by=by, at=at), by, at)
    return cancel_order(order_id=order.id, reason=reason, outcome=outcome, by=by, at=at)


def _same(before: Cancellation, order: Order, counts: Mapping[UUID, int]) -> Cancellation:
    known = dict(before.lines.values_list("line_id", "quantity"))
    if before.order_id != order.id or known != {line_id: count for line_id, count in counts.items() if count}:
        raise KeyReused(KeyReused.__doc__)
    return before


def _promised(plan: Plan, key: UUID, by: By, at: datetime) -> ReturnRequest:
    """Before the order costs less: its purse notes what was taken. Goods that never left are nobody's to inspect or
    judge, so that their money waits for nothing but its approval.
    """
    order = plan.order
    terms = Terms(is_allowed=True, is_shipping_back=True)
    request = draft(order, Kind.CANCEL, Reason.NOT_SENT, terms, 0, key=key, by=by, at=at)
    request.language, request.state = order.language, State.INSPECTED
    request.decided_at, request.decided_by = at, by.actor
    request.save(force_insert=True)
    ask_for(order, request, [], plan.money, by=by, at=at)
    return request


def _kept(plan: Plan, request: ReturnRequest | None, *, reason: str, key: UUID, by: By, at: datetime) -> Cancellation:
    done = Cancellation.objects.create(
        order=plan.order,
        request=request,
        key=key,
        reason=reason,
        is_all=plan.is_all,
        less_minor=plan.less_minor,
        back_minor=plan.back_minor,
        at=at,
        by=by.actor,
    )
    CancelledLine.objects.bulk_create(
        CancelledLine(
            cancellation=done,
            line_id=one.line.id,
            position=one.line.position,
            sku=one.line.sku,
            name=one.line.name,
            quantity=one.count,
            price_minor=one.line.price_minor,
            discount_minor=one.discount_minor,
            shipping_minor=one.shipping_minor,
            tax_minor=one.tax_minor,
            lowered_minor=one.lowered_minor,
        )
        for one in plan.going
    )
    return done


def _tell(plan: Plan, done: Cancellation, by: By, at: datetime) -> None:
    order = plan.order
    fact = PiecesCancelled(
        order.number, plan.pieces, f"order_{done.reason}", done.less_minor, done.back_minor, order.currency, done.is_all
    )
    about = [About("order", order.id), About("customer", order.customer_id), About("cancellation", done.id)]
    if done.request_id is not None:
        about.append(About("return", done.request_id))
    by = By(by.actor, store_id=order.store_id, channel=by.channel or order.source)
    record(fact, at=at, by=by, about=about)
