"""Getting hold of a return and its order, and telling what happened to it."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.aftersales.models import Purse, Refund, ReturnRequest
from zhoudao.rooms.aftersales.refusals import NotPaidYet, PaidBackElsewhere, RefundNotFound, ReturnNotFound
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.models import Order, Payment


def hold_return(request_id: UUID) -> tuple[Order, ReturnRequest]:
    """A return and its order, locked: the order first, as everybody does. Raises: ReturnNotFound."""
    known = ReturnRequest.objects.filter(id=request_id).values_list("order_id", flat=True).first()
    if known is None:
        raise ReturnNotFound(ReturnNotFound.__doc__)
    order = hold_order(known)
    request = ReturnRequest.objects.select_for_update().get(id=request_id)
    request.order = order
    return order, request


def hold_refund(refund_id: UUID) -> tuple[Order, ReturnRequest, Refund]:
    """A refund, its return and the order whose money it is, locked. Raises: RefundNotFound."""
    known = Refund.objects.filter(id=refund_id).values_list("request_id", flat=True).first()
    if known is None:
        raise RefundNotFound(RefundNotFound.__doc__)
    order, request = hold_return(known)
    refund = Refund.objects.select_for_update().get(id=refund_id)
    return (order if refund.order_id == order.id else hold_order(refund.order_id)), request, refund


def hold_purse(order: Order) -> Purse:
    """What was taken of a held order's money, locked. Raises: NotPaidYet, PaidBackElsewhere."""
    purse = Purse.objects.select_for_update().filter(order=order).first()
    if purse is not None:
        return purse
    check_paid(order)
    return Purse.objects.create(order=order, taken_minor=order.total_minor)


def check_paid(order: Order) -> None:
    """Whether we know what was taken of an order that has no purse yet. Raises: NotPaidYet, PaidBackElsewhere."""
    if order.payment in (Payment.PARTIALLY_REFUNDED, Payment.REFUNDED):
        raise PaidBackElsewhere(PaidBackElsewhere.__doc__)
    if order.payment != Payment.CAPTURED:
        raise NotPaidYet(NotPaidYet.__doc__)


def tell(request: ReturnRequest, *facts: Fact, by: By, at: datetime) -> None:
    """This will record what happened to a held return, for it, its order, its customer and its case."""
    record_all([entry(request, fact, by=by, at=at) for fact in facts], at=at, by=by)


def entry(request: ReturnRequest, fact: Fact, *, by: By, at: datetime) -> Entry:
    """What happened to a held return, to be recorded with other things."""
    about = [About("return", request.id), About("order", request.order_id), About("customer", request.customer_id)]
    if request.conversation_id is not None:
        about.append(About("conversation", request.conversation_id))
    return Entry(fact, about, By(by.actor, store_id=request.store_id, channel=request.channel), at)
