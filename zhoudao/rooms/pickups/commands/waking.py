"""Waking whoever speaks with courier services."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

SEND_JOB, QUEUE = "couriers.send", "webhooks"
CLAIM = timedelta(minutes=3)  # longer than an attempt can take: until then nobody else makes one


def wake_sender(pickup_id: UUID) -> None:
    """This will have somebody tell or ask a due pick-up's service, once however often it is called until then."""
    try:
        with transaction.atomic():
            lock = f"{SEND_JOB}.{pickup_id}"
            app.configure_task(SEND_JOB, queue=QUEUE, queueing_lock=lock).defer(pickup_id=str(pickup_id))
    except AlreadyEnqueued:
        return
