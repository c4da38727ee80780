"""Batches too large for one click."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.installation import clock
from zhoudao.rooms.teamwork.batches import work_batch
from zhoudao.rooms.teamwork.models import Batch
from zhoudao.rooms.teamwork.steps import Moment


@app.task(name="desk.work_batch", queue="default", pass_context=False)
def work(batch_id: str) -> None:
    """Goes on where it ended, with the rights its asker has now."""
    batch = Batch.objects.select_related("user").get(id=UUID(batch_id))
    work_batch(batch.id, Moment(viewers.of_user(batch.user), clock.now(), datetime.now(UTC)))
