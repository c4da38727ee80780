"""Approving what passed the review, and allocating anew what fell short, one order after the other."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.commands.reallocating import reallocate
from zhoudao.rooms.orders.commands.reviewing import approve_order, lines_of
from zhoudao.rooms.orders.days import day_of
from zhoudao.rooms.orders.models import Commercial, Order
from zhoudao.rooms.orders.places import read_ground
from zhoudao.rooms.orders.refusals import NothingToAllocate

PASSED = Q(commercial=Commercial.PLACED, open_holds=0, reviewed_at__isnull=False)
_AT_ONCE = 50
_BY = By("system:allocation")
_log = logging.getLogger(__name__)


def approve_passed(*, now: Callable[[], datetime]) -> int:
    """This will approve all that was reviewed and is not held, each in a transaction of its own, reading once for some
    of them what they are made of and what is where; returns how many were tried. What cannot be approved keeps nobody
    behind it waiting, and is tried again at the next turn.
    """
    count, after = 0, Q()
    while some := list(Order.objects.filter(PASSED & after).order_by("reviewed_at", "id")[:_AT_ONCE]):
        lines = lines_of([order.id for order in some])
        ground = read_ground({line.sku for own in lines.values() for line in own}, day_of(now()))
        for order in some:
            try:
                approve_order(order_id=order.id, at=now(), ground=ground, lines=lines[order.id])
            except Exception:
                _log.exception("%s could not be approved", order.number)
        count += len(some)
        last = some[-1]
        after = Q(reviewed_at__gt=last.reviewed_at) | Q(reviewed_at=last.reviewed_at, id__gt=last.id)
    return count


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
