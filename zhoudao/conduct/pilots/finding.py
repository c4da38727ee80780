"""What the analyst makes of a pilot: asked for, made by a job, kept beside it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.conduct.pilots.models import Finding, Pilot

JOB, QUEUE = "desk.find_of_pilot", "analyst"
PATIENCE = timedelta(minutes=30)


@transaction.atomic
def ask_finding(pilot: Pilot, of: str, *, at: datetime) -> Finding:
    """This will have it made anew; what was found before stays until then. The caller may change the pilot."""
    row, _ = Finding.objects.update_or_create(
        pilot=pilot, of=of, defaults={"state": "asked", "fault": "", "asked_at": at}
    )
    transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(pilot_id=str(pilot.id), of=str(of)))
    return row


def begin_finding(pilot_id: UUID, of: str) -> Finding | None:
    """As the job finds it; nothing when the pilot is gone or it is made already."""
    row = Finding.objects.select_related("pilot__version", "pilot__owner").filter(pilot=pilot_id, of=of).first()
    if row is None or not row.is_waited_for:
        return None
    Finding.objects.filter(id=row.id).update(state="making")
    return row


def finish_finding(row: Finding, body: dict[str, Any], *, at: datetime) -> None:
    """This will keep what was found, unless it was asked for anew meanwhile: then the next job makes it."""
    Finding.objects.filter(id=row.id, asked_at=row.asked_at).update(state="done", fault="", body=body, made_at=at)


def fail_finding(row: Finding, fault: str) -> None:
    """This will say why there is none."""
    Finding.objects.filter(id=row.id, asked_at=row.asked_at).update(state="failed", fault=fault)
