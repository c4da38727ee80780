"""Approving what passed the review, and allocating anew what fell short, one order after the other."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.keyset import beyond
from zhoudao.rooms.orders.commands.approving_together import PASSED, approve_together
from zhoudao.rooms.orders.commands.reallocating import reallocate
from zhoudao.rooms.orders.commands.reviewing import BY, approve_order, lines_of
from zhoudao.rooms.orders.days import day_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.places import read_ground
from zhoudao.rooms.orders.refusals import NothingToAllocate, PlaceFull

_AT_ONCE = 50
_BY = By("system:allocation")
_log = logging.getLogger(__name__)


def approve_passed(*, now: Callable[[], datetime]) -> int:
    """This will approve all that was reviewed and is not held, fifty at a time; returns how many were tried. What
    cannot be approved with the others is tried alone, keeps nobody behind it waiting, and is tried again next turn.
    """
    count, after = 0, Q()
    while some := list(Order.objects.filter(PASSED & after).order_by("reviewed_at", "id")[:_AT_ONCE]):
        lines = lines_of([order.id for order in some])
        ground = read_ground({line.sku for own in lines.values() for line in own}, day_of(now()))
        done: set[UUID] = set()
        try:
            done = approve_together(some, lines, ground, by=BY, at=now())
        except PlaceFull:  # somebody was faster
            pass
        except Exception:
            _log.exception("%s orders could not be approved together, now each alone", len(some))
        for order in some:
            if order.id not in done:
                _approve_alone(order, now())
        count += len(some)
        last = some[-1]
        after = beyond("reviewed_at", last.reviewed_at, last.id)
    return count


def _approve_alone(order: Order, at: datetime) -> None:
    try:
        approve_order(order_id=order.id, at=at)
    except Exception:
        _log.exception("%s could not be approved", order.number)


def allocate_short(*, now: Callable[[], datetime]) -> int:
    """This will look elsewhere for goods that are not where they were kept, each order in a transaction of its own;
    returns how many were tried. One that cannot be is tried again at the next turn.
    """
    ids = list(
        Order.objects.filter(short_at__isnull=False).order_by("short_at").values_list("id", flat=True)[:_AT_ONCE]
    )
    for order_id in ids:
        try:
            reallocate(order_id=order_id, by=_BY, at=now())
        except NothingToAllocate:
            Order.objects.filter(id=order_id).update(short_at=None)
        except Exception:
            _log.exception("Order %s could not be allocated anew", order_id)
    return len(ids)
