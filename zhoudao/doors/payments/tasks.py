"""The jobs of payments; every one may run twice, and be killed anywhere."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.doors.payments import sending
from zhoudao.rooms.aftersales.commands.sending import QUEUE, SEND_JOB


@app.task(name=SEND_JOB, queue=QUEUE, pass_context=False)
def send(refund_id: str) -> None:
    """Tells or asks a payment service."""
    sending.send(UUID(refund_id), real_now=lambda: datetime.now(UTC))


@app.task(name=sending.CHECK_JOB, queue=QUEUE, pass_context=False)
def check(refund_id: str) -> None:
    """Asks a payment service about what it has just told us otherwise."""
    sending.check(UUID(refund_id), real_now=lambda: datetime.now(UTC))
