"""Steps people do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zhoudao.conduct.flows.doing import walk
from zhoudao.conduct.flows.events import AddedStepDone, TaskCompleted, TaskTaken
from zhoudao.conduct.flows.forms import ADDED_FORM, read_form
from zhoudao.conduct.flows.holding import hold_tree, run_in
from zhoudao.conduct.flows.models import MOVING, Bend, BendKind, Run, Task
from zhoudao.conduct.flows.queries.tasks import visible
from zhoudao.conduct.flows.refusals import RunNotFound, RunNotMoving, TaskAlreadyDone, TaskNotFound
from zhoudao.conduct.flows.telling import tell_person
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.triggers import Complete
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.cases.models import Case


@transaction.atomic
def complete_task(
    *, task_id: UUID, result: Mapping[str, Any], by: By, at: datetime, viewer: Viewer | None = None
) -> Task:
    """This will note a step as done and walk on. A task the viewer may not see does not exist.

    Raises: TaskNotFound, TaskAlreadyDone, RunNotMoving, FormIncomplete
    """
    task, run = _hold(task_id, viewer)
    form = version_of(run.version_id).graph.node(task.element).step.form
    finish(task, run, read_form(form if task.added_to is None else ADDED_FORM, result), by=by, at=at)
    return task


@transaction.atomic
def complete_by_event(task_id: UUID, *, by: By, at: datetime) -> None:
    """This will note a step as done because the event happened that it names. Done already is done.

    Raises: TaskNotFound
    """
    try:
        task, run = _hold(task_id, None)
    except (TaskAlreadyDone, RunNotMoving):
        return
    finish(task, run, {}, by=by, at=at)


def finish(task: Task, run: Run, result: Mapping[str, Any], *, by: By, at: datetime) -> None:
    """This will write a held task as done and walk its run on, unless a step a bend put in is not done yet."""
    task.completed_at, task.completed_by, task.result = at, by.actor, dict(result)
    if task.broken_at is None and task.due_at is not None and task.due_at < at:
        task.broken_at = task.due_at  # late, also when the clock has not looked yet
    task.save(update_fields=["completed_at", "completed_by", "result", "broken_at"])
    if task.added_to is not None:
        finish_added(task, run, by=by, at=at)
        return
    told = [(TaskCompleted(task.name, str(task.id)), task.element)]
    waits = run.added > 0 and _added_to(run, task.token).exists()
    walk(run, *([] if waits else [Complete(task.token, dict(result))]), at=at, by=by, told=told)


def finish_added(task: Task, run: Run, *, by: By, at: datetime) -> None:
    """This will let the run go on behind a step that waited for this one only, and tell who put it in."""
    run.added -= 1
    bend = task.bends.filter(kind=BendKind.ADD).first()
    if bend is not None:
        bend.minutes = round((at - task.opened_at).total_seconds() / 60)
        bend.save(update_fields=["minutes"])
        _tell_adder(bend, task, by, at)
    told = [(AddedStepDone(version_of(run.version_id).graph.node(task.element).name, str(task.id)), task.element)]
    walk(run, *released(run, task), at=at, by=by, told=told)


def released(run: Run, added: Task) -> list[Complete]:
    """What a held run may do now that this added step is over: go on behind the step that was done before it."""
    host = Task.objects.filter(run=run, token=added.added_to).first() if added.added_to is not None else None
    if host is None or host.completed_at is None or _added_to(run, host.token).exists():
        return []
    return [Complete(host.token, dict(host.result))]


def _added_to(run: Run, token: int) -> QuerySet[Task]:
    return Task.objects.filter(run=run, added_to=token, completed_at=None, cancelled_at=None)


def _tell_adder(bend: Bend, task: Task, by: By, at: datetime) -> None:
    kind, _, adder = bend.bent_by.partition(":")
    if kind == "user" and bend.bent_by != by.actor:
        number = Case.objects.filter(id=task.object_id).values_list("number", flat=True).first()
        tell_person("added_done", UUID(adder), number or "", key=str(task.id), by="", at=at)


@transaction.atomic
def take_task(*, task_id: UUID, viewer: Viewer, at: datetime) -> Task:
    """This will make the viewer the one who does it.

    Raises: TaskNotFound, TaskAlreadyDone, RunNotMoving
    """
    task, run = _hold(task_id, viewer)
    if task.assignee_id != viewer.user_id:
        task.assignee_id = viewer.user_id
        task.save(update_fields=["assignee"])
        by = By(viewer.actor, run.store_id, element=task.element)
        about = [About("run", run.id), About(run.object_type, run.object_id)]
        step = version_of(run.version_id).graph.node(task.element).name or task.element
        record(TaskTaken(step[:200], str(task.id), str(viewer.user_id)), at=at, by=by, about=about)
    return task


def _hold(task_id: UUID, viewer: Viewer | None) -> tuple[Task, Run]:
    try:
        root = hold_tree(tasks=task_id)
    except RunNotFound:
        raise TaskNotFound from None
    rows = Task.objects.filter(id=task_id)
    task = rows.filter(visible(viewer)).first() if viewer else rows.first()
    if task is None:
        raise TaskNotFound
    if task.completed_at or task.cancelled_at:
        raise TaskAlreadyDone
    run = run_in(root, task.run_id)
    if run.status not in MOVING:
        raise RunNotMoving
    return task, run
