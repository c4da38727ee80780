"""What the clock looks for of pilots: those that run and were not looked at today."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from procrastinate.contrib.django import app

from zhoudao.conduct.pilots.watching import JOB, pilots_due
from zhoudao.doors.clock.knocks import Knock, is_queued


def pilots_to_watch(at: datetime, real: datetime) -> Iterator[Knock]:
    """The analyst looks whether any of them does harm."""
    if pilots_due(at).exists() and not is_queued(JOB):
        yield "pilots", partial(app.configure_task(JOB, queue="analyst").defer, at=at.isoformat())
