"""Each process tells the database that it is alive, and sees there who else is."""

import os
import threading
from datetime import timedelta

from django.db import Error, connection
from django.db.models.functions import Now

from zhoudao.config.memory import give_back
from zhoudao.ground.jobs.models import Heartbeat

EVERY_SECONDS = 5
FRESH = timedelta(seconds=20)
FORGOTTEN = timedelta(minutes=5)


def beat(process: str) -> None:
    """This will record that this process works now, by the database's clock."""
    row = {"process": process, "pid": os.getpid()}
    if not Heartbeat.objects.filter(**row).update(beat_at=Now()):
        Heartbeat.objects.create(**row, started_at=Now(), beat_at=Now())
        Heartbeat.objects.filter(beat_at__lt=Now() - FORGOTTEN).delete()


def beat_in_background(process: str, stop: threading.Event | None = None) -> threading.Thread:
    """This will beat until `stop` is set, and give idle memory back with every beat; the database may be away."""
    thread = threading.Thread(target=_beat_on, args=(process, stop or threading.Event()), daemon=True, name="heartbeat")
    thread.start()
    return thread


def alive() -> dict[str, int]:
    """How many processes of each kind have beaten of late."""
    found: dict[str, int] = {}
    for process in Heartbeat.objects.filter(beat_at__gt=Now() - FRESH).values_list("process", flat=True):
        found[process] = found.get(process, 0) + 1
    return found


def _beat_on(process: str, stop: threading.Event) -> None:
    wait = 0.0
    while not stop.wait(wait):
        wait = EVERY_SECONDS
        try:
            beat(process)
        except Error:
            wait = 1.0
        finally:
            connection.close()
            give_back()
