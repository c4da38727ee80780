"""Steps people do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.flows.doing import walk
from zhoudao.conduct.flows.events import TaskCompleted, TaskTaken
from zhoudao.conduct.flows.forms import read_form
from zhoudao.conduct.flows.holding import hold_tree, run_in
from zhoudao.conduct.flows.models import MOVING, Run, Task
from zhoudao.conduct.flows.queries.tasks import visible
from zhoudao.conduct.flows.refusals import RunNotFound, RunNotMoving, TaskAlreadyDone, TaskNotFound
from zhoudao.conduct.flows.versions import version_of
from zhoudao.engines.bpmn.triggers import Complete
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record


@transaction.atomic
def complete_task(
    *, task_id: UUID, result: Mapping[str, Any], by: By, at: datetime, viewer: Viewer | None = None
) -> Task:
    """This will note a step as done and walk on. A task the viewer may not see does not exist.

    Raises: TaskNotFound, TaskAlreadyDone, RunNotMoving, FormIncomplete
    """
    task, run = _hold(task_id, viewer)
    fields = version_of(run.version_id).graph.node(task.element).step.form
    finish(task, run, read_form(fields, result), by=by, at=at)
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
    """This will write a held task as done and walk its run on."""
    task.completed_at, task.completed_by, task.result = at, by.actor, dict(result)
    task.save(update_fields=["completed_at", "completed_by", "result"])
    told = [(TaskCompleted(task.name, str(task.id)), task.element)]
    walk(run, Complete(task.token, dict(result)), at=at, by=by, told=told)


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
        record(TaskTaken(task.name, str(task.id), str(viewer.user_id)), at=at, by=by, about=about)
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
