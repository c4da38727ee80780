"""A running promise is due at another time than it was made for; its explanation and the customer's page say so."""

from datetime import UTC, datetime
from uuid import UUID

from zhoudao.engines.worktime import worked
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.cases.commands.holding import tell
from zhoudao.rooms.cases.commands.promising import read_pauses, refresh_next_due, set_due
from zhoudao.rooms.cases.events import PromiseMoved
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.promise_rules import rules_for
from zhoudao.rooms.cases.refusals import PromiseNotRunning


@frozen
class Move:
    """From when to when a promise moved; `first` is when it was due before anybody moved it."""

    kind: str
    first: datetime
    was: datetime
    now: datetime
    minutes_before: int


def move_promise(case: Case, promise_id: UUID, due_at: datetime, *, reason: str, actor: str, at: datetime) -> Move:
    """This will move a running clock of a held case: its target becomes what it counts until then, so that pauses and
    warnings go on as before. A moment outside working hours is the end of the hours before it.

    Raises: PromiseNotRunning
    """
    promise = _running(case, promise_id, at)
    was, before = promise.due_at, promise.target_minutes
    assert was is not None  # it runs
    counted = worked(promise.started_at, due_at, calendar(promise.calendar_id), read_pauses(promise))
    target = max(1, round(counted.total_seconds() / 60))
    now = _retarget(case, promise, target)
    first = datetime.fromisoformat(promise.moves[0][1]) if promise.moves else was
    promise.moves = [*promise.moves, [_iso(at), _iso(was), _iso(now), reason]]
    promise.save()
    tell(case, PromiseMoved(promise.kind, str(promise.id), _iso(was), _iso(now), reason), actor=actor, at=at)
    refresh_next_due(case)
    case.save(update_fields=["next_due_at"])
    return Move(promise.kind, first, was, now, before)


def move_promise_back(case: Case, promise_id: UUID, minutes: int, *, actor: str, at: datetime) -> None:
    """This will give a clock back the target it had before it was last moved.

    Raises: PromiseNotRunning
    """
    promise = _running(case, promise_id, at)
    was = promise.due_at
    assert was is not None  # it runs
    now = _retarget(case, promise, minutes)
    promise.moves = promise.moves[:-1]
    promise.save()
    tell(case, PromiseMoved(promise.kind, str(promise.id), _iso(was), _iso(now), "taken_back"), actor=actor, at=at)
    refresh_next_due(case)
    case.save(update_fields=["next_due_at"])


def _running(case: Case, promise_id: UUID, at: datetime) -> Promise:
    """A clock that is neither over, paused nor missed already."""
    promise = case.promises.filter(id=promise_id, ended_at=None).first()
    if promise is None or promise.due_at is None or promise.is_missed(at):
        raise PromiseNotRunning
    return promise


def _retarget(case: Case, promise: Promise, minutes: int) -> datetime:
    promise.target_minutes = minutes
    set_due(promise, rules_for(case).get(promise.kind))
    assert promise.due_at is not None  # it is not paused
    return promise.due_at


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
