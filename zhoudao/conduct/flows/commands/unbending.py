"""Bends taken back, while the case stands where they left it."""

from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows import clocks
from zhoudao.conduct.flows.bends import by_person
from zhoudao.conduct.flows.commands.bending import hold_case_run
from zhoudao.conduct.flows.commands.tasks import released
from zhoudao.conduct.flows.doing import walk
from zhoudao.conduct.flows.events import BendTakenBack
from zhoudao.conduct.flows.models import Bend, BendKind, Run, Task, Timer
from zhoudao.conduct.flows.passing import Pass
from zhoudao.conduct.flows.refusals import BendNotFound, BendOver
from zhoudao.conduct.flows.saving import cancel_tasks, save
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.marking import Marking, load
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.moving import move_promise_back
from zhoudao.rooms.cases.models import Case


@transaction.atomic
def undo_bend(*, case_id: UUID, bend_id: UUID, viewer: Viewer, at: datetime) -> Bend:
    """This will have a case stand as before a bend, if it has not gone on since; it counts no longer in the limits.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, RunNotMoving, BendNotFound, BendOver
    """
    run_id = Bend.objects.filter(id=bend_id, object_id=case_id).values_list("run_id", flat=True).first()
    if run_id is None:
        raise BendNotFound
    run, case = hold_case_run(case_id, run_id, viewer)
    bend = Bend.objects.get(id=bend_id)
    if bend.undone_at is not None or not bend.undo:
        raise BendOver
    _BACK[bend.kind](bend, run, case, viewer, at)
    bend.undone_at, bend.undone_by = at, viewer.actor
    bend.save(update_fields=["undone_at", "undone_by"])
    return bend


def _restore(bend: Bend, run: Run, case: Case, viewer: Viewer, at: datetime) -> None:
    """A step left out or done again: the marking it was, if it is still what the bend made of it."""
    undo = bend.undo
    if bytes(run.marking) != b64decode(undo["then"]):
        raise BendOver
    this = Pass(run, at=at, by=by_person(viewer, run, bend.element))
    before = load(this.graph, b64decode(undo["marking"]))
    kept = {token.id for token in before.tokens}
    fresh = [token.id for token in this.marking.tokens if token.id not in kept]
    if Task.objects.filter(run=run, token__in=fresh, completed_at__isnull=False).exists():
        raise BendOver  # done, and waiting for a step that was added
    for task in cancel_tasks([run.id], at, tokens=fresh):
        run.added -= task.added_to is not None
    this.marking = Marking(before.tokens, this.marking.next_id)
    run.passed, run.skipped = undo["passed"], undo["skipped"]
    run.data = {name: value for name, value in run.data.items() if name not in undo["added"]} | undo["data"]
    _reopen(bend, run)
    _set_timers(run, undo["timers"])
    _tell(this, bend, viewer)
    save(this)


def _reopen(bend: Bend, run: Run) -> None:
    withdrawn = bend.undo["withdrawn"]
    rows = Task.objects.filter(run=run, cancelled_at=bend.bent_at, completed_at=None)
    run.added += rows.filter(added_to__in=withdrawn).update(cancelled_at=None)
    rows.filter(token__in=withdrawn).update(cancelled_at=None)


def _set_timers(run: Run, timers: list[dict[str, str]]) -> None:
    Timer.objects.filter(run=run).delete()
    rows = [
        Timer(version_id=run.version_id, run=run, **each | {"due_at": datetime.fromisoformat(each["due_at"])})
        for each in timers
    ]
    Timer.objects.bulk_create(rows)


def _remove(bend: Bend, run: Run, case: Case, viewer: Viewer, at: datetime) -> None:
    """An added step nobody did yet; whoever waited for it waits no longer."""
    task = _open_task(bend)
    task.cancelled_at = at
    task.save(update_fields=["cancelled_at"])
    run.added -= 1
    told = [(BendTakenBack(_label(run, bend), bend.kind, str(bend.id)), bend.element)]
    walk(run, *released(run, task), at=at, by=by_person(viewer, run, bend.element), told=told)


def _give_back(bend: Bend, run: Run, case: Case, viewer: Viewer, at: datetime) -> None:
    task = _open_task(bend)
    now = [str(task.team_id) if task.team_id else None, str(task.assignee_id) if task.assignee_id else None]
    if now != bend.undo["then"]:
        raise BendOver
    task.team_id, task.assignee_id = (UUID(found) if found else None for found in bend.undo["was"])
    task.save(update_fields=["team", "assignee"])
    _told_alone(bend, run, viewer, at)


def _move_back(bend: Bend, run: Run, case: Case, viewer: Viewer, at: datetime) -> None:
    was = datetime.fromisoformat(bend.undo["was"]) if bend.undo["was"] else None
    if bend.promise_id is not None:
        promise = case.promises.filter(id=bend.promise_id, ended_at=None).first()
        if promise is None or promise.due_at != datetime.fromisoformat(bend.undo["then"]) or promise.is_missed(at):
            raise BendOver
        move_promise_back(case, promise.id, bend.undo["minutes"], actor=viewer.actor, at=at)
    else:
        task = _open_task(bend)
        if task.due_at != bend.moved_to_at:
            raise BendOver
        clocks.move(task, was, at)
        task.save(update_fields=["due_at", "broken_at", "next_check_at"])
    _told_alone(bend, run, viewer, at)


def _open_task(bend: Bend) -> Task:
    task = bend.task
    if task is None or task.completed_at or task.cancelled_at:
        raise BendOver
    return task


def _told_alone(bend: Bend, run: Run, viewer: Viewer, at: datetime) -> None:
    this = Pass(run, at=at, by=by_person(viewer, run, bend.element))
    _tell(this, bend, viewer)
    save(this)


def _tell(this: Pass, bend: Bend, viewer: Viewer) -> None:
    fact = BendTakenBack(_label(this.run, bend), bend.kind, str(bend.id))
    this.tell(fact, bend.element, by=by_person(viewer, this.run))


def _label(run: Run, bend: Bend) -> str:
    return version_of(run.version_id).graph.node(bend.element).name or bend.element if bend.element else "—"


_BACK: dict[str, Callable[[Bend, Run, Case, Viewer, datetime], None]] = {
    BendKind.SKIP: _restore,
    BendKind.REPEAT: _restore,
    BendKind.ADD: _remove,
    BendKind.REASSIGN: _give_back,
    BendKind.MOVE: _move_back,
}
