"""Hearing customers to the end in tests, whatever other tests' transactions hold back."""

import time
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.hearing import hear_customers
from zhoudao.rooms.conversations.models import Listening


def listen(*, within_seconds: float = 30.0) -> set[UUID]:
    """This will judge everything there is; returns the cases whose mood changed."""
    changed: set[UUID] = set()
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        changed.update(hear_customers())
        row = Listening.objects.get()
        behind = Q(xid__gt=row.cursor_xid) | Q(xid=row.cursor_xid, id__gt=row.cursor_id)
        if row.is_whole and not Event.objects.filter(behind).exists():
            return changed
        time.sleep(0.01)
    raise AssertionError("Somebody's transaction never ends.")
