"""What the clock looks for of process intelligence."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.conduct.insight.reporting import forget_reports
from zhoudao.doors.clock.knocks import Knock

_JOB = "clock.keep_lake"


def lakes_to_keep(at: datetime, real: datetime) -> Iterator[Knock]:
    """The analyst brings the lake of our own events up to date; with no analyst running the errand does not pile up."""
    if not ProcrastinateJob.objects.filter(task_name=_JOB, status="todo").exists():
        yield "lakes", app.configure_task(_JOB, queue="analyst").defer


def reports_to_forget(at: datetime, real: datetime) -> Iterator[Knock]:
    """Diagnoses are kept for a year and a month after somebody last asked for them."""
    yield "old diagnoses", partial(forget_reports, at=at)
