"""Approving what passed the review, one order after the other."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from zhoudao.rooms.orders.commands.reviewing import approve_order
from zhoudao.rooms.orders.models import Commercial, Order

PASSED = Q(commercial=Commercial.PLACED, open_holds=0, reviewed_at__isnull=False)
_AT_ONCE = 200
_log = logging.getLogger(__name__)


def approve_passed(*, now: Callable[[], datetime]) -> int:
    """This will approve all that was reviewed and is not held, each in a transaction of its own; returns how many were
    tried. What cannot be approved keeps nobody behind it waiting, and is tried again at the next turn.
    """
    count, after = 0, Q()
    while some := list(Order.objects.filter(PASSED & after).order_by("reviewed_at", "id")[:_AT_ONCE]):
        for order in some:
            try:
                approve_order(order_id=order.id, at=now())
            except Exception:
                _log.exception("%s could not be approved", order.number)
        count += len(some)
        last = some[-1]
        after = Q(reviewed_at__gt=last.reviewed_at) | Q(reviewed_at=last.reviewed_at, id__gt=last.id)
    return count
