"""One run bent beside its marking: a step put in, given to others, or due at another time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows import clocks
from zhoudao.conduct.flows.bends import Why, allowed, by_person, note_bend, seal, told_about
from zhoudao.conduct.flows.commands.bending import hold_case_run
from zhoudao.conduct.flows.events import StepAdded, StepDateMoved, StepReassigned
from zhoudao.conduct.flows.models import Bend, BendKind, BendLimit, Run, Task
from zhoudao.conduct.flows.refusals import (
    DateTooFar,
    DateUnsound,
    NobodyThere,
    StepNotFound,
    StepNotOpen,
    StepWordless,
)
from zhoudao.conduct.flows.telling import tell_teams
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.marking import Marking, dump, load
from zhoudao.ground.accounts.models import Grant, Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.cases.commands.moving import move_promise
from zhoudao.rooms.cases.models import Case

MOST_WORDS = 4000


@frozen
class Doer:
    """A team, or a person of it."""

    team_id: UUID | None
    member_id: UUID | None = None


@frozen
class Wanted:
    """A step to put in: its name, how it is done, by whom, until when."""

    name: str
    instructions: str
    doer: Doer
    due_at: datetime | None = None


@transaction.atomic
def add_step(*, case_id: UUID, task_id: UUID, wanted: Wanted, why: Why, viewer: Viewer, at: datetime) -> Bend:
    """This will put in a step that the named open one waits for: its run goes on when both are done.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotFound, StepNotOpen, BendNotAllowed,
    BendLimitReached, BendReasonMissing, StepWordless, NobodyThere, DateUnsound
    """
    host, run, case = hold_task(case_id, task_id, viewer)
    if host.added_to is not None:
        raise StepNotOpen
    limit = allowed(case, BendKind.ADD, viewer)
    name = mask_personal(clip(wanted.name.replace("\0", "").strip(), 120))[0]
    if not name:
        raise StepWordless
    if wanted.due_at is not None and wanted.due_at <= at:
        raise DateUnsound
    team_id, assignee_id = _doer(wanted.doer)
    graph = version_of(run.version_id).graph
    marking = load(graph, bytes(run.marking))
    task = Task(
        run=run,
        token=marking.next_id,
        element=host.element,
        name=name,
        team_id=team_id,
        assignee_id=assignee_id,
        store_id=run.store_id,
        object_type=run.object_type,
        object_id=run.object_id,
        opened_at=at,
        due_at=wanted.due_at,
        next_check_at=wanted.due_at,
        added_to=host.token,
    )
    if instructions := clip(wanted.instructions.replace("\0", "").strip(), MOST_WORDS):
        task.note_sealed = seal(case, instructions, f"task.note.{task.id}")
    bend = note_bend(
        run, case, limit, why, viewer=viewer, at=at, element=host.element, task=task, undo={"task": str(task.id)}
    )
    task.save(force_insert=True)
    bend.save(force_insert=True)
    run.marking, run.added = dump(graph, Marking(marking.tokens, marking.next_id + 1)), run.added + 1
    run.save(update_fields=["marking", "added"])
    team = str(team_id) if team_id else None
    fact = StepAdded(host.name, bend.kind, str(task.id), team, bend.reason, str(bend.id))
    _tell(run, fact, host.element, viewer, at)
    tell_teams("step_added", task, case, viewer, key=str(task.id), at=at)
    return bend


@transaction.atomic
def reassign_step(*, case_id: UUID, task_id: UUID, doer: Doer, why: Why, viewer: Viewer, at: datetime) -> Bend:
    """This will have other people do an open step.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotFound, StepNotOpen, BendNotAllowed,
    BendLimitReached, BendReasonMissing, NobodyThere
    """
    task, run, case = hold_task(case_id, task_id, viewer)
    limit = allowed(case, BendKind.REASSIGN, viewer)
    team_id, assignee_id = _doer(doer)
    if (team_id, assignee_id) == (task.team_id, task.assignee_id):
        raise NobodyThere
    before = task.team_id
    undo = {"was": _ids(task.team_id, task.assignee_id), "then": _ids(team_id, assignee_id)}
    bend = note_bend(run, case, limit, why, viewer=viewer, at=at, element=task.element, task=task, undo=undo)
    bend.save(force_insert=True)
    task.team_id, task.assignee_id = team_id, assignee_id
    task.save(update_fields=["team", "assignee"])
    team, member = (str(found) if found else None for found in (team_id, assignee_id))
    label = label_of(run, task)
    fact = StepReassigned(label, bend.kind, str(task.id), team, member, bend.reason, str(bend.id))
    _tell(run, fact, task.element, viewer, at)
    tell_teams("step_given", task, case, viewer, key=str(bend.id), at=at, teams=[before])
    return bend


@transaction.atomic
def move_step_date(*, case_id: UUID, task_id: UUID, due_at: datetime, why: Why, viewer: Viewer, at: datetime) -> Bend:
    """This will have an open step be due at another time, at most so many days from where it first was.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotFound, StepNotOpen, BendNotAllowed,
    BendLimitReached, BendReasonMissing, DateUnsound, DateTooFar
    """
    task, run, case = hold_task(case_id, task_id, viewer)
    limit = allowed(case, BendKind.MOVE, viewer)
    if due_at <= at or due_at == task.due_at:
        raise DateUnsound
    before = task.due_at or at
    first = task.bends.filter(kind=BendKind.MOVE, undone_at=None).order_by("bent_at", "id").first()
    _within(limit, (first.moved_from_at if first else None) or before, due_at)
    bend = note_bend(run, case, limit, why, viewer=viewer, at=at, element=task.element, task=task)
    _dates(bend, before, due_at)
    bend.undo = {"was": task.due_at.isoformat() if task.due_at else None}
    bend.save(force_insert=True)
    clocks.move(task, due_at, at)
    task.save(update_fields=["due_at", "broken_at", "next_check_at"])
    moments = (before.isoformat(), due_at.isoformat())
    fact = StepDateMoved(label_of(run, task), bend.kind, str(task.id), None, *moments, bend.reason, str(bend.id))
    _tell(run, fact, task.element, viewer, at)
    tell_teams("step_moved", task, case, viewer, key=str(bend.id), at=at)
    return bend


@transaction.atomic
def move_promise_date(
    *, case_id: UUID, run_id: UUID, promise_id: UUID, due_at: datetime, why: Why, viewer: Viewer, at: datetime
) -> Bend:
    """This will have a promise about the case be due at another time; the customer's page says so and why.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotFound, BendNotAllowed, BendLimitReached,
    BendReasonMissing, PromiseNotRunning, DateUnsound, DateTooFar
    """
    run, case = hold_case_run(case_id, run_id, viewer)
    limit = allowed(case, BendKind.MOVE, viewer)
    if due_at <= at:
        raise DateUnsound
    bend = note_bend(run, case, limit, why, viewer=viewer, at=at, promise_id=promise_id)
    move = move_promise(case, promise_id, due_at, reason=bend.reason, actor=viewer.actor, at=at)
    if move.was == move.now:
        raise DateUnsound
    _within(limit, move.first, move.now)
    _dates(bend, move.was, move.now)
    bend.undo = {"minutes": move.minutes_before, "was": move.was.isoformat(), "then": move.now.isoformat()}
    bend.save(force_insert=True)
    moments = (move.was.isoformat(), move.now.isoformat())
    about = (None, str(promise_id), *moments, bend.reason, str(bend.id))
    _tell(run, StepDateMoved(move.kind, bend.kind, *about), "", viewer, at)
    return bend


def hold_task(case_id: UUID, task_id: UUID, viewer: Viewer) -> tuple[Task, Run, Case]:
    """This will lock the run and case of an open step.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, StepNotFound, StepNotOpen
    """
    run_id = Task.objects.filter(id=task_id, object_id=case_id).values_list("run_id", flat=True).first()
    if run_id is None:
        raise StepNotFound
    run, case = hold_case_run(case_id, run_id, viewer)
    task = Task.objects.get(id=task_id)
    if task.completed_at or task.cancelled_at:
        raise StepNotOpen
    return task, run, case


def label_of(run: Run, task: Task) -> str:
    """The step as the flow calls it: an added one by the step that waits for it, whose name is nobody's words."""
    return version_of(run.version_id).graph.node(task.element).name or task.element


def _doer(doer: Doer) -> tuple[UUID | None, UUID | None]:
    team = Team.objects.filter(id=doer.team_id).first() if doer.team_id else None
    if team is None:
        raise NobodyThere
    if doer.member_id is None:
        return team.id, None
    grants = Grant.objects.filter(user=doer.member_id, user__is_active=True)
    if not grants.filter(team=team.id).exists() and not grants.filter(team=None, store=None).exists():
        raise NobodyThere
    return team.id, doer.member_id


def _within(limit: BendLimit, first: datetime, due_at: datetime) -> None:
    if abs(due_at - first) > timedelta(days=limit.most_days):
        raise DateTooFar(str(limit.most_days))


def _dates(bend: Bend, before: datetime, after: datetime) -> None:
    bend.moved_from_at, bend.moved_to_at = before, after
    bend.minutes = round((after - before).total_seconds() / 60)


def _ids(*ids: UUID | None) -> list[str | None]:
    return [str(found) if found else None for found in ids]


def _tell(run: Run, fact: Fact, element: str, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=by_person(viewer, run, element), about=told_about(run))
