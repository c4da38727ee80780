"""Releasing what holds an order: the last one released lets it go on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.holds import end_hold, held_together
from zhoudao.rooms.orders.commands.reviewing import approve
from zhoudao.rooms.orders.models import BY_ITSELF, Ending, Order, Reason
from zhoudao.rooms.orders.refusals import EndsByItself


@transaction.atomic
def release_hold(*, hold_id: UUID, outcome: str, by: By, at: datetime) -> Order:
    """This will end a hold and note whether something was wrong. An order without any other is approved and its goods
    are kept; of one that was held because they are short, the rest is waited for.

    Raises: HoldNotFound, HoldOver, OutcomeUnsaid, EndsByItself
    """
    order, hold = held_together(hold_id)
    if hold.reason in BY_ITSELF:
        raise EndsByItself(EndsByItself.__doc__)
    end_hold(order, hold, ending=Ending.RELEASED, outcome=outcome, by=by, at=at)
    order.save(update_fields=["open_holds"])
    if not order.open_holds:
        approve(order, may_wait=_may_wait(order), by=by, at=at)
    return order


def _may_wait(order: Order) -> bool:
    """Whether somebody has said that the customer waits for what is short."""
    return order.holds.filter(reason=Reason.OUT_OF_STOCK, ending=Ending.RELEASED).exists()
