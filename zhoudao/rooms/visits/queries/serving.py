"""What colleagues see of visits in their stores."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.visits.models import AT_COUNTER, Lap, Turn, Visit
from zhoudao.rooms.visits.reach import SERVE, stores_of
from zhoudao.rooms.visits.told import Told, told_of


@frozen
class Waiting:
    """A number in the line, as the viewer may see it."""

    turn: Turn
    visit: Visit
    waited: timedelta
    told: Told


@frozen
class Step:
    """One step's button: how long it took so far, and whether it runs."""

    code: str
    names: dict[str, str]
    took: timedelta | None
    is_running: bool


def waiting_row(turn: Turn, viewer: Viewer, at: datetime) -> Waiting:
    """One row; call `warm` for the whole list first."""
    return Waiting(turn, turn.visit, at - turn.waits_since, shown_told(turn.visit, viewer))


def shown_told(visit: Visit, viewer: Viewer) -> Told:
    """What they said of themselves: starred unless the viewer may see people in clear."""
    told = told_of(visit)
    return told if viewer.may_wherever("customers:unmask") else told.masked


def visit_for(viewer: Viewer, visit_id: UUID | None) -> Visit | None:
    """A visit of a store in which the viewer serves."""
    rows = Visit.objects.select_related("need", "store").filter(store__in=stores_of(viewer, SERVE))
    return rows.filter(id=visit_id).first() if visit_id else None


def own_turn(viewer: Viewer) -> Turn | None:
    """The number at the viewer's own counter."""
    rows = Turn.objects.filter(ended_at=None, visit__served_by_id=viewer.user_id, visit__state__in=AT_COUNTER)
    return rows.select_related("visit__conversation__case", "visit__store", "need").first()


def steps_of(turn: Turn, at: datetime) -> list[Step]:
    """The steps of a need, each with the time this visit took for it (one statement)."""
    took: dict[str, timedelta] = {}
    running = ""
    for lap in Lap.objects.filter(turn=turn):
        took[lap.code] = took.get(lap.code, timedelta(0)) + (lap.ended_at or at) - lap.began_at
        running = lap.code if lap.ended_at is None else running
    return [Step(one["code"], one["names"], took.get(one["code"]), one["code"] == running) for one in turn.need.steps]
