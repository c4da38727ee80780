"""Bending one running case: leaving the drawn way of its flow, with a reason, within limits."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.conduct.flows.bends import REASONS, Why
from zhoudao.conduct.flows.commands.bending import repeat_step, skip_step
from zhoudao.conduct.flows.commands.bent_tasks import (
    Doer,
    Wanted,
    add_step,
    move_promise_date,
    move_step_date,
    reassign_step,
)
from zhoudao.conduct.flows.commands.unbending import undo_bend
from zhoudao.conduct.flows.models import Bend
from zhoudao.conduct.flows.queries.bending import OpenStep, open_steps
from zhoudao.conduct.flows.refusals import DateUnsound, NobodyThere, StepNotOpen
from zhoudao.doors.api import operations
from zhoudao.doors.api.case_work import member_of, team_of
from zhoudao.doors.api.cases import id_of
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Line
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Promise

router = Router(tags=["cases"])


class BendIn(Schema):
    """How the case leaves its drawn way. `element` is the open step (the oldest one, when it is not given)."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["skip", "add", "repeat", "reassign", "move"]
    reason: Annotated[Code, Field(description=f"One of: {', '.join(REASONS)}; `another_reason` needs `words`")]
    words: Annotated[str, Field(max_length=1000)] = ""
    element: Line = ""
    values: Annotated[dict[str, Any], Field(description="skip: what later conditions need of the step")] = {}
    back_to: Annotated[Line, Field(description="repeat: the earlier element")] = ""
    name: Annotated[Line, Field(description="add: what is to be done")] = ""
    instructions: Annotated[str, Field(max_length=4000, description="add: how")] = ""
    team: Annotated[Code, Field(description="add, reassign: a team's code")] = ""
    member: Annotated[Line, Field(description="add, reassign: somebody of the team, by id or e-mail")] = ""
    promise: Annotated[Code, Field(description="move: the kind of a running promise; else the step's date moves")] = ""
    due_at: Annotated[datetime | None, Field(description="move: the new date; add: until when")] = None


class BendItem(Schema):
    """One bend. `minutes` are gained (below zero) or added, as far as it is known."""

    id: UUID
    kind: str
    element: str
    reason: str
    minutes: int | None
    bent_at: datetime
    may_be_undone: bool


@operations.post(router, "/{number}/bends", scope="flows:bend", answers={201: BendItem})
def bend(request: HttpRequest, number: CaseNumber, asked: BendIn) -> Status[BendItem]:
    """Bend the case's running flow once; what was bent is among the case's events."""
    viewer = viewer_in(request)
    case_id = id_of(viewer, number)
    open_now = open_steps(case_id, viewer.language)
    step = next((one for one in open_now if asked.element in ("", one.element)), None)
    if step is None:
        raise StepNotOpen
    return Status(201, _item(_ACTS[asked.kind](case_id, step, asked, viewer)))


@operations.post(router, "/{number}/bends/{bend_id}/undo", scope="flows:bend", answers={200: BendItem})
def unbend(request: HttpRequest, number: CaseNumber, bend_id: UUID) -> BendItem:
    """Take a bend back, as long as the case has not gone on since (else 409)."""
    viewer = viewer_in(request)
    return _item(undo_bend(case_id=id_of(viewer, number), bend_id=bend_id, viewer=viewer, at=clock.now()))


def _item(made: Bend) -> BendItem:
    return BendItem(
        id=made.id,
        kind=made.kind,
        element=made.element,
        reason=made.reason,
        minutes=made.minutes,
        bent_at=made.bent_at,
        may_be_undone=bool(made.undo) and made.undone_at is None,
    )


def _common(case_id: UUID, asked: BendIn, viewer: Viewer) -> dict[str, Any]:
    return {"case_id": case_id, "why": Why(asked.reason, asked.words), "viewer": viewer, "at": clock.now()}


def _skip(case_id: UUID, step: OpenStep, asked: BendIn, viewer: Viewer) -> Bend:
    common = _common(case_id, asked, viewer)
    return skip_step(run_id=step.run_id, token=step.token, given=asked.values, **common)


def _repeat(case_id: UUID, step: OpenStep, asked: BendIn, viewer: Viewer) -> Bend:
    common = _common(case_id, asked, viewer)
    return repeat_step(run_id=step.run_id, token=step.token, element=asked.back_to, **common)


def _add(case_id: UUID, step: OpenStep, asked: BendIn, viewer: Viewer) -> Bend:
    wanted = Wanted(asked.name, asked.instructions, _doer(asked), _aware(asked.due_at))
    return add_step(task_id=_task(step), wanted=wanted, **_common(case_id, asked, viewer))


def _reassign(case_id: UUID, step: OpenStep, asked: BendIn, viewer: Viewer) -> Bend:
    return reassign_step(task_id=_task(step), doer=_doer(asked), **_common(case_id, asked, viewer))


def _move(case_id: UUID, step: OpenStep, asked: BendIn, viewer: Viewer) -> Bend:
    due_at, common = _aware(asked.due_at), _common(case_id, asked, viewer)
    if due_at is None:
        raise DateUnsound
    if not asked.promise:
        return move_step_date(task_id=_task(step), due_at=due_at, **common)
    running = Promise.objects.filter(case=case_id, kind=asked.promise, ended_at=None)
    promise_id = running.values_list("id", flat=True).first()
    if promise_id is None:
        raise Refused(422, "promise_not_running", "No promise of this kind is running.")
    return move_promise_date(run_id=step.run_id, promise_id=promise_id, due_at=due_at, **common)


_ACTS: dict[str, Callable[[UUID, OpenStep, BendIn, Viewer], Bend]] = {
    "skip": _skip,
    "repeat": _repeat,
    "add": _add,
    "reassign": _reassign,
    "move": _move,
}


def _task(step: OpenStep) -> UUID:
    if step.task is None:
        raise StepNotOpen
    return step.task.id


def _doer(asked: BendIn) -> Doer:
    if not asked.team:
        raise NobodyThere
    return Doer(team_of(asked.team), member_of(asked.member) if asked.member else None)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise DateUnsound
    return moment
