"""Rounds too large for one click, and those whose worker died."""

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.installation import clock
from zhoudao.rooms.incidents.commands.rounds import work_round
from zhoudao.rooms.incidents.commands.surging import look_for_surges
from zhoudao.rooms.incidents.commands.treating import Moment
from zhoudao.rooms.incidents.models import Round


@app.task(name="incidents.work_round", queue="default", pass_context=False)
def work(round_id: str) -> None:
    """Goes on where it ended, with the rights its asker has now."""
    row = Round.objects.select_related("user").get(id=UUID(round_id))
    work_round(row.id, Moment(viewers.of_user(row.user), clock.now(), datetime.now(UTC)))


@app.task(name="incidents.look_for_surges", queue="analyst", pass_context=False)
def look(at: str) -> None:
    """Compares the last hours with the same of earlier weeks; safe to repeat."""
    look_for_surges(at=datetime.fromisoformat(at))
