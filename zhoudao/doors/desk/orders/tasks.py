"""The orders' jobs; safe to run twice."""

from procrastinate.contrib.django import app

from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.handlers import APPROVE_JOB


@app.task(name=APPROVE_JOB, queue="default", pass_context=False)
def approve() -> None:
    """Approves what passed the review."""
    approve_passed(now=clock.now)
