"""The webhooks' jobs; every one may run twice."""

from random import SystemRandom
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.doors.webhooks import posting


@app.task(name="webhooks.send", queue="webhooks", pass_context=False)
def send(webhook_id: str) -> None:
    """Posts what is due for one webhook, and stands in line again when there is more."""
    if posting.take_turn(UUID(webhook_id), rng=SystemRandom()):
        app.configure_task("webhooks.send").defer(webhook_id=webhook_id)


@app.task(name="webhooks.ping", queue="webhooks", pass_context=False)
def ping(sending_id: str) -> None:
    """Tests whether a webhook answers."""
    posting.try_ping(UUID(sending_id), rng=SystemRandom())
