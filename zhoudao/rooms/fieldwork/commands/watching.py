"""Visits that take longer than planned, seen by the clock; and days that are to be planned anew, lined up for the
analyst.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fieldwork.commands.holding import hold_visit, tell
from zhoudao.rooms.fieldwork.commands.replanning import ACTOR
from zhoudao.rooms.fieldwork.events import VisitOverran
from zhoudao.rooms.fieldwork.models import State, Visit

REPLAN_JOB, QUEUE = "fieldwork.replan", "analyst"
LATE, AGAIN = timedelta(minutes=15), timedelta(minutes=30)


def overrunning(at: datetime, *, limit: int) -> list[UUID]:
    """Visits that have been under way for a quarter of an hour longer than planned, and not been noted for half an
    hour.
    """
    rows = Visit.objects.filter(state=State.BEGUN, ends_at__lt=at - LATE)
    rows = rows.filter(Q(overran_at=None) | Q(overran_at__lt=at - AGAIN))
    return list(rows.order_by("ends_at", "id").values_list("id", flat=True)[:limit])


@transaction.atomic
def note_overrun(*, visit_id: UUID, at: datetime) -> None:
    """This will note that a visit takes longer, once in half an hour. Raises: NoSuchVisit."""
    visit = hold_visit(visit_id)
    if visit.state != State.BEGUN or (visit.overran_at is not None and visit.overran_at >= at - AGAIN):
        return
    visit.overran_at = at
    visit.save(update_fields=["overran_at"])
    over = int((at - visit.time[1]).total_seconds()) // 60
    tell(visit, VisitOverran(visit.number, over), by=By(ACTOR), at=at)


def line_up(days: Iterable[date], cause: str, at: datetime) -> None:
    """This will have the analyst plan these days anew, once however often it is asked until then."""
    for day in days:
        try:
            with transaction.atomic():
                job = app.configure_task(REPLAN_JOB, queue=QUEUE, queueing_lock=f"{REPLAN_JOB}.{day}")
                job.defer(day=day.isoformat(), cause=cause, at=at.isoformat())
        except AlreadyEnqueued:
            continue
