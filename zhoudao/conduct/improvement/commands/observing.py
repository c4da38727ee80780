"""Observation sheets, interviews and remarks of staff, kept beside an initiative."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.improvement.commands.holding import hold_initiative, written
from zhoudao.conduct.improvement.models import How, Initiative, Observation
from zhoudao.conduct.improvement.refusals import SheetUnsound
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen

MOST, MOST_ROWS, _DAY = 100, 40, 24 * 60
PLACE = "improvement_observation.note"


@frozen
class Row:
    """From a time until a time; an end before its start is after midnight."""

    start: time
    end: time
    what: str
    waits: bool

    @property
    def minutes(self) -> int:
        """How long it took."""
        return (_minute(self.end) - _minute(self.start)) % _DAY


@transaction.atomic
def observe(
    *,
    initiative_id: UUID,
    how: str,
    step: str,
    day: date,
    rows: Sequence[Row],
    note: str,
    viewer: Viewer,
    at: datetime,
) -> Observation:
    """This will keep what was seen or heard. Personal data is masked, the note sealed.

    Raises: InitiativeNotFound, SheetUnsound
    """
    one = hold_initiative(initiative_id, viewer)
    said = written(note, 4000)
    is_known = how in How.values and (rows or said) and day <= at.astimezone(clock.zone()).date()
    if not is_known or viewer.user_id is None or len(rows) > MOST_ROWS or one.observations.count() >= MOST:
        raise SheetUnsound
    return Observation.objects.create(
        initiative=one,
        how=how,
        step=written(step, 120),
        seen_date=day,
        rows=[_stored(row) for row in rows],
        work_minutes=sum(row.minutes for row in rows if not row.waits),
        wait_minutes=sum(row.minutes for row in rows if row.waits),
        note_sealed=box.seal(box.key_of(one.id), said, place=PLACE) if said else None,
        made_at=at,
        made_by_id=viewer.user_id,
    )


@transaction.atomic
def forget_observation(*, initiative_id: UUID, observation_id: UUID, viewer: Viewer) -> None:
    """This will take one away. Raises: InitiativeNotFound"""
    hold_initiative(initiative_id, viewer).observations.filter(id=observation_id).delete()


@frozen
class Seen:
    """An observation with its note opened."""

    row: Observation
    note: str


def observations_of(one: Initiative) -> list[Seen]:
    """What was seen and heard, newest first (two statements)."""
    rows = list(one.observations.select_related("made_by").order_by("-seen_date", "-id"))
    box.warm(row.note_sealed for row in rows)
    return [Seen(row, box.open_text(row.note_sealed, place=PLACE) if row.note_sealed else "") for row in rows]


def sums_of(found: Sequence[Seen]) -> tuple[int, int]:
    """Minutes of work and of wait of all sheets together."""
    return sum(each.row.work_minutes for each in found), sum(each.row.wait_minutes for each in found)


def _stored(row: Row) -> dict[str, Any]:
    times = {"start": f"{row.start:%H:%M}", "end": f"{row.end:%H:%M}", "minutes": row.minutes}
    return {**times, "what": written(row.what, 120), "waits": row.waits}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
