"""What the clock has the analyst look ahead at: what becomes of open cases, and where demand is sudden."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.conduct.insight.outlook import is_to_be_learned
from zhoudao.doors.clock.knocks import Knock

_LEARN, _SAY, _LOOK = "outlook.learn", "outlook.foretell", "outlook.look_for_demand"


def outlooks_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """What is to be expected of every open case; once a day it is learned anew first."""
    if ProcrastinateJob.objects.filter(task_name__in=(_LEARN, _SAY), status__in=("todo", "doing")).exists():
        return
    job = _LEARN if is_to_be_learned(at) else _SAY
    yield job, partial(app.configure_task(job, queue="analyst").defer, at=at.isoformat())


def demand_to_look_at(at: datetime, real: datetime) -> Iterator[Knock]:
    """Whether more comes than usual."""
    if not ProcrastinateJob.objects.filter(task_name=_LOOK, status__in=("todo", "doing")).exists():
        yield _LOOK, partial(app.configure_task(_LOOK, queue="analyst").defer, at=at.isoformat())
