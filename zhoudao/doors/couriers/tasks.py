"""The job of courier services; it may run twice, and be killed anywhere."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.doors.couriers import sending
from zhoudao.rooms.pickups.commands.waking import QUEUE, SEND_JOB


@app.task(name=SEND_JOB, queue=QUEUE, pass_context=False)
def send(pickup_id: str) -> None:
    """Tells or asks a courier service."""
    sending.send(UUID(pickup_id), real_now=lambda: datetime.now(UTC))
