"""An order changed where it was placed: its goods, amounts and recipient anew, as long as nobody has begun to pick."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.rows import store_new
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.holding import hold_open, tell
from zhoudao.rooms.orders.commands.reviewing import approve, look_at
from zhoudao.rooms.orders.drafting import draft_lines
from zhoudao.rooms.orders.events import ApprovalWithdrawn, OrderRevised
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, OthersGoWithIt
from zhoudao.rooms.orders.sealed import seal_people
from zhoudao.rooms.orders.sourcing import free_goods
from zhoudao.rooms.orders.submission import Submission, sound

_AMOUNTS = ("goods_minor", "discount_minor", "shipping_minor", "tax_minor")


@transaction.atomic
def revise_order(*, order_id: UUID, wanted: Submission, goes_on: bool = True, by: By, at: datetime) -> Order:
    """This will bring an order to what its shop says now. An approved one is approved no more and its goods are free;
    the detectors look anew, and without a hold it goes on, unless it `goes_on` no more. Whose order it is stays.

    Raises: OrderNotFound, OrderOver, OthersGoWithIt, AlreadyOnItsWay (picking has begun), OrderUnsound
    """
    wanted, order = sound(wanted, at=at), hold_open(order_id)
    if Order.objects.filter(merged_into=order).exists():  # its lines are not its own alone
        raise OthersGoWithIt(OthersGoWithIt.__doc__)
    if order.fulfilment not in STILL_HERE:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    facts = []
    if order.commercial == Commercial.APPROVED:
        free_goods(order, by=by, at=at)
        order.commercial, order.approved_at, order.fulfilment = Commercial.PLACED, None, Fulfilment.NONE
        facts.append(ApprovalWithdrawn(order.number))
    before, lines_before = order.total_minor, order.line_count
    _rewrite(order, wanted)
    revised = OrderRevised(order.number, lines_before, order.line_count, before, order.total_minor, order.currency)
    tell(order, *facts, revised, by=by, at=at)
    if goes_on and order.reviewed_at is not None:
        look_at(order, by=by, at=at, is_again=True)
        if not order.open_holds:
            approve(order, may_wait=False, by=by, at=at)
    return order


def _rewrite(order: Order, wanted: Submission) -> None:
    for name in _AMOUNTS:
        setattr(order, name, getattr(wanted, name))
    order.total_minor = wanted.goods_minor - wanted.discount_minor + wanted.shipping_minor
    order.line_count, order.promised_at = len(wanted.items), wanted.promised_at
    order.goods_index, order.person_index = wanted.goods_index, wanted.person_index
    key_id = Customer.objects.values_list("key_id", flat=True).get(id=order.customer_id)
    order.recipient_sealed = None
    seal_people(order, key_id, wanted.recipient, wanted.remark)
    order.save()
    OrderLine.objects.filter(order=order).delete()
    store_new(*draft_lines(order, wanted))
