"""Sending an order elsewhere, as long as nobody has begun to pick it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.engines.review import review
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.correcting import Correction, changed_people, correct_order
from zhoudao.rooms.orders.commands.holding import hold_open, tell
from zhoudao.rooms.orders.events import OrderCorrected
from zhoudao.rooms.orders.models import STILL_HERE, Commercial, Order, OrderLine
from zhoudao.rooms.orders.queries.around import bought_of, known_around
from zhoudao.rooms.orders.refusals import AddressUnsound, AlreadyOnItsWay, NothingChanged
from zhoudao.rooms.orders.submission import Recipient

_OF_ADDRESS = ("incomplete", "undeliverable")


@transaction.atomic
def redirect_order(*, order_id: UUID, recipient: Recipient, by: By, at: datetime) -> Order:
    """This will change who gets an order and where. One that is not approved yet is reviewed again; an approved one
    keeps its approval and its goods, so an address that a reviewer would hold is refused instead.

    Raises: OrderNotFound, OrderOver, AlreadyOnItsWay, AddressUnsound, NothingChanged, OrderUnsound
    """
    order = hold_open(order_id)
    if order.fulfilment not in STILL_HERE:
        raise AlreadyOnItsWay(AlreadyOnItsWay.__doc__)
    if order.commercial == Commercial.PLACED:
        return correct_order(order_id=order_id, correction=Correction(recipient), by=by, at=at)
    changed = changed_people(order, recipient)
    if not changed:
        raise NothingChanged(NothingChanged.__doc__)
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    found = [one for one in review(bought_of(order, lines), known_around(order, lines)) if one.reason in _OF_ADDRESS]
    if found:
        raise AddressUnsound(AddressUnsound.__doc__)
    order.save()
    fact = OrderCorrected(order.number, changed, [], order.total_minor, order.total_minor, order.currency)
    tell(order, fact, by=by, at=at)
    return order
