"""Orders that are sent for what came back, was missing or broke: placed without a review, held until they may go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holds import end_hold, open_new
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.reviewing import approve
from zhoudao.rooms.orders.models import REPLACEMENT, Commercial, Ending, Hold, Order, Outcome, Reason, Stage
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Item, Submission

_LOOKED_AT_WITHIN, _NEVER_URGENT = timedelta(days=30), 5


@transaction.atomic
def place_replacement(
    *, origin: Order, number: str, items: Sequence[Item], discount_minor: int = 0, by: By, at: datetime
) -> Order:
    """This will place an order under the `number` it is sent for, to whoever had the held `origin`, not paid and held
    until goods are back. The detectors do not look at it: it is no new purchase.

    Raises: OrderUnsound, OrderStoreUnknown, CustomerNotFound
    """
    wanted = Submission(
        source=REPLACEMENT,
        external_number=number,
        items=items,
        currency=origin.currency,
        discount_minor=discount_minor,
        recipient=recipient_of(origin),
        customer_id=origin.customer_id,
        store=origin.store.code,
        language=origin.language,
    )
    placed = place_order(wanted, by=by, at=at)
    order = Order.objects.select_for_update(of=("self",)).select_related("store").get(id=placed.order.id)
    order.reviewed_at = at
    _hold(order, Reason.AWAITING_RETURN, number, by, at)
    return order


def await_payment(order: Order, number: str, *, by: By, at: datetime) -> None:
    """This will hold a locked replacement until its customer has paid what it costs more."""
    _hold(order, Reason.AWAITING_PAYMENT, number, by, at)


def let_go_on(order: Order, *, by: By, at: datetime) -> None:
    """This will end what holds a locked replacement by itself, and send it the usual way: its goods are kept, or it
    waits for them as any order.
    """
    _end(order, (Reason.AWAITING_RETURN, Reason.AWAITING_PAYMENT), by, at)
    if order.commercial == Commercial.PLACED and not order.open_holds:
        approve(order, may_wait=False, by=by, at=at)


def goods_are_back(order: Order, *, by: By, at: datetime) -> None:
    """This will note on a locked replacement that it waits for goods no more."""
    _end(order, (Reason.AWAITING_RETURN,), by, at)


def _end(order: Order, reasons: Sequence[Reason], by: By, at: datetime) -> None:
    rows = Hold.objects.select_for_update().filter(order=order, reason__in=reasons).exclude(stage=Stage.DONE)
    for hold in rows.order_by("id"):
        end_hold(order, hold, ending=Ending.FIXED, outcome=Outcome.RIGHT, by=by, at=at)
    order.save(update_fields=["open_holds"])


def _hold(order: Order, reason: Reason, number: str, by: By, at: datetime) -> None:
    said = {"evidence": {"return": number}, "priority": _NEVER_URGENT}
    hold = Hold(order=order, reason=reason, opened_at=at, opened_by=by.actor, due_at=at + _LOOKED_AT_WITHIN, **said)
    open_new(order, hold, by=by, at=at)
    order.save(update_fields=["reviewed_at", "open_holds"])
